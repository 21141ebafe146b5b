"""Who sees what: single tasks, lists, history and the feed follow one reading rule for each role."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.domain.errors import TaskNotFound
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Status, Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.services import feed
from tests.factories import agent, later, reader
from tests.services.world import ALPHA, BETA, CHAT, MAIL, PERSON, WALL, World

TRIAGER = agent("triager", may_triage=True)
LIMITED = agent("limited", labels=("bug",))
LIMITED_WALL = reader("limited-wall", origins=("email",))


async def board(world: World) -> dict[str, Task]:
    """One task of every kind that the rules tell apart."""
    tasks = {
        "mine": await world.task(assignee=Owner.ME),
        "triage": await world.task(),
        "ready": await world.ready(),
        "bug": await world.ready(labels=("bug",)),
        "deferred": await world.ready(deferred_until=later(days=1)),
        "private": await world.ready("Secret diagnosis", private=True),
        "done": await world.task(status=Status.DONE),
        "mail": (await world.ingest({"title": "Mail", "origin": "email"})).created[0],
        "deleted": await world.ready(),
    }
    tasks["alphas"] = await world.reviewed()
    tasks["held"] = (await world.claimed(BETA)).task
    await world.move(tasks["deleted"], Command.DELETE)
    return tasks


SEES: list[tuple[Caller, str]] = [
    (PERSON, "mine triage ready bug deferred private done mail alphas held"),
    (WALL, "mine triage ready bug deferred done mail alphas held"),
    (LIMITED_WALL, "mail"),
    (ALPHA, "ready bug alphas held"),
    (BETA, "ready bug held"),
    (TRIAGER, "triage ready bug mail held"),
    (LIMITED, "bug"),
    (MAIL, "mail"),
    (CHAT, ""),
]
CALLERS = pytest.mark.parametrize(("caller", "names"), SEES, ids=[caller.name for caller, _ in SEES])


@CALLERS
async def test_a_role_reads_these_tasks_one_by_one_and_in_lists_and_no_others(
    world: World, caller: Caller, names: str
) -> None:
    tasks = await board(world)
    listed = await world.tasks.find(Query(world.clock.now(), sight(caller), 100, include_closed=True))
    seen = []
    for name, task in tasks.items():
        try:
            await world.tasks.get(caller, task.id)
            await world.tasks.history(caller, task.id, 0, 10)
            await world.tasks.file(caller, task.id, "comment", 10)
            seen.append(name)
        except TaskNotFound:
            pass
    assert set(seen) == set(names.split())
    assert {task.id for task in listed} == {tasks[name].id for name in names.split()}


@CALLERS
async def test_the_feed_tells_the_events_of_the_same_tasks(world: World, caller: Caller, names: str) -> None:
    tasks = await board(world)
    page = await world.services.feed.read(caller, 0, 500)
    seen = {event.task_id for event in page.events} - {None}
    deleted = {tasks["deleted"].id} if caller.owner else set()
    assert seen == {tasks[name].id for name in names.split()} | deleted
    assert page.next == await world.services.feed.position()


@CALLERS
async def test_nobody_but_the_person_finds_a_private_text_anywhere(
    world: World, caller: Caller, names: str
) -> None:
    secret = (await board(world))["private"]
    await world.ready("Waits for it", depends_on=(secret.id,))
    await world.asked(title="Other")
    query = Query(world.clock.now(), sight(caller), 100, text="diagnosis", include_closed=True)
    found: list[Any] = [
        await world.tasks.find(query),
        (await world.services.feed.read(caller, 0, 500)).events,
        await world.services.reminders.due(caller, later(days=300), 100),
    ]
    assert ("diagnosis" in repr(found)) is caller.owner


async def test_private_tasks_count_for_the_person_only(world: World) -> None:
    await world.ready(private=True)
    await world.ready()
    assert (await world.services.queue.summary(PERSON)).codex_ready == 2
    for caller in (ALPHA, MAIL, WALL):
        assert (await world.services.queue.summary(caller)).codex_ready == 1


async def test_a_task_that_becomes_private_vanishes_even_for_who_worked_on_it(world: World) -> None:
    task = await world.reviewed()
    await world.edit(task, private=True)
    with pytest.raises(TaskNotFound):
        await world.tasks.get(ALPHA, task.id)
    assert (await world.services.feed.read(ALPHA, 0, 500)).events == []


async def test_the_person_still_reads_the_history_of_a_deleted_task(world: World) -> None:
    task = await world.ready()
    await world.move(task, Command.DELETE)
    history = await world.tasks.history(PERSON, task.id, 0, 10)
    assert [event.type for event in history] == [EventType.CREATED, EventType.DELETED]
    with pytest.raises(TaskNotFound):
        await world.tasks.history(PERSON, 999, 0, 10)


async def test_the_whole_story_is_told_actor_by_actor(world: World) -> None:
    task = (await world.ingest({"title": "Draft", "external_id": "m-1"})).created[0]
    await world.move(task, Command.ASSIGN, assignee=Owner.CODEX)
    await world.ask(await world.claim())
    await world.move(task, Command.ANSWER, answer="1.0")
    await world.submit(await world.claim(BETA), BETA)
    await world.move(task, Command.SEND_BACK, feedback="No.")
    await world.submit(await world.claim())
    await world.move(task, Command.APPROVE)
    await world.undo(await world.last(task))
    assert [(event.actor, event.type.value) for event in await world.history(task)] == [
        ("adapter:mail", "created"), ("human", "assigned"), ("agent:alpha", "claimed"), ("agent:alpha", "asked"),
        ("human", "answered"), ("agent:beta", "claimed"), ("agent:beta", "submitted"), ("human", "sent_back"),
        ("agent:alpha", "claimed"), ("agent:alpha", "submitted"), ("human", "approved"), ("human", "undone"),
    ]  # fmt: skip


# -- following the feed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3, 500])
async def test_a_reader_that_goes_on_from_next_gets_every_event_once_in_order(
    world: World, limit: int
) -> None:
    await board(world)
    for caller in (PERSON, ALPHA):
        followed, after = [], 0
        while (page := await world.services.feed.read(caller, after, limit)).events:
            assert len(page.events) <= limit
            followed += page.events
            after = page.next
        everything = (await world.services.feed.read(caller, 0, 500)).events
        assert followed == everything
        assert [event.seq for event in followed] == sorted({event.seq for event in followed})


async def test_waiting_ends_with_the_first_event_that_the_caller_may_see(world: World) -> None:
    waiting = asyncio.create_task(world.services.feed.read(ALPHA, 0, 10, wait_seconds=50))
    await asyncio.sleep(0)
    await world.task("Not for agents", private=True)
    task = await world.ready()
    page = await waiting
    assert [event.task_id for event in page.events] == [task.id]


async def test_waiting_ends_without_events_after_the_time_or_when_the_caller_has_gone(world: World) -> None:
    assert (await world.services.feed.read(PERSON, 0, 10, wait_seconds=30)).events == []
    assert world.clock.now() == later(seconds=30)

    async def gone() -> bool:
        return True

    assert (await world.services.feed.read(PERSON, 0, 10, 30, gone)).events == []
    assert world.clock.now() == later(seconds=30)


async def test_one_read_looks_through_a_bounded_part_of_the_feed_and_says_where_to_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "SCANNED_AT_ONCE", 10)
    monkeypatch.setattr(feed, "SCANS", 5)
    await world.ingest(*({"title": f"Mail {n}"} for n in range(60)))
    mine = (await world.ingest({"title": "Chat"}, by=CHAT)).created[0]
    world.store.reads_of_events = 0
    first = await world.services.feed.read(CHAT, 0, 100, wait_seconds=30)
    assert (first.events, first.next, first.cut) == ([], 50, True)
    assert world.store.reads_of_events == 5
    second = await world.services.feed.read(CHAT, first.next, 100)
    assert [event.task_id for event in second.events] == [mine.id]
