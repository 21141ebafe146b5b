"""The navigation: where one can go, the letter after `g` that leads there, and how much is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from task_assistant.domain.task import Lane
from task_assistant.services.preferences import SavedView
from task_assistant.web.lanes import Counts
from task_assistant.web.rows import WORDS


@dataclass(frozen=True, slots=True)
class Place:
    """One link. `here` is what a page names itself by, `go` the letter after `g`, `note` a count in words."""

    here: str
    label: str
    href: str
    go: str
    count: int | None = None
    lane: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Places under one heading; the first group has none."""

    title: str
    places: tuple[Place, ...]


LETTERS = {
    Lane.HUMAN: "y",
    Lane.AGENT: "a",
    Lane.REVIEW: "r",
    Lane.BLOCKED: "k",
    Lane.WAITING: "w",
}


def groups(counts: Counts, broken_sources: int, views: Sequence[SavedView] = ()) -> tuple[Group, ...]:
    """All places with their counts; triage stands above, so it is not among the lanes again."""
    broken = f"{broken_sources} broken" if broken_sources else ""
    return (
        Group(
            "",
            (
                Place("needs-you", "Needs you", "/", "n", counts.needs_you),
                Place("triage", "Triage", "/triage", "t", counts.lanes[Lane.TRIAGE]),
                Place("board", "Board", "/board", "b", counts.active),
            ),
        ),
        Group("Lanes", tuple(_lane(lane, letter, counts) for lane, letter in LETTERS.items())),
        *((Group("Views", tuple(Place(f"view-{v.id}", v.name, v.url, "") for v in views)),) if views else ()),
        Group(
            "System",
            (
                Place("agents", "Agents and keys", "/agents", "e"),
                Place("sources", "Sources", "/sources", "o", note=broken),
                Place("insights", "Insights", "/insights", "i"),
                Place("settings", "Settings", "/settings", "s"),
            ),
        ),
    )


def _lane(lane: Lane, letter: str, counts: Counts) -> Place:
    return Place(lane.value, WORDS[lane].label, f"/tasks?lane={lane}", letter, counts.lanes[lane], lane.value)
