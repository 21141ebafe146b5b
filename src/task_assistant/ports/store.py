"""The store port: operations on aggregates, not sessions. Every store proves itself with `tests/stores/`.

Promises that all stores keep
- `commit` is all-or-nothing and checks every expectation in the same transaction as the writes; task change, events,
  records and documents of a ChangeSet become visible together or not at all.
- A commit that was acknowledged survives a crash. No write waits on a reader.
- A reader that follows `events(after)` gets every committed event exactly once, a task's events in commit order.
- The store assigns task ids (a Write with `expected=None` inserts; its task's id and its events' task_id are
  placeholders) and `seq`, and sets `Task.revision` (changes with every write), `open_dependencies` and `unblocks`
  (recomputed in the same transaction for every task that a commit affects, also those it does not name).
- What it keeps derived for speed (lane, base score, counters) is recomputable; `now` comes from the ChangeSet.
- `(agent, task)` is remembered as worked-on whenever a written task carries a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from task_assistant.domain.history import Event
from task_assistant.domain.ordering import Key
from task_assistant.domain.records import Record, RecordKind
from task_assistant.domain.task import Lane, Task
from task_assistant.domain.visibility import Sight
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import Item, Snapshot
from task_assistant.ports.queries import Query, Wanted


@dataclass(frozen=True, slots=True)
class Write:
    """One task as it shall be. `expected` is the revision that was read, None to insert.

    A Document of the same ChangeSet names an inserted task in `tasks` by `-(index of its write + 1)`.
    """

    task: Task
    expected: int | None
    events: tuple[Event, ...] = ()
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one commit changes. `events` are those of no task. `purge` names tasks whose texts vanish without trace.

    A purge removes records, search rows, the texts of the task row and the contents (`changes`, `text`) of its past
    events, and documents that name it; the row itself stays, deleted, with its numbers and the digest of its
    external_id, so that ingest does not create it again.
    """

    now: datetime
    writes: tuple[Write, ...] = ()
    events: tuple[Event, ...] = ()
    documents: tuple[Document, ...] = ()
    purge: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """The tasks in the order of the writes, and all events in feed order with their `seq`."""

    tasks: tuple[Task, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of active, not deleted tasks over the whole board at a time; `lanes` counts each lane."""

    active: int
    overdue: int
    due_soon: int
    unassigned: int
    working: int
    lanes: Mapping[Lane, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimeBand:
    """The last time at or before `now`, and the next one after it, at which some active task's band or lane changes.

    Those times are: due_at, due_at − 24 h, the end of a deferral, the end of a lease. None when there is none.
    """

    last: datetime | None
    next: datetime | None


class Stale(Exception):
    """A task was written by somebody else since it was read; read again and decide again. Nothing was changed."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"task {task_id} has changed since it was read")
        self.task_id = task_id


class DocumentConflict(Exception):
    """A document's expectation did not hold. Nothing was changed."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind} {key!r} is not as expected")
        self.kind, self.key = kind, key


class Store(Protocol):
    """A store, with the module's promises.

    `commit` may also raise ExternalIdTaken, DependencyCycle or InvalidFields (unknown
    dependency ids, field `depends_on`) of the domain, and InvalidBatch is left to the services.
    """

    async def outlook(self) -> str | None:
        """What `open` would change in what is there, in words; None when nothing. Changes nothing itself.

        For a store that is not open. Raises StoreUnavailable.
        """

    async def open(self) -> None:
        """Connects, and brings the schema up to date under a lock. Raises StoreUnavailable."""

    async def close(self) -> None:
        """Finishes what is under way and lets go."""

    async def check(self) -> None:
        """Raises StoreUnavailable with one sentence unless the store is reachable and its schema current."""

    async def position(self) -> int:
        """The highest `seq` that a reader may see now; rises with every commit that has events."""

    async def stamp(self) -> int:
        """A cheap number that differs after any commit, heartbeats included; the same within this process otherwise."""

    async def changed(self, stamp: int, timeout: float) -> int:
        """Waits until `stamp()` differs from `stamp`, at most `timeout` seconds; the stamp as it now is."""

    async def get(self, task_id: int) -> Task | None:
        """The task, deleted ones included (see `deleted_at`); None when there never was one."""

    async def get_many(self, ids: Iterable[int]) -> dict[int, Task]:
        """Those that exist, deleted ones included, by id."""

    async def by_external_ids(self, external_ids: Sequence[str]) -> dict[str, Task]:
        """Known ones by external id; deleted and purged tasks count (a purged one has no external_id any more)."""

    async def find(self, query: Query) -> list[Task]:
        """The window that the query names, in its order."""

    @property
    def search_depth(self) -> int | None:
        """Through how many tasks, the newest first, a search looks for those with all of its words; None: all."""

    async def tally(self, now: datetime, *, private: bool) -> Tally:
        """Counts at a time; `private` False leaves private tasks out."""

    async def time_band(self, now: datetime) -> TimeBand:
        """The neighbours of `now` among the times at which the board changes by itself."""

    async def commit(self, changes: ChangeSet) -> Committed:
        """All or nothing. Raises Stale, DocumentConflict and the refusals named above."""

    async def claim_next(self, wanted: Wanted, take: Callable[[Task], ChangeSet | None]) -> Committed | None:
        """Commits `take(task)` for the best ranked task that is wanted and for which `take` does not say None.

        `take` is pure and may run several times. Returns None only when there is no such task, never for contention.
        Candidates whose lease has run out unnoticed are offered too.
        """

    async def peek(self, wanted: Wanted) -> Task | None:
        """The task that `claim_next` would offer first, None when there is none; nobody is given it."""

    async def woken(self, now: datetime, limit: int) -> list[Task]:
        """Tasks whose lease or deferral has ended since they were last written: the sweep writes them anew."""

    async def due_reminders(
        self, now: datetime, sight: Sight, limit: int, after: Key | None = None
    ) -> list[Task]:
        """Active tasks with domain.reminders.due_for_reminder, earliest first, beyond a domain.reminders.place."""

    async def dated(self, since: datetime, sight: Sight, limit: int) -> list[Task]:
        """Tasks with domain.calendar.dated_at at or after `since`, earliest first."""

    async def dependents(self, task_id: int) -> list[int]:
        """The ids of the tasks that depend on this one."""

    async def worked_on(self, agent: str, ids: Iterable[int]) -> set[int]:
        """Those of the tasks that this agent has ever held."""

    async def held_by(self, agent: str | None, now: datetime, limit: int | None = None) -> list[Task]:
        """Tasks with a live claim of this agent (of any agent when None), oldest claim first; the first `limit`."""

    async def records(self, task_id: int, kinds: Sequence[RecordKind], limit: int) -> list[Record]:
        """The newest `limit` of each kind, newest first within a kind, without `text`."""

    async def record(self, task_id: int, kind: RecordKind, n: int) -> Record | None:
        """One record with its `text`."""

    async def events(self, after: int, limit: int) -> list[Event]:
        """Events with a `seq` above `after`, in feed order."""

    async def task_events(self, task_id: int, after: int, limit: int) -> list[Event]:
        """The same for one task."""

    async def latest_events(self, task_id: int, before: int | None, limit: int) -> list[Event]:
        """A task's newest events with a `seq` below `before` (None: all of them count), newest first."""

    async def event(self, event_id: str) -> Event | None:
        """One event by its id."""

    async def document(self, kind: str, key: str, now: datetime) -> Document | None:
        """One document, None past its `expires_at`."""

    async def documents(self, kind: str, now: datetime, keys: Sequence[str] | None = None) -> list[Document]:
        """All of a kind in key order, or those with these keys."""

    async def drop_expired(self, now: datetime) -> int:
        """Removes documents past `expires_at`; how many."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Everything as it is now, to be read piece by piece while others write. Raises StoreUnavailable."""

    async def load(self, items: Sequence[Item]) -> None:
        """Writes the items as they are, with their ids, `seq`s, versions and times, in place of those that are there.

        All or nothing; only while nobody else writes. A task that one depends on is there already or among them; so
        is the task of an entry. Ids and numbers given out later are higher than all that were loaded.
        """


class StoreUnavailable(Exception):
    """The store cannot be used; the message says why and what to do."""
