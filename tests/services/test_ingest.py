"""Ingest: a batch may be sent again without harm, in any interleaving; updates touch only what nobody edited."""

from __future__ import annotations

import asyncio
import random

import pytest

from task_assistant.domain.errors import (
    InvalidBatch,
    RoleForbidden,
)
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Status
from tests.factories import adapter, later
from tests.services.world import ALPHA, BETA, CHAT, MAIL, PERSON, WALL, World, ids

ITEM = {"title": "Send Alice revised numbers", "external_id": "mail-1", "origin": "email"}


async def test_a_second_run_creates_nothing_and_answers_in_input_order(world: World) -> None:
    items = [{"title": f"Mail {n}", "external_id": f"m-{n}"} for n in range(5)]
    first = await world.ingest(*items)
    again = await world.ingest(*reversed(items))
    assert [task.title for task in first.created] == [item["title"] for item in items]
    assert again.created == []
    assert ids(again.duplicates) == ids(first.created)[::-1]
    assert len(world.store.board.tasks) == 5


async def test_an_item_without_an_external_id_is_always_created(world: World) -> None:
    await world.ingest({"title": "Same"}, {"title": "Same"})
    await world.ingest({"title": "Same"})
    assert len(world.store.board.tasks) == 3


async def test_the_same_id_twice_in_one_batch_is_one_created_and_one_duplicate(world: World) -> None:
    answer = await world.ingest(ITEM, {**ITEM, "title": "Other"}, ITEM)
    assert (len(answer.created), ids(answer.duplicates)) == (1, ids(answer.created) * 2)
    assert answer.created[0].title == ITEM["title"]


@pytest.mark.parametrize("seed", range(5))
async def test_overlapping_batches_at_once_create_each_external_id_once(world: World, seed: int) -> None:
    dice = random.Random(seed)
    batches = [[f"m-{n}" for n in dice.sample(range(30), 20)] for _ in range(8)]
    runs = [world.ingest(*({"title": name, "external_id": name} for name in batch)) for batch in batches]
    answers = await asyncio.gather(*runs)
    assert world.store.most_under_way > 1, "they ran at once"
    made = [str(task.external_id) for answer in answers for task in answer.created]
    assert sorted(made) == sorted({name for batch in batches for name in batch})
    assert all(len(a.created) + len(a.duplicates) == 20 for a in answers)


async def test_a_bad_item_fails_the_whole_batch_naming_its_index(world: World) -> None:
    items = [{"title": f"Mail {n}", "external_id": f"m-{n}"} for n in range(60)]
    items[57]["depends_on"] = (999,)  # type: ignore[assignment]
    with pytest.raises(InvalidBatch) as refused:
        await world.ingest(*items)
    assert refused.value.index == 57
    assert world.store.board.tasks == {}
    assert world.store.board.feed == []


async def test_a_partial_batch_takes_the_good_ones_and_names_the_bad_ones(world: World) -> None:
    bad = {"title": "x", "depends_on": (999,)}
    answer = await world.ingest(ITEM, bad, {"title": "Fine"}, bad, partial=True)
    assert [task.title for task in answer.created] == [ITEM["title"], "Fine"]
    assert [(r.index, r.errors[0]["field"]) for r in answer.rejected] == [
        (1, "depends_on"),
        (3, "depends_on"),
    ]


async def test_a_known_item_changes_nothing_without_update(world: World) -> None:
    task = (await world.ingest(ITEM)).created[0]
    await world.ingest({**ITEM, "title": "New title", "priority": 1})
    assert await world.now(task) == task


async def test_update_takes_source_fields_that_nobody_edited_since(world: World) -> None:
    task = (await world.ingest({**ITEM, "description": "old"})).created[0]
    await world.edit(task, title="My title")
    fresh = {**ITEM, "title": "New", "description": "new", "due": later(days=1), "priority": 1}
    answer = await world.ingest(fresh, update=True)
    after = await world.now(task)
    assert (after.title, after.description, after.due, after.priority) == (
        "My title", "new", later(days=1), 3,
    )  # fmt: skip
    assert ids(answer.updated) == [task.id]
    assert (await world.last(task)).type is EventType.UPDATED_FROM_SOURCE
    again = await world.ingest(fresh, update=True)
    assert (ids(again.duplicates), again.updated) == ([task.id], [])
    assert (await world.ingest({**fresh, "description": "newer"}, update=True)).updated


async def test_what_the_person_set_back_by_undo_is_theirs_too(world: World) -> None:
    task = (await world.ingest(ITEM)).created[0]
    await world.ingest({**ITEM, "title": "New"}, update=True)
    await world.undo(await world.last(task))
    await world.ingest({**ITEM, "title": "Newer"}, update=True)
    assert (await world.now(task)).title == ITEM["title"]


async def test_update_never_changes_a_task_under_a_claim_or_a_closed_or_deleted_one(world: World) -> None:
    held = await world.claimed(external_id="m-1")
    closed = await world.reviewed(external_id="m-2")
    await world.move(closed, Command.APPROVE)
    deleted = await world.task(external_id="m-3")
    await world.move(deleted, Command.DELETE)
    items = [{"title": "New", "external_id": f"m-{n}", "source_state": "open"} for n in (1, 2, 3)]
    answer = await world.ingest(*items, by=PERSON, update=True)
    assert (answer.updated, len(answer.duplicates)) == ([], 3)
    assert "New" not in {task.title for task in world.store.board.tasks.values()}
    assert (await world.now(held)).claim is not None
    assert (await world.now(deleted)).source_state is None


async def test_a_purged_item_is_not_created_again_and_learns_nothing_new(world: World) -> None:
    task = (await world.ingest(ITEM)).created[0]
    await world.tasks.purge(PERSON, task.id)
    answer = await world.ingest({**ITEM, "source_state": "closed"}, {**ITEM, "source_state": "closed"})
    assert (answer.created, ids(answer.duplicates)) == ([], [task.id, task.id])
    after = await world.now(task)
    assert (after.question, after.title, after.source_state) == (None, "", None)


async def test_a_key_limited_to_origins_updates_no_other_task_and_a_private_one_only_its_own_source(
    world: World,
) -> None:
    mail = (await world.ingest(ITEM)).created[0]
    chat = (await world.ingest({"title": "Chat", "external_id": "c-1"}, by=CHAT)).created[0]
    await world.edit(chat, private=True)
    await world.ingest({**ITEM, "title": "Hijacked"}, by=adapter("x", origins=("slack",)), update=True)
    await world.ingest({"title": "Hijacked", "external_id": "c-1"}, by=MAIL, update=True)
    assert ((await world.now(mail)).title, (await world.now(chat)).title) == (ITEM["title"], "Chat")
    await world.ingest({"title": "Chat, again", "external_id": "c-1"}, by=CHAT, update=True)
    assert (await world.now(chat)).title == "Chat, again"


async def test_an_agents_key_rewrites_and_stops_nothing_that_it_did_not_bring(world: World) -> None:
    mine = await world.task("Call the bank", assignee=Owner.ME, external_id="h-1")
    held = await world.claimed(external_id="h-2")
    mail = (await world.ingest(ITEM)).created[0]
    before = [await world.now(task) for task in (mine, held, mail)]
    names = [str(task.external_id) for task in before]
    evil = [{"title": "Pay Mallory", "external_id": name, "source_state": "closed"} for name in names]
    answer = await world.ingest(*evil, by=BETA, update=True)
    assert (answer.created, answer.updated, ids(answer.duplicates)) == ([], [], ids(before))
    assert [await world.now(task) for task in before] == before
    assert (await world.work.heartbeat(ALPHA, held.task.id, held.token)).state == "continue"


async def test_an_agents_key_brings_its_own_items_up_to_date(world: World) -> None:
    task = (await world.ingest(ITEM, by=BETA)).created[0]
    answer = await world.ingest({**ITEM, "title": "New", "source_state": "closed"}, by=BETA, update=True)
    assert ids(answer.updated) == [task.id]
    assert ((await world.now(task)).title, (await world.now(task)).status) == ("New", Status.BLOCKED)


async def test_duplicates_that_the_caller_may_not_read_are_hidden(world: World) -> None:
    await world.task("Secret", private=True, external_id="s-1")
    mine = (await world.ingest(ITEM)).created[0]
    theirs = (await world.ingest({"title": "Chat", "external_id": "c-1"}, by=CHAT)).created[0]
    items = [{"title": "x", "external_id": name} for name in ("s-1", "mail-1", "c-1")]
    answer = await world.ingest(*items, update=False)
    assert answer.hidden == {1, theirs.id}
    assert mine.id not in answer.hidden


async def test_a_batch_meeting_the_persons_edit_loses_neither(world: World) -> None:
    task = (await world.ingest({**ITEM, "description": "old"})).created[0]
    await asyncio.gather(
        world.ingest({**ITEM, "description": "new"}, update=True), world.edit(task, title="Mine")
    )
    after = await world.now(task)
    assert (after.title, after.description) == ("Mine", "new")
    assert world.store.stale


async def test_who_may_not_create_hears_that_before_the_batch_is_looked_at(world: World) -> None:
    with pytest.raises(RoleForbidden):
        await world.ingest({"title": "x", "depends_on": (999,)}, by=WALL)


async def test_an_agent_ingests_as_well(world: World) -> None:
    created = (await world.ingest(ITEM, by=BETA)).created
    assert created[0].created_by == "agent:beta"
