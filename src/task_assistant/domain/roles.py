"""Who calls, and what a credential may do. The actor always comes from the credential, never from a request body."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The four roles of keys, and the server itself."""

    OWNER = "owner"
    AGENT = "agent"
    ADAPTER = "adapter"
    READER = "reader"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Once:
    """A request that shall happen once: the caller's Idempotency-Key, and a digest of what it asks for."""

    key: str
    request: str


@dataclass(frozen=True, slots=True)
class Caller:
    """One authenticated request: who, by what means (`via`), and the limits of its key.

    `labels` and `origins` are empty when unlimited. `task_id` is set for a key that was made for one claim.
    `credential` is a stable, secret-free name of the key or session (for Idempotency-Key).
    """

    role: Role
    name: str
    credential: str
    via: str = "api"
    labels: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    may_assign: bool = False
    may_triage: bool = False
    may_relay: bool = False
    task_id: int | None = None
    request_id: str | None = None
    once: Once | None = None

    @property
    def owner(self) -> bool:
        """True for the person, who alone closes, answers, approves and undoes."""
        return self.role is Role.OWNER

    @property
    def actor(self) -> str:
        """How events name this caller: human, agent:NAME, adapter:NAME or system."""
        if self.role is Role.OWNER:
            return "human"
        if self.role in (Role.AGENT, Role.ADAPTER):
            return f"{self.role}:{self.name}"
        return "system" if self.role is Role.SYSTEM else f"reader:{self.name}"


SYSTEM = Caller(Role.SYSTEM, "system", "system", via="system")
