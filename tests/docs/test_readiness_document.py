"""docs/readiness.md: every exchange that it shows is had, in order, with a real server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from task_assistant.domain.delegating import ENOUGH
from task_assistant.domain.measures import LAST
from task_assistant.services.assessor import STEP
from task_assistant.services.capture import JUDGED_AT_ONCE, JUDGING
from task_assistant.services.rules import PRECISIONS
from task_assistant.web.accepting import CHOICES, USUAL
from tests.api.server import Server

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "readiness.md").read_text("utf-8")
BLOCK = re.compile(r"```\n(GET|POST) (\S+)\n(.*?)\n?\n(\d{3})\n(.*?)```", re.DOTALL)


def within(expected: Any, found: Any) -> bool:
    """Whether all that the document shows is in the answer."""
    if isinstance(expected, dict):
        return all(name in found and within(value, found[name]) for name, value in expected.items())
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(within, expected, found))
    return bool(expected == found)


async def test_the_exchanges_happen_as_they_are_written() -> None:
    server = Server()
    person = sorter = server.client()
    await person.create("Find a gift for Alice")
    exchanges = BLOCK.findall(TEXT)
    assert len(exchanges) == 4
    for method, path, body, status, shown in exchanges:
        client = sorter if path.startswith("/api/agent/") else person
        answer = await client.ask(
            method, path, json.loads(body) if body.strip() else None, expect=int(status)
        )
        assert within(json.loads(shown), answer.json()), (path, answer.json())
        if path == "/api/keys":
            sorter = server.client(answer.json()["key"])


def test_the_numbers_are_those_of_the_rules() -> None:
    words = " ".join(TEXT.split())
    assert f"at least the first {JUDGED_AT_ONCE}" in words
    assert f"{JUDGING.total_seconds() * 1000:.0f} ms" in words
    assert f"your last {LAST} decisions, and with at least {ENOUGH}" in words
    assert f"({', '.join(f'{share:.0%}'.rstrip('%') for share in PRECISIONS)}%)" in words
    assert f"at least {USUAL}% (or {', '.join(str(c) for c in CHOICES if c != USUAL)}) confidence" in words
    assert STEP == 10
    assert "every ten decisions" in words
