"""What the server answers, as models: for OpenAPI, for the typed client, and for tests that hold `render` to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from task_assistant.domain.history import EventType
from task_assistant.domain.task import Lane, Owner, QuestionKind, ReviewNeed, Status


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


class Task(Answer):
    """A task in full."""

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

    rank: Rank


class Summary(Answer):
    """Counts of active tasks over the whole board, whatever the filter."""

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

    summary: Summary
    tasks: list[RankedTask]


class Feedback(Answer):
    """What the reviewer wants done differently."""

    round: int | None
    text: str
    at: datetime


class GivenAnswer(Answer):
    """A question about the task that was answered."""

    question_id: int
    kind: QuestionKind
    question: str
    answer: str
    answered_at: datetime


class Attempt(Answer):
    """An earlier attempt at the task."""

    attempt: int
    agent: str
    outcome: str
    note: str | None
    summary: str | None


class Dependency(Answer):
    """A task that this one depends on."""

    id: int
    title: str
    summary: str | None


class Comment(Answer):
    """A comment, numbered within its task."""

    id: int
    text: str
    by: str
    at: datetime


class Context(Answer):
    """What the next worker must know, newest first; the reviewer's feedback comes first of all."""

    feedback: list[Feedback]
    answers: list[GivenAnswer]
    previous: list[Attempt]
    dependencies: list[Dependency]
    comments: list[Comment]


class ClaimedTask(Task):
    """A claimed task with the token that proves the claim, and what the worker must know.

    `claim_key` is there when `scoped_key` was asked for: a bearer key for this task that dies with the claim.
    """

    claim_token: str
    context: Context
    claim_key: str | None = None


class AgentMessage(Answer):
    """A comment for the holder of a claim."""

    id: int
    text: str
    at: datetime


class Pulse(Answer):
    """Whether to go on, and the news since the last heartbeat: changed fields and comments."""

    expires_at: datetime
    state: Literal["continue", "stop"]
    why: str | None = None
    changed: list[str]
    messages: list[AgentMessage]


class RejectedItem(Answer):
    """An item of a partial batch that was not taken; indexes count from 0."""

    index: int
    errors: list[dict[str, str]]


class Ingested(Answer):
    """What became of a batch, each list in input order. `rejected` is there for a partial batch."""

    created: list[ListedTask]
    duplicates: list[ListedTask]
    updated: list[ListedTask]
    rejected: list[RejectedItem] | None = None


class BulkOutcome(Answer):
    """What became of one task: the task as it now is, or the problem."""

    id: int
    ok: bool
    task: Task | None = None
    problem: dict[str, Any] | None = None


class BulkAnswer(Answer):
    """One outcome for each id, in the order of the ids."""

    results: list[BulkOutcome]


class Event(Answer):
    """One line of the append-only history."""

    seq: int
    id: str
    type: EventType
    task_id: int | None
    actor: str
    via: Literal["browser", "cli", "api", "mcp", "system"]
    at: datetime
    version: int | None
    changes: dict[str, Annotated[list[Any], Field(min_length=2, max_length=2)]]
    request_id: str | None
    text: str | None = None
    undoes: str | None = None


class EventPage(Answer):
    """Events after a position, and the position to go on from."""

    events: list[Event]
    next: int


class Me(Answer):
    """Who the caller is, and what this server can do."""

    name: str
    role: Literal["owner", "agent", "adapter", "reader"]
    actor: str
    labels: list[str]
    origins: list[str]
    may_assign: bool
    may_triage: bool
    task_id: int | None
    version: str
    features: list[str]


class Key(Answer):
    """A key without its secret."""

    id: str
    role: Literal["owner", "agent", "adapter", "reader"]
    name: str
    labels: list[str]
    origins: list[str]
    may_assign: bool
    may_triage: bool
    created_at: datetime
    last_used_at: datetime | None


class MintedKey(Key):
    """A new key with its secret in `key`, which is shown this once."""

    key: str


class PausedAgents(Answer):
    """Who is paused now: names, `*` for all."""

    paused: list[str]


class Source(Answer):
    """How a source is doing."""

    source_id: str
    source_name: str
    adapter_type: str
    status: str
    items_checked: int | None
    candidates: int | None
    created: int | None
    duplicates: int | None
    ignored: int | None
    suppressed: int | None
    error_code: str | None
    error_message: str | None
    action_url: str | None
    last_checked_at: datetime
    last_success_at: datetime | None
    last_error_at: datetime | None
    stale: bool


class Decision(Answer):
    """What became of an item of a source."""

    content_fingerprint: str
    decision: Literal["created", "duplicate", "ignored", "needs_review", "failed"]
    reason: str | None
    decided_by: str
    task_id: int | None
    revisit_after: datetime | None
    decided_at: datetime


class CheckedItem(Answer):
    """Whether an item needs a look, and what was decided about it before."""

    source_item_id: str
    content_fingerprint: str
    should_process: bool
    existing_decision: Decision | None


class IngestionAnswer(Answer):
    """One answer for each item, in input order."""

    source_id: str
    items: list[CheckedItem]


class Healthy(Answer):
    """The process runs, or is ready to work."""

    status: Literal["ok"]
