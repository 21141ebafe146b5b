"""What was learned from the person's decisions: a fold over the event feed, so that it can always be rebuilt from it.

The newest lessons are kept as they came, on top of what the older ones made: a decision that is undone soon after is
taken out as if it had never been, instead of being answered with its opposite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.measures import Measures
from task_assistant.domain.plain import to_plain
from task_assistant.domain.readiness import Delta, Features
from task_assistant.domain.times import from_text

RECENT = 100  # lessons that can be taken out again exactly


@dataclass(frozen=True, slots=True)
class Lesson:
    """One decision: the event that told it, when, and what it teaches (domain.lessons)."""

    event: str
    at: datetime
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taught:
    """What a row of lessons made of the prior, and how good the suggestions were."""

    delta: Delta = field(default_factory=Delta)
    measures: Measures = field(default_factory=Measures)

    def after(self, lesson: Lesson) -> Taught:
        """With one more lesson."""
        said = lesson.said
        measures = self.measures
        if said.get("decides") and said.get("seen"):
            measures = measures.with_decision(said, lesson.at)
        return Taught(self.delta.learn(_features(said), said["agent"], said["weight"]), measures)

    def against(self, said: Mapping[str, Any]) -> Taught:
        """After an old lesson was taken back: its opposite is learned, and it counts as no decision any more."""
        delta = self.delta.learn(_features(said), said["agent"], said["weight"])
        return replace(self, delta=replace(delta, count=max(delta.count - 2, 0)))


@dataclass(frozen=True, slots=True)
class Learned:
    """`now` is `base` with the `recent` lessons on top. The same events in order make the same."""

    base: Taught = field(default_factory=Taught)
    recent: tuple[Lesson, ...] = ()
    now: Taught = field(default_factory=Taught)

    def told(self, event: Event) -> Learned:
        """After one more event; most change nothing."""
        if event.type is EventType.LEARNING_RESET:
            fresh = Taught(measures=self.now.measures.only_weeks())
            return Learned(fresh, (), fresh)
        if event.lesson is None:
            return self
        if event.lesson.get("undone"):
            return self._without(event.undoes, event.lesson)
        return self._with(Lesson(event.id, event.at, event.lesson))

    def _with(self, lesson: Lesson) -> Learned:
        recent, base = (*self.recent, lesson), self.base
        if len(recent) > RECENT:
            base, recent = base.after(recent[0]), recent[1:]
        return Learned(base, recent, self.now.after(lesson))

    def _without(self, event: str | None, said: Mapping[str, Any]) -> Learned:
        kept = tuple(lesson for lesson in self.recent if lesson.event != event)
        if len(kept) == len(self.recent):
            base = self.base.against(said)
            return _on(base, kept)
        return _on(self.base, kept)

    def dump(self) -> dict[str, Any]:
        """Plain JSON, without texts."""
        recent = [[one.event, to_plain(one.at), dict(one.said)] for one in self.recent]
        return {"delta": self.base.delta.dump(), "measures": self.base.measures.dump(), "recent": recent}

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Learned:
        """What `dump` gave."""
        base = Taught(Delta.load(data["delta"]), Measures.load(data["measures"]))
        recent = tuple(Lesson(event, from_text(at), said) for event, at, said in data["recent"])
        return _on(base, recent)


def _on(base: Taught, recent: tuple[Lesson, ...]) -> Learned:
    now = base
    for lesson in recent:
        now = now.after(lesson)
    return Learned(base, recent, now)


def _features(said: Mapping[str, Any]) -> Features:
    """In an order of their own: a store may keep the members of an object in any."""
    found = Features.load(said["features"])
    return Features(dict(sorted(found.named.items())), dict(sorted(found.hashed.items())))
