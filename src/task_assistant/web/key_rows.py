"""Keys as the page lists them: by role, each with its limits, when it was used last, and what can be done about it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from task_assistant.domain.roles import Role
from task_assistant.services.keys import Key
from task_assistant.web import moments
from task_assistant.web.moments import Moment

SHOWN = 50  # keys of a role, the newest


@dataclass(frozen=True, slots=True)
class RoleWords:
    """What a role is called, and what a key of it may do, in a sentence."""

    role: Role
    title: str
    one: str
    may: str


ROLES = (
    RoleWords(Role.AGENT, "Agents", "agent", "Claims tasks that you gave to agents, asks you, hands results back."),
    RoleWords(Role.ADAPTER, "Adapters", "adapter", "Brings tasks in, reports its source, reads back only those."),
    RoleWords(Role.READER, "Readers", "reader", "Reads everything that is not private, changes nothing."),
    RoleWords(Role.OWNER, "Your own", "owner", "Everything that you may do, for your own scripts and devices."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key without its secret. `working` is how many tasks an agent of that name holds."""

    id: str
    name: str
    limits: tuple[str, ...]
    used: Moment | None
    made: Moment
    working: int
    paused: bool
    pausable: bool

    @property
    def digest(self) -> str:
        """Differs when anything that is shown does."""
        return f"{zlib.crc32(repr(self).encode()):x}"


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys of one role, newest first; `more` of them are not shown."""

    words: RoleWords
    rows: tuple[KeyRow, ...]
    more: int


def key_groups(
    keys: Sequence[Key], paused: Sequence[str], working: Mapping[str, int], now: datetime, zone: tzinfo
) -> list[KeyGroup]:
    """The roles that have keys."""
    groups = []
    for words in ROLES:
        own = [key for key in reversed(keys) if key.role is words.role]
        rows = tuple(_row(key, paused, working, now, zone) for key in own[:SHOWN])
        if rows:
            groups.append(KeyGroup(words, rows, len(own) - len(rows)))
    return groups


def _row(key: Key, paused: Sequence[str], working: Mapping[str, int], now: datetime, zone: tzinfo) -> KeyRow:
    agent = key.role is Role.AGENT
    return KeyRow(
        id=key.id,
        name=key.name,
        limits=tuple(limits_of(key)),
        used=moments.past(key.last_used_at, now, zone) if key.last_used_at else None,
        made=moments.past(key.created_at, now, zone),
        working=working.get(key.name, 0) if agent else 0,
        paused=agent and key.name in paused,
        pausable=agent,
    )


def limits_of(key: Key) -> list[str]:
    """What narrows or widens the key, in words."""
    said = []
    if key.labels:
        said.append("only " + ", ".join(f"#{label}" for label in key.labels))
    if key.origins:
        said.append("only from " + ", ".join(key.origins))
    if key.may_assign:
        said.append("may give work to agents")
    if key.may_triage:
        said.append("may read and suggest in triage")
    if key.may_relay:
        said.append("may show you buttons and relay your choice")
    return said
