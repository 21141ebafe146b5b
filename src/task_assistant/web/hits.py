"""Where a search hit lies: pieces of a text with the sought words marked, and the stretch around the first of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from task_assistant.domain.search import words
from task_assistant.domain.task import Task

WORD = re.compile(r"[^\W_]+")
AROUND = 70
SHOWN = 220


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; `hit` when it is a word that was sought."""

    text: str
    hit: bool = False


def marked(text: str, sought: str) -> tuple[Part, ...]:
    """The text in parts, the sought words apart; the parts together are the text."""
    wanted = set(words(sought))
    parts: list[Part] = []
    end = 0
    for found in WORD.finditer(text):
        if wanted.isdisjoint(words(found[0])):
            continue
        if found.start() > end:
            parts.append(Part(text[end : found.start()]))
        parts.append(Part(found[0], hit=True))
        end = found.end()
    return (*parts, Part(text[end:])) if end < len(text) else tuple(parts)


def snippet(task: Task, sought: str) -> tuple[Part, ...]:
    """A stretch of description or source around the first hit there; empty when only the title has one."""
    for text in (task.description, task.source_context, task.source_name):
        parts = marked(_near(text or "", sought), sought)
        if any(part.hit for part in parts):
            return parts
    return ()


def _near(text: str, sought: str) -> str:
    """One line of at most SHOWN characters that holds the first hit, if there is one."""
    line = " ".join(text.split())
    before = marked(line, sought)
    first = 0
    for part in before:
        if part.hit:
            break
        first += len(part.text)
    start = max(0, first - AROUND)
    end = start + SHOWN
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
