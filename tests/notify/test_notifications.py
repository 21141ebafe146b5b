"""Messages to the person, by a real Apprise into a real HTTP server; only the clock is ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Task
from task_assistant.notify.apprise_notifier import AppriseNotifier
from task_assistant.ports.notifier import Message
from task_assistant.services import notices
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.services.notifications import Notifications, Round
from task_assistant.services.outward import Outward
from tests.factories import later
from tests.notify.receiver import Received, Receiver, receiving, status
from tests.services.world import ALPHA, MAIL, PERSON, World

BASE = "https://tasks.example.org"


@dataclass
class Crashing:
    """Dies right after the message went out, before anybody can note it."""

    notifier: AppriseNotifier

    async def targets(self) -> Sequence[str]:
        return await self.notifier.targets()

    async def send(self, target: int, message: Message, /) -> bool:
        await self.notifier.send(target, message)
        raise KeyboardInterrupt


@dataclass
class Told:
    """A world whose messages arrive at a receiver."""

    world: World
    receiver: Receiver

    def notifier(self) -> AppriseNotifier:
        return AppriseNotifier([f"json://127.0.0.1:{self.receiver.port}/inbox"])

    def process(self, notifier: Any = None) -> Notifications:
        """One more server process over the same store."""
        desk = Desk(self.world.store, self.world.clock, self.world.desk.secrets)
        return Services(desk, Outward(notifier or self.notifier(), BASE, UTC)).notifications

    async def round(self) -> Round:
        return await self.process().round()

    async def after(self, **delta: float) -> Round:
        """A round some time later."""
        self.world.clock.advance(**delta)
        return await self.round()

    @property
    def messages(self) -> list[dict[str, str]]:
        return [json.loads(received.body) for received in self.receiver.got]


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    async with receiving() as receiver:
        yield Told(World(), receiver)


async def test_a_question_arrives_once_with_links_that_answer_it(told: Told) -> None:
    task = await told.world.ask(await told.world.claimed(), options=("0.9", "1.0"), recommendation="1.0")
    await told.after(minutes=2)
    await told.after(hours=1)
    [message] = told.messages
    assert message["title"] == "Asks you"
    assert f"Draft the notes: Which version?\n{BASE}/tasks/{task.id}" in message["message"]
    link = next(line for line in message["message"].splitlines() if "Answer “1.0”" in line)
    token = link.rpartition("/a/")[2]
    services = Services(told.world.desk)
    after = (await services.action_links.use(token, None, PERSON)).task
    assert after.question is not None
    assert after.question.answer == "1.0"


async def test_what_happens_together_is_told_together_and_what_is_settled_not_at_all(told: Told) -> None:
    for n in range(7):
        await told.world.reviewed(title=f"Draft {n}")
        await told.round()
    answered = await told.world.asked(title="Answered at once")
    await told.world.move(answered, Command.ANSWER, answer="Yes")
    assert told.messages == []
    assert (await told.after(minutes=3)).notices == 7
    [message] = told.messages
    assert message["title"] == "To review (7)"
    assert "Answered at once" not in message["message"]
    await told.world.reviewed(title="One more")
    assert (await told.after(minutes=20)).messages == 0
    assert (await told.after(minutes=10)).messages == 1


async def test_in_quiet_hours_only_an_overdue_urgent_task_is_told_and_the_rest_after_them(told: Told) -> None:
    clock = told.world.clock
    clock.at = datetime(2026, 5, 7, 21, 58, tzinfo=UTC)
    await told.world.task("Pay the invoice", assignee=Owner.ME, priority=1, due=later(clock.at, minutes=30))
    await told.world.task("Tidy up", assignee=Owner.ME, priority=3, due=later(clock.at, minutes=30))
    await told.world.task("Water", assignee=Owner.ME, reminder_at=later(clock.at, minutes=40))
    await told.world.asked()
    for _ in range(10 * 60):
        await told.after(minutes=1)
        if clock.at.hour == 6 and clock.at.minute == 59:
            break
    assert [message["title"] for message in told.messages] == ["Overdue"]
    await told.after(minutes=1)
    assert told.messages[-1]["title"] == "Needs you (2)"
    assert "Tidy up" not in str(told.messages)


async def test_quiet_hours_and_digest_are_in_the_persons_zone(told: Told) -> None:
    await Services(told.world.desk).preferences.change(
        PERSON, {"zone": "America/New_York", "quiet": "22:00-08:00", "digest": "06:30"}
    )
    told.world.clock.at = datetime(2026, 5, 7, 10, 30, tzinfo=UTC)  # 06:30 in New York
    await told.world.reviewed()
    assert (await told.after(minutes=60)).messages == 0
    sent = await told.after(minutes=31)
    assert sent.messages == 2
    assert sorted(message["title"] for message in told.messages) == ["1 task needs you", "To review"]
    assert (await told.after(minutes=31)).messages == 0


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


async def test_a_private_task_is_told_by_its_number_alone(told: Told) -> None:
    await told.world.task("Doctor", assignee=Owner.ME, private=True, reminder_at=later(minutes=1))
    await told.after(minutes=5)
    [message] = told.messages
    assert "Doctor" not in str(message)
    assert "#1 (private)" in message["message"]
    assert "/a/" not in message["message"]


async def test_a_broken_source_is_told_once_a_day_however_it_flaps(told: Told) -> None:
    sources = Services(told.world.desk).sources
    said = {"source_id": "inbox", "source_name": "Inbox", "adapter_type": "email"}
    for n in range(20):
        state = "failed" if n % 2 else "healthy"
        await sources.report(
            MAIL, {**said, "status": state, "error_message": "Login refused" if n % 2 else None}
        )
        await told.after(minutes=10)
    assert [message["title"] for message in told.messages] == ["Source broken"]
    assert "Inbox: Login refused" in told.messages[0]["message"]
    assert f"{BASE}/sources" in told.messages[0]["message"]


async def test_ready_work_that_no_agent_fetches_is_told_after_two_hours(told: Told) -> None:
    await told.world.ready()
    assert (await told.after(minutes=119)).messages == 0
    assert (await told.after(minutes=3)).messages == 1
    assert "1 task is ready, and no agent was seen" in told.messages[0]["message"]
    assert (await told.after(hours=3)).messages == 0


async def test_ready_work_is_not_told_while_an_agent_is_at_work(told: Told) -> None:
    await told.world.ready()
    await told.world.claimed()
    told.world.clock.advance(minutes=10)
    await told.world.ready()
    assert (await told.after(minutes=10)).messages == 0


async def test_a_parked_task_is_told_as_stuck(told: Told) -> None:
    task = await told.world.ready()
    for _ in range(3):
        held = await told.world.claim(ALPHA, task.id)
        await told.world.work.release(ALPHA, task.id, held.token, {"outcome": "failed"})
    await told.after(minutes=5)
    assert [message["title"] for message in told.messages] == ["Stuck"]
    assert "Answer “Try again”" in told.messages[0]["message"]


async def test_a_reminder_counts_as_sent_for_whoever_else_reminds(told: Told) -> None:
    await told.world.task(assignee=Owner.ME, reminder_at=later(minutes=1))
    await told.after(minutes=5)
    assert await told.world.services.reminders.due(PERSON, None, 10) == []
    assert len(told.messages) == 1


async def test_a_day_with_300_events_sends_the_handful_that_the_table_allows(told: Told) -> None:
    """The person and agents work all day: captures, comments, edits, claims; a few of it needs the person."""
    world, clock = told.world, told.world.clock
    clock.at = datetime(2026, 5, 7, 7, 0, tzinfo=UTC)
    await world.task(
        "Overdue at night", assignee=Owner.ME, priority=1, due=later(clock.at, hours=16, minutes=10)
    )
    await world.task("Remind me", assignee=Owner.ME, reminder_at=later(clock.at, hours=5))
    sent: list[tuple[str, int]] = []
    usual = told.receiver.answer

    def noting(received: Received) -> bytes | None:
        sent.append((json.loads(received.body)["title"], clock.at.hour))
        return usual(received)

    told.receiver.answer = noting
    crashed = 0
    for n in range(96):  # every quarter of an hour
        held = await world.claimed(title=f"Work {n}")
        await world.tasks.comment(PERSON, held.task.id, "Mind the tests.")
        if n % 12 == 3:
            await world.ask(held)
        elif n % 12 == 7:
            await world.submit(held)
        else:
            await world.move(held.task, Command.DONE)
        clock.advance(minutes=7)
        try:  # every fourth time the server dies while it sends
            await told.process(Crashing(told.notifier()) if n % 4 == 3 else None).round()
        except KeyboardInterrupt:
            crashed += 1
        await told.after(minutes=8)
    events = await world.store.position()
    assert events >= 300
    assert crashed >= 1
    lines = [line for message in told.messages for line in message["message"].splitlines()]
    occasions = [line for line in lines if line.startswith(("Asks you", "To review", "Overdue", "Reminder"))]
    assert len(occasions) == len(set(occasions)) >= 16
    assert len(told.messages) <= 18
    in_quiet_hours = [title for title, hour in sent if hour >= 22 or hour < 7]
    assert in_quiet_hours == ["Overdue"]


async def test_on_a_board_of_any_size_everything_is_told_and_what_is_new_at_once(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "NEWEST", 2)
    monkeypatch.setattr(notices, "REMINDERS", 3)
    world, process = told.world, told.process()
    for n in range(10):  # long overdue, and not worth a message
        await world.task(f"Old {n}", assignee=Owner.ME, due=later(minutes=n - 60))
    for n in range(7):
        await world.task(f"Reminder {n}", assignee=Owner.ME, reminder_at=later(minutes=n - 30))
        await world.reviewed(title=f"Draft {n}")
        await world.asked(title=f"Question {n}")
    for _ in range(30):
        world.clock.advance(minutes=31)
        await process.round()
    kept = await world.store.documents("notified", world.clock.now())
    assert len(kept) == 21
    assert sum([(await process.round()).notices for _ in range(30)]) == 0
    world.clock.at = later(days=1)
    await world.task("Call Ann", assignee=Owner.ME, reminder_at=later(world.clock.at, minutes=-3))
    await world.asked(title="The newest")
    world.clock.advance(minutes=31)
    assert (await process.round()).notices == 2
    assert "Call Ann" in told.messages[-1]["message"]
    assert "The newest" in told.messages[-1]["message"]
