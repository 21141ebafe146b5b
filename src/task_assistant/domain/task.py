"""The task and what belongs to it, as frozen records that change only by copy.

Shapes follow the wire contract; times are aware datetimes in UTC. Fields under "internal" never leave the server.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from task_assistant.domain import due_dates
from task_assistant.domain.recurrence import Recurrence


class Status(StrEnum):
    """Where a task is in its life; `done` and `cancelled` are closed, the others active."""

    BACKLOG = "backlog"
    IN_PROGRESS = "in_progress"
    WAITING_REVIEW = "waiting_review"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


class Owner(StrEnum):
    """Who does the next step: the person, an AI agent (whichever one), or nobody yet."""

    ME = "me"
    CODEX = "codex"
    UNASSIGNED = "unassigned"


class Lane(StrEnum):
    """Who acts on an active task; derived from the task and the time, never a second truth."""

    HUMAN = "human"
    AGENT = "agent"
    REVIEW = "review"
    BLOCKED = "blocked"
    TRIAGE = "triage"
    WAITING = "waiting"


class ReviewNeed(StrEnum):
    """Whether a submit waits for the person (`required`) or closes the task (`optional`, only the person sets it)."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class QuestionKind(StrEnum):
    """What a question needs from the person; `external` waits for something outside."""

    DECISION = "decision"
    CREDENTIAL = "credential"
    INFORMATION = "information"
    APPROVAL = "approval"
    EXTERNAL = "external"


CLOSED = frozenset({Status.DONE, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Message:
    """A comment on its way to the agent that holds the task; delivered with its next heartbeat."""

    id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """An agent's exclusive hold on a task until `expires_at`.

    `attempt` is one more than the failed and expired attempts before it. Internal: the token's SHA-256, the serial
    number among all claims of the task, what the holder has not heard of yet, and the scoped key's SHA-256.
    """

    agent: str
    attempt: int
    claimed_at: datetime
    expires_at: datetime
    lease_seconds: int
    serial: int
    token_hash: str
    note: str | None = None
    session: str | None = None
    usage: dict[str, object] | None = None
    scoped_key_hash: str | None = None
    changed: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()

    def live(self, now: datetime) -> bool:
        """True until the lease has run out."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody needs from the person before the task can go on.

    `about` names the server's own questions (`parked`, `source_closed`), whose options act when chosen. `until` is the
    date before which an `external` block stays out of what needs the person.
    """

    id: int
    kind: QuestionKind
    text: str
    asked_by: str
    asked_at: datetime
    options: tuple[str, ...] = ()
    recommendation: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    until: datetime | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class ArtifactInfo:
    """One text handed back with a result, without its text; `size` in bytes of UTF-8."""

    n: int
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Result:
    """What an agent hands back for review; `round` counts all results of the task from 1."""

    round: int
    summary: str
    submitted_by: str
    submitted_at: datetime
    links: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    evidence: str | None = None
    not_done: str | None = None
    artifacts: tuple[ArtifactInfo, ...] = ()
    usage: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal, the words (or context, or decisions) that gave it, and its points; negative ones speak against it."""

    signal: str
    evidence: str
    points: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """Who should do the next step, and why. `suggested_assignee` None means: ask `question` first.

    Internal: `model` names the prior and how many decisions it was bent by, so that a stale one is known.
    """

    suggested_assignee: Owner | None
    agent_probability: float
    missing: tuple[str, ...]
    review: ReviewNeed
    next_action: str | None
    question: str | None
    reasons: tuple[Reason, ...]
    assessed_by: str
    assessed_at: datetime
    model: str = ""

    @property
    def confidence(self) -> float:
        """How sure the suggestion is, 0 to 1; with nobody suggested, how unsure the owner is."""
        p = self.agent_probability
        return p if self.suggested_assignee is Owner.CODEX else 1.0 - p


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a key without the right to assign asked for; a suggestion for the person in triage.

    `assessment` is there when the key may triage and gave its reasons.
    """

    by: str
    assignee: Owner | None = None
    review: ReviewNeed | None = None
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """An agent released the task as not for it; it is not offered to it again until `until` unless version changes."""

    agent: str
    until: datetime
    version: int


@dataclass(frozen=True)
class Task:
    """The unit of work. `due` is the deadline that a person or source gave, None while it is estimated."""

    id: int
    title: str
    created_at: datetime
    updated_at: datetime
    created_by: str
    description: str | None = None
    status: Status = Status.BACKLOG
    assignee: Owner = Owner.UNASSIGNED
    agent: str | None = None
    origin: str = "manual"
    priority: int = 3
    due: datetime | None = None
    reminder_at: datetime | None = None
    reminder_last_sent_at: datetime | None = None
    source_name: str | None = None
    source_url: str | None = None
    source_context: str | None = None
    source_state: str | None = None
    external_id: str | None = None
    labels: tuple[str, ...] = ()
    depends_on: tuple[int, ...] = ()
    deferred_until: datetime | None = None
    review: ReviewNeed = ReviewNeed.REQUIRED
    private: bool = False
    claim: Claim | None = None
    question: Question | None = None
    result: Result | None = None
    proposal: Proposal | None = None
    assessment: Assessment | None = None
    recurrence: Recurrence | None = None
    version: int = 1
    completed_at: datetime | None = None
    # internal
    deleted_at: datetime | None = None
    purged: bool = False
    failures: int = 0
    rounds: int = 0
    sent_back: bool = False
    numbers: dict[str, int] = field(default_factory=dict)
    declined: Declined | None = None
    ingested: dict[str, str] = field(default_factory=dict)
    # derived by the store in the same transaction; ignored when written
    open_dependencies: int = 0
    unblocks: int = 0
    revision: int = 0

    @property
    def active(self) -> bool:
        """Neither done nor cancelled nor deleted."""
        return self.status not in CLOSED and self.deleted_at is None

    @property
    def due_is_estimated(self) -> bool:
        """True while nobody gave a deadline."""
        return self.due is None

    @property
    def due_at(self) -> datetime:
        """The given deadline, or the one estimated from priority (seed: P1 1 day … P5 30 days)."""
        return self.due or due_dates.estimate(self.created_at, self.priority)

    def held(self, now: datetime) -> bool:
        """True while an agent's lease runs."""
        return self.claim is not None and self.claim.live(now)

    def claimed(self) -> Claim:
        """The claim of a task that was seen to be claimed. Raises ValueError when there is none."""
        if self.claim is None:
            raise ValueError(f"task {self.id} is not claimed")
        return self.claim

    def number(self, kind: str) -> int:
        """The number that the next comment, question, claim, result or artifact of this task gets, from 1."""
        return self.numbers.get(kind, 0) + 1

    def numbered(self, kind: str, n: int) -> Task:
        """A copy that has given out `n` for this kind, so that no number is ever used twice."""
        return self.having(numbers={**self.numbers, kind: n})

    def having(self, **changes: object) -> Task:
        """A copy with these fields changed. Raises TypeError for a name that is no field.

        Twenty times as fast as `dataclasses.replace`, which calls the constructor: every write copies a few times.
        """
        unknown = changes.keys() - FIELDS
        if unknown:
            raise TypeError(f"a task has no field {min(unknown)}")
        copy = object.__new__(Task)
        copy.__dict__.update(self.__dict__, **changes)
        return copy


FIELDS = frozenset(each.name for each in fields(Task))
