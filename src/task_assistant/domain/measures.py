"""How good suggestions were, measured on the person's own decisions: counts only, rebuilt from the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LAST = 100  # decisions by which a precision is measured: habits change
SCOPES = 500  # origins and labels that are counted
ALL = "all"
BANDS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.0)  # lower ends of the confidences that are shown apart

Counts = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week: decisions where a suggestion was to be seen, those that followed it, and how many went to agents.

    `suggested` counts the decisions for which an owner was suggested; `right` those that agreed.
    """

    decided: int = 0
    suggested: int = 0
    right: int = 0
    delegated: int = 0


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the last suggestions of one owner: how many the person agreed with."""

    right: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1; 0 when nothing was measured."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Measures:
    """`scopes` holds by place ("all", "origin:email", "label:123") and owner the last outcomes, 0 or 1, oldest first.

    `bands` counts by owner and lower end of the confidence: suggested, right. `missing` counts what was missing.
    `others` counts by proposer: proposals with an owner, right ones, and right ones of the built-in on the same tasks.
    """

    weeks: Mapping[str, Week] = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)
    bands: Counts = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    others: Counts = field(default_factory=dict)

    def precision(self, scope: str, owner: str) -> Precision:
        """How often the suggestion of this owner was right, over the last 100 decisions in this scope."""
        outcomes = self.scopes.get(f"{scope} {owner}", "")
        return Precision(outcomes.count("1"), len(outcomes))

    def with_decision(self, lesson: Mapping[str, Any], at: datetime) -> Measures:
        """With one more decision of the person, as its lesson tells it."""
        decided = "codex" if lesson["agent"] else "me"
        suggested, right = lesson.get("suggested"), lesson.get("suggested") == decided
        missing = dict(self.missing)
        for name in lesson.get("missing", ()):
            missing[name] = missing.get(name, 0) + 1
        return Measures(
            self._weeks(at, suggested, decided, right=right),
            self._scopes(lesson, suggested, right=right),
            self._bands(lesson, suggested, right=right),
            missing,
            self._others(lesson, decided, right=right),
        )

    def _weeks(self, at: datetime, suggested: str | None, decided: str, *, right: bool) -> dict[str, Week]:
        year, number, _ = at.isocalendar()
        name = f"{year}-W{number:02d}"
        was = self.weeks.get(name, Week())
        now = Week(
            was.decided + 1,
            was.suggested + (suggested is not None),
            was.right + right,
            was.delegated + (decided == "codex"),
        )
        return {**self.weeks, name: now}

    def _scopes(self, lesson: Mapping[str, Any], suggested: str | None, *, right: bool) -> dict[str, str]:
        scopes = dict(self.scopes)
        if suggested is None:
            return scopes
        for place in (ALL, f"origin:{lesson['origin']}", *(f"label:{mark}" for mark in lesson["labels"])):
            name = f"{place} {suggested}"
            if name in scopes or len(scopes) < SCOPES:
                scopes[name] = (scopes.get(name, "") + "01"[right])[-LAST:]
        return scopes

    def _bands(self, lesson: Mapping[str, Any], suggested: str | None, *, right: bool) -> Counts:
        if suggested is None:
            return self.bands
        sure = lesson["p"] if suggested == "codex" else 1.0 - lesson["p"]
        return _plus(self.bands, f"{suggested} {next(low for low in BANDS if sure >= low)}", 1, right)

    def _others(self, lesson: Mapping[str, Any], decided: str, *, right: bool) -> Counts:
        if lesson.get("proposed") is None:
            return self.others
        return _plus(self.others, lesson["by"], 1, lesson["proposed"] == decided, right)

    def only_weeks(self) -> Measures:
        """What stays true when what was learned is forgotten."""
        return Measures(weeks=self.weeks)

    def dump(self) -> dict[str, Any]:
        """Plain JSON."""
        weeks = {name: [w.decided, w.suggested, w.right, w.delegated] for name, w in self.weeks.items()}
        return {
            "weeks": weeks, "scopes": dict(self.scopes), "missing": dict(self.missing),
            "bands": {name: list(counts) for name, counts in self.bands.items()},
            "others": {name: list(counts) for name, counts in self.others.items()},
        }  # fmt: skip

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Measures:
        """What `dump` gave."""
        weeks = {name: Week(*counts) for name, counts in data["weeks"].items()}
        bands = {name: tuple(counts) for name, counts in data["bands"].items()}
        others = {name: tuple(counts) for name, counts in data["others"].items()}
        return cls(weeks, data["scopes"], bands, data["missing"], others)


def _plus(counts: Counts, name: str, *more: int) -> dict[str, tuple[int, ...]]:
    before = counts.get(name, (0,) * len(more))
    return {**counts, name: tuple(a + int(b) for a, b in zip(before, more, strict=True))}
