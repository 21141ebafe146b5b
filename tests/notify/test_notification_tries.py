"""Messages that do not go out at the first try: none is doubled, and none tells what it may not tell any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Task
from task_assistant.notify.apprise_notifier import AppriseNotifier
from task_assistant.ports.notifier import Message
from tests.factories import later
from tests.notify.receiver import receiving, status
from tests.notify.told import Crashing, Told
from tests.services.world import PERSON, World


async def test_nothing_is_told_twice_after_a_crash_between_message_and_note(told: Told) -> None:
    await told.world.reviewed()
    await told.world.task("Water", assignee=Owner.ME, reminder_at=later(minutes=1))
    told.world.clock.advance(minutes=5)
    with pytest.raises(KeyboardInterrupt):
        await told.process(Crashing(told.notifier())).round()
    for _ in range(50):
        await told.after(minutes=60)
    assert [message["title"] for message in told.messages] == ["Needs you (2)"]


async def test_of_several_processes_one_sends(told: Told) -> None:
    await told.world.reviewed()
    told.world.clock.advance(minutes=5)
    processes = [told.process() for _ in range(4)]
    for process in processes:
        await process.round()
    assert len(told.messages) == 1


async def test_an_address_that_refuses_is_tried_again_alone_and_a_few_times(told: Told) -> None:
    async with receiving() as other:
        other.answer = lambda _: status(503)
        both = AppriseNotifier(
            [f"json://127.0.0.1:{told.receiver.port}/inbox", f"json://:secret@127.0.0.1:{other.port}/"]
        )
        await told.world.reviewed()
        told.world.clock.advance(minutes=5)
        first = await told.process(both).round()
        assert (first.messages, len(first.failed)) == (1, 1)
        assert "secret" not in str(first.failed)
        assert "secret" not in told.world.everything()
        assert "Drafted" not in str(told.world.store.board.documents)
        for _ in range(60):
            told.world.clock.advance(minutes=5)
            await told.process(both).round()
    assert (len(told.messages), len(other.got)) == (1, 4)


async def test_a_message_that_was_refused_waits_for_the_end_of_quiet_hours_as_well(told: Told) -> None:
    told.world.clock.at = datetime(2026, 5, 7, 21, 57, tzinfo=UTC)
    told.receiver.answer = lambda _: status(503)
    await told.world.reviewed()
    await told.after(minutes=2)
    assert len(told.messages) == 1
    told.receiver.answer = lambda _: status(204)
    await told.after(minutes=2)
    assert len(told.messages) == 1
    await told.after(hours=9)
    assert len(told.messages) == 2


async def hidden(world: World, task: Task) -> None:
    await world.tasks.edit(PERSON, task.id, {"private": True})


async def deleted(world: World, task: Task) -> None:
    await world.move(task, Command.DELETE)


async def purged(world: World, task: Task) -> None:
    await world.tasks.purge(PERSON, task.id)


@pytest.mark.parametrize("gone", [hidden, deleted, purged])
@pytest.mark.parametrize("digest", [False, True], ids=["notice", "digest"])
async def test_a_message_that_waits_for_another_try_is_dropped_once_a_task_in_it_is_not_for_others(
    told: Told, gone: Callable[[World, Task], Awaitable[None]], digest: bool
) -> None:
    world = told.world
    told.receiver.answer = lambda _: status(503)
    if digest:
        await world.services.preferences.change(PERSON, {"zone": "UTC", "digest": "10:30"})
        world.clock.at = datetime(2026, 5, 7, 10, 29, tzinfo=UTC)
    others = await world.task("Tidy up", assignee=Owner.ME)
    task = await world.task("Doctor", assignee=Owner.ME, reminder_at=None if digest else later(minutes=1))
    await told.after(minutes=5)
    assert "Doctor" in str(told.messages)
    [waiting] = await world.store.documents("message", world.clock.now())
    assert waiting.tasks == ((others.id, task.id) if digest else (task.id,))
    told.receiver.answer = lambda _: status(204)
    await gone(world, task)
    told.receiver.got.clear()
    for _ in range(5):
        await told.after(minutes=31)
    assert "Doctor" not in str(told.messages)
    assert await world.store.documents("message", world.clock.now()) == []


async def test_what_becomes_private_while_its_message_goes_out_does_not_wait_for_another_try(
    told: Told,
) -> None:
    @dataclass
    class Hiding:
        """Refuses the message; meanwhile the person makes the task private."""

        notifier: AppriseNotifier

        async def targets(self) -> Sequence[str]:
            return await self.notifier.targets()

        async def send(self, _target: int, _message: Message, /) -> bool:
            await hidden(told.world, task)
            return False

    task = await told.world.task("Doctor", assignee=Owner.ME, reminder_at=later(minutes=1))
    told.world.clock.advance(minutes=5)
    assert (await told.process(Hiding(told.notifier())).round()).failed
    assert await told.world.store.documents("message", told.world.clock.now()) == []


async def test_the_number_of_a_private_task_is_told_by_a_later_try_as_well(told: Told) -> None:
    told.receiver.answer = lambda _: status(503)
    await told.world.task("Doctor", assignee=Owner.ME, private=True, reminder_at=later(minutes=1))
    await told.after(minutes=5)
    told.receiver.answer = lambda _: status(204)
    assert (await told.after(minutes=5)).messages == 1
    assert "#1 (private)" in told.messages[-1]["message"]
