"""Reminders: what is due and not yet reminded of, and that sending is noted once."""

from __future__ import annotations

import pytest

from task_assistant.domain.errors import RoleForbidden, TaskNotFound
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Status
from tests.factories import MICROSECOND, later
from tests.services.world import ALPHA, CHAT, MAIL, PERSON, WALL, World, ids


async def due(world: World, by: Caller = PERSON, limit: int = 50) -> list[int]:
    return ids(await world.services.reminders.due(by, None, limit))


async def test_reminders_and_due_times_that_have_passed_are_due_earliest_first(world: World) -> None:
    second = await world.task(reminder_at=later(hours=2))
    first = await world.task(due=later(hours=1))
    await world.task(reminder_at=later(hours=3))
    world.clock.at = later(hours=2)
    assert await due(world) == [first.id, second.id]
    world.clock.at -= MICROSECOND
    assert await due(world) == [first.id]
    assert ids(await world.services.reminders.due(PERSON, later(hours=3), 2)) == [first.id, second.id]


async def test_an_estimated_due_time_reminds_too(world: World) -> None:
    task = await world.task(priority=1)
    world.clock.at = later(days=1)
    assert await due(world) == [task.id]


async def test_what_was_sent_is_not_due_again_until_something_new_falls_due(world: World) -> None:
    task = await world.task(reminder_at=later(hours=1), due=later(hours=5))
    world.clock.at = later(hours=2)
    await world.services.reminders.sent(PERSON, task.id, None)
    assert await due(world) == []
    world.clock.at = later(hours=5)
    assert await due(world) == [task.id]


@pytest.mark.parametrize("at", [None, later(hours=1)])
async def test_marking_it_again_changes_nothing(world: World, at: object) -> None:
    task = await world.task(reminder_at=later(hours=1))
    world.clock.at = later(hours=2)
    sent = [await world.services.reminders.sent(PERSON, task.id, at) for _ in range(3)]  # type: ignore[arg-type]
    assert {(t.version, t.reminder_last_sent_at) for t in sent} == {(2, at or later(hours=2))}
    assert (await world.told(task)).count(EventType.REMINDED) == 1


async def test_an_earlier_time_never_takes_a_later_one_back(world: World) -> None:
    task = await world.task(reminder_at=later(hours=1))
    await world.services.reminders.sent(PERSON, task.id, later(hours=3))
    assert (
        await world.services.reminders.sent(PERSON, task.id, later(hours=2))
    ).reminder_last_sent_at == later(hours=3)


@pytest.mark.parametrize("command", [Command.DONE, Command.CANCEL, Command.DELETE])
async def test_nobody_is_reminded_of_what_is_closed_or_deleted(world: World, command: Command) -> None:
    task = await world.task(reminder_at=later(hours=-1))
    await world.move(task, command)
    assert await due(world) == []


async def test_everybody_is_told_only_of_what_they_may_read(world: World) -> None:
    past = later(hours=-1)
    private = await world.task(reminder_at=past, private=True)
    plain = await world.task(reminder_at=past)
    work = await world.task(reminder_at=past, assignee=Owner.CODEX)
    mail = (await world.ingest({"title": "Mail", "reminder_at": past})).created[0]
    assert await due(world) == [private.id, plain.id, work.id, mail.id]
    assert await due(world, WALL) == [plain.id, work.id, mail.id]
    assert await due(world, ALPHA) == [work.id]
    assert await due(world, MAIL) == [mail.id]
    assert await due(world, limit=2) == [private.id, plain.id]


async def test_an_adapter_notes_only_what_it_brought_and_agents_and_readers_nothing(world: World) -> None:
    mail = (await world.ingest({"title": "Mail"})).created[0]
    assert (await world.services.reminders.sent(MAIL, mail.id, None)).reminder_last_sent_at
    with pytest.raises(TaskNotFound):
        await world.services.reminders.sent(CHAT, mail.id, None)
    for caller in (ALPHA, WALL):
        with pytest.raises(RoleForbidden):
            await world.services.reminders.sent(caller, 999, None)


async def test_a_reminder_does_not_end_a_claim(world: World) -> None:
    held = await world.claimed()
    await world.services.reminders.sent(PERSON, held.task.id, None)
    assert (await world.now(held)).status is Status.IN_PROGRESS
