"""Sight: the reading rules of the roles, for one task as for lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.lanes import lane
from task_assistant.domain.roles import SYSTEM, Caller, Role
from task_assistant.domain.task import Lane, Owner, Status, Task
from task_assistant.domain.visibility import sees, sight
from tests.domain.tasks import any_task, any_time
from tests.factories import NOW, adapter, agent, agent_task, caller, owner, reader, task
from tests.stores.conformance.boards import callers


def may(who: Caller, what: Task, *, worked_on: bool = False, now: datetime = NOW) -> bool:
    return sees(sight(who), what, now, worked_on=worked_on)


@given(any_task(), any_time(), callers(), st.booleans())
def test_private_is_private(any_one: Task, now: datetime, who: Caller, worked_on: bool) -> None:
    if who.role is not Role.OWNER:
        assert not may(who, any_one.having(private=True), worked_on=worked_on, now=now)


@given(any_task(), any_time(), callers(), st.booleans())
def test_nobody_sees_a_deleted_task(any_one: Task, now: datetime, who: Caller, worked_on: bool) -> None:
    assert not may(who, any_one.having(deleted_at=NOW), worked_on=worked_on, now=now)


@given(any_task(), any_time())
def test_the_person_and_the_server_see_everything_that_is_not_deleted(any_one: Task, now: datetime) -> None:
    there = any_one.having(deleted_at=None)
    assert may(owner(), there, now=now)
    assert may(SYSTEM, there, now=now)


@given(any_task(), any_time())
def test_a_reader_sees_all_that_is_not_private(any_one: Task, now: datetime) -> None:
    assert may(reader(), any_one.having(deleted_at=None, private=False), now=now)


@given(any_task(), any_time(), st.booleans())
def test_an_agent_sees_its_lanes_and_what_it_has_worked_on(
    any_one: Task, now: datetime, worked_on: bool
) -> None:
    open_one = any_one.having(deleted_at=None, private=False)
    where = lane(open_one, now)
    assert may(agent(), open_one, worked_on=worked_on, now=now) is (worked_on or where is Lane.AGENT)
    triages = agent(may_triage=True)
    assert may(triages, open_one, worked_on=worked_on, now=now) is (
        worked_on or where in {Lane.AGENT, Lane.TRIAGE}
    )


@given(any_task(), any_time(), st.booleans())
def test_a_key_for_one_task_sees_at_most_that_task(any_one: Task, now: datetime, worked_on: bool) -> None:
    scoped = agent(task_id=any_one.id)
    assert may(scoped, any_one, worked_on=worked_on, now=now) is may(
        agent(), any_one, worked_on=worked_on, now=now
    )
    assert not may(scoped, any_one.having(id=any_one.id + 1), worked_on=worked_on, now=now)


def test_an_adapter_sees_what_it_made_whatever_became_of_it() -> None:
    for status in Status:
        assert may(adapter("mail"), task(created_by="adapter:mail", status=status))
    assert not may(adapter("mail"), task(created_by="adapter:chat"))
    assert not may(adapter("mail"), task(created_by="agent:mail"))
    assert not may(adapter("mail"), task())


@pytest.mark.parametrize("who", [agent, reader])
def test_limits_by_label_and_origin_narrow_what_is_seen(who: Callable[..., Caller]) -> None:
    there = agent_task(labels=("a", "b"), origin="email")
    assert may(who(labels=("b", "c")), there)
    assert may(who(origins=("email",)), there)
    assert not may(who(labels=("c",)), there)
    assert not may(who(labels=("a",), origins=("slack",)), there)


def test_having_worked_on_a_task_outweighs_limits_but_not_privacy() -> None:
    mine = task(assignee=Owner.ME, labels=("b",))
    assert may(agent(labels=("a",)), mine, worked_on=True)
    assert not may(agent(labels=("a",)), mine.having(private=True), worked_on=True)


def test_actors_are_named_by_role_and_key() -> None:
    named = [owner().actor, agent("alpha").actor, adapter("mail").actor, reader("wall").actor, SYSTEM.actor]
    assert named == ["human", "agent:alpha", "adapter:mail", "reader:wall", "system"]
    assert caller(Role.OWNER, "agent:alpha").actor == "human"
