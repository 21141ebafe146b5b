"""What lies around a title: what its description orders, what there is to start from, and labels of a kind of work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from task_assistant.domain.readiness.lexicon import words
from task_assistant.domain.readiness.matter import Matter
from task_assistant.domain.readiness.reading import READ, Reading, read
from task_assistant.domain.readiness.votes import Side, Vote

FIRST = re.compile(r"[^\n.?!]{1,300}[.?!]?")  # the first sentence
LINK = re.compile(r"https?://\S|\bwww\.\S")
FILE = re.compile(
    r"\b[\w-]{1,60}\.(?:pdf|docx?|xlsx?|pptx?|csv|md|txt|py|js|ts|html|png|jpe?g|zip|json|odt|ods)\b"
)
# Labels that many people use for a kind of work, as in Getting Things Done; what others mean, decisions teach.
LABELS: tuple[tuple[str, Side, frozenset[str]], ...] = (
    (
        "place",
        "human",
        words("errand errands shopping outside town store home house garden household chores"),
    ),
    ("voice", "human", words("call calls phone talk agenda meeting meetings")),
    ("body", "human", words("workout fitness health sport")),
    ("code", "agent", words("code coding bug bugs dev development refactoring")),
    ("research", "agent", words("research lookup computer online web")),
    ("writing", "agent", words("writing drafts docs documentation")),
)


def told(matter: Matter, line: Reading) -> Reading | None:
    """The first sentence of the description, where the title is a bare noun and that sentence says what to do."""
    if line.verbs or line.sentence or not matter.described:
        return None
    first = FIRST.search((matter.description or "")[:READ])
    found = read(first[0].strip()) if first else None
    return found if found and (found.verbs or found.sentence) else None


def around(matter: Matter) -> Iterator[str]:
    """The names of what there is to start from."""
    text = f"{matter.title[:READ]}\n{(matter.description or '')[:READ]}"
    linked = ("://" in text or "www." in text) and LINK.search(text)
    there = {
        "thread": matter.thread, "described": matter.described, "link": linked,
        "file": "." in text and FILE.search(text),
    }  # fmt: skip
    return (f"context.{name}" for name, yes in there.items() if yes)


def labelled(labels: Iterable[str]) -> Iterator[Vote]:
    """A mild sign for a label that names a kind of work."""
    for label in labels:
        for signal, side, known in LABELS:
            if label.lower().strip("@#") in known:
                yield Vote(signal, side, 1.0, f"#{label}"[:60], f"label.{side}")
