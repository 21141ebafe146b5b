"""Messages to the person, by a real Apprise into a real HTTP server; only the clock is ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner
from task_assistant.services import notices
from task_assistant.services.house import Services
from tests.factories import later
from tests.notify.receiver import Received
from tests.notify.told import BASE, Crashing, Told
from tests.services.world import ALPHA, MAIL, PERSON


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
