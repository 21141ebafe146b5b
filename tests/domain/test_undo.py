"""Undo restores or explains: whatever happened, it puts the fields back, or says why not and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from task_assistant.domain.errors import NotUndoable, Refusal, RoleForbidden, UndoConflict
from task_assistant.domain.history import TRACKED, Event, EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Step
from task_assistant.domain.task import Status, Task
from task_assistant.domain.undo import NEVER, in_the_way, possible, undo
from tests.domain.plays import Story, attempt, stories
from tests.factories import adapter, agent, event, later, owner, reader, task

# What undo may touch besides the fields of the event: what follows from a status, and what a move ends.
FOLLOWS = {"claim", "completed_at", "question", "status"}


def take_back(story: Story, told: Event, *, force: bool) -> list[Step]:
    after = story.events[story.events.index(told) + 1 :]
    return undo(story.task, told, after, owner(), force=force, now=story.now)


def wire(there: Task) -> dict[str, Any]:
    return {name: to_plain(getattr(there, attribute)) for name, attribute in TRACKED.items()}


def restored(told: Event, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The event's fields are as they were before it; whatever else differs follows from them."""
    for name, (old, _) in told.changes.items():
        if name in TRACKED and name not in NEVER | {"completed_at"}:
            expected = Status.BACKLOG.value if (name, old) == ("status", Status.IN_PROGRESS) else old
            opened = (
                name == "question" and after["status"] == Status.BLOCKED
            )  # blocked means an open question
            assert after[name] == (expected if expected is not None else empty(name)) or opened, name
    touched = {name for name in TRACKED if before[name] != after[name]}
    assert touched <= told.changes.keys() | FOLLOWS


def empty(name: str) -> Any:
    return to_plain({"labels": (), "depends_on": (), "private": False}.get(name))


@given(stories(), st.data())
def test_undo_restores_or_explains(story: Story, data: st.DataObject) -> None:
    told = data.draw(st.sampled_from(story.events))
    before = wire(story.task)
    done = attempt(lambda: take_back(story, told, force=False))
    if isinstance(done, NotUndoable):
        assert done.why
        assert not possible(story.task, told, story.now)
    elif isinstance(done, UndoConflict):
        assert done.fields
        assert told.type is EventType.CREATED or done.fields == in_the_way(story.task, told)
    else:
        assert not isinstance(done, Refusal)
        if told.type is not EventType.CREATED:
            restored(told, before, wire(done[-1].task))
    assert wire(story.task) == before


@given(stories(), st.data())
def test_undo_by_force_restores_whatever_came_later(story: Story, data: st.DataObject) -> None:
    told = data.draw(st.sampled_from(story.events))
    assume(told.type is not EventType.CREATED and possible(story.task, told, story.now))
    (step,) = take_back(story, told, force=True)
    restored(told, wire(story.task), wire(step.task))
    assert (step.type, step.undoes) == (EventType.UNDONE, told.id)


@given(stories())
def test_the_last_thing_that_happened_is_never_in_anybodys_way(story: Story) -> None:
    last = story.events[-1]
    assume(possible(story.task, last, story.now))
    assert take_back(story, last, force=False)


@given(stories(), st.data())
def test_a_conflict_names_only_fields_that_have_changed_since(story: Story, data: st.DataObject) -> None:
    told = data.draw(st.sampled_from(story.events))
    here = wire(story.task)
    for name in in_the_way(story.task, told):
        assert name == "claim" or here[name] != told.changes[name][1]


@given(stories(), st.data())
def test_undoing_the_undo_brings_everything_back_but_the_claim(story: Story, data: st.DataObject) -> None:
    told = data.draw(st.sampled_from(story.events))
    assume(told.type is not EventType.CREATED and possible(story.task, told, story.now))
    before = wire(story.task)
    (undone,) = story.tell(take_back(story, told, force=True))
    if not possible(story.task, undone, story.now):
        return
    after = wire(take_back(story, undone, force=False)[-1].task)
    in_progress = before["status"] == Status.IN_PROGRESS
    lost = FOLLOWS if in_progress or after["status"] == Status.BLOCKED else NEVER | {"completed_at"}
    assert {name for name in TRACKED if before[name] != after[name]} <= lost


@given(stories(), st.data())
def test_no_undo_leaves_a_task_where_the_rules_do_not_allow(story: Story, data: st.DataObject) -> None:
    for told in data.draw(st.lists(st.sampled_from(story.events), min_size=1, max_size=4)):
        if possible(story.task, told, story.now):
            story.tell(take_back(story, told, force=True))
    there = story.task
    assert there.status is not Status.BLOCKED or (
        there.question is not None and there.question.answer is None
    )
    assert (there.completed_at is not None) is (there.status is Status.DONE)
    assert there.claim is None or (there.status is Status.IN_PROGRESS and there.active and not there.private)


@given(stories(), st.data())
def test_undo_never_gives_back_a_claim_an_attempt_or_a_delivery(story: Story, data: st.DataObject) -> None:
    told = data.draw(st.sampled_from(story.events))
    assume(possible(story.task, told, story.now))
    after = take_back(story, told, force=True)[-1].task
    assert after.claim is None or (
        story.task.claim is not None and after.claim.serial == story.task.claim.serial
    )
    assert after.failures <= story.task.failures
    assert after.reminder_last_sent_at == story.task.reminder_last_sent_at
    assert after.numbers.items() >= {k: n for k, n in story.task.numbers.items() if k != "question"}.items()


@pytest.mark.parametrize("who", [agent(), adapter(), reader()], ids=lambda who: who.role)
def test_only_the_person_undoes(who: Any) -> None:
    told = event(changes={"title": ("Old", "New")})
    with pytest.raises(RoleForbidden):
        undo(task("New"), told, [], who, force=True, now=later())


def test_a_deletion_is_undone_for_thirty_days() -> None:
    told = event(EventType.DELETED, changes={"deleted_at": (None, "2026-05-07T09:00:00Z")})
    gone = task(deleted_at=later())
    assert undo(gone, told, [], owner(), force=False, now=later(days=30))[-1].task.deleted_at is None
    with pytest.raises(NotUndoable, match="30 days"):
        undo(gone, told, [], owner(), force=True, now=later(days=30, microseconds=1))
