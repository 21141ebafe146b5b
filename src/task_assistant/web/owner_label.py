"""What the pages call the owner `codex`: the words that the person chose, the same in a whole request.

Like the language of a page it concerns wording only and belongs to the request, so it is kept beside it instead of
being handed through every function that makes a sentence.
"""

from __future__ import annotations

from contextvars import ContextVar

_LABEL: ContextVar[str] = ContextVar("owner_label", default="agents")


def call_agents(label: str) -> None:
    """From here on this request says `label`."""
    _LABEL.set(label)


def agents() -> str:
    """As in the middle of a sentence: "given to agents"."""
    return _LABEL.get()


def agents_first() -> str:
    """As at the beginning of one, or as a heading: "Agents"."""
    label = _LABEL.get()
    return label[:1].upper() + label[1:]
