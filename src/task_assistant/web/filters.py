"""What narrows and sorts a list, as the address says it: every view is a link that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from task_assistant.domain import limits
from task_assistant.domain.ordering import Sort
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.domain.visibility import Sight
from task_assistant.ports.queries import Query
from task_assistant.web.owner_label import agents

Choice = TypeVar("Choice", bound=StrEnum)
PRIORITIES = ("1", "2", "3", "4", "5")
STATUS_WORDS = {
    Status.BACKLOG: "Backlog",
    Status.IN_PROGRESS: "In progress",
    Status.WAITING_REVIEW: "Waiting for review",
    Status.BLOCKED: "Blocked",
    Status.DONE: "Done",
    Status.CANCELLED: "Cancelled",
}
SORT_WORDS = {
    Sort.SMART: "smart rank",
    Sort.DUE: "due",
    Sort.PRIORITY: "priority",
    Sort.UPDATED: "last changed",
    Sort.CREATED: "newest",
    Sort.OWNER: "owner",
}


def owner_words() -> dict[Owner, str]:
    """The owners as the pages name them."""
    return {Owner.ME: "you", Owner.CODEX: agents(), Owner.UNASSIGNED: "nobody"}


@dataclass(frozen=True, slots=True)
class Filters:
    """The narrowing of one view; None does not narrow. Field names are those of the API's query."""

    lane: Lane | None = None
    status: Status | None = None
    assignee: Owner | None = None
    origin: str | None = None
    label: str | None = None
    priority: int | None = None
    due: DueBand | None = None
    sort: Sort | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        """From an address; what it does not know there narrows nothing, since old links must go on working."""
        priority = given.get("priority", "")
        return cls(
            lane=_choice(Lane, given.get("lane")),
            status=_choice(Status, given.get("status")),
            assignee=_choice(Owner, given.get("assignee")),
            origin=given.get("origin", "").strip()[:32] or None,
            label=given.get("label", "").strip().lstrip("#")[: limits.LABEL] or None,
            priority=int(priority) if priority in PRIORITIES else None,
            due=_choice(DueBand, given.get("due")),
            sort=_choice(Sort, given.get("sort")),
        )

    def query(self, sight: Sight, now: datetime, limit: int) -> Query:
        """The window from the top."""
        return Query(
            now, sight, limit, assignee=self.assignee, origin=self.origin, label=self.label, due=self.due,
            priority=self.priority, sort=self.sort,
            lanes=frozenset({self.lane}) if self.lane else frozenset(),
            statuses=frozenset({self.status}) if self.status else frozenset(),
        )  # fmt: skip

    def pairs(self) -> list[tuple[str, str]]:
        """What an address needs to say the same."""
        found = ((each.name, getattr(self, each.name)) for each in fields(self))
        return [(name, str(value)) for name, value in found if value is not None]

    def href(self, path: str, **changed: object) -> str:
        """The address of this view with some of it changed."""
        query = urlencode(replace(self, **changed).pairs())  # type: ignore[arg-type]  # names of fields
        return f"{path}?{query}" if query else path

    def chips(self, path: str, *, kept: frozenset[str] = frozenset()) -> list[Chip]:
        """What narrows now, each with the address without it; `kept` are the page's own subject."""
        given = [name for name, _ in self.pairs() if name not in kept | {"sort"}]
        return [Chip(_words(name, getattr(self, name)), self.href(path, **{name: None})) for name in given]


@dataclass(frozen=True, slots=True)
class Chip:
    """One narrowing in words, and the address without it."""

    words: str
    without: str


def _words(name: str, value: object) -> str:
    if isinstance(value, Owner):
        return f"owner: {owner_words()[value]}"
    if isinstance(value, Status):
        return STATUS_WORDS[value].lower()
    shown = {
        "priority": f"P{value}",
        "label": f"#{value}",
        "due": "due soon" if value == "soon" else str(value),
    }
    return shown.get(name, f"{name}: {value}")


def _choice(kind: type[Choice], said: str | None) -> Choice | None:
    try:
        return kind(said or "")
    except ValueError:
        return None
