"""The person's outbound webhooks: made, listed, switched on and off, removed, and their dead letters.

The signing secret is told once and kept encrypted; without SESSION_SECRET_KEY the store alone signs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from task_assistant.domain import webhooks
from task_assistant.domain.errors import NotFound, RoleForbidden, invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.roles import SYSTEM, Caller
from task_assistant.domain.times import from_text
from task_assistant.domain.webhooks import AddressRefused, Webhook
from task_assistant.ports.documents import Document
from task_assistant.ports.poster import Poster
from task_assistant.ports.store import DocumentConflict
from task_assistant.services.desk import Desk

HOOK, SECRET, CURSOR, DELIVERY, DEAD = (
    "webhook", "webhook_secret", "webhook_cursor", "webhook_delivery", "webhook_dead",
)  # fmt: skip
BY_PERSON = "you switched it off"
DEAD_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """A webhook with how many events wait for it, and how many were given up."""

    hook: Webhook
    pending: int
    dead: int


class Webhooks:
    """Only the person manages them. Raises RoleForbidden for everybody else, NotFound for an unknown id."""

    def __init__(self, desk: Desk, poster: Poster) -> None:
        self._desk, self._poster = desk, poster

    async def create(self, caller: Caller, url: str, types: Sequence[str]) -> tuple[Webhook, str]:
        """A new webhook for events from now on, and its signing secret, told this once. Raises InvalidFields."""
        self._check_owner(caller)
        try:
            self._poster.check(url)
        except AddressRefused as refused:
            raise invalid("url", str(refused)) from None
        if unknown := [name for name in types if name not in webhooks.KINDS]:
            raise invalid("types", f"knows no {unknown[0]!r}; known: {', '.join(webhooks.KINDS)}")
        if len(await self.hooks()) >= webhooks.MOST:
            raise invalid("url", f"would be webhook {webhooks.MOST + 1}; remove one first")
        secret, after = webhooks.secret_of(self._desk.secrets.token()), await self._desk.store.position()
        hook = Webhook(self._desk.secrets.token()[:12], url, tuple(types), after, self._desk.now())
        documents = [
            _document(hook),
            Document(SECRET, hook.id, {"sealed": self._desk.secrets.seal(SECRET, secret)}),
            Document(CURSOR, hook.id, {"seq": after}),
        ]
        await self._commit(caller, f"made for {_host(url)}", documents)
        return hook, secret

    async def hooks(self) -> list[Webhook]:
        """All of them, oldest first; for the server itself."""
        found = [_hook(each) for each in await self._desk.store.documents(HOOK, self._desk.now())]
        return sorted(found, key=lambda hook: (hook.created_at, hook.id))

    async def waiting(self) -> dict[str, list[Document]]:
        """What is on its way, by webhook, in the order of the feed; for the server itself."""
        found: dict[str, list[Document]] = {}
        everything = await self._desk.store.documents(DELIVERY, self._desk.now())
        for each in sorted(everything, key=lambda each: (each.data or {})["seq"]):
            found.setdefault(_owner(each), []).append(each)
        return found

    async def all(self, caller: Caller) -> list[Listed]:
        """All of them, oldest first."""
        self._check_owner(caller)
        now = self._desk.now()
        counts = {
            kind: Counter(_owner(each) for each in await self._desk.store.documents(kind, now))
            for kind in (DELIVERY, DEAD)
        }
        return [Listed(hook, counts[DELIVERY][hook.id], counts[DEAD][hook.id]) for hook in await self.hooks()]

    async def find(self, caller: Caller, hook_id: str) -> Webhook:
        """One of them."""
        self._check_owner(caller)
        hook = await self.known(hook_id)
        if hook is None:
            raise NotFound("webhook", hook_id)
        return hook

    async def known(self, hook_id: str) -> Webhook | None:
        """One of them, None for an unknown id; for the server itself."""
        document = await self._desk.store.document(HOOK, hook_id, self._desk.now())
        return _hook(document) if document is not None else None

    async def remove(self, caller: Caller, hook_id: str) -> None:
        """Ends it for good, with what waits for it."""
        hook, now = await self.find(caller, hook_id), self._desk.now()
        gone = [Document(kind, hook_id, None) for kind in (HOOK, SECRET, CURSOR)]
        for kind in (DELIVERY, DEAD):
            waiting = await self._desk.store.documents(kind, now)
            gone += [Document(kind, each.key, None) for each in waiting if _owner(each) == hook_id]
        await self._commit(caller, f"removed for {_host(hook.url)}", gone)

    async def switch(self, caller: Caller, hook_id: str, *, on: bool, why: str = BY_PERSON) -> Webhook:
        """On or off. While it is off nothing is lost: it goes on where it was."""
        hook = await self.find(caller, hook_id)
        if hook.on is on:
            return hook
        changed = replace(
            hook, disabled_why=None if on else why, failing_since=None if on else hook.failing_since
        )
        said = "on" if on else f"off: {why}"
        await self._commit(caller, f"for {_host(hook.url)} switched {said}", [_document(changed, "present")])
        return changed

    async def switch_off_failing(self, hook: Webhook, why: str) -> None:
        """The server's own doing, told as an event and as a message to the person."""
        changed = replace(hook, disabled_why=why)
        event = self._desk.board_event(
            SYSTEM, EventType.WEBHOOK_CHANGED, f"Webhook for {_host(hook.url)} switched off: {why}"
        )
        await self._desk.commit(SYSTEM, events=[event], documents=[_document(changed, "present")])

    async def note(self, hook_id: str, *, ok: bool) -> Webhook | None:
        """Writes down how it goes, where that is news; the webhook as it now is."""
        now = self._desk.now()
        document = await self._desk.store.document(HOOK, hook_id, now)
        if document is None:
            return None
        hook = _hook(document)
        if ok:
            known = hook.failing_since is None and hook.last_ok_at is not None
            if known and hook.last_ok_at is not None and (now - hook.last_ok_at).total_seconds() < 60:
                return hook
            hook = replace(hook, failing_since=None, last_ok_at=now)
        elif hook.failing_since is None:
            hook = replace(hook, failing_since=now)
        else:
            return hook
        try:
            await self._desk.commit(SYSTEM, documents=[_document(hook, "present")])
        except DocumentConflict:
            return None  # removed meanwhile
        return hook

    async def secret(self, hook_id: str) -> str:
        """For signing. Raises ValueError when SESSION_SECRET_KEY has changed since."""
        document = await self._desk.store.document(SECRET, hook_id, self._desk.now())
        if document is None or document.data is None:
            raise ValueError("the webhook is gone")
        return self._desk.secrets.unseal(SECRET, document.data["sealed"])

    # -- dead letters --------------------------------------------------------------------------------------------------

    async def dead(self, caller: Caller, hook_id: str) -> list[dict[str, Any]]:
        """What was given up in the last 30 days, oldest first: event, when, why."""
        hook = await self.find(caller, hook_id)
        found = await self._desk.store.documents(DEAD, self._desk.now())
        letters = [each.data or {} for each in found if _owner(each) == hook.id]
        return sorted(letters, key=lambda letter: str(letter["event_id"]))[:DEAD_SHOWN]

    async def replay(self, caller: Caller, hook_id: str) -> int:
        """Sends them all again, each with a fresh day of tries; how many."""
        hook, now = await self.find(caller, hook_id), self._desk.now()
        found = await self._desk.store.documents(DEAD, now)
        documents = []
        for letter in [each for each in found if _owner(each) == hook.id][:DEAD_SHOWN]:
            data = letter.data or {}
            serial = data["serial"] + 1
            documents += [
                replace(letter, data=None, expect="present", expires_at=None),
                delivery(hook.id, data["event_id"], data["seq"], now, serial=serial, tasks=letter.tasks),
            ]
        if documents:
            await self._commit(caller, f"for {_host(hook.url)}: {len(documents) // 2} sent again", documents)
        return len(documents) // 2

    async def _commit(self, caller: Caller, text: str, documents: Sequence[Document]) -> None:
        event = self._desk.board_event(caller, EventType.WEBHOOK_CHANGED, f"Webhook {text}")
        await self._desk.commit(caller, events=[event], documents=documents)

    def _check_owner(self, caller: Caller) -> None:
        if not caller.owner:
            raise RoleForbidden(caller.role.value, "manage webhooks")


def delivery(
    hook_id: str, event_id: str, seq: int, at: datetime, *, serial: int = 0, tasks: tuple[int, ...] = ()
) -> Document:
    """One event on its way to one webhook. It holds no text: that is read when it is sent, and may be purged by then.

    `serial` counts every attempt ever made, so that each can be marked once.
    """
    data = {
        "event_id": event_id, "seq": seq, "tries": 0, "serial": serial, "next_at": to_plain(at),
    }  # fmt: skip
    return Document(DELIVERY, f"{hook_id}/{event_id}", data, tasks=tasks)


def _owner(document: Document) -> str:
    """The webhook that a delivery or dead letter is for."""
    return document.key.partition("/")[0]


def _host(url: str) -> str:
    """What the history tells of an address: the rest of it may be a secret."""
    return webhooks.target(url).host


def _document(hook: Webhook, expect: Any = "any") -> Document:
    data = {name: to_plain(getattr(hook, name)) for name in Webhook.__slots__}
    return Document(HOOK, hook.id, data, expect)


def _hook(document: Document) -> Webhook:
    data = dict(document.data or {})
    times = {
        name: from_text(data[name]) if data[name] else None
        for name in ("created_at", "failing_since", "last_ok_at")
    }
    return Webhook(**{**data, **times, "types": tuple(data["types"])})
