"""An open page hears of every change soon, once for what happens together, and only while its session lives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Owner
from task_assistant.web import live
from task_assistant.web.visits import Visit
from tests.factories import later, task
from tests.web.doorstep import TYPED, Doorstep

PERSON = Caller(Role.OWNER, "owner", "test")


class Listener:
    """A page that listens, without a socket: the stream itself, message by message."""

    def __init__(self, doorstep: Doorstep, after: str = "0") -> None:
        self.doorstep, self.after, self.here = doorstep, after, True

    async def __aenter__(self) -> Listener:
        async with await self.doorstep.signed_in() as browser:
            cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        scope = {
            "type": "http", "method": "GET", "path": "/live", "query_string": b"", "http_version": "1.1",
            "headers": [(b"host", b"localhost:8000"), (b"cookie", cookie.encode())], "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000), "scheme": "http",
        }  # fmt: skip
        request = _Request(scope, self)
        site = self.doorstep.site
        visit = await site.door.visit(cast("Any", request))
        assert visit is not None
        self.stream = _stream(site, request, visit, int(self.after))
        assert await anext(self.stream) == b"retry: 2000\n\n"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stream.aclose()  # type: ignore[attr-defined]  # an async generator

    async def news(self) -> dict[str, Any]:
        """The next message that is no comment."""
        async with asyncio.timeout(5):
            while True:
                message = await anext(self.stream)
                if message.startswith(b"data: "):
                    told: dict[str, Any] = json.loads(message.removeprefix(b"data: "))
                    return told


def _stream(site: Any, request: Any, visit: Visit, after: int) -> AsyncIterator[bytes]:
    return live._stream(site, request, visit, after)


class _Request:
    """As much of a request as the stream looks at."""

    def __init__(self, scope: dict[str, Any], listener: Listener) -> None:
        from starlette.requests import Request

        self._request, self._listener = Request(scope), listener

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)

    async def is_disconnected(self) -> bool:
        return not self._listener.here


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "TOGETHER", 0)


async def test_a_change_is_told_with_the_number_for_the_title() -> None:
    doorstep = Doorstep()
    async with Listener(doorstep) as page:
        made = await doorstep.services.capture.create(PERSON, {"title": "Call her", "assignee": Owner.ME})
        news = await page.news()
        assert news == {"seq": await doorstep.store.position(), "ids": [made.id], "needs_you": 1}
        await doorstep.services.tasks.move(PERSON, made.id, Command.DONE, {})
        assert (await page.news())["needs_you"] == 0


async def test_what_happened_together_is_one_message() -> None:
    doorstep = Doorstep()
    async with Listener(doorstep) as page:
        for n in range(5):
            await doorstep.services.capture.create(PERSON, {"title": f"{n}"})
        assert (await page.news())["ids"] == [1, 2, 3, 4, 5]


async def test_what_happened_before_it_connected_is_told_too() -> None:
    doorstep = Doorstep()
    await doorstep.services.capture.create(PERSON, {"title": "before"})
    async with Listener(doorstep, "0") as page:
        assert (await page.news())["ids"] == [1]


async def test_what_the_clock_alone_changes_is_told() -> None:
    doorstep = Doorstep()
    await doorstep.put(task("asleep", assignee=Owner.ME, deferred_until=later(hours=1)))
    async with Listener(doorstep, str(10**6)) as page:
        waiting = asyncio.create_task(page.news())
        await asyncio.sleep(0)
        doorstep.clock.advance(hours=1)
        news = await waiting
    assert news["ids"] == []
    assert news["needs_you"] == 1


@pytest.mark.parametrize("end", ["the page goes", "the server stops", "the session ends"])
async def test_the_stream_ends_when(end: str) -> None:
    doorstep = Doorstep()
    async with Listener(doorstep) as page:
        if end == "the page goes":
            page.here = False
        elif end == "the server stops":
            doorstep.site.stopping.set()
        else:
            doorstep.store.board.documents.clear()
        left = [message async for message in page.stream]
    assert left == []


async def test_it_is_for_signed_in_browsers_only() -> None:
    async with Doorstep(auto=False).client() as browser:
        assert (await browser.get("/live", headers=TYPED)).status_code == 401
