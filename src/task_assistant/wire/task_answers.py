"""Answers about tasks: the task in full, in a list, in the queue, and what belongs to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from task_assistant.domain.task import Lane, Owner, QuestionKind, ReviewNeed, Status
from task_assistant.wire import examples


class Answer(BaseModel):
    """Clients ignore fields that they do not know: fields are only ever added."""

    model_config = ConfigDict(frozen=True)


class Claim(Answer):
    """An agent's exclusive hold on a task until `expires_at`."""

    agent: str
    attempt: int
    claimed_at: datetime
    expires_at: datetime
    note: str | None
    session: str | None


class Question(Answer):
    """What somebody needs from the person before the task can go on. `about` marks the server's own questions."""

    id: int
    kind: QuestionKind
    text: str
    options: list[str]
    recommendation: str | None
    asked_by: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None
    until: datetime | None
    about: str | None


class ArtifactInfo(Answer):
    """One text of a result; read it with GET /api/tasks/{id}/artifacts/{n}. `size` in bytes of UTF-8."""

    n: int
    name: str
    type: str
    size: int


class Usage(Answer):
    """What the work used, as far as the agent said."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: str | None = None
    currency: str | None = None
    model: str | None = None


class Result(Answer):
    """What an agent handed back for review."""

    round: int
    summary: str
    links: list[str]
    refs: list[str]
    evidence: str | None
    not_done: str | None
    artifacts: list[ArtifactInfo]
    usage: Usage | None
    submitted_by: str
    submitted_at: datetime


class Reason(Answer):
    """A signal of the assessment, and the words that gave it."""

    signal: str
    evidence: str
    points: float


class Assessment(Answer):
    """The readiness judgement on a task."""

    suggested_assignee: Literal["codex", "me"] | None
    agent_probability: float
    missing: list[Literal["information", "decision", "credential", "physical"]]
    review: ReviewNeed
    next_action: str | None
    question: str | None
    assessed_by: str
    assessed_at: datetime
    reasons: list[Reason]


class Proposal(Answer):
    """What a key without the right to assign asked for: a suggestion to the person in triage."""

    by: str
    assignee: Owner | None
    review: ReviewNeed | None


class Recurrence(Answer):
    """How a task comes again. `starts_at` is this instance's date in its series; `words` says the rule."""

    rule: str
    zone: str
    starts_at: datetime
    after_done: bool
    words: str


class Task(Answer):
    """A task in full."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TASK]})

    id: int
    title: str
    description: str | None
    status: Status
    assignee: Owner
    agent: str | None
    lane: Lane | None
    origin: str
    priority: Annotated[int, Field(ge=1, le=5)]
    due_at: datetime
    due_is_estimated: bool
    reminder_at: datetime | None
    reminder_last_sent_at: datetime | None
    source_name: str | None
    source_url: str | None
    source_context: str | None
    source_state: str | None
    external_id: str | None
    labels: list[str]
    depends_on: list[int]
    deferred_until: datetime | None
    recurrence: Recurrence | None
    review: ReviewNeed
    private: bool
    claimable: bool
    claim: Claim | None
    question: Question | None
    result: Result | None
    assessment: Assessment | None
    proposal: Proposal | None
    version: int
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None


class ListedTask(Task):
    """A task of a list: `truncated` names the texts that were cut to 280 characters (`full=true` sends all)."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LISTED_TASK]})

    truncated: list[Literal["description", "source_context"]]


class RankReason(Answer):
    """One factor of the rank: its points, and why in a sentence."""

    factor: str
    points: int
    why: str


class Rank(Answer):
    """Where a task stands in the queue (from 1) and why."""

    position: int
    score: int
    reasons: list[RankReason]


class RankedTask(ListedTask):
    """A task of the queue."""

    model_config = ConfigDict(json_schema_extra={"examples": examples.QUEUE["tasks"]})

    rank: Rank


class Summary(Answer):
    """Counts of active tasks over the whole board, whatever the filter."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUMMARY]})

    active: int
    overdue: int
    due_soon: int
    codex_ready: int
    human_input: int
    review: int
    blocked: int
    unassigned: int
    working: int
    waiting: int


class Queue(Answer):
    """What to do next, best first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.QUEUE]})

    summary: Summary
    tasks: list[RankedTask]
