"""Full-text search: what is searched and what counts as a word, so that every store finds the same tasks."""

from __future__ import annotations

import re
import unicodedata

from task_assistant.domain.task import Task

WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Runs of letters and digits, without case and accents; everything else separates and has no meaning of its own."""
    return WORD.findall(text.lower() if text.isascii() else _without_accents(text))


def _without_accents(text: str) -> str:
    folded = unicodedata.normalize(
        "NFKD", text
    ).casefold()  # first apart, so that ornate capitals are folded, too
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in apart if not unicodedata.combining(c))


def searchable(task: Task) -> str:
    """The texts of a task that search looks into."""
    texts = (task.title, task.description, task.source_name, task.source_context, *task.labels)
    return "\n".join(text for text in texts if text)


def finds(text: str, task: Task) -> bool:
    """True when every word of `text` is a whole word of the task; a text without words finds nothing."""
    sought = set(words(text))
    return bool(sought) and sought <= set(words(searchable(task)))
