"""Boards of any kind, for Hypothesis: few values, close to each other, so that bounds and ties are common."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from task_assistant.domain.ordering import Sort
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Claim, Declined, Lane, Owner, ReviewNeed, Status, Task
from task_assistant.domain.visibility import Sight, sight
from task_assistant.ports.queries import Query, Wanted
from tests.factories import EVERYTHING, MICROSECOND, NOW, agent_task, claim, question

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
AGENTS = ("alpha", "beta")
LABELS = ("a", "b")
ORIGINS = ("manual", "email")
WORDS = ("report", "mail", "call")

distances = st.sampled_from(
    [n * unit + m * MICROSECOND for unit in (HOUR, DAY) for n in (-30, -1, 0, 1, 2, 9) for m in (-1, 0, 1)]
)
times = st.one_of(distances.map(lambda distance: NOW + distance), st.sampled_from([FIRST, LAST, LAST - HOUR]))
usual_times = distances.map(lambda distance: NOW + distance)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The value or None; None first, so that it shrinks to nothing."""
    return st.none() | values


def some(values: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Any of the values, each at most once."""
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


def claims() -> st.SearchStrategy[Claim]:
    """A claim from NOW on with some lease."""
    return st.builds(claim, st.sampled_from(AGENTS), st.just(NOW), st.sampled_from([30, 1800, 3600, 86_400]))


def edits() -> st.SearchStrategy[dict[str, Any]]:
    """Any change of a task that is neither its dependencies nor its names."""
    return st.fixed_dictionaries(
        {},
        optional={
            "title": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
            "description": maybe(st.sampled_from(WORDS)),
            "status": st.sampled_from([Status.BACKLOG] * 4 + list(Status)),
            "assignee": st.sampled_from([Owner.CODEX] * 3 + list(Owner)),
            "agent": st.sampled_from([None, None, None, *AGENTS]),
            "origin": st.sampled_from(ORIGINS),
            "priority": st.integers(1, 5),
            "due": maybe(times),
            "reminder_at": maybe(times),
            "reminder_last_sent_at": maybe(times),
            "labels": some(LABELS),
            "deferred_until": maybe(usual_times),
            "review": st.sampled_from(ReviewNeed),
            "private": st.sampled_from([False, False, True]),
            "claim": st.none() | st.none() | claims(),
            "question": maybe(st.sampled_from([question(), question(answer="1.0", answered_at=NOW)])),
            "deleted_at": st.sampled_from([None] * 6 + [NOW]),
            "sent_back": st.booleans(),
            "declined": maybe(st.builds(Declined, st.sampled_from(AGENTS), usual_times, st.integers(1, 2))),
            "created_by": st.sampled_from(["human", "adapter:mail"]),
            "version": st.integers(1, 2),
        },
    )


def tasks() -> st.SearchStrategy[Task]:
    """Any task without dependencies; one of an agent's more often than not, so that there is something to claim."""
    made = st.sampled_from([NOW, NOW - HOUR, NOW - DAY, NOW - 7 * DAY, NOW + MICROSECOND])
    return st.builds(lambda created, fields: agent_task(**{"created_at": created, **fields}), made, edits())


def boards(most: int = 10, least: int = 0) -> st.SearchStrategy[list[tuple[Task, tuple[int, ...]]]]:
    """Tasks, each with the places of earlier tasks of the list that it depends on."""
    row = st.tuples(tasks(), st.lists(st.integers(0, most), max_size=2, unique=True))
    return st.lists(row, min_size=least, max_size=most).map(
        lambda rows: [(t, tuple(p for p in places if p < n)) for n, (t, places) in enumerate(rows)]
    )


def callers() -> st.SearchStrategy[Caller]:
    """Anybody with a key."""
    return st.builds(
        Caller, st.sampled_from([Role.OWNER, Role.AGENT, Role.ADAPTER, Role.READER]),
        st.sampled_from([*AGENTS, "mail"]), st.just("key"), labels=some(LABELS), origins=some(ORIGINS),
        may_triage=st.booleans(), task_id=maybe(st.integers(1, 4)),
    )  # fmt: skip


def sights() -> st.SearchStrategy[Sight]:
    """Any sight; the person's first."""
    return st.just(EVERYTHING) | callers().map(sight)


def queries(now: datetime) -> st.SearchStrategy[Query]:
    """Any first page at this time."""
    return st.builds(
        Query, st.just(now), sights(), st.sampled_from([500, 1, 3]),
        statuses=st.frozensets(st.sampled_from(Status), max_size=2),
        lanes=st.frozensets(st.sampled_from(Lane), max_size=2), assignee=maybe(st.sampled_from(Owner)),
        due=maybe(st.sampled_from(DueBand)), origin=maybe(st.sampled_from(ORIGINS)),
        label=maybe(st.sampled_from(LABELS)), priority=maybe(st.integers(1, 5)),
        text=maybe(st.sampled_from([*WORDS, "mail report", "none"])),
        include_closed=st.booleans(), sort=maybe(st.sampled_from(Sort)), offset=st.sampled_from([0, 0, 2]),
    )  # fmt: skip


def broad_queries(now: datetime) -> st.SearchStrategy[Query]:
    """Queries with at most one condition, so that they find much."""
    conditions = st.sampled_from(
        ["lanes", "statuses", "assignee", "due", "origin", "label", "priority", "text", "sight", None]
    )

    def keep(query: Query, name: str | None) -> Query:
        bare = Query(query.now, EVERYTHING, query.limit, include_closed=query.include_closed, sort=query.sort)
        return bare if name is None else replace(bare, **{name: getattr(query, name)})

    return st.builds(keep, queries(now), conditions)


def wishes(now: datetime) -> st.SearchStrategy[Wanted]:
    """Claims at this time: some without any limit, some with any."""
    plain = st.builds(Wanted, st.just(now), st.sampled_from(AGENTS), private=st.booleans())
    return plain | st.builds(
        Wanted, st.just(now), st.sampled_from(AGENTS), private=st.booleans(), key_labels=some(LABELS).map(frozenset),
        key_origins=some(ORIGINS).map(frozenset), labels=some(LABELS).map(frozenset),
        origin=maybe(st.sampled_from(ORIGINS)),
    )  # fmt: skip
