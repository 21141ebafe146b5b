"""Reading the board: which tasks a query means and in which order; every rule comes from the domain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from task_assistant.domain.calendar import dated_at
from task_assistant.domain.lanes import changes_by_itself_at, lane
from task_assistant.domain.ordering import Key, Sort, key
from task_assistant.domain.ranking import SOON, DueBand, due_band
from task_assistant.domain.reminders import due_for_reminder, place
from task_assistant.domain.search import finds
from task_assistant.domain.task import Lane, Owner, Task
from task_assistant.domain.visibility import Sight, sees
from task_assistant.ports.queries import SEARCH_SORTED, Query, Wanted
from task_assistant.ports.store import Tally, TimeBand
from task_assistant.stores.memory.board import Board

FIRST = datetime.min.replace(tzinfo=UTC)


def visible(board: Board, sight: Sight, now: datetime) -> Iterator[Task]:
    """The tasks that the sight allows."""
    worked_on = board.worked_on[sight.worker] if sight.worker is not None else frozenset()
    return (t for t in board.tasks.values() if sees(sight, t, now, worked_on=t.id in worked_on))


def active(board: Board) -> Iterator[Task]:
    """All active tasks."""
    return (task for task in board.tasks.values() if task.active)


def find(board: Board, query: Query) -> list[Task]:
    """The window of the query."""
    rows = [task for task in visible(board, query.sight, query.now) if query.fits(task)]
    if query.text is not None:
        rows = _newest([task for task in rows if finds(query.text, task)], query)
    sort = query.sort or (Sort.SMART if query.text is None else Sort.CREATED)
    keyed = sorted((key(task, sort, query.now), task) for task in rows)
    after = [task for at, task in keyed if query.after is None or at > query.after]
    return after[query.offset : query.offset + query.limit]


def _newest(hits: list[Task], query: Query) -> list[Task]:
    """All hits, or only those that a sort other than by newness may look at."""
    if query.sort is None:
        return hits
    return sorted(hits, key=lambda task: key(task, Sort.CREATED, query.now))[:SEARCH_SORTED]


def tally(board: Board, now: datetime, *, private: bool) -> Tally:
    """Counts one task after the other."""
    tasks = [task for task in active(board) if private or not task.private]
    bands = [due_band(task.due_at, now) for task in tasks]
    lanes = [lane(task, now) for task in tasks]
    return Tally(
        active=len(tasks),
        overdue=bands.count(DueBand.OVERDUE),
        due_soon=bands.count(DueBand.SOON),
        unassigned=sum(task.assignee is Owner.UNASSIGNED for task in tasks),
        working=sum(task.held(now) for task in tasks),
        lanes={name: lanes.count(name) for name in Lane},
    )


def time_band(board: Board, now: datetime) -> TimeBand:
    """The nearest times on both sides of `now` at which a band or lane changes."""
    times = [at for task in active(board) for at in _turns(task)]
    past, future = (at for at in times if at <= now), (at for at in times if at > now)
    return TimeBand(max(past, default=None), min(future, default=None))


def _turns(task: Task) -> Iterator[datetime]:
    yield task.due_at
    if task.due_at - FIRST >= timedelta(hours=24):
        yield task.due_at - SOON
    if task.deferred_until is not None:
        yield task.deferred_until
    if task.claim is not None:
        yield task.claim.expires_at


def candidates(board: Board, wanted: Wanted) -> list[Task]:
    """What is wanted, best ranked first."""
    rows = [task for task in active(board) if wanted.fits(task) and not wanted.declined(task)]
    return sorted(rows, key=lambda task: key(task, Sort.SMART, wanted.now))


def woken(board: Board, now: datetime) -> list[Task]:
    """Tasks that have changed by themselves since they were written, in the order in which they did."""
    turns = ((changes_by_itself_at(task, board.written_at[task.id]), task.id) for task in active(board))
    return [
        board.tasks[task_id]
        for _, task_id in sorted((at, i) for at, i in turns if at is not None and at <= now)
    ]


def due_reminders(board: Board, now: datetime, sight: Sight, after: Key | None = None) -> list[Task]:
    """Tasks that somebody should be reminded of, earliest first."""
    tasks = (task for task in visible(board, sight, now) if due_for_reminder(task, now))
    return sorted((task for task in tasks if after is None or place(task) > after), key=place)


def dated(board: Board, since: datetime, sight: Sight) -> list[Task]:
    """Tasks that have a date of their own from a time on, earliest first."""
    found = ((dated_at(task), task) for task in visible(board, sight, since))
    kept = sorted((at, task.id) for at, task in found if at is not None and at >= since)
    return [board.tasks[task_id] for _, task_id in kept]


def held_by(board: Board, agent: str | None, now: datetime) -> list[Task]:
    """Tasks with a live claim, oldest claim first."""
    held = [
        (task.claim.claimed_at, task.id)
        for task in active(board)
        if task.claim is not None and task.held(now)
    ]
    tasks = (board.tasks[task_id] for _, task_id in sorted(held))
    return [task for task in tasks if task.claim is not None and agent in (None, task.claim.agent)]
