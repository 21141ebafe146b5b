"""The answers of the contract as types. Times are RFC 3339 text in UTC; unknown members may be there as well."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Claim(TypedDict):
    """An agent's exclusive hold on a task."""

    agent: str
    attempt: int
    claimed_at: str
    expires_at: str
    note: str | None
    session: str | None


class Question(TypedDict):
    """What an agent or the person needs answered."""

    id: int
    kind: str
    text: str
    options: list[str]
    recommendation: str | None
    asked_by: str
    asked_at: str
    answer: str | None
    answered_at: str | None


class Artifact(TypedDict):
    """One text of a result, without the text."""

    n: int
    name: str
    type: str
    size: int


class Result(TypedDict):
    """What an agent handed back."""

    round: int
    summary: str
    links: list[str]
    refs: list[str]
    evidence: str | None
    not_done: str | None
    artifacts: list[Artifact]
    usage: dict[str, Any] | None
    submitted_by: str
    submitted_at: str


class Reason(TypedDict):
    """A signal, the words that gave it, and its weight."""

    signal: str
    evidence: str
    points: float


class Assessment(TypedDict):
    """The readiness judgement on a task."""

    suggested_assignee: Literal["codex", "me"] | None
    agent_probability: float
    missing: list[str]
    review: str
    next_action: str | None
    question: str | None
    assessed_by: str
    assessed_at: str
    reasons: list[Reason]


class Task(TypedDict):
    """A task; lists cut long texts and say so in `truncated`."""

    id: int
    title: str
    description: str | None
    status: str
    assignee: str
    agent: str | None
    lane: str | None
    origin: str
    priority: int
    due_at: str
    due_is_estimated: bool
    reminder_at: str | None
    recurrence: dict[str, Any] | None
    source_name: str | None
    source_url: str | None
    source_context: str | None
    source_state: str | None
    external_id: str | None
    labels: list[str]
    depends_on: list[int]
    deferred_until: str | None
    review: str
    private: bool
    claimable: bool
    claim: Claim | None
    question: Question | None
    result: Result | None
    assessment: Assessment | None
    proposal: NotRequired[dict[str, Any] | None]
    version: int
    created_at: str
    updated_at: str
    completed_at: str | None
    rank: NotRequired[dict[str, Any]]
    truncated: NotRequired[list[str]]


class Context(TypedDict):
    """What the next worker must know, newest first."""

    feedback: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    previous: list[dict[str, Any]]
    dependencies: list[dict[str, Any]]
    comments: list[dict[str, Any]]


class ClaimedTask(Task):
    """A claimed task in full, the token that proves the claim, and its context."""

    claim_token: str
    claim_key: NotRequired[str | None]
    context: Context


class Pulse(TypedDict):
    """The answer to a heartbeat: whether to go on, and the news since the last one."""

    expires_at: str
    state: Literal["continue", "stop"]
    why: NotRequired[str | None]
    changed: list[str]
    messages: list[dict[str, Any]]


class Summary(TypedDict):
    """The counts of the whole board."""

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


class Queue(TypedDict):
    """The ranked queue."""

    summary: Summary
    tasks: list[Task]


class Ingested(TypedDict):
    """What became of a batch."""

    created: list[Task]
    duplicates: list[Task]
    updated: list[Task]
    rejected: NotRequired[list[dict[str, Any]]]


class Event(TypedDict):
    """One line of the history."""

    seq: int
    id: str
    type: str
    task_id: int | None
    actor: str
    via: str
    at: str
    version: int | None
    changes: dict[str, list[Any]]
    request_id: str | None
    text: NotRequired[str]
    undoes: NotRequired[str]


class Me(TypedDict):
    """Who the caller is."""

    name: str
    role: Literal["owner", "agent", "adapter", "reader"]
    actor: str
    labels: list[str]
    origins: list[str]
    may_assign: bool
    may_triage: bool
    may_relay: bool
    task_id: int | None
    version: str
    features: list[str]


class Key(TypedDict):
    """A key; `key` is its secret, told once."""

    id: str
    role: str
    name: str
    labels: list[str]
    origins: list[str]
    may_assign: bool
    may_triage: bool
    may_relay: bool
    created_at: str
    last_used_at: str | None
    key: NotRequired[str]


class CalendarAddress(TypedDict):
    """The calendar address; `url` is told once, when it is made."""

    created_at: str | None
    url: str | None


class Source(TypedDict):
    """How a source is."""

    source_id: str
    source_name: str
    adapter_type: str
    status: str
    error_code: str | None
    error_message: str | None
    action_url: str | None
    last_checked_at: str
    last_success_at: str | None
    last_error_at: str | None
    stale: bool
