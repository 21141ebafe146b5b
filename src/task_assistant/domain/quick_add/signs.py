"""Words with a sign: `!2`, `!private`, `@me`, `#finance`. They count anywhere in the line."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from task_assistant.domain import limits
from task_assistant.domain.quick_add.result import Kind
from task_assistant.domain.quick_add.vocabulary import OWNERS
from task_assistant.domain.quick_add.words import CLOSING
from task_assistant.domain.task import Owner

FOR: dict[Owner, str] = {
    Owner.ME: "for me",
    Owner.CODEX: "for an AI agent",
    Owner.UNASSIGNED: "for nobody yet",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word or phrase says: `value` as the field has it, or None with the reason why it stays in the title."""

    kind: Kind
    value: object
    sentence: str


def read(typed: str) -> Reading | None:
    """What the word says, None for a word of the title."""
    reader = _READERS.get(typed[:1])
    return reader(typed[1:].rstrip(CLOSING)) if reader else None


def priority(value: int) -> Reading:
    """A priority from 1 to 5."""
    return Reading(Kind.PRIORITY, value, f"priority {value}")


def _exclamation(rest: str) -> Reading | None:
    if rest.lower() == "private":
        return Reading(Kind.PRIVATE, True, "private: shown to nobody but you")
    if not (rest.isascii() and rest.isdigit()):
        return None
    if rest in {"1", "2", "3", "4", "5"}:
        return priority(int(rest))
    return Reading(Kind.PRIORITY, None, "priorities go from !1, the most urgent, to !5")


def _at(rest: str) -> Reading | None:
    owner = OWNERS.get(rest.lower())
    if owner is not None:
        return Reading(Kind.OWNER, owner, FOR[owner])
    if not rest or not all(c.isalnum() or c in "-_" for c in rest):
        return None
    return Reading(Kind.OWNER, None, "the next step can be for @me, @codex (also @agent, @ai) or @nobody")


def _number_sign(rest: str) -> Reading | None:
    """A label needs a letter: #118 is an issue.

    Labels are lower-cased, because filters and the limits of keys compare them exactly and phones capitalise.
    """
    if not any(c.isalpha() for c in rest) or not all(_of_label(c) for c in rest):
        return None
    label = unicodedata.normalize("NFC", unicodedata.normalize("NFC", rest).lower())
    if len(label) > limits.LABEL:
        return Reading(
            Kind.LABEL, None, f"a label has at most {limits.LABEL} characters; this one has {len(label)}"
        )
    return Reading(Kind.LABEL, label, f"label {label}")


def _of_label(c: str) -> bool:
    return c.isalnum() or c in "-_/" or unicodedata.category(c).startswith("M")  # vowel signs, accents


_READERS: dict[str, Callable[[str], Reading | None]] = {"!": _exclamation, "@": _at, "#": _number_sign}
