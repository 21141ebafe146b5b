"""Lanes: every active task is in exactly one, and the checks come in the order of the wire contract."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given

from task_assistant.domain.lanes import BY_OWNER, changes_by_itself_at, claimable, deferred, lane, outside
from task_assistant.domain.task import CLOSED, Lane, Owner, QuestionKind, Status, Task
from tests.domain.tasks import any_task, any_time
from tests.factories import MICROSECOND, NOW, agent_task, claim, claimed_task, later, question, task

OPEN = [Status.BACKLOG, Status.IN_PROGRESS]


@pytest.mark.parametrize("status", sorted(CLOSED))
def test_a_closed_task_is_in_no_lane(status: Status) -> None:
    for owner in Owner:
        assert lane(task(status=status, assignee=owner, claim=claim()), NOW) is None


@pytest.mark.parametrize("status", [status for status in Status if status not in CLOSED])
def test_a_deleted_task_is_in_no_lane(status: Status) -> None:
    assert lane(task(status=status, deleted_at=NOW), NOW) is None


EVERYTHING_ELSE = [
    {"assignee": owner, "deferred_until": deferral, "open_dependencies": holding}
    for owner, deferral, holding in product(Owner, (None, later(hours=1)), (0, 2))
]


@pytest.mark.parametrize("rest", EVERYTHING_ELSE, ids=str)
def test_review_and_blocked_come_before_everything_else(rest: dict[str, Any]) -> None:
    assert lane(task(status=Status.WAITING_REVIEW, **rest), NOW) is Lane.REVIEW
    assert lane(task(status=Status.BLOCKED, **rest), NOW) is Lane.BLOCKED


@pytest.mark.parametrize("rest", EVERYTHING_ELSE, ids=str)
def test_a_held_task_stays_with_its_agent(rest: dict[str, Any]) -> None:
    held = task(status=Status.IN_PROGRESS, claim=claim(lease=600), **rest)
    assert lane(held, NOW) is Lane.AGENT
    assert lane(held, later(seconds=600)) is not (Lane.AGENT if rest["assignee"] is not Owner.CODEX else None)


@pytest.mark.parametrize(("status", "owner"), list(product(OPEN, Owner)))
def test_a_deferral_or_an_open_dependency_makes_a_task_wait(status: Status, owner: Owner) -> None:
    assert lane(task(status=status, assignee=owner, deferred_until=NOW + MICROSECOND), NOW) is Lane.WAITING
    assert lane(task(status=status, assignee=owner, open_dependencies=1), NOW) is Lane.WAITING


@pytest.mark.parametrize(("status", "owner"), list(product(OPEN, Owner)))
def test_otherwise_the_owner_decides(status: Status, owner: Owner) -> None:
    assert lane(task(status=status, assignee=owner, deferred_until=NOW), NOW) is BY_OWNER[owner]
    assert {Owner.ME: Lane.HUMAN, Owner.CODEX: Lane.AGENT, Owner.UNASSIGNED: Lane.TRIAGE} == BY_OWNER


@given(any_task(), any_time())
def test_a_task_is_in_a_lane_exactly_while_it_is_active(any_one: Task, now: datetime) -> None:
    assert (lane(any_one, now) is not None) is any_one.active


@given(any_task(), any_time())
def test_claimable_is_lane_agent_without_a_live_claim(any_one: Task, now: datetime) -> None:
    assert claimable(any_one, now) is (lane(any_one, now) is Lane.AGENT and not any_one.held(now))


def test_an_in_progress_task_that_nobody_holds_is_claimable() -> None:
    assert claimable(agent_task(status=Status.IN_PROGRESS), NOW)
    assert not claimable(claimed_task(lease=600), later(seconds=600) - MICROSECOND)
    assert claimable(claimed_task(lease=600), later(seconds=600))


def test_a_deferral_ends_at_its_very_time() -> None:
    until = later(hours=1)
    assert deferred(task(deferred_until=until), until - MICROSECOND)
    assert not deferred(task(deferred_until=until), until)


@given(any_task(), any_time(), any_time())
def test_lane_and_claim_change_only_at_the_times_that_are_told(
    any_one: Task, now: datetime, then: datetime
) -> None:
    turn = changes_by_itself_at(any_one, now)
    if now <= then and (turn is None or then < turn):
        assert lane(any_one, then) is lane(any_one, now)
        assert any_one.held(then) == any_one.held(now)


@given(any_task(), any_time())
def test_the_next_change_lies_ahead(any_one: Task, now: datetime) -> None:
    turn = changes_by_itself_at(any_one, now)
    assert turn is None or turn > now


def test_an_external_block_stays_out_of_sight_until_its_date() -> None:
    asked = question(kind=QuestionKind.EXTERNAL, until=later(hours=1))
    blocked = task(status=Status.BLOCKED, question=asked)
    assert outside(blocked, later(hours=1) - MICROSECOND)
    assert not outside(blocked, later(hours=1))
    assert not outside(task(status=Status.BLOCKED, question=question(until=later(hours=1))), NOW)
    assert not outside(task(status=Status.BACKLOG, question=asked), NOW)
