"""Requests to one webhook, a few at the same time: marked before they are made, settled after it.

Of several processes one succeeds with the mark, so each attempt is made once; what a crash cuts off is made again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from task_assistant.domain import webhooks
from task_assistant.domain.plain import to_plain
from task_assistant.domain.webhooks import GONE, Webhook
from task_assistant.ports.documents import Document
from task_assistant.ports.poster import Posted
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.desk import Desk
from task_assistant.services.outward import Outward
from task_assistant.services.webhooks import DEAD, Webhooks

TRY = "webhook_try"
LEASE = timedelta(minutes=2)  # an attempt without an outcome is taken up again after that
MARKS_KEPT = timedelta(days=2)


class Attempts:
    """Makes them, and writes down what became of each delivery and how its webhook does."""

    def __init__(self, desk: Desk, hooks: Webhooks, outward: Outward) -> None:
        self._desk, self._hooks, self._poster = desk, hooks, outward.poster
        self._render = outward.render_event

    async def make(self, hook_id: str, some: Sequence[Document]) -> int:
        """Requests at the same time: marked before them in one commit, their outcomes in another; how many.

        What has an outcome is noted also when another fails or all are told to stop.
        """
        hook = await self._hooks.known(hook_id)
        if hook is None or not hook.on:
            return 0
        begun = await self._begin(some)
        if not begun:
            return 0
        sends = [asyncio.create_task(self._send(hook, each)) for each in begun]
        try:
            await asyncio.wait(sends)
        finally:
            for send in sends:
                send.cancel()
            ended = [(each, send) for each, send in zip(begun, sends, strict=True) if _has_outcome(send)]
            await self._note(hook, [(each, send.result()) for each, send in ended])
        return len([send.result() for send in sends])

    async def _begin(self, some: Sequence[Document]) -> list[Document]:
        """Those that this process attempts, as they are meanwhile; the others are another's, or gone."""
        now, documents, begun = self._desk.now(), list[Document](), list[Document]()
        for each in some:
            data = dict(each.data or {})
            mark = Document(TRY, f"{each.key}/{data['serial']}", {}, "absent", now + MARKS_KEPT)
            data |= {"serial": data["serial"] + 1, "next_at": to_plain(now + LEASE)}
            begun.append(replace(each, data=data, expect="present"))
            documents += [mark, begun[-1]]
        try:
            await self._desk.store.commit(ChangeSet(now, documents=tuple(documents)))
        except DocumentConflict:
            return [] if len(some) == 1 else [done for each in some for done in await self._begin([each])]
        return begun

    async def _send(self, hook: Webhook, under_way: Document) -> Posted | None:
        """How it went; None for what is private or purged by now: it shall not leave."""
        try:
            message = await self._message(hook, (under_way.data or {})["event_id"])
        except ValueError:
            return Posted(None, "its signing secret cannot be read; make it anew")
        return await self._poster.post(hook.url, *message) if message is not None else None

    async def _message(self, hook: Webhook, event_id: str) -> tuple[dict[str, str], bytes] | None:
        event = await self._desk.store.event(event_id)
        if event is None:
            return None
        task = await self._desk.store.get(event.task_id) if event.task_id is not None else None
        if not webhooks.may_leave(task, event):
            return None
        body = self._render(event)
        signature = webhooks.signed(await self._hooks.secret(hook.id), event.id, self._desk.now(), body)
        return {
            "Content-Type": "application/json",
            "User-Agent": "personal-task-assistant",
            **signature,
        }, body

    async def _note(self, hook: Webhook, ended: Sequence[tuple[Document, Posted | None]]) -> None:
        now = self._desk.now()
        after = [_after(under_way, posted, now) for under_way, posted in ended]
        await self._put(*after)
        posts = [posted for _, posted in ended if posted is not None]
        if not posts:
            return
        noted = await self._hooks.note(hook.id, ok=any(posted.taken for posted in posts))
        gone = any(posted.status == GONE for posted in posts)
        dead = [posted for each, (_, posted) in zip(after, ended, strict=True) if len(each) > 1 and posted]
        if dead and noted is not None and noted.on and (gone or webhooks.gives_up(noted, now)):
            await self._switch_off(noted, dead[-1].why)

    async def _switch_off(self, hook: Webhook, why: str) -> None:
        """What was tried in vain becomes dead letters; what was not tried yet goes on when it is on again."""
        await self._hooks.switch_off_failing(hook, f"it always failed; last: {why}")
        for waiting in (await self._hooks.waiting()).get(hook.id, []):
            if (waiting.data or {})["tries"]:
                await self._put(_dead(replace(waiting, expect="present"), why, self._desk.now()))

    async def _put(self, *together: Sequence[Document]) -> None:
        """In one commit; where the webhook was removed or a task purged meanwhile, what belongs together by itself."""
        try:
            documents = tuple(each for some in together for each in some)
            await self._desk.store.commit(ChangeSet(self._desk.now(), documents=documents))
        except DocumentConflict:
            for some in together if len(together) > 1 else ():
                await self._put(some)


def _has_outcome(send: asyncio.Task[Posted | None]) -> bool:
    return send.done() and not send.cancelled() and send.exception() is None


def _after(under_way: Document, posted: Posted | None, now: datetime) -> list[Document]:
    """What becomes of a delivery: it is over, tried again, or a dead letter."""
    if posted is None or posted.taken:
        return [replace(under_way, data=None)]
    data = dict(under_way.data or {})
    tries = data["tries"] + 1
    next_at = webhooks.next_try(tries, now, posted.retry_after) if posted.status != GONE else None
    if next_at is None:
        return _dead(under_way, posted.why, now)
    return [replace(under_way, data=data | {"tries": tries, "next_at": to_plain(next_at)})]


def _dead(under_way: Document, why: str, now: datetime) -> list[Document]:
    data = under_way.data or {}
    letter: dict[str, Any] = {name: data[name] for name in ("event_id", "seq", "serial")}
    letter |= {"why": why, "at": to_plain(now)}
    kept = Document(DEAD, under_way.key, letter, expires_at=now + webhooks.DEAD_KEPT, tasks=under_way.tasks)
    return [replace(under_way, data=None), kept]
