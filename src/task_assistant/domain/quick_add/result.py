"""What quick-add answers: the fields of a task, and piece by piece what they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from task_assistant.domain.errors import invalid
from task_assistant.domain.recurrence import Wish
from task_assistant.domain.task import Owner


class Kind(StrEnum):
    """What a piece of the line says, or might have said."""

    PRIORITY = "priority"
    OWNER = "owner"
    LABEL = "label"
    DUE = "due"
    REMINDER = "reminder"
    DEFERRAL = "deferral"
    RECURRENCE = "recurrence"
    PRIVATE = "private"


FIELDS: dict[Kind, str] = {
    Kind.PRIORITY: "priority",
    Kind.OWNER: "assignee",
    Kind.LABEL: "labels",
    Kind.DUE: "due",
    Kind.REMINDER: "reminder_at",
    Kind.DEFERRAL: "deferred_until",
    Kind.RECURRENCE: "recurrence",
    Kind.PRIVATE: "private",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]` of the line, what kind of thing it is, and a sentence for the preview."""

    start: int
    end: int
    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True)
class QuickAdd:
    """One line, read. None means that the line does not say it; times are aware and in UTC.

    `understood` was taken out of the title; `unsure` looked like something but stayed in it. Both go from left to right
    and no two pieces overlap. With an `error` (a sentence) there is no task to create.
    """

    text: str
    title: str
    priority: int | None = None
    assignee: Owner | None = None
    labels: tuple[str, ...] = ()
    due: datetime | None = None
    reminder_at: datetime | None = None
    deferred_until: datetime | None = None
    recurrence: Wish | None = None
    private: bool = False
    understood: tuple[Piece, ...] = ()
    unsure: tuple[Piece, ...] = ()
    error: str | None = None

    def given(self) -> dict[str, Any]:
        """The domain fields that the line says, ready for `services.capture.create`; what it does not say is absent.

        Raises InvalidFields (field `title`) when there is an error.
        """
        if self.error is not None:
            raise invalid("title", self.error)
        said = {name: getattr(self, name) for name in FIELDS.values()}
        return {"title": self.title} | {
            name: value for name, value in said.items() if value not in (None, (), False)
        }
