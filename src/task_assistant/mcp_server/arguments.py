"""What the tools take. Unknown arguments are refused by name; whatever has a sensible default may be left out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from task_assistant.domain import limits
from task_assistant.domain.task import Lane, Owner, QuestionKind, ReviewNeed, Status
from task_assistant.wire.fields import TaskId, Text, distinct
from task_assistant.wire.requests import UNSENT, Request
from task_assistant.wire.triage import Missing
from task_assistant.wire.work import Artifact, UsageReport, WorkNote

MY_TASK = Field(description="Default: the one task that you hold.")
Token = Annotated[str, Text(200, blank=False), Field(description="Only if several sessions share your key.")]
PAGE = 10
MOST = 50


class Nothing(Request):
    """No arguments."""


class ClaimTask(Request):
    """Which task to claim, and how."""

    task_id: Annotated[TaskId | None, Field(description="Default: the best ranked one.")] = None
    resume: Annotated[bool, Field(description="Take your own claim up again.")] = False
    wait_seconds: Annotated[
        int, Field(ge=0, le=limits.WAIT_SECONDS, description="Wait for work to arrive.")
    ] = 0
    lease_seconds: Annotated[int, Field(ge=limits.LEASE_SECONDS[0], le=limits.LEASE_SECONDS[1])] = (
        limits.LEASE_DEFAULT
    )
    labels: Annotated[
        list[str], Field(description="Only tasks with one of these.", max_length=limits.LABELS)
    ] = UNSENT


class GetTask(Request):
    """Which task to read."""

    task_id: Annotated[TaskId | None, MY_TASK] = None


class ListTasks(Request):
    """Which tasks to list."""

    lane: Lane | None = None
    status: Status | None = None
    text: Annotated[str | None, Text(200), Field(description="Full-text search.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE
    cursor: Annotated[str | None, Text(20, pattern="[0-9]{1,9}", shape="the `next` of the last page")] = None


class NewItem(Request):
    """A task to capture."""

    title: Annotated[str, Text(limits.TITLE, trim=True, blank=False)]
    description: Annotated[str, Text(limits.DESCRIPTION)] | None = None
    priority: Annotated[int, Field(ge=1, le=5)] = UNSENT
    assignee: Annotated[Owner, Field(description="A proposal, unless your key may assign.")] = UNSENT
    labels: Annotated[list[str], Field(max_length=limits.LABELS)] = UNSENT
    due_at: Annotated[str | None, Field(description="RFC 3339; only a real deadline.")] = UNSENT
    recurrence: Annotated[str | None, Field(description="Such as every friday, or an RRULE.")] = UNSENT
    source_name: str | None = UNSENT
    source_url: str | None = UNSENT
    source_context: str | None = UNSENT
    external_id: Annotated[str | None, Field(description="Default: made of today and the texts.")] = UNSENT


class CreateTasks(Request):
    """Tasks to capture in one transaction."""

    tasks: Annotated[list[NewItem], Field(min_length=1, max_length=100)]
    origin: Annotated[str, Text(32, pattern=r"[a-z0-9_-]{1,32}", shape="a slug such as email")] = "codex"


class GetTriage(Request):
    """How many captures to read."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE


class Why(Request):
    """A reason."""

    signal: Annotated[str, Text(limits.SIGNAL)]
    evidence: Annotated[str, Text(limits.EVIDENCE_OF_REASON), Field(description="The task's own words.")]


class ProposeAssessment(Request):
    """Whose a capture is, and why."""

    task_id: TaskId
    suggested_assignee: Annotated[
        Literal["codex", "me", "ask"],
        Field(description="codex: an agent; me: the person; ask: `question` first."),
    ]
    agent_probability: Annotated[float, Field(ge=0, le=1)]
    reasons: Annotated[list[Why], Field(min_length=1, max_length=limits.REASONS)]
    missing: list[Missing] = UNSENT
    review: ReviewNeed = UNSENT
    next_action: str | None = UNSENT
    question: str | None = UNSENT


class OfClaim(Request):
    """Which claim the call is about."""

    task_id: Annotated[TaskId | None, MY_TASK] = None
    claim_token: Token | None = None


class UpdateProgress(OfClaim):
    """How far the work is."""

    note: Annotated[str, Text(limits.NOTE)] | None = None
    usage: UsageReport | None = None


class AskHuman(OfClaim):
    """A question to the person."""

    question: Annotated[str, Text(limits.QUESTION, blank=False)]
    kind: QuestionKind = QuestionKind.INFORMATION
    options: Annotated[
        tuple[Annotated[str, Text(limits.OPTION, trim=True, blank=False)], ...],
        AfterValidator(distinct(limits.OPTIONS)),
    ] = ()
    recommendation: Annotated[str, Text(limits.QUESTION)] | None = None


class SubmitForReview(OfClaim):
    """A result."""

    summary: Annotated[str, Text(limits.SUMMARY, blank=False)]
    links: Annotated[list[str], Field(max_length=limits.LINKS)] = UNSENT
    refs: Annotated[list[str], Field(max_length=limits.LINKS, description="repo@branch")] = UNSENT
    artifacts: Annotated[tuple[Artifact, ...], Field(max_length=limits.ARTIFACTS)] = UNSENT
    evidence: Annotated[str, Text(limits.EVIDENCE)] | None = UNSENT
    not_done: Annotated[str, Text(limits.EVIDENCE)] | None = UNSENT
    usage: UsageReport | None = UNSENT


class ReleaseTask(OfClaim):
    """How a claim ends without a result."""

    outcome: Literal["handoff", "failed", "declined"] = "handoff"
    note: Annotated[WorkNote | None, Field(description="What the next worker must know.")] = None


class Comment(Request):
    """A comment."""

    text: Annotated[str, Text(limits.COMMENT, blank=False)]
    task_id: Annotated[TaskId | None, MY_TASK] = None


def schema_of(model: type[Request]) -> dict[str, Any]:
    """The JSON Schema that agents pay to read: without what they can do without."""
    schema: dict[str, Any] = slim(model.model_json_schema())
    schema.pop("description", None)
    schema.setdefault("properties", {})
    return schema


def slim(node: Any) -> Any:
    """A schema without titles, examples, lengths and empty defaults; the server checks those all the same."""
    if isinstance(node, list):
        return [slim(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node:
        kinds = [each for each in node["anyOf"] if each != {"type": "null"}]
        if len(kinds) == 1:
            node = {**kinds[0], **{name: value for name, value in node.items() if name != "anyOf"}}
    kept = {name: slim(value) for name, value in node.items() if not _spare(name, value)}
    if "enum" in kept or ("properties" in kept and "$defs" not in kept):
        kept.pop("description", None)
    return kept


def _spare(name: str, value: Any) -> bool:
    if name in (
        "title",
        "examples",
        "maxLength",
        "minLength",
        "pattern",
        "x-shape",
        "maxItems",
        "uniqueItems",
    ):
        return not isinstance(value, dict)
    return name == "default" and (value is None or value in ([], ()))
