"""Undo: the person takes any change back; where that would overwrite newer work it says so and changes nothing."""

from __future__ import annotations

import pytest

from task_assistant.domain.errors import NotFound, NotUndoable, RoleForbidden, TaskNotFound, UndoConflict
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Status
from tests.factories import MICROSECOND
from tests.services.world import ALPHA, BETA, MAIL, PERSON, WALL, World


async def test_undoing_an_edit_puts_the_fields_back_and_tells_what_it_undoes(world: World) -> None:
    task = await world.ready(labels=("a",))
    await world.edit(task, title="Other", labels=("b",), priority=1)
    edited = await world.last(task)
    undone = await world.undo(edited)
    assert (undone.title, undone.labels, undone.priority, undone.version) == ("Draft the notes", ("a",), 3, 3)
    event = await world.last(task)
    assert (event.type, event.undoes, event.actor) == (EventType.UNDONE, edited.id, "human")
    assert event.changes["title"] == ("Other", "Draft the notes")


async def test_undoing_the_undo_brings_it_back(world: World) -> None:
    task = await world.ready()
    await world.edit(task, title="Other")
    await world.undo(await world.last(task))
    assert (await world.undo(await world.last(task))).title == "Other"


async def test_a_conflict_names_fields_and_later_events_and_changes_nothing_until_forced(
    world: World,
) -> None:
    task = await world.ready()
    await world.edit(task, title="Second", priority=1)
    event = await world.last(task)
    await world.edit(task, title="Third")
    newer = await world.last(task)
    await world.tasks.comment(PERSON, task.id, "Hm.")
    before = await world.now(task)
    with pytest.raises(UndoConflict) as refused:
        await world.undo(event)
    assert refused.value.fields == ("title",)
    assert [named["id"] for named in refused.value.events] == [newer.id]
    assert await world.now(task) == before
    forced = await world.undo(event, force=True)
    assert (forced.title, forced.priority) == ("Draft the notes", 3)


async def test_undoing_created_deletes_unless_something_came_later(world: World) -> None:
    fresh, used = await world.ready(), await world.ready()
    await world.tasks.comment(PERSON, used.id, "Hm.")
    assert (await world.undo(await world.last(fresh))).deleted_at is not None
    created = (await world.history(used))[0]
    with pytest.raises(UndoConflict) as refused:
        await world.undo(created)
    assert [named["type"] for named in refused.value.events] == ["commented"]
    await world.undo(created, force=True)
    with pytest.raises(TaskNotFound):
        await world.tasks.get(PERSON, used.id)
    with pytest.raises(NotUndoable):
        await world.undo(created)


async def test_undoing_deleted_restores_for_thirty_days(world: World) -> None:
    task = await world.reviewed()
    await world.move(task, Command.DELETE)
    deleted = await world.last(task)
    world.clock.advance(days=30)
    assert (await world.undo(deleted)).status is Status.WAITING_REVIEW
    await world.move(task, Command.DELETE)
    world.clock.advance(days=30)
    world.clock.at += MICROSECOND
    with pytest.raises(NotUndoable, match="30 days"):
        await world.undo(await world.last(task))


async def test_undoing_a_comment_removes_it_and_undoing_that_brings_it_back(world: World) -> None:
    task = await world.ready()
    await world.tasks.comment(PERSON, task.id, "Use the blue logo.")
    await world.undo(await world.last(task))
    assert await world.comments(task) == []
    await world.undo(await world.last(task))
    assert await world.comments(task) == ["Use the blue logo."]


async def test_undoing_sent_back_waits_for_review_again_and_takes_the_feedback_back(world: World) -> None:
    task = await world.reviewed()
    await world.move(task, Command.SEND_BACK, feedback="No.")
    undone = await world.undo(await world.last(task))
    assert (undone.status, undone.sent_back) == (Status.WAITING_REVIEW, False)
    await world.edit(task, status=Status.BACKLOG)
    assert (await world.claim()).context["feedback"] == []


async def test_undoing_answered_opens_the_question_again(world: World) -> None:
    task = await world.asked()
    await world.move(task, Command.ANSWER, answer="1.0")
    undone = await world.undo(await world.last(task))
    assert undone.status is Status.BLOCKED
    assert undone.question is not None
    assert undone.question.answer is None
    answered = await world.move(task, Command.ANSWER, answer="0.9")
    assert answered.status is Status.BACKLOG
    assert [a["answer"] for a in (await world.claim()).context["answers"]] == ["0.9"]


async def test_undoing_a_late_answer_to_an_older_question_takes_it_out_of_the_file(world: World) -> None:
    task = await world.asked()
    await world.edit(task, status=Status.BACKLOG)
    await world.ask(await world.claim(task_id=task.id), question="Which logo?")
    await world.move(task, Command.ANSWER, answer="1.0", question_id=1)
    await world.undo(await world.last(task))
    await world.move(task, Command.ANSWER, answer="Blue")
    answers = (await world.claim(task_id=task.id)).context["answers"]
    assert [a["answer"] for a in answers] == ["Blue"]


async def test_undoing_approved_waits_for_review_again(world: World) -> None:
    task = await world.reviewed()
    await world.move(task, Command.APPROVE)
    undone = await world.undo(await world.last(task))
    assert (undone.status, undone.completed_at) == (Status.WAITING_REVIEW, None)


@pytest.mark.parametrize("command", [Command.DONE, Command.CANCEL, Command.DELETE, Command.BLOCK])
async def test_what_would_return_to_in_progress_returns_to_backlog_without_a_claim(
    world: World, command: Command
) -> None:
    held = await world.claimed()
    await world.move(held, command, text="Wait")
    undone = await world.undo(await world.last(held))
    assert (undone.status, undone.claim, undone.deleted_at) == (Status.BACKLOG, None, None)
    assert (await world.claim(BETA)).task.id == held.task.id


async def test_undoing_a_claim_ends_it_and_its_holder_hears_so(world: World) -> None:
    held = await world.claimed()
    undone = await world.undo(await world.last(held))
    assert (undone.status, undone.claim) == (Status.BACKLOG, None)
    assert (await world.work.heartbeat(ALPHA, held.task.id, held.token)).state == "stop"


async def test_undoing_an_old_claim_does_not_take_the_task_from_who_holds_it_now(world: World) -> None:
    held = await world.claimed()
    old = await world.last(held)
    await world.work.release(ALPHA, held.task.id, held.token, {})
    await world.claim(BETA)
    with pytest.raises(UndoConflict) as refused:
        await world.undo(old)
    assert "claim" in refused.value.fields
    assert (await world.now(held)).claimed().agent == "beta"


async def test_progress_and_resume_changed_nothing_that_can_be_put_back(world: World) -> None:
    held = await world.claimed()
    await world.work.progress(ALPHA, held.task.id, held.token, {"note": "halfway"})
    await world.claim(task_id=held.task.id, resume=True)
    for event in (await world.history(held))[-2:]:
        with pytest.raises(NotUndoable):
            await world.undo(event)
    assert (await world.now(held)).claim is not None


async def test_undoing_asked_and_submitted_puts_the_task_back_for_the_next_claim(world: World) -> None:
    asked, submitted = await world.asked(), await world.reviewed()
    for task in (asked, submitted):
        undone = await world.undo(await world.last(task))
        assert (undone.status, undone.question, undone.result) == (Status.BACKLOG, None, None)


async def test_undo_resets_attempts_and_never_restores_them(world: World) -> None:
    task = await world.ready()
    for _ in range(3):
        held = await world.claim(task_id=task.id)
        await world.work.release(ALPHA, task.id, held.token, {"outcome": "failed"})
    undone = await world.undo(await world.last(task, EventType.PARKED))
    assert (undone.status, undone.failures) == (Status.BACKLOG, 0)


async def test_no_undo_leaves_a_task_blocked_without_an_open_question(world: World) -> None:
    task = await world.asked()
    await world.edit(task, status=Status.BACKLOG)
    patched = await world.last(task)
    await world.move(task, Command.ANSWER, answer="1.0")
    undone = await world.undo(patched)
    assert undone.status is Status.BLOCKED
    assert undone.question is not None
    assert undone.question.answer is None
    assert (await world.move(task, Command.ANSWER, answer="Go on")).status is Status.BACKLOG


async def test_no_undo_leaves_an_active_task_completed(world: World) -> None:
    task = await world.asked()
    await world.move(task, Command.ANSWER, answer="1.0")
    answered = await world.last(task)
    await world.move(task, Command.DONE)
    undone = await world.undo(answered, force=True)
    assert (undone.status, undone.completed_at) == (Status.BLOCKED, None)


async def test_undo_that_hides_a_task_again_ends_the_claim(world: World) -> None:
    task = await world.ready(private=True)
    await world.edit(task, private=False)
    opened = await world.last(task)
    await world.claim(task_id=task.id)
    undone = await world.undo(opened)
    assert (undone.private, undone.claim, undone.status) == (True, None, Status.BACKLOG)


async def test_a_delivered_reminder_and_board_events_cannot_be_undone(world: World) -> None:
    task = await world.ready()
    await world.services.reminders.sent(PERSON, task.id, None)
    with pytest.raises(NotUndoable):
        await world.undo(await world.last(task))
    await world.services.agents.pause(PERSON, None)
    with pytest.raises(NotUndoable):
        await world.undo(world.store.board.feed[-1])


async def test_an_assignment_is_undone_with_its_agent(world: World) -> None:
    task = await world.ready(agent="alpha")
    await world.move(task, Command.ASSIGN, assignee=Owner.ME)
    undone = await world.undo(await world.last(task))
    assert (undone.assignee, undone.agent) == (Owner.CODEX, "alpha")


async def test_only_the_person_undoes_and_that_is_checked_before_existence(world: World) -> None:
    event = await world.last(await world.ready())
    for caller in (ALPHA, MAIL, WALL):
        for event_id in (event.id, "none"):
            with pytest.raises(RoleForbidden):
                await world.tasks.undo(caller, event_id, force=True)
    with pytest.raises(NotFound):
        await world.tasks.undo(PERSON, "none", force=False)


async def test_a_purged_task_is_beyond_undo(world: World) -> None:
    task = await world.ready()
    await world.edit(task, title="Other")
    edited = await world.last(task)
    await world.tasks.purge(PERSON, task.id)
    for event in (edited, *await world.history(task)):
        with pytest.raises(NotUndoable):
            await world.undo(event, force=True)
