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

from task_assistant.domain import webhooks
from task_assistant.domain.history import Event, EventType
from task_assistant.domain.times import from_text
from task_assistant.domain.webhooks import Webhook
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.attempts import MARKS_KEPT, TRY, Attempts
from task_assistant.services.desk import Desk
from task_assistant.services.outward import Outward
from task_assistant.services.webhooks import CURSOR, DELIVERY, Webhooks, delivery

TURN = "webhook_turn"
WINDOW = 200  # events on their way to one webhook
AT_ONCE = 10  # requests to one webhook at the same time
STEP = 50  # events that are taken from the feed in one go
STEPS = 8  # of them for one webhook in a round
LOOKS = timedelta(seconds=30)  # at most, between two looks at what waits
log = logging.getLogger("task_assistant.webhooks")


class Deliveries:
    """`round` does what is due and returns; call it every second or so."""

    def __init__(self, desk: Desk, hooks: Webhooks, outward: Outward) -> None:
        self._desk, self._hooks = desk, hooks
        self._attempts = Attempts(desk, hooks, outward)
        self._running: dict[str, asyncio.Task[int]] = {}
        self._behind: set[str] = set()  # webhooks that have not had all of the feed yet, and could
        self._idle: tuple[int, datetime] | None = None

    async def round(self, *, wait: bool = False) -> int:
        """Starts what is due; how many attempts have ended. One webhook that hangs holds no other up.

        With `wait` it returns only when all that it started is done.
        """
        store, now = self._desk.store, self._desk.now()
        position = await store.position()
        if self._idle is not None and self._idle[0] == position and now < self._idle[1] and not self._running:
            return 0
        hooks = [hook for hook in await self._hooks.hooks() if hook.on and hook.id not in self._running]
        waiting = await self._hooks.waiting() if hooks else {}
        for hook in hooks:
            self._running[hook.id] = asyncio.create_task(self._serve(hook, waiting.get(hook.id, [])))
        done = 0
        if self._running:
            ended, _ = await asyncio.wait(
                self._running.values(),
                timeout=None if wait else 0.5,
                return_when=asyncio.ALL_COMPLETED,
            )
            done = self._collect(ended)
        if not self._running:
            self._idle = None if self._behind else (position, await self._next(now))
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

    async def _serve(self, hook: Webhook, waiting: Sequence[Document]) -> int:
        """Takes the next events from the feed (an undo among them recalls what waits), sends what is due, and so on."""
        attempts, held, made = 0, len(waiting), None
        for _ in range(STEPS):  # the next round goes on
            made = await self._fan_out(hook, min(WINDOW - held, STEP)) if held < WINDOW else None
            if made:
                waiting = (await self._hooks.waiting()).get(hook.id, [])
                held = len(waiting)
            if made != 0:
                attempts += await self._attempt(hook, waiting)
                waiting = ()
            if made is None:
                break
        left = made is not None or (held >= WINDOW and attempts > 0)
        (self._behind.add if left else self._behind.discard)(hook.id)
        return attempts

    async def _attempt(self, hook: Webhook, waiting: Sequence[Document]) -> int:
        now = self._desk.now()
        due = [each for each in waiting if from_text((each.data or {})["next_at"]) <= now]
        attempts = 0
        for start in range(0, len(due), AT_ONCE):
            await self._desk.rests.turn()
            attempts += await self._attempts.make(hook.id, due[start : start + AT_ONCE])
        return attempts

    async def _fan_out(self, hook: Webhook, room: int) -> int | None:
        """Takes the next events; how many of them are on their way. None without any, or if somebody was faster."""
        store = self._desk.store
        if await self._cursor(hook) is None:
            return None
        await self._desk.rests.turn()
        now, cursor = self._desk.now(), await self._cursor(hook)  # as it is by now
        if cursor is None:
            return None
        seq = (cursor.data or {})["seq"]
        events = await store.events(seq, room)
        if not events:
            return None
        documents = await self._documents(hook, events)
        turn = Document(TURN, f"{hook.id}/{seq}", {}, "absent", now + MARKS_KEPT)
        moved = replace(cursor, data={"seq": events[-1].seq}, expect="present")
        try:
            await store.commit(ChangeSet(now, documents=(turn, moved, *documents)))
        except DocumentConflict:
            return None
        return len(documents)

    async def _cursor(self, hook: Webhook) -> Document | None:
        """Up to where the webhook had the feed; None when that is all of it."""
        cursor = await self._desk.store.document(CURSOR, hook.id, self._desk.now())
        if cursor is None or cursor.data is None or cursor.data["seq"] >= await self._desk.store.position():
            return None
        return cursor

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
