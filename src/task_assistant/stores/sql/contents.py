"""The records inside a task as JSON text, with all their internal fields, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from task_assistant.domain.recurrence import Recurrence
from task_assistant.domain.task import (
    ArtifactInfo,
    Assessment,
    Claim,
    Declined,
    Message,
    Owner,
    Proposal,
    Question,
    QuestionKind,
    Reason,
    Result,
    ReviewNeed,
)


def to_json(value: Any) -> str | None:
    """JSON of plain data or a record; None for None and for what is empty."""
    if value is None or value == () or value == {}:
        return None
    return orjson.dumps(value).decode()


def from_json(text: str) -> Any:
    """The plain data of `to_json`; times stay texts."""
    return orjson.loads(text)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def claim(text: str) -> Claim:
    """The claim of this JSON."""
    data = orjson.loads(text)
    messages = (Message(m["id"], m["text"], datetime.fromisoformat(m["at"])) for m in data["messages"])
    data["messages"] = tuple(messages)
    data["changed"] = tuple(data["changed"])
    data["claimed_at"] = datetime.fromisoformat(data["claimed_at"])
    data["expires_at"] = datetime.fromisoformat(data["expires_at"])
    return Claim(**data)


def question(text: str) -> Question:
    """The question of this JSON."""
    data = orjson.loads(text)
    data["kind"] = QuestionKind(data["kind"])
    data["options"] = tuple(data["options"])
    for name in ("asked_at", "answered_at", "until"):
        data[name] = _time(data[name])
    return Question(**data)


def result(text: str) -> Result:
    """The result of this JSON."""
    data = orjson.loads(text)
    data["submitted_at"] = datetime.fromisoformat(data["submitted_at"])
    data["artifacts"] = tuple(ArtifactInfo(**artifact) for artifact in data["artifacts"])
    data["links"], data["refs"] = tuple(data["links"]), tuple(data["refs"])
    return Result(**data)


def proposal(text: str) -> Proposal:
    """The proposal of this JSON."""
    data = orjson.loads(text)
    owner, review, said = data["assignee"], data["review"], data.get("assessment")
    return Proposal(
        data["by"],
        Owner(owner) if owner else None,
        ReviewNeed(review) if review else None,
        _assessment(said) if said else None,
    )


def assessment(text: str) -> Assessment:
    """The assessment of this JSON."""
    return _assessment(orjson.loads(text))


def _assessment(data: dict[str, Any]) -> Assessment:
    owner = data["suggested_assignee"]
    data["suggested_assignee"] = Owner(owner) if owner else None
    data["review"] = ReviewNeed(data["review"])
    data["missing"] = tuple(data["missing"])
    data["reasons"] = tuple(Reason(**reason) for reason in data["reasons"])
    data["assessed_at"] = datetime.fromisoformat(data["assessed_at"])
    return Assessment(**data)


def declined(text: str) -> Declined:
    """The note of this JSON that an agent declined."""
    data = orjson.loads(text)
    return Declined(data["agent"], datetime.fromisoformat(data["until"]), data["version"])


def recurrence(text: str) -> Recurrence:
    """The recurrence of this JSON."""
    data = orjson.loads(text)
    return Recurrence(
        data["rule"], data["zone"], datetime.fromisoformat(data["starts_at"]), data["after_done"]
    )
