"""Capture: what comes from outside starts no work, and comes in once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.capture import FROM_SOURCE, arrive_again, create, fingerprints
from task_assistant.domain.errors import FieldForbidden, InvalidFields, OutsideKeyLimits, RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, ReviewNeed, Status, Task
from tests.factories import NOW, adapter, agent, claim, later, owner, reader

OUTSIDE = [adapter(), agent()]
texts = st.sampled_from([None, "a", "b", "c"])
items = st.fixed_dictionaries(
    {"title": st.sampled_from("abc")}, optional={"description": texts, "source_name": texts}
)


def made(fields: dict[str, Any], by: Caller | None = None) -> Task:
    return create({"title": "Call Alice", **fields}, by or owner(), NOW).task


def ingested(fields: dict[str, Any] | None = None) -> Task:
    return made({"external_id": "m-1", **(fields or {})}, adapter()).having(id=1)


@pytest.mark.parametrize("by", OUTSIDE, ids=lambda who: who.role)
def test_a_wish_from_outside_is_only_a_proposal(by: Caller) -> None:
    there = made({"assignee": Owner.CODEX, "review": ReviewNeed.OPTIONAL, "agent": "alpha"}, by)
    assert (there.assignee, there.review, there.agent) == (Owner.UNASSIGNED, ReviewNeed.REQUIRED, None)
    assert there.proposal is not None
    assert (there.proposal.by, there.proposal.assignee, there.proposal.review) == (
        by.actor, Owner.CODEX, ReviewNeed.OPTIONAL,
    )  # fmt: skip


def test_a_key_that_may_assign_starts_work() -> None:
    there = made({"assignee": Owner.CODEX, "agent": "alpha"}, agent("beta", may_assign=True))
    assert (there.assignee, there.agent, there.proposal) == (Owner.CODEX, "alpha", None)


@pytest.mark.parametrize("by", OUTSIDE, ids=lambda who: who.role)
@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.IN_PROGRESS])
def test_nobody_but_the_person_creates_something_already_done(by: Caller, status: Status) -> None:
    with pytest.raises(FieldForbidden) as refusal:
        made({"status": status}, by)
    assert refusal.value.allowed == ("backlog", "blocked", "waiting_review")


def test_readers_and_keys_for_one_claim_create_nothing() -> None:
    for by in (reader(), agent(task_id=1)):
        with pytest.raises(RoleForbidden):
            made({}, by)


def test_the_limits_of_a_key_hold_for_what_it_creates() -> None:
    with pytest.raises(OutsideKeyLimits):
        made({"origin": "slack"}, adapter(origins=("email",)))
    with pytest.raises(OutsideKeyLimits):
        made({"labels": ("a", "b")}, adapter(labels=("a",)))
    assert made({"labels": ("a",), "origin": "email"}, adapter(labels=("a",), origins=("email",))).labels == (
        "a",
    )


def test_a_task_that_begins_blocked_or_closed_at_its_source_has_a_question() -> None:
    for fields in ({"status": Status.BLOCKED}, {"source_state": "closed"}):
        step = create({"title": "T", **fields}, adapter(), NOW)
        assert step.task.status is Status.BLOCKED
        assert step.task.question is not None
        assert [record.kind for record in step.records] == ["question"]


def test_the_person_may_create_something_done_which_then_is_completed() -> None:
    assert made({"status": Status.DONE}).completed_at == NOW


def test_only_a_task_of_codex_is_meant_for_one_agent() -> None:
    with pytest.raises(InvalidFields):
        made({"agent": "alpha", "assignee": Owner.ME})


# -- the same item again ----------------------------------------------------------------------------------------------


def again(there: Task, item: dict[str, Any], *, update: bool = True, by: Caller | None = None) -> Task:
    """The task after the item has come again."""
    steps = arrive_again(there, item, by or adapter(), update=update, now=later(hours=1)).steps
    return steps[-1].task if steps else there


@given(items, items)
def test_an_item_that_comes_twice_changes_nothing_the_second_time(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    once = again(ingested(first), second)
    arrival = arrive_again(once, second, adapter(), update=True, now=later(hours=2))
    assert (arrival.kind, arrival.steps) == ("duplicate", ())


@given(items, items)
def test_an_update_leaves_the_task_as_the_item_says(first: dict[str, Any], second: dict[str, Any]) -> None:
    after = again(ingested(first), second)
    assert {name: getattr(after, name) for name in second} == second


@given(items, items, items)
def test_what_somebody_edited_stays(
    first: dict[str, Any], edit: dict[str, Any], second: dict[str, Any]
) -> None:
    there = ingested(first)
    edited = there.having(**edit)
    after = again(edited, second)
    for name, value in edit.items():
        if value != getattr(there, name):
            assert getattr(after, name) == value


@given(items, items)
def test_without_update_an_item_that_is_known_changes_nothing(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert again(ingested(first), second, update=False) == ingested(first)


@pytest.mark.parametrize(
    "fields",
    [
        {"claim": claim(), "status": Status.IN_PROGRESS}, {"status": Status.DONE}, {"status": Status.CANCELLED},
        {"deleted_at": NOW},
    ],
    ids=["held", "done", "cancelled", "deleted"],
)  # fmt: skip
def test_an_update_never_touches_a_held_closed_or_deleted_task(fields: dict[str, Any]) -> None:
    there = ingested().having(**fields)
    now = NOW if "claim" in fields else later(hours=1)
    assert arrive_again(there, {"title": "New"}, adapter(), update=True, now=now).steps == ()


def test_closed_at_its_source_asks_the_person_and_ends_the_claim() -> None:
    there = ingested().having(assignee=Owner.CODEX, status=Status.IN_PROGRESS, claim=claim())
    (step,) = arrive_again(there, {"source_state": "closed"}, adapter(), update=False, now=NOW).steps
    assert (step.type, step.task.status, step.task.claim) == (EventType.SOURCE_CLOSED, Status.BLOCKED, None)
    assert step.task.question is not None
    assert step.task.question.options == ("Mark it done", "Cancel", "Keep it open")
    assert again(step.task, {"source_state": "closed"}) == step.task


@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.WAITING_REVIEW, Status.BLOCKED])
def test_closed_at_its_source_never_moves_a_task_that_waits_or_is_closed(status: Status) -> None:
    after = again(ingested().having(status=status), {"source_state": "closed"})
    assert (after.status, after.source_state) == (status, "closed")


def test_a_private_task_hears_only_from_the_key_that_brought_it() -> None:
    there = ingested().having(private=True)
    assert again(there, {"title": "New"}).title == "New"
    assert again(there, {"title": "New"}, by=adapter("chat")).title == there.title
    assert again(there, {"title": "New"}, by=owner()).title == "New"


def reaches(by: Caller, there: Task) -> bool:
    """Whether an item of this key changes the task, by an update or by what it says of the source."""
    said = [{"title": "New"}, {"source_state": "closed"}]
    changed = [again(there, item, by=by) != there for item in said]
    assert len(set(changed)) == 1
    return changed[0]


@pytest.mark.parametrize("origins", [(), ("email",)], ids=["any origin", "its origins"])
@pytest.mark.parametrize("brought_by", [owner(), adapter("mail"), agent("beta")], ids=lambda who: who.role)
def test_an_agents_key_reaches_only_what_it_brought_itself(
    brought_by: Caller, origins: tuple[str, ...]
) -> None:
    there = made({"external_id": "m-1", "origin": "email"}, brought_by)
    assert not reaches(agent("alpha", origins=origins), there)
    assert reaches(agent("beta", origins=origins), there) is (brought_by == agent("beta"))
    assert not reaches(agent("mail", origins=origins), there)


def test_a_new_adapters_key_goes_on_with_the_items_of_the_one_that_it_replaces() -> None:
    there = made({"external_id": "m-1", "origin": "email"}, adapter("mail", origins=("email",)))
    assert reaches(adapter("mail-2", origins=("email",)), there)
    assert not reaches(adapter("chat", origins=("slack",)), there)


def test_fingerprints_tell_no_text() -> None:
    there = ingested({"description": "Zwetschgenkuchen"})
    assert set(fingerprints(there)) == set(FROM_SOURCE)
    assert "Zwetschgenkuchen" not in repr(there.ingested)
