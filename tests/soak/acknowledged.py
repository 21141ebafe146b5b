"""What the server has said is done, and what may or may not be done because the server died before it answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """An acknowledged write: the task's event of this type at this version, or with this text."""

    task_id: int
    type: str
    version: int | None = None
    text: str | None = None


@dataclass
class Acknowledged:
    """Grows while clients write. `enough` is set once as many requests were answered as the round wants."""

    facts: list[Fact] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    tasks: dict[int, Json] = field(default_factory=dict)
    unanswered: Counter[str] = field(default_factory=Counter)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    _left: int = 0

    def next_round(self, count: int) -> None:
        """Sets `enough` after so many more answers."""
        self._left = count
        self.enough = asyncio.Event()

    def created(self, *tasks: Json) -> None:
        """An answer that names new tasks. Sent again, it may show them as they have become since."""
        for task in tasks:
            self.tasks.setdefault(task["id"], task)
        self.answered(*(Fact(task["id"], "created", version=1) for task in tasks))

    def task(self, kind: str, answer: Json) -> None:
        """An answer that is the task as the write left it."""
        self.answered(Fact(answer["id"], kind, version=answer["version"]))

    def answered(self, *facts: Fact) -> None:
        """One answer, and what it says is done."""
        self.facts += facts
        self.kinds.update(fact.type for fact in facts)
        self._left -= 1
        if self._left <= 0:
            self.enough.set()
