"""Bodies of the agents' calls: claim, keep the lease, ask, hand back, give back."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from task_assistant.domain import limits
from task_assistant.domain.task import QuestionKind
from task_assistant.wire.fields import (
    Count,
    Flag,
    Labels,
    Link,
    Slug,
    TaskId,
    Text,
    Utf8,
    distinct,
    refuse,
)
from task_assistant.wire.requests import UNSENT, Request

ClaimToken = Annotated[
    str,
    Text(200, blank=False),
    Field(description="The `claim_token` of the claim answer.", examples=["w3Jk…"]),
]
WorkNote = Annotated[str, Text(limits.NOTE)]


class ClaimRequest(Request):
    """What to claim: nothing for the next task, `task_id` for one by name; `resume` for the caller's own claim again.

    `wait_seconds` waits for work to arrive. `scoped_key` also answers a bearer key for this one claim.
    """

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"wait_seconds": 30, "lease_seconds": 1800},)

    task_id: TaskId | None = None
    resume: Flag = False
    lease_seconds: Annotated[
        int, Field(strict=True, ge=limits.LEASE_SECONDS[0], le=limits.LEASE_SECONDS[1])
    ] = limits.LEASE_DEFAULT  # fmt: skip
    wait_seconds: Annotated[int, Field(strict=True, ge=0, le=limits.WAIT_SECONDS)] = 0
    labels: Annotated[Labels, Field(description="Only tasks with one of these labels.")] = ()
    origin: Annotated[Slug | None, Field(description="Only tasks of this origin.")] = None
    session: Annotated[str, Text(limits.SESSION), Field(description="Your own name for this run.")] | None = (
        None
    )
    scoped_key: Flag = False


class UsageReport(Request):
    """What the work used; each part optional. `cost` is a decimal number as text, `currency` an ISO 4217 code."""

    input_tokens: Count = UNSENT
    output_tokens: Count = UNSENT
    cost: Annotated[
        str, Text(20, pattern=r"[0-9]{1,12}(?:\.[0-9]{1,6})?", shape='a decimal number as text, such as "0.12"')
    ] = UNSENT  # fmt: skip
    currency: Annotated[str, Text(3, pattern="[A-Z]{3}", shape="three capital letters such as USD")] = UNSENT
    model: Annotated[str, Text(100, trim=True, blank=False)] = UNSENT


class Heartbeat(Request):
    """Says that the holder is still at it."""

    claim_token: ClaimToken


class Progress(Request):
    """How far the work is; renews the lease as a heartbeat does."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"claim_token": "w3Jk…", "note": "halfway"},)

    claim_token: ClaimToken
    note: Annotated[str, Text(limits.NOTE, blank=False)]
    usage: UsageReport | None = None


class Ask(Request):
    """A question to the person. It ends the claim and blocks the task until it is answered."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "claim_token": "w3Jk…",
            "question": "Which version number?",
            "kind": "decision",
            "options": ["1.0", "0.9"],
            "recommendation": "1.0",
        },
    )

    claim_token: ClaimToken
    question: Annotated[str, Text(limits.QUESTION, blank=False)]
    kind: QuestionKind
    options: Annotated[
        tuple[Annotated[str, Text(limits.OPTION, trim=True, blank=False)], ...],
        AfterValidator(distinct(limits.OPTIONS)),
        Field(json_schema_extra={"maxItems": limits.OPTIONS}),
    ] = ()
    recommendation: Annotated[str, Text(limits.QUESTION)] | None = None


class Artifact(Request):
    """One text of a result: a diff, a draft, a table, a log."""

    name: Annotated[str, Text(limits.ARTIFACT_NAME, trim=True, blank=False)]
    type: Annotated[
        str, Text(100, pattern=r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+", shape="a media type such as text/x-diff")
    ] = "text/plain"  # fmt: skip
    text: Annotated[str, Utf8(limits.ARTIFACT_BYTES)]

    def given(self) -> dict[str, Any]:
        """All three parts, the type also when it was left out."""
        return {"name": self.name, "type": self.type, "text": self.text}


def _together(artifacts: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
    if sum(len(artifact.text.encode()) for artifact in artifacts) > limits.ARTIFACTS_BYTES:
        raise refuse(f"must have at most {limits.ARTIFACTS_BYTES:,} bytes of UTF-8 together")
    return artifacts


class Submit(Request):
    """The result. It ends the claim and waits for the person's review."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "claim_token": "w3Jk…",
            "summary": "Revised the numbers and sent the draft.",
            "links": ["https://example.org/draft"],
            "refs": ["repo@branch"],
            "artifacts": [{"name": "change.diff", "type": "text/x-diff", "text": "-1\n+2\n"}],
            "evidence": "All checks pass.",
            "not_done": "The appendix.",
            "usage": {"input_tokens": 1200, "output_tokens": 300, "cost": "0.12", "currency": "USD"},
        },
    )

    claim_token: ClaimToken
    summary: Annotated[str, Text(limits.SUMMARY, blank=False)]
    links: Annotated[tuple[Link, ...], Field(max_length=limits.LINKS)] = ()
    refs: Annotated[
        tuple[Annotated[str, Text(limits.OPTION, trim=True, blank=False)], ...], Field(max_length=limits.LINKS)
    ] = ()  # fmt: skip
    artifacts: Annotated[
        tuple[Artifact, ...], Field(max_length=limits.ARTIFACTS), AfterValidator(_together)
    ] = ()  # fmt: skip
    evidence: Annotated[str, Text(limits.EVIDENCE)] | None = None
    not_done: Annotated[str, Text(limits.NOT_DONE)] | None = None
    usage: UsageReport | None = None


class Release(Request):
    """Gives the task back: `handoff` for the next worker, `failed` counts as an attempt, `declined` to triage."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"claim_token": "w3Jk…", "note": "Tests are green up to step 3.", "outcome": "handoff"},
    )

    claim_token: ClaimToken
    note: WorkNote | None = None
    outcome: Literal["handoff", "failed", "declined"] = "handoff"
    usage: UsageReport | None = None
