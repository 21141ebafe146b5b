"""Every way in which a rule can say no, as facts.

A refusal never knows HTTP: each surface has one table from `code` to what it shows, and a test that the table is
complete. The docstring of each class is the sentence, filled with the facts; it says what happened and what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar


@dataclass(eq=False)
class Refusal(Exception):
    """The request was refused."""

    code: ClassVar[str] = "refused"

    def facts(self) -> dict[str, Any]:
        """The facts by name, without those that are None; values are plain data or datetimes."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: value for name, value in pairs if value is not None}

    def __str__(self) -> str:
        sentence = " ".join((type(self).__doc__ or "").split())
        return sentence.format(**{f.name: _in_words(getattr(self, f.name)) for f in fields(self)})


def _in_words(fact: Any) -> Any:
    """A fact for a sentence: several as a list with commas."""
    return ", ".join(map(str, fact)) if isinstance(fact, tuple) else fact


def refusals() -> list[type[Refusal]]:
    """All kinds of refusal, for the surfaces' completeness tests."""
    found: list[type[Refusal]] = []
    waiting = Refusal.__subclasses__()
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return found


# -- who may -----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NotSignedIn(Refusal):
    """This needs a key: send it as `Authorization: Bearer <key>`, or sign in with the browser."""

    code: ClassVar[str] = "not_signed_in"


@dataclass(eq=False)
class RoleForbidden(Refusal):
    """A key with the role {role} may not {action}; {advice}."""

    code: ClassVar[str] = "role_forbidden"
    role: str
    action: str
    advice: str = "ask the person to do it"


@dataclass(eq=False)
class FieldForbidden(Refusal):
    """A key with the role {role} may not set {field} here; allowed: {allowed}."""

    code: ClassVar[str] = "field_forbidden"
    role: str
    field: str
    allowed: tuple[str, ...] = ()


@dataclass(eq=False)
class OutsideKeyLimits(Refusal):
    """This key is limited to {limit} {allowed}; {value} is outside of them. Ask the person for a key that allows it."""

    code: ClassVar[str] = "outside_key_limits"
    limit: str
    allowed: tuple[str, ...]
    value: str


@dataclass(eq=False)
class ScopedKey(Refusal):
    """This key was made for one claim of task {task_id} and may only read and work on that task."""

    code: ClassVar[str] = "scoped_key"
    task_id: int


# -- what is not there -------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class TaskNotFound(Refusal):
    """There is no task {task_id} that this key may read; list what there is with GET /api/tasks."""

    code: ClassVar[str] = "task_not_found"
    task_id: int


@dataclass(eq=False)
class NotFound(Refusal):
    """There is no {what} {name}."""

    code: ClassVar[str] = "not_found"
    what: str
    name: str


@dataclass(eq=False)
class ActionLinkGone(Refusal):
    """This link does nothing any more; it was used already, is too old, or was never made. Open the task instead."""

    code: ClassVar[str] = "action_link_gone"
    used_at: datetime | None = None


@dataclass(eq=False)
class ActionLinkOutdated(Refusal):
    """Task {task_id} has moved on since this link was made, so nothing was changed; open the task to see it."""

    code: ClassVar[str] = "action_link_outdated"
    task_id: int


@dataclass(eq=False)
class NoClaimableTask(Refusal):
    """Nothing to do now: no task is claimable for this key. Ask again later, or wait with `wait_seconds`."""

    code: ClassVar[str] = "no_claimable_task"


@dataclass(eq=False)
class Paused(Refusal):
    """The person has paused {who}; nothing is handed out until they resume. Ask again in {retry_after} s."""

    code: ClassVar[str] = "paused"
    who: str
    retry_after: int = 60


# -- what the state forbids --------------------------------------------------------------------------------------------


@dataclass(eq=False)
class IllegalMove(Refusal):
    """Task {task_id} is {status}, so it cannot take {command}; from here it takes: {allowed}."""

    code: ClassVar[str] = "illegal_move"
    task_id: int
    command: str
    status: str
    allowed: tuple[str, ...]


@dataclass(eq=False)
class ClaimHeld(Refusal):
    """Task {task_id} is held by {holder} until {expires_at:%Y-%m-%dT%H:%M:%SZ}; {advice}."""

    code: ClassVar[str] = "claim_held"
    task_id: int
    holder: str
    expires_at: datetime
    advice: str = "claim without a task_id to get the next one, or wait until the lease ends"


@dataclass(eq=False)
class NotClaimable(Refusal):
    """Task {task_id} cannot be claimed: {why}. Claim without a task_id to get the next one that can."""

    code: ClassVar[str] = "not_claimable"
    task_id: int
    why: str
    lane: str | None = None


@dataclass(eq=False)
class ClaimLost(Refusal):
    """Your claim on task {task_id} is over: {why}. {advice}."""

    code: ClassVar[str] = "claim_lost"
    task_id: int
    why: str
    holder: str | None = None
    expires_at: datetime | None = None
    text_kept: bool = False
    advice: str = "Stop working on it; claim again to go on"


@dataclass(eq=False)
class NeverHeld(Refusal):
    """You have never held task {task_id}, so you cannot work on it; claim it first."""

    code: ClassVar[str] = "never_held"
    task_id: int
    holder: str | None = None


@dataclass(eq=False)
class NoQuestion(Refusal):
    """Task {task_id} has no open question{which}; read the task again."""

    code: ClassVar[str] = "no_question"
    task_id: int
    which: str = ""


@dataclass(eq=False)
class ResultChanged(Refusal):
    """You looked at round {given}, but the current result of task {task_id} is round {current}; look again."""

    code: ClassVar[str] = "result_changed"
    task_id: int
    given: int
    current: int | None


@dataclass(eq=False)
class AlreadyTriaged(Refusal):
    """Task {task_id} has an owner already; only a task in triage takes an assessment. Nothing was changed."""

    code: ClassVar[str] = "already_triaged"
    task_id: int


@dataclass(eq=False)
class NoAssessment(Refusal):
    """Task {task_id} has no such suggestion to accept, or an owner already; read it again, or assign it yourself."""

    code: ClassVar[str] = "no_assessment"
    task_id: int


# -- what clashes ------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class VersionMismatch(Refusal):
    """Task {task_id} is at version {current}, not {expected}; read it again and repeat your change."""

    code: ClassVar[str] = "version_mismatch"
    task_id: int
    expected: str
    current: int


@dataclass(eq=False)
class ExternalIdTaken(Refusal):
    """The external_id belongs to task {task_id} already; change that task, or ingest with on_duplicate update."""

    code: ClassVar[str] = "external_id_taken"
    task_id: int


@dataclass(eq=False)
class DependencyCycle(Refusal):
    """These dependencies would wait for each other in a circle: {path}; leave one of them out."""

    code: ClassVar[str] = "dependency_cycle"
    path: tuple[int, ...]


@dataclass(eq=False)
class NameTaken(Refusal):
    """There is a key named {name} already; revoke it first or take another name."""

    code: ClassVar[str] = "name_taken"
    name: str


@dataclass(eq=False)
class UndoConflict(Refusal):
    """Undoing event {event_id} would overwrite newer work in {fields}; look at the later events, or send force."""

    code: ClassVar[str] = "undo_conflict"
    event_id: str
    fields: tuple[str, ...]
    events: tuple[dict[str, Any], ...] = ()


@dataclass(eq=False)
class NotUndoable(Refusal):
    """Event {event_id} cannot be undone: {why}."""

    code: ClassVar[str] = "not_undoable"
    event_id: str
    why: str


@dataclass(eq=False)
class KeyReused(Refusal):
    """This Idempotency-Key was used with another request within 24 h; take a fresh key for a new request."""

    code: ClassVar[str] = "idempotency_key_reused"


@dataclass(eq=False)
class Busy(Refusal):
    """Too many changes to the same thing at once; nothing was changed. Send the request again."""

    code: ClassVar[str] = "busy"


# -- moving house ------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class DumpRefused(Refusal):
    """This is not the whole, unaltered file that was written (line {line}: {why}); take another copy of it."""

    code: ClassVar[str] = "dump_refused"
    line: int
    why: str


@dataclass(eq=False)
class StoreNotEmpty(Refusal):
    """Only an empty store can take in everything, and this one is not: {why}. Name an empty one."""

    code: ClassVar[str] = "store_not_empty"
    why: str


@dataclass(eq=False)
class NotTheSame(Refusal):
    """Everything was written, and reads back otherwise: something else wrote to the store. Empty it and start again."""

    code: ClassVar[str] = "not_the_same"


# -- bad input that only a rule can see --------------------------------------------------------------------------------


@dataclass(eq=False)
class InvalidFields(Refusal):
    """Some fields are not valid: {summary}."""

    code: ClassVar[str] = "validation_error"
    errors: tuple[dict[str, Any], ...]

    @property
    def summary(self) -> str:
        """The first few errors in one line."""
        return "; ".join(f"{e['field']}: {e['message']}" for e in self.errors[:3])

    def __str__(self) -> str:
        return f"Some fields are not valid: {self.summary}."


def invalid(field: str, message: str) -> InvalidFields:
    """One field is wrong; `message` says what is allowed."""
    return InvalidFields(({"field": field, "message": message},))


@dataclass(eq=False)
class InvalidBatch(Refusal):
    """Task {index} of the batch (counted from 0) is not valid, so nothing was changed: {summary}."""

    code: ClassVar[str] = "invalid_batch"
    index: int
    errors: tuple[dict[str, Any], ...]

    @property
    def summary(self) -> str:
        """The errors of the first bad task in one line."""
        return "; ".join(f"{e['field']}: {e['message']}" for e in self.errors[:3])

    def __str__(self) -> str:
        head = f"Task {self.index} of the batch (counted from 0) is not valid, so nothing was changed"
        return f"{head}: {self.summary}."
