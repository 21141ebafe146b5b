"""Smart rank: a table that explains itself; time enters through bands, leases and deferrals alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given

from task_assistant.domain.lanes import changes_by_itself_at, lane
from task_assistant.domain.ranking import (
    BAND_POINTS,
    FACTORS,
    SOON,
    DueBand,
    base_score,
    due_band,
    reasons,
    score,
)
from task_assistant.domain.task import Lane, Status, Task
from tests.domain.tasks import any_task, any_time
from tests.factories import MICROSECOND, NOW, claimed_task, later, question, task

FAR = later(days=99)


def test_the_due_bands_have_exact_bounds() -> None:
    assert due_band(NOW, NOW) is DueBand.OVERDUE
    assert due_band(NOW + MICROSECOND, NOW) is DueBand.SOON
    assert due_band(NOW + SOON, NOW) is DueBand.SOON
    assert due_band(NOW + SOON + MICROSECOND, NOW) is DueBand.LATER


@given(any_task(), any_time())
def test_the_score_is_the_sum_of_its_reasons(any_one: Task, now: datetime) -> None:
    told = reasons(any_one, now)
    assert score(any_one, now) == sum(reason.points for reason in told)
    assert [reason.factor for reason in told] == [
        f.name for f in FACTORS if f.name in {r.factor for r in told}
    ]
    assert all(reason.why for reason in told)


@given(any_task(), any_time())
def test_priority_is_always_among_the_reasons(any_one: Task, now: datetime) -> None:
    assert reasons(any_one, now)[0].factor == "priority"


@given(any_task(), any_time())
def test_the_base_score_leaves_out_the_due_band_and_nothing_else(any_one: Task, now: datetime) -> None:
    assert base_score(any_one, now) + BAND_POINTS[due_band(any_one.due_at, now)] == score(any_one, now)


@given(any_task(), any_time(), any_time())
def test_the_base_score_stays_until_the_task_changes_by_itself(
    any_one: Task, now: datetime, then: datetime
) -> None:
    turn = changes_by_itself_at(any_one, now)
    if now <= then and (turn is None or then < turn):
        assert base_score(any_one, then) == base_score(any_one, now)


@given(any_task(), any_time(), any_time())
def test_reasons_have_no_running_clock(any_one: Task, now: datetime, then: datetime) -> None:
    same_band = due_band(any_one.due_at, now) is due_band(any_one.due_at, then)
    turn = changes_by_itself_at(any_one, now)
    if now <= then and same_band and (turn is None or then < turn):
        assert reasons(any_one, then) == reasons(any_one, now)


@given(any_task(), any_task(), any_time())
def test_held_and_waiting_tasks_rank_last_and_closed_ones_behind_them(
    one: Task, two: Task, now: datetime
) -> None:
    def place(each: Task) -> int:
        if not each.active:
            return 2
        return int(each.held(now) or lane(each, now) is Lane.WAITING)

    if place(one) < place(two):
        assert score(one, now) > score(two, now)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (task(priority=1, due=FAR), task(priority=2, due=FAR)),
        (task(due=NOW), task(due=later(hours=24))),
        (task(due=later(hours=24)), task(due=FAR)),
        (task(sent_back=True), task()),
        (task(question=question(answer="1.0", answered_at=NOW)), task(question=question())),
        (task(unblocks=1), task()),
        (task(unblocks=2), task(unblocks=1)),
    ],
    ids=[
        "priority",
        "overdue before soon",
        "soon before later",
        "sent back",
        "answered",
        "unblocks",
        "unblocks more",
    ],
)
def test_each_factor_counts(better: Task, worse: Task) -> None:
    assert score(better, NOW) > score(worse, NOW)


def test_unblocking_is_counted_only_so_far() -> None:
    assert score(task(unblocks=3), NOW) == score(task(unblocks=300), NOW)


def test_nothing_starves_because_an_estimated_due_time_comes_near() -> None:
    old = task(priority=5, created_at=later(days=-30))
    assert score(old, NOW) > score(task(priority=3), NOW)
    assert score(task(priority=5), NOW) < score(task(priority=3), NOW)


def test_a_reason_says_when_a_due_time_is_an_estimate() -> None:
    def due_why(each: Task) -> list[str]:
        return [reason.why for reason in reasons(each, NOW) if reason.factor == "due"]

    assert due_why(task(due=NOW)) == ["Overdue"]
    assert due_why(task(due=later(hours=1))) == ["Due within 24 hours"]
    assert due_why(task(priority=1)) == ["Due within 24 hours, by an estimate from its priority"]
    assert due_why(task(due=FAR)) == []


def test_reasons_say_what_a_task_waits_for() -> None:
    def why(factor: str, each: Task) -> list[str]:
        return [reason.why for reason in reasons(each, NOW) if reason.factor == factor]

    assert why("waiting", task(deferred_until=later(hours=1))) == ["Deferred to a later date"]
    assert why("waiting", task(open_dependencies=1)) == ["Waits for an unfinished task"]
    assert why("waiting", task(open_dependencies=2)) == ["Waits for 2 unfinished tasks"]
    assert why("unblocks", task(unblocks=1)) == ["Another task waits for it"]
    assert why("unblocks", task(unblocks=7)) == ["7 tasks wait for it"]
    assert why("held", claimed_task()) == ["An agent is working on it"]
    assert why("closed", task(status=Status.DONE)) == ["Closed"]
