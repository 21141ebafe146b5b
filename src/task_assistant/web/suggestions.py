"""What is suggested for a task, as every page shows it: whom, how sure, why, and what to ask first.

The texts come from the task, from agents or from the assessor: all are plain, and escaping is the template's, always.
"""

from __future__ import annotations

from dataclasses import dataclass

from task_assistant.domain import assessment
from task_assistant.domain.assessment import BUILTIN
from task_assistant.domain.task import Assessment, Owner, Task
from task_assistant.web.owner_label import agents

SUREST = 99  # percent; nothing that is guessed from words is certain
EVIDENCE = 80  # characters of the words that gave a reason
BROUGHT = "the owner came with the task"
MISSING = {
    "information": "information",
    "decision": "a decision of yours",
    "credential": "a credential",
    "physical": "somebody on the spot",
}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: what kind of sign, the words that gave it, and whether it speaks against the suggestion."""

    signal: str
    words: str
    against: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`owner` in the page's words, empty when `question` comes first; `by` empty for the built-in assessor.

    `codex` says whether agents are suggested. `sure` is the confidence in percent, 0 where nobody said one.
    """

    owner: str
    codex: bool
    by: str
    sure: int
    reasons: tuple[Why, ...]
    question: str
    missing: str
    review_optional: bool
    next: str

    @property
    def value(self) -> str:
        """The owner as the contract names it; empty when there is none."""
        return ("codex" if self.codex else "me") if self.owner else ""


def suggestion(task: Task) -> Suggestion | None:
    """What is suggested for a task that nobody owns; None for others, and where nothing was judged."""
    if task.assignee is not Owner.UNASSIGNED or not task.active:
        return None
    found, owner = assessment.shown(task), assessment.suggestion(task)
    wished = _wish(task)
    if found is None:
        return _plain_wish(owner, wished) if wished else None
    agrees = found.suggested_assignee is owner
    return Suggestion(
        owner=_words(owner),
        codex=owner is Owner.CODEX,
        by=wished or ("" if found.assessed_by == BUILTIN else named(found.assessed_by)),
        sure=min(round(found.confidence * 100), SUREST) if owner and agrees else 0,
        reasons=_reasons(found) if agrees else _but(found),
        question=line(found.question or "") if owner is None else "",
        missing=", ".join(MISSING.get(name, name) for name in found.missing),
        review_optional=found.review == "optional",
        next=line(found.next_action or "") if found.assessed_by != BUILTIN else "",
    )


def _wish(task: Task) -> str:
    """Who asked for an owner without giving reasons: a key that brought the task."""
    proposal = task.proposal
    wished = proposal is not None and proposal.assessment is None and proposal.assignee is not None
    return named(proposal.by) if proposal is not None and wished else ""


def _plain_wish(owner: Owner | None, by: str) -> Suggestion:
    why = (Why("source", BROUGHT, against=False),)
    return Suggestion(_words(owner), owner is Owner.CODEX, by, 0, why, "", "", review_optional=False, next="")


def _but(found: Assessment) -> tuple[Why, ...]:
    """Why an owner is suggested that only the key asked for, and what its words say instead."""
    whose = _words(found.suggested_assignee)
    read = Why("read here as", f"for {whose}" if whose else "to be asked about first", against=True)
    strongest = tuple(
        Why(why.signal, why.words, against=True) for why in _reasons(found)[:1] if not why.against
    )
    return (Why("source", BROUGHT, against=False), read, *strongest)


def _words(owner: Owner | None) -> str:
    return "" if owner is None else agents() if owner is Owner.CODEX else "you"


def _reasons(found: Assessment) -> tuple[Why, ...]:
    return tuple(Why(line(why.signal), line(why.evidence), why.points < 0) for why in found.reasons)


def named(actor: str) -> str:
    """An actor, or an assessor that is none, as the pages name it."""
    kind, _, name = actor.partition(":")
    return {"human": "you", "system": "the server"}.get(kind, name or kind)


def line(text: str, most: int = EVIDENCE * 2) -> str:
    """Text in one line, cut."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
