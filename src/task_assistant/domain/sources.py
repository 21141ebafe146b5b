"""Sources: how healthy what brings tasks in is, and the memory of what was decided on each of their items."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from task_assistant.domain.plain import to_plain
from task_assistant.domain.times import from_text


class Health(StrEnum):
    """The states of a source, worst first."""

    FAILED = "failed"
    REAUTH_REQUIRED = "reauth_required"
    MISCONFIGURED = "misconfigured"
    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate_limited"
    DEGRADED = "degraded"
    HEALTHY = "healthy"


class Decision(StrEnum):
    """What became of a source's item; `failed` means process it again."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"


WORST_FIRST = tuple(Health)
CLOCK_SKEW = timedelta(minutes=5)
STALE_AFTER = timedelta(hours=24)


def report(
    known: dict[str, Any] | None, said: dict[str, Any], by: str, checked_at: datetime
) -> dict[str, Any] | None:
    """The source as it is after a report (plain data); None when a newer report is known already."""
    if known is not None and from_text(known["last_checked_at"]) > checked_at:
        return None
    healthy = said["status"] == Health.HEALTHY
    at = to_plain(checked_at)
    kept = known or {"last_success_at": None, "last_error_at": None}
    return {
        **to_plain_fields(said), "reported_by": by, "last_checked_at": at,
        "last_success_at": at if healthy else kept["last_success_at"],
        "last_error_at": kept["last_error_at"] if healthy else at,
    }  # fmt: skip


def to_plain_fields(said: dict[str, Any]) -> dict[str, Any]:
    """The report's fields as plain data."""
    return {name: to_plain(value) for name, value in said.items() if name != "checked_at"}


def stale(source: dict[str, Any], now: datetime) -> bool:
    """Nothing heard from the source for a day: its silence may be a fault."""
    return now - from_text(source["last_checked_at"]) > STALE_AFTER


def worst_first(source: dict[str, Any]) -> tuple[int, str]:
    """The order of the list of sources."""
    return WORST_FIRST.index(Health(source["status"])), source["source_id"]


def should_process(decision: dict[str, Any] | None, fingerprint: str, now: datetime) -> bool:
    """True for an item without a decision, with another content since, a failed one, or one whose revisit has come."""
    if decision is None or decision["content_fingerprint"] != fingerprint:
        return True
    revisit = decision.get("revisit_after")
    return decision["decision"] == Decision.FAILED or (revisit is not None and from_text(revisit) <= now)
