"""Answers to agents at work and to batches: claims with their context, heartbeats, ingest and bulk."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict

from task_assistant.domain.task import QuestionKind
from task_assistant.wire import examples
from task_assistant.wire.task_answers import Answer, ListedTask, Task


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

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CLAIMED_TASK]})

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

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PULSE]})

    expires_at: datetime
    state: Literal["continue", "stop"]
    why: str | None = None
    changed: list[str]
    messages: list[AgentMessage]


class RejectedItem(Answer):
    """An item of a partial batch that was not taken; indexes count from 0."""

    index: int
    errors: list[dict[str, str]]


class KnownTask(Answer):
    """A task that was captured before and that this key may not read."""

    id: int
    external_id: str


class Ingested(Answer):
    """What became of a batch, each list in input order. `rejected` is there for a partial batch."""

    created: list[ListedTask]
    duplicates: list[ListedTask | KnownTask]
    updated: list[ListedTask | KnownTask]
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
