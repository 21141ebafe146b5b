"""The body of a proposed assessment."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from task_assistant.domain import limits
from task_assistant.domain.task import ReviewNeed
from task_assistant.wire.fields import Text, distinct, refuse
from task_assistant.wire.requests import Request

Missing = Literal["information", "decision", "credential", "physical"]


class ReasonGiven(Request):
    """Why: a signal in a word or two, the words of the task that gave it, and its points (negative: against)."""

    signal: Annotated[str, Text(limits.SIGNAL, trim=True, blank=False)]
    evidence: Annotated[str, Text(limits.EVIDENCE_OF_REASON, trim=True, blank=False)]
    points: Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)] = 1.0

    def given(self) -> dict[str, Any]:
        """All three parts, the points also when they were left out."""
        return {"signal": self.signal, "evidence": self.evidence, "points": self.points}


class ProposedAssessment(Request):
    """Who should do the next step, and why. With `suggested_assignee` null, `question` says what to ask first.

    It is advice: the person accepts it or not, and `review` changes nothing by itself.
    """

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "suggested_assignee": "codex",
            "agent_probability": 0.83,
            "missing": [],
            "review": "required",
            "next_action": "Draft the reply from the thread",
            "reasons": [{"signal": "writing", "evidence": "Draft", "points": 1.4}],
        },
    )

    suggested_assignee: Literal["codex", "me"] | None
    agent_probability: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    missing: Annotated[tuple[Missing, ...], AfterValidator(distinct(4))] = ()
    review: ReviewNeed = ReviewNeed.REQUIRED
    next_action: Annotated[str, Text(limits.TITLE, trim=True)] | None = None
    question: Annotated[str, Text(limits.QUESTION, trim=True, blank=False)] | None = None
    reasons: Annotated[tuple[ReasonGiven, ...], Field(min_length=1, max_length=limits.REASONS)]

    @model_validator(mode="after")
    def _says_what_or_asks(self) -> Self:
        if self.suggested_assignee is None and self.question is None:
            raise refuse('must have "question" when suggested_assignee is null: what to ask first')
        return self
