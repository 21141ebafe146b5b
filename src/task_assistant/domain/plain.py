"""Plain JSON data for the records inside a task, and back: what history, stores and surfaces share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

from task_assistant.domain.recurrence import Recurrence
from task_assistant.domain.task import (
    ArtifactInfo,
    Assessment,
    Claim,
    Owner,
    Proposal,
    Question,
    QuestionKind,
    Reason,
    Result,
    ReviewNeed,
    Status,
)
from task_assistant.domain.times import from_text, to_text

ALREADY_PLAIN = frozenset({type(None), str, int, bool})  # most values: history looks at every field of a task


def to_plain(value: Any) -> Any:
    """Times as RFC 3339 text, enums as values, tuples as lists, records as objects without internal fields."""
    if type(value) in ALREADY_PLAIN:
        return value
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if type(value) in PUBLIC:
        return {name: to_plain(getattr(value, name)) for name in PUBLIC[type(value)]}
    return value


PUBLIC: dict[type, tuple[str, ...]] = {
    Claim: ("agent", "attempt", "claimed_at", "expires_at", "note", "session"),
    Question: (
        *("id", "kind", "text", "options", "recommendation", "asked_by", "asked_at", "answer", "answered_at"),
        *("until", "about"),
    ),
    Result: (
        *("round", "summary", "links", "refs", "evidence", "not_done", "artifacts", "usage"),
        *("submitted_by", "submitted_at"),
    ),
    ArtifactInfo: ("n", "name", "type", "size"),
    Proposal: ("by", "assignee", "review", "assessment"),
    Assessment: (
        *(
            "suggested_assignee",
            "agent_probability",
            "missing",
            "review",
            "next_action",
            "question",
            "reasons",
        ),
        *("assessed_by", "assessed_at"),
    ),
    Reason: ("signal", "evidence", "points"),
    Recurrence: ("rule", "zone", "starts_at", "after_done"),
}


def _time(value: Any) -> datetime | None:
    return None if value is None else from_text(value)


def question(data: dict[str, Any]) -> Question:
    """The question that `to_plain` gave this data for."""
    times = {name: _time(data.get(name)) for name in ("asked_at", "answered_at", "until")}
    kept: dict[str, Any] = {name: value for name, value in data.items() if name in PUBLIC[Question]}
    changed = {"kind": QuestionKind(data["kind"]), "options": tuple(data["options"])}
    return Question(**{**kept, **times, **changed})


def result(data: dict[str, Any]) -> Result:
    """The result that `to_plain` gave this data for."""
    kept: dict[str, Any] = {name: value for name, value in data.items() if name in PUBLIC[Result]}
    lists = {name: tuple(data[name]) for name in ("links", "refs")}
    artifacts = tuple(ArtifactInfo(**artifact) for artifact in data["artifacts"])
    return Result(
        **{**kept, **lists, "artifacts": artifacts, "submitted_at": from_text(data["submitted_at"])}
    )


def proposal(data: dict[str, Any]) -> Proposal:
    """The proposal that `to_plain` gave this data for."""
    owner, review, said = data.get("assignee"), data.get("review"), data.get("assessment")
    return Proposal(
        data["by"],
        Owner(owner) if owner else None,
        ReviewNeed(review) if review else None,
        assessment(said) if said else None,
    )


def assessment(data: dict[str, Any]) -> Assessment:
    """The assessment that `to_plain` gave this data for."""
    owner = data["suggested_assignee"]
    changed = {
        "suggested_assignee": Owner(owner) if owner else None,
        "review": ReviewNeed(data["review"]),
        "missing": tuple(data["missing"]),
        "reasons": tuple(Reason(**reason) for reason in data["reasons"]),
        "assessed_at": from_text(data["assessed_at"]),
    }
    return Assessment(**{**data, **changed})


def recurrence(data: dict[str, Any]) -> Recurrence:
    """The recurrence that `to_plain` gave this data for."""
    return Recurrence(data["rule"], data["zone"], from_text(data["starts_at"]), data["after_done"])


# How a tracked field comes back from plain data; a field that is not here is the same in both forms.
FROM_PLAIN: dict[str, Callable[[Any], Any]] = {
    "status": Status,
    "assignee": Owner,
    "review": ReviewNeed,
    "labels": tuple,
    "depends_on": tuple,
    "question": question,
    "result": result,
    "proposal": proposal,
    "recurrence": recurrence,
    **dict.fromkeys(
        ("due_at", "reminder_at", "reminder_last_sent_at", "deferred_until", "completed_at", "deleted_at"),
        from_text,
    ),
}


def from_plain(name: str, value: Any) -> Any:
    """The domain value of a tracked field (wire name); None becomes the field's empty value."""
    if value is None:
        return {"labels": (), "depends_on": (), "private": False}.get(name)
    return FROM_PLAIN.get(name, lambda same: same)(value)
