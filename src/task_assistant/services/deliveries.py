"""Takes events from the feed to the webhooks: at least once, each under one id, however many processes do it.

Each webhook follows the feed with a cursor of its own and has at most WINDOW events on their way, so one that fails
costs the others nothing, and what it has not had yet stays in the feed. Whoever moves a cursor, recalls a delivery or
makes an attempt marks that first, in a document that must not be there yet: of several processes one succeeds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from task_assistant.domain import webhooks
from task_assistant.domain.history import Event, EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.times import from_text
from task_assistant.domain.webhooks import GONE, Webhook
from task_assistant.ports.poster import Posted
from task_assistant.ports.store import ChangeSet, Document, DocumentConflict
from task_assistant.services.desk import Desk
from task_assistant.services.outward import Outward
from task_assistant.services.webhooks import CURSOR, DEAD, DELIVERY, Webhooks, delivery

TURN, TRY = "webhook_turn", "webhook_try"
WINDOW = 200  # events on their way to one webhook
AT_ONCE = 4  # requests to one webhook at the same time
LEASE = timedelta(minutes=2)  # an attempt without an outcome is taken up again after that
MARKS_KEPT = timedelta(days=2)
LOOKS = timedelta(seconds=30)  # at most, between two looks at what waits
log = logging.getLogger("task_assistant.webhooks")


class Deliveries:
    """`round` does what is due and returns; call it every second or so."""

    def __init__(self, desk: Desk, hooks: Webhooks, outward: Outward) -> None:
        self._desk, self._hooks, self._poster = desk, hooks, outward.poster
        self._render = outward.render_event
        self._running: dict[str, asyncio.Task[int]] = {}
        self._idle: tuple[int, datetime] | None = None

    async def round(self, *, wait: bool = False) -> int:
        """Starts what is due; how many attempts have ended. One webhook that hangs holds no other up.

        With `wait` it returns only when all that it started is done.
        """
        store, now = self._desk.store, self._desk.now()
        position = await store.position()
        if self._idle is not None and self._idle[0] == position and now < self._idle[1] and not self._running:
            return 0
        hooks = [hook for hook in await self._hooks.hooks() if hook.on]
        for hook in hooks:
            if hook.id not in self._running:
                self._running[hook.id] = asyncio.create_task(self._serve(hook))
        done = 0
        if self._running:
            ended, _ = await asyncio.wait(
                self._running.values(),
                timeout=None if wait else 0.5,
                return_when=asyncio.ALL_COMPLETED,
            )
            done = self._collect(ended)
        if not self._running:
            self._idle = (position, await self._next(now))
        return done

    def _collect(self, ended: set[asyncio.Task[int]]) -> int:
        done = 0
        for hook_id, task in list(self._running.items()):
            if task in ended:
                del self._running[hook_id]
                if (problem := task.exception()) is not None:
                    log.error("deliveries to webhook %s failed", hook_id, exc_info=problem)
                else:
                    done += task.result()
        return done

    async def stop(self) -> None:
        """Ends what is under way; it is taken up again later."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        self._running.clear()

    async def _next(self, now: datetime) -> datetime:
        waiting = await self._desk.store.documents(DELIVERY, now)
        times = [from_text((each.data or {})["next_at"]) for each in waiting]
        return min([*times, now + LOOKS])

    # -- from the feed to what waits -----------------------------------------------------------------------------------

    async def _serve(self, hook: Webhook) -> int:
        while (room := WINDOW - len(await self._waiting(hook))) > 0 and await self._fan_out(hook, room):
            continue
        waiting, now = await self._waiting(hook), self._desk.now()
        due = [each for each in waiting if from_text((each.data or {})["next_at"]) <= now]
        attempts, limit = 0, asyncio.Semaphore(AT_ONCE)

        async def one(document: Document) -> bool:
            async with limit:
                return await self._attempt(hook.id, document)

        for outcome in await asyncio.gather(*(one(each) for each in due)):
            attempts += outcome
        return attempts

    async def _waiting(self, hook: Webhook) -> list[Document]:
        found = await self._desk.store.documents(DELIVERY, self._desk.now())
        mine = [each for each in found if each.key.startswith(f"{hook.id}/")]
        return sorted(mine, key=lambda each: (each.data or {})["seq"])

    async def _fan_out(self, hook: Webhook, room: int) -> bool:
        """Takes the next events; whether there may be more. False also when another process was faster."""
        store, now = self._desk.store, self._desk.now()
        cursor = await store.document(CURSOR, hook.id, now)
        if cursor is None or cursor.data is None:
            return False
        seq = cursor.data["seq"]
        events = await store.events(seq, room)
        if not events:
            return False
        documents = await self._documents(hook, events)
        turn = Document(TURN, f"{hook.id}/{seq}", {}, "absent", now + MARKS_KEPT)
        moved = replace(cursor, data={"seq": events[-1].seq}, expect="present")
        try:
            await store.commit(ChangeSet(now, documents=(turn, moved, *documents)))
        except DocumentConflict:
            return False
        return len(events) == room

    async def _documents(self, hook: Webhook, events: Sequence[Event]) -> list[Document]:
        """A delivery for each wanted event; an undo takes back a delivery that still waits, and is sent otherwise."""
        ids = {event.task_id for event in events if event.task_id is not None}
        tasks = await self._desk.store.get_many(ids)
        made: dict[str, Document] = {}
        for event in events:
            if not webhooks.may_leave(tasks.get(event.task_id or 0), event):
                continue
            undone = event.undoes if event.type is EventType.UNDONE else None
            if undone is not None and (recalled := await self._recall(hook, undone, made)) is not None:
                for document in recalled:
                    made[f"{document.kind}/{document.key}"] = document
                continue
            if hook.wants(event) or (undone is not None and await self._was_sent(hook, undone)):
                about = (event.task_id,) if event.task_id is not None else ()
                document = delivery(hook.id, event.id, event.seq, webhooks.due_at(event), tasks=about)
                made[f"{DELIVERY}/{document.key}"] = document
        return list(made.values())

    async def _recall(
        self, hook: Webhook, event_id: str, made: dict[str, Document]
    ) -> Sequence[Document] | None:
        """What takes the delivery back before its first attempt; None when it is too late for that."""
        key = f"{hook.id}/{event_id}"
        if made.pop(f"{DELIVERY}/{key}", None) is not None:
            return ()
        waiting = await self._desk.store.document(DELIVERY, key, self._desk.now())
        if waiting is None or waiting.data is None or waiting.data["serial"] > 0:
            return None
        mark = Document(TRY, f"{key}/0", {}, "absent", self._desk.now() + MARKS_KEPT)
        return Document(DELIVERY, key, None, "present"), mark

    async def _was_sent(self, hook: Webhook, event_id: str) -> bool:
        """Whether the webhook heard of the event that is undone now; then it hears of the undo, whatever its filter."""
        event = await self._desk.store.event(event_id)
        return event is not None and hook.wants(event)

    # -- one attempt ---------------------------------------------------------------------------------------------------

    async def _attempt(self, hook_id: str, waiting: Document) -> bool:
        """One request, marked before it; False when another process makes this attempt."""
        store, now, data = self._desk.store, self._desk.now(), dict(waiting.data or {})
        mark = Document(TRY, f"{waiting.key}/{data['serial']}", {}, "absent", now + MARKS_KEPT)
        data |= {"serial": data["serial"] + 1, "next_at": to_plain(now + LEASE)}
        under_way = replace(waiting, data=data, expect="present")
        hook = next((each for each in await self._hooks.hooks() if each.id == hook_id and each.on), None)
        try:
            if hook is None:
                return False
            await store.commit(ChangeSet(now, documents=(mark, under_way)))
        except DocumentConflict:
            return False
        try:
            message = await self._message(hook, data["event_id"])
        except ValueError:
            await self._note(hook, under_way, Posted(None, "its signing secret cannot be read; make it anew"))
            return True
        if message is None:  # private or purged by now: it shall not leave
            await self._end(under_way)
        else:
            await self._note(hook, under_way, await self._poster.post(hook.url, *message))
        return True

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

    async def _note(self, hook: Webhook, under_way: Document, posted: Posted) -> None:
        now, data = self._desk.now(), dict(under_way.data or {})
        if posted.taken:
            await self._end(under_way)
            await self._hooks.note(hook.id, ok=True)
            return
        noted = await self._hooks.note(hook.id, ok=False)
        tries = data["tries"] + 1
        next_at = webhooks.next_try(tries, now, posted.retry_after) if posted.status != GONE else None
        if next_at is not None:
            data |= {"tries": tries, "next_at": to_plain(next_at)}
            await self._put(replace(under_way, data=data))
            return
        await self._give_up(under_way, posted.why)
        if noted is not None and noted.on and (posted.status == GONE or webhooks.gives_up(noted, now)):
            await self._switch_off(noted, posted.why)

    async def _switch_off(self, hook: Webhook, why: str) -> None:
        """What was tried in vain becomes dead letters; what was not tried yet goes on when it is on again."""
        await self._hooks.switch_off_failing(hook, f"it always failed; last: {why}")
        for waiting in await self._waiting(hook):
            if (waiting.data or {})["tries"]:
                await self._give_up(replace(waiting, expect="present"), why)

    async def _give_up(self, under_way: Document, why: str) -> None:
        now, data = self._desk.now(), under_way.data or {}
        letter: dict[str, Any] = {name: data[name] for name in ("event_id", "seq", "serial")}
        letter |= {"why": why, "at": to_plain(now)}
        dead = Document(
            DEAD, under_way.key, letter, expires_at=now + webhooks.DEAD_KEPT, tasks=under_way.tasks
        )
        await self._put(replace(under_way, data=None), dead)

    async def _end(self, under_way: Document) -> None:
        await self._put(replace(under_way, data=None))

    async def _put(self, *documents: Document) -> None:
        try:
            await self._desk.store.commit(ChangeSet(self._desk.now(), documents=documents))
        except DocumentConflict:
            return  # the webhook was removed, or the task purged, while the request ran
