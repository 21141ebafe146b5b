"""API keys: least-privilege bearer secrets, kept as SHA-256, shown once, revocable at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from task_assistant.domain.claims import digest, same_secret
from task_assistant.domain.errors import NameTaken, NotFound, RoleForbidden, invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM, Caller, Role
from task_assistant.domain.task import Task
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.desk import Desk

USE_NOTED_EVERY = timedelta(minutes=1)
CACHED = 1_000
# What the person's own credentials are called: an agent of that name could take up the person's claims.
RESERVED = frozenset({"environment", "human", "owner", "system"})


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. `labels` and `origins` are empty when they do not limit."""

    id: str
    name: str
    role: Role
    labels: tuple[str, ...]
    origins: tuple[str, ...]
    may_assign: bool
    may_triage: bool
    created_at: datetime
    last_used_at: datetime | None
    may_relay: bool = False


class Keys:
    """Makes, lists and revokes keys, and says who holds one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, tuple[int, Caller]] = {}
        self._used: dict[str, datetime] = {}

    async def create(self, caller: Caller, role: Role, name: str, **limits: Any) -> tuple[Key, str]:
        """A new key and its secret, told this once. Raises RoleForbidden, NameTaken, InvalidFields."""
        self._check_owner(caller, "make keys")
        if role is Role.AGENT and name.casefold() in RESERVED:
            raise invalid("name", f"{name} is a name that the server uses itself; take another one")
        now, secret = self._desk.now(), f"pta_{role}_{self._desk.secrets.token()}"
        key = Key(
            self._desk.secrets.token()[:12], name, role, tuple(limits.get("labels") or ()),
            tuple(limits.get("origins") or ()), bool(limits.get("may_assign")), bool(limits.get("may_triage")),
            now, None, bool(limits.get("may_relay")),
        )  # fmt: skip
        documents = [
            Document("key", digest(secret), _data(key)),
            Document("key_name", digest(name), {"id": key.id}, expect="absent"),
        ]
        event = self._desk.board_event(caller, EventType.KEY_CREATED, f"{role} key {name}")
        try:
            await self._desk.commit(replace(caller, once=None), events=[event], documents=documents)
        except DocumentConflict as conflict:
            raise NameTaken(name) from conflict
        return key, secret

    async def all(self, caller: Caller) -> list[Key]:
        """All keys, oldest first."""
        self._check_owner(caller, "list keys")
        documents = await self._desk.store.documents("key", self._desk.now())
        keys = [self._with_last_use(document) for document in documents]
        return sorted(keys, key=lambda key: (key.created_at, key.id))

    def _with_last_use(self, document: Document) -> Key:
        key = _key(document)
        return replace(key, last_used_at=self._used.get(document.key, key.last_used_at))

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """Ends a key for good, in every process, with its next request. Raises NotFound."""
        self._check_owner(caller, "revoke keys")
        for document in await self._desk.store.documents("key", self._desk.now()):
            key = _key(document)
            if key.id == key_id:
                gone = [Document("key", document.key, None), Document("key_name", digest(key.name), None)]
                event = self._desk.board_event(caller, EventType.KEY_REVOKED, f"{key.role} key {key.name}")
                await self._desk.commit(caller, events=[event], documents=gone)
                self._used.pop(document.key, None)
                await self._end_scoped_keys(key)
                return
        raise NotFound("key", key_id)

    async def _end_scoped_keys(self, key: Key) -> None:
        """A key that was made for a claim dies with the key that claimed; the claim itself runs out by its lease."""

        async def without_key(task: Task) -> list[Step]:
            held = task.claim
            if held is None or held.agent != key.name or held.scoped_key_hash is None:
                return []
            return [Step(task.having(claim=replace(held, scoped_key_hash=None)), None)]

        for task in await self._desk.store.held_by(key.name, self._desk.now()):
            await self._desk.change(SYSTEM, task.id, without_key)

    def _check_owner(self, caller: Caller, action: str) -> None:
        if not caller.owner:
            raise RoleForbidden(caller.role.value, action)

    async def authenticate(self, secret: str) -> Caller | None:
        """Who holds this secret; None for an unknown, revoked or ended one."""
        if secret.startswith("pta_claim_"):
            return await self._of_claim(secret)
        name, stamp = digest(secret), await self._desk.store.stamp()
        known = self._known.get(name)
        if known is None or known[0] != stamp:
            document = await self._desk.store.document("key", name, self._desk.now())
            if document is None:
                self._known.pop(name, None)
                return None
            known = (stamp, _caller(_key(document)))
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[name] = known
        self._used[name] = self._desk.now()
        return known[1]

    async def _of_claim(self, secret: str) -> Caller | None:
        number = secret.removeprefix("pta_claim_").partition("_")[0]
        if not (number.isascii() and number.isdigit() and len(number) <= 16):
            return None
        task = await self._desk.store.get(int(number))
        held = task.claim if task is not None and task.held(self._desk.now()) else None
        if task is None or held is None or not same_secret(secret, held.scoped_key_hash):
            return None
        return Caller(Role.AGENT, held.agent, f"claim:{task.id}:{held.serial}", task_id=task.id)

    async def note_use(self) -> None:
        """Writes down when keys were last used: rarely, apart from the requests, without an event."""
        used, self._used = self._used, {}
        if not used:
            return
        documents = []
        for document in await self._desk.store.documents("key", self._desk.now(), sorted(used)):
            before, at = _key(document).last_used_at, used[document.key]
            if before is None or at - before >= USE_NOTED_EVERY:
                data = {**(document.data or {}), "last_used_at": to_plain(at)}
                documents.append(Document("key", document.key, data, expect="present"))
        for note in documents:
            try:
                await self._desk.store.commit(ChangeSet(self._desk.now(), documents=(note,)))
            except DocumentConflict:
                continue  # revoked meanwhile


def _data(key: Key) -> dict[str, Any]:
    return {name: to_plain(getattr(key, name)) for name in Key.__slots__}


def _key(document: Document) -> Key:
    data = dict(document.data or {})
    used = data["last_used_at"]
    times = {"created_at": from_text(data["created_at"]), "last_used_at": from_text(used) if used else None}
    return Key(
        **{
            **data,
            **times,
            "role": Role(data["role"]),
            "labels": tuple(data["labels"]),
            "origins": tuple(data["origins"]),
        }
    )


def _caller(key: Key) -> Caller:
    return Caller(
        key.role, key.name, f"key:{key.id}", labels=key.labels, origins=key.origins, may_assign=key.may_assign,
        may_triage=key.may_triage, may_relay=key.may_relay,
    )  # fmt: skip
