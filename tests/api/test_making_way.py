"""What the server does by itself makes way for requests: each of them is told of."""

from __future__ import annotations

import pytest

from task_assistant.services.rests import Rests
from tests.api.server import Client, Server


async def test_a_request_is_told_to_what_the_server_does_by_itself(
    server: Server, person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Rests] = []

    def asked(rests: Rests) -> None:
        told.append(rests)

    monkeypatch.setattr(Rests, "asked", asked)
    await person.get("/api/tasks")
    assert told == [server.services.desk.rests]
