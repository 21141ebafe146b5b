"""Which captured tasks are so alike that one answer may serve them all. Pure; a guess that the person confirms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from task_assistant.domain.task import Task

# A first word that says nothing about what is asked.
EMPTY_WORDS = frozenset({"the", "and", "for", "fwd", "please", "new", "this", "that"})
SHORTEST = 3  # letters of a first word that means something
AROUND = "\"'“”„«»()[]{}<>.,:;!?-–—*#"


@dataclass(frozen=True, slots=True)
class Alike:
    """Other tasks like one, in the order given, and in what: "from Weekly minutes", "begin with “Invoice”"."""

    tasks: tuple[Task, ...]
    why: str


def alike(task: Task, others: Sequence[Task]) -> Alike | None:
    """Those of the others with the same named source, else those of the same origin whose titles begin the same."""
    rest = [other for other in others if other.id != task.id]
    if task.source_name:
        same = tuple(other for other in rest if _source(other) == _source(task))
        if same:
            return Alike(same, f"from {task.source_name}")
    word = first_word(task.title)
    same = tuple(o for o in rest if word and o.origin == task.origin and first_word(o.title) == word)
    return Alike(same, f"begin with “{_shown(task.title)}”") if same else None


def first_word(title: str) -> str:
    """The word that a title begins with, for comparing; nothing for one that says nothing."""
    word = _shown(title).casefold()
    return word if len(word) >= SHORTEST and word not in EMPTY_WORDS else ""


def _shown(title: str) -> str:
    return next((word.strip(AROUND) for word in title.split() if word.strip(AROUND)), "")


def _source(task: Task) -> tuple[str, str]:
    return task.origin, (task.source_name or "").casefold()
