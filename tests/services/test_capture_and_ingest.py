"""Capture and ingest: nothing captured is lost or doubled, and text from outside starts no work."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from task_assistant.domain.errors import (
    ExternalIdTaken,
    FieldForbidden,
    InvalidBatch,
    InvalidFields,
    OutsideKeyLimits,
    RoleForbidden,
)
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner, ReviewNeed, Status
from tests.factories import adapter, agent, later
from tests.services.world import ALPHA, BETA, CHAT, MAIL, PERSON, WALL, World, ids

ITEM = {"title": "Send Alice revised numbers", "external_id": "mail-1", "origin": "email"}


async def test_a_captured_task_starts_in_triage_with_the_defaults(world: World) -> None:
    task = await world.task()
    assert (task.status, task.assignee, task.origin, task.priority, task.review) == (
        Status.BACKLOG, Owner.UNASSIGNED, "manual", 3, ReviewNeed.REQUIRED,
    )  # fmt: skip
    assert (lane(task, world.clock.now()), task.version, task.created_by) == (Lane.TRIAGE, 1, "human")
    assert await world.told(task) == [EventType.CREATED]


async def test_a_task_created_as_done_is_completed_then(world: World) -> None:
    assert (await world.task(status=Status.DONE)).completed_at == world.clock.now()


@pytest.mark.parametrize("caller", [ALPHA, MAIL])
@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.IN_PROGRESS])
async def test_no_agent_or_adapter_creates_something_closed_or_under_way_by_any_route(
    world: World, caller: Any, status: Status
) -> None:
    with pytest.raises(FieldForbidden):
        await world.task(by=caller, status=status)
    with pytest.raises(FieldForbidden):
        await world.ingest({**ITEM, "status": status}, by=caller)
    partial = await world.ingest({**ITEM, "status": status}, by=caller, partial=True)
    assert partial.created == []
    assert world.store.board.tasks == {}


@pytest.mark.parametrize("caller", [ALPHA, MAIL])
async def test_without_may_assign_agent_work_and_lower_review_are_a_proposal_in_triage(
    world: World, caller: Any
) -> None:
    wish = {"assignee": Owner.CODEX, "review": ReviewNeed.OPTIONAL, "agent": "alpha"}
    made = await world.task(by=caller, **wish)
    ingested = (await world.ingest({**ITEM, **wish}, by=caller)).created[0]
    for task in (made, ingested):
        assert (lane(task, world.clock.now()), task.assignee, task.review, task.agent) == (
            Lane.TRIAGE, Owner.UNASSIGNED, ReviewNeed.REQUIRED, None,
        )  # fmt: skip
        assert task.proposal is not None
        assert (task.proposal.assignee, task.proposal.review) == (Owner.CODEX, ReviewNeed.OPTIONAL)


async def test_the_person_accepts_the_proposed_owner_and_the_review_stays_required(world: World) -> None:
    made = await world.task(by=ALPHA, assignee=Owner.CODEX, review=ReviewNeed.OPTIONAL)
    accepted = await world.move(made, Command.ACCEPT_ASSESSMENT)
    assert (accepted.assignee, accepted.review, accepted.proposal) == (
        Owner.CODEX, ReviewNeed.REQUIRED, None,
    )  # fmt: skip


async def test_with_may_assign_it_goes_to_the_agents_at_once(world: World) -> None:
    made = await world.task(by=adapter(may_assign=True), assignee=Owner.CODEX)
    assert (lane(made, world.clock.now()), made.proposal) == (Lane.AGENT, None)


async def test_work_for_the_person_needs_no_permission(world: World) -> None:
    made = await world.task(by=MAIL, assignee=Owner.ME)
    assert lane(made, world.clock.now()) is Lane.HUMAN


async def test_a_reader_and_a_scoped_key_create_nothing(world: World) -> None:
    for caller in (WALL, agent("alpha", task_id=1)):
        with pytest.raises(RoleForbidden):
            await world.task(by=caller)
        with pytest.raises(RoleForbidden):
            await world.ingest(ITEM, by=caller)


async def test_a_key_stays_within_its_origins_and_labels(world: World) -> None:
    limited = adapter(origins=("email",), labels=("work",))
    with pytest.raises(OutsideKeyLimits):
        await world.task(by=limited, origin="slack")
    with pytest.raises(OutsideKeyLimits):
        await world.task(by=limited, origin="email", labels=("home",))
    assert (await world.task(by=limited, origin="email", labels=("work",))).labels == ("work",)


async def test_creating_with_a_known_external_id_names_the_task_even_a_deleted_one(world: World) -> None:
    task = await world.task(external_id="m-1")
    for _ in range(2):
        with pytest.raises(ExternalIdTaken) as refused:
            await world.task(external_id="m-1")
        assert refused.value.task_id == task.id
        await world.move(task, Command.DELETE) if (await world.now(task)).deleted_at is None else None


async def test_of_two_creates_with_one_external_id_at_once_one_is_refused(world: World) -> None:
    made = [world.task(external_id="m-1") for _ in range(2)]
    outcomes = await asyncio.gather(*made, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(ExternalIdTaken) == 1
    assert len(world.store.board.tasks) == 1


async def test_a_new_task_depends_on_what_is_there_only(world: World) -> None:
    gone = await world.task()
    await world.move(gone, Command.DELETE)
    for wrong in (gone.id, 999):
        with pytest.raises(InvalidFields):
            await world.task(depends_on=(wrong,))
        with pytest.raises(InvalidBatch):
            await world.ingest({"title": "x", "depends_on": (wrong,)})


async def test_depending_on_a_private_task_does_not_tell_a_key_that_it_exists(world: World) -> None:
    secret = await world.task(private=True)
    for caller in (ALPHA, MAIL):
        for task_id in (secret.id, 999):
            with pytest.raises(InvalidFields, match="there is no task"):
                await world.task(by=caller, depends_on=(task_id,))
    assert (await world.task(depends_on=(secret.id,))).depends_on == (secret.id,)


# -- ingest ------------------------------------------------------------------------------------------------------------


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


async def test_duplicates_that_the_caller_may_not_read_are_hidden(world: World) -> None:
    await world.task("Secret", private=True, external_id="s-1")
    mine = (await world.ingest(ITEM)).created[0]
    theirs = (await world.ingest({"title": "Chat", "external_id": "c-1"}, by=CHAT)).created[0]
    items = [{"title": "x", "external_id": name} for name in ("s-1", "mail-1", "c-1")]
    answer = await world.ingest(*items, update=False)
    assert answer.hidden == {1, theirs.id}
    assert mine.id not in answer.hidden


# -- closed at its source ----------------------------------------------------------------------------------------------


async def test_closed_at_its_source_asks_the_person_stops_claims_and_never_closes(world: World) -> None:
    task = await world.ready(external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    after = await world.now(task)
    assert (after.status, after.source_state) == (Status.BLOCKED, "closed")
    assert after.question is not None
    assert after.question.options == ("Mark it done", "Cancel", "Keep it open")
    assert (await world.last(task)).type is EventType.SOURCE_CLOSED


async def test_closed_at_its_source_tells_the_holder(world: World) -> None:
    held = await world.claimed(external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    pulse = await world.work.heartbeat(ALPHA, held.task.id, held.token)
    assert (pulse.state, "source" in (pulse.why or "")) == ("stop", True)


@pytest.mark.parametrize(
    ("answer", "status"),
    [("Mark it done", Status.DONE), ("Cancel", Status.CANCELLED), ("Keep it open", Status.BACKLOG)],
)
async def test_the_answer_to_that_acts_and_the_source_does_not_ask_again(
    world: World, answer: str, status: Status
) -> None:
    task = await world.ready(external_id="m-1")
    item = {"title": "x", "external_id": "m-1", "source_state": "closed"}
    await world.ingest(item)
    after = await world.move(task, Command.ANSWER, answer=answer)
    assert (after.status, after.completed_at is not None) == (status, status is Status.DONE)
    await world.ingest(item)
    assert (await world.now(task)).status is status


async def test_a_blocked_task_asks_that_first_and_keeps_the_earlier_question(world: World) -> None:
    task = await world.asked(external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    after = await world.now(task)
    assert after.question is not None
    assert after.question.about == "source_closed"
    late = await world.move(task, Command.ANSWER, answer="1.0", question_id=1)
    assert late.status is Status.BLOCKED


async def test_a_task_that_comes_closed_asks_instead_of_starting_work(world: World) -> None:
    made = await world.ready(source_state="closed")
    assert made.status is Status.BLOCKED
    assert (await world.move(made, Command.ANSWER, answer="Mark it done")).status is Status.DONE


async def test_a_closed_task_only_notes_the_state_of_its_source(world: World) -> None:
    task = await world.task(status=Status.DONE, external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    after = await world.now(task)
    assert (after.status, after.source_state, after.question) == (Status.DONE, "closed", None)


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
