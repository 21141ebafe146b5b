"""Tells the person, each occasion once: it is marked as told in the commit before the message goes out.

A crash, or another process, between the mark and the message can therefore lose a message, never repeat one; the
occasion itself stays on the board and in the digest. What a service refuses is tried again, that service alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from task_assistant.domain import digest, notifications
from task_assistant.domain.action_links import Offer
from task_assistant.domain.errors import Refusal, RoleForbidden, TaskNotFound
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.notifications import SHOWN, Kind, Line, Notice
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM, Caller
from task_assistant.domain.task import Task
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.ports.notifier import Message
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.action_links import ActionLinks
from task_assistant.services.desk import Desk
from task_assistant.services.digest import Digests
from task_assistant.services.notices import Notices
from task_assistant.services.outward import Outward
from task_assistant.services.preferences import PreferenceBook, Preferences

TOLD, MESSAGE, TRY, LAST = "notified", "message", "message_try", "last_message"
REMEMBERED = timedelta(days=366)
MESSAGES_KEPT = timedelta(days=2)
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
WITH_BUTTONS = 5  # more notices than that in one message have no buttons
BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at the board sent: messages, the notices in them, and the addresses that did not take theirs."""

    messages: int = 0
    notices: int = 0
    failed: tuple[str, ...] = ()

    def __add__(self, other: Round) -> Round:
        return Round(
            self.messages + other.messages, self.notices + other.notices, (*self.failed, *other.failed)
        )


@dataclass(frozen=True, slots=True)
class Told:
    """Where messages go, masked, and how the last one went; `at` is None before the first."""

    targets: Sequence[str]
    at: datetime | None = None
    failed: tuple[str, ...] = ()


class Notifications:
    """Looks at the board now and then (`round`). Any number of processes may do so at the same time."""

    def __init__(
        self, desk: Desk, notices: Notices, links: ActionLinks, digests: Digests, book: PreferenceBook,
        outward: Outward,
    ) -> None:  # fmt: skip
        self._desk, self._notices, self._links, self._digests = desk, notices, links, digests
        self._book, self._outward = book, outward
        self._notifier = outward.notifier

    async def round(self) -> Round:
        """Sends what is due now: failed messages again, notices, the digest."""
        if not await self._notifier.targets():
            return Round()
        now, chosen = self._desk.now(), await self._book.read()
        zone = ZoneInfo(chosen.zone) if chosen.zone else self._outward.zone
        quiet = notifications.is_quiet(notifications.quiet_hours(chosen.quiet), now, zone)
        sent = await self._again(now, quiet=quiet)
        notices = await self._due(now, zone, quiet=quiet)
        if notices:
            sent += await self._tell(notices, now)
        return sent if quiet else sent + await self._digest(chosen, now, zone)

    async def status(self) -> Told:
        """For the settings page and `GET /api/notifications`."""
        last = await self._last()
        at = from_text(last["at"]) if last else None
        return Told(await self._notifier.targets(), at, tuple(last.get("failed", ())))

    async def test(self, caller: Caller) -> Round:
        """Sends a test message to every address, now, quiet hours or not. Raises RoleForbidden."""
        if not caller.owner:
            raise RoleForbidden(caller.role.value, "send a test message")
        message = Message("Test message", f"Notifications of {self._outward.base_url} arrive here.")
        targets = range(len(await self._notifier.targets()))
        failed = [target for target in targets if not await self._notifier.send(target, message)]
        return Round(len(targets) - len(failed), 0, await self._names(failed))

    # -- what is due ---------------------------------------------------------------------------------------------------

    async def _due(self, now: datetime, zone: tzinfo, *, quiet: bool) -> list[Notice]:
        found = await self._notices.now(now.astimezone(zone).date().isoformat())
        told = await self._desk.store.documents(TOLD, now, sorted({notice.key for notice in found}))
        known = {document.key for document in told}
        fresh = [notice for notice in found if notice.key not in known]
        last = await self._last()
        last_at = from_text(last["at"]) if last else None
        due = notifications.to_send(fresh, now, quiet=quiet, last_sent=last_at)
        if quiet or len(due) == len(fresh):
            self._notices.turn()
        return notifications.in_order(due)

    async def _last(self) -> dict[str, Any]:
        document = await self._desk.store.document(LAST, LAST, self._desk.now())
        return (document.data or {}) if document else {}

    # -- telling -------------------------------------------------------------------------------------------------------

    async def _tell(self, notices: Sequence[Notice], now: datetime) -> Round:
        marks = [
            Document(TOLD, notice.key, {"at": to_plain(now)}, "absent", now + REMEMBERED)
            for notice in notices
        ]
        last = Document(LAST, LAST, {"at": to_plain(now), "failed": []})
        if not await self._marked(now, *marks, last):
            return Round()
        for notice in notices:
            if notice.kind in (Kind.REMINDER, Kind.OVERDUE):
                await self._settle(notice)
        shown = notices[:SHOWN]
        told = {each.task_id for each in shown if each.task_id is not None and not each.private}
        lines = [await self._line(notice, buttons=len(notices) <= WITH_BUTTONS) for notice in shown]
        body = notifications.body(lines, len(notices) - len(shown), f"{self._outward.base_url}/")
        urgent = any(notice.urgent for notice in notices)
        sent = await self._send(
            Message(notifications.title(notices), body, urgent=urgent), tuple(sorted(told))
        )
        return sent + Round(notices=len(notices))

    async def _marked(self, now: datetime, *documents: Document) -> bool:
        """False when another process was faster, which then sends it."""
        try:
            await self._desk.store.commit(ChangeSet(now, documents=documents))
        except DocumentConflict:
            return False
        return True

    async def _settle(self, notice: Notice) -> None:
        """The reminder counts as sent, for whoever else reminds (`GET /api/reminders/due`)."""

        async def decide(task: Task) -> list[Step]:
            return [Step(task.having(reminder_last_sent_at=self._desk.now()), EventType.REMINDED)]

        try:
            await self._desk.change(SYSTEM, notice.task_id or 0, decide)
        except TaskNotFound:
            return  # deleted meanwhile

    async def _line(self, notice: Notice, *, buttons: bool) -> Line:
        base = self._outward.base_url
        if notice.task_id is None:
            page = {Kind.SOURCE: "/sources", Kind.UNCLAIMED: "/agents"}.get(notice.kind, "/")
            return Line(notice, f"{base}{page}")
        made = await self._buttons(notice.task_id) if buttons else ()
        return Line(notice, f"{base}/tasks/{notice.task_id}", made)

    async def _buttons(self, task_id: int) -> tuple[tuple[str, str], ...]:
        """One-use links for what suits the task; none for a private one, whose link would tell what it is about."""
        task = await self._desk.store.get(task_id)
        if task is None or task.private or task.deleted_at is not None:
            return ()
        try:
            minted = await self._links.mint(SYSTEM, task_id)
        except Refusal:  # it moved on this very moment; the message goes out all the same
            return ()
        base = self._outward.base_url
        return tuple((_label(offer), f"{base}/a/{token}") for offer, token in minted.links[:BUTTONS])

    async def _digest(self, chosen: Preferences, now: datetime, zone: tzinfo) -> Round:
        date = notifications.digest_due(notifications.clock_time(chosen.digest), now, zone)
        if date is None or await self._desk.store.document(TOLD, f"digest/{date}", now) is not None:
            return Round()
        made = await self._digests.make()
        mark = Document(TOLD, f"digest/{date}", {"at": to_plain(now)}, "absent", now + REMEMBERED)
        if not await self._marked(now, mark) or not made.sections:
            return Round()
        return await self._send(Message(made.headline, digest.html(made), html=True), made.tasks)

    # -- sending -------------------------------------------------------------------------------------------------------

    async def _send(self, message: Message, tasks: tuple[int, ...]) -> Round:
        """To every address; what one of them refuses waits for another try. `tasks`: those whose texts it holds."""
        everybody = range(len(await self._notifier.targets()))
        name = self._desk.secrets.event_id(self._desk.now())
        return await self._deliver(name, message, everybody, 0, tasks)

    async def _deliver(
        self, name: str, message: Message, targets: Sequence[int], tries: int, tasks: tuple[int, ...]
    ) -> Round:
        failed = [target for target in targets if not await self._notifier.send(target, message)]
        now = self._desk.now()
        if failed:
            last = Document(LAST, LAST, {"at": to_plain(now), "failed": await self._names(failed)})
            kept = [self._kept(name, message, failed, tries, tasks)] if await self._may_leave(tasks) else []
            await self._desk.store.commit(ChangeSet(now, documents=(last, *kept)))
        return Round(1 if len(failed) < len(targets) else 0, 0, await self._names(failed))

    def _kept(
        self, name: str, message: Message, failed: list[int], tries: int, tasks: tuple[int, ...]
    ) -> Document:
        """What waits for another try, sealed; `next_at` is None after the last."""
        now, waits = self._desk.now(), RETRIES[tries] if tries < len(RETRIES) else None
        body = [message.title, message.body, message.html, message.urgent]
        data = {
            "sealed": self._desk.secrets.seal(MESSAGE, json.dumps(body)),
            "targets": failed,
            "urgent": message.urgent,
            "tries": tries + 1,
            "next_at": to_plain(now + waits) if waits else None,
        }
        return Document(MESSAGE, name, data, expires_at=now + MESSAGES_KEPT, tasks=tasks)

    async def _again(self, now: datetime, *, quiet: bool) -> Round:
        """Messages whose next try has come, in quiet hours the urgent; each try is marked before it, as everything.

        One that holds texts of a task that is private, deleted or purged by now is dropped.
        """
        sent = Round()
        for waiting in await self._desk.store.documents(MESSAGE, now):
            data = waiting.data or {}
            due = data["next_at"] is not None and from_text(data["next_at"]) <= now
            if not due or (quiet and not data["urgent"]):
                continue
            mark = Document(TRY, f"{waiting.key}/{data['tries']}", {}, "absent", now + MESSAGES_KEPT)
            gone = Document(MESSAGE, waiting.key, None, "present")
            message = self._opened(data["sealed"])
            if not await self._marked(now, mark, gone) or message is None:
                continue
            if await self._may_leave(waiting.tasks):
                again = (data["targets"], data["tries"], waiting.tasks)
                sent += await self._deliver(waiting.key, message, *again)
        return sent

    async def _may_leave(self, tasks: Sequence[int]) -> bool:
        """False once the texts of one of them are not for others any more."""
        found = (await self._desk.store.get_many(tasks)).values()
        return len(found) == len(tasks) and not any(task.private or task.deleted_at for task in found)

    def _opened(self, sealed: str) -> Message | None:
        """The message; None when SESSION_SECRET_KEY has changed since, so that nobody can read it any more."""
        try:
            return Message(*json.loads(self._desk.secrets.unseal(MESSAGE, sealed)))
        except ValueError:
            return None

    async def _names(self, targets: Sequence[int]) -> tuple[str, ...]:
        shown = await self._notifier.targets()
        return tuple(shown[target] for target in targets if target < len(shown))


def _label(offer: Offer) -> str:
    return f"Answer “{offer.label}”" if offer.command is Command.ANSWER and not offer.asks else offer.label
