"""Bulk: one verb or one edit for many tasks; each stands or falls by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from task_assistant.domain.errors import (
    DependencyCycle,
    ExternalIdTaken,
    IllegalMove,
    InvalidFields,
    RoleForbidden,
    TaskNotFound,
)
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Once
from task_assistant.domain.task import Owner, Status
from task_assistant.services.tasks import Outcome
from tests.services.world import ALPHA, MAIL, PERSON, WALL, World


async def bulk(
    world: World, ids: list[int], command: Command | None, caller: Any = PERSON, **said: Any
) -> list[Outcome]:
    return await world.tasks.bulk(caller, ids, command, said)


async def test_a_verb_is_done_where_it_can_be_and_refused_where_not(world: World) -> None:
    open_task, closed = await world.ready(), await world.task(status=Status.DONE)
    outcomes = await bulk(world, [open_task.id, closed.id, 999], Command.DONE)
    assert [(o.id, o.task and o.task.status, type(o.refusal)) for o in outcomes] == [
        (open_task.id, Status.DONE, type(None)), (closed.id, None, IllegalMove), (999, None, TaskNotFound),
    ]  # fmt: skip
    assert (await world.now(open_task)).status is Status.DONE


async def test_an_edit_changes_all_and_answers_in_the_order_asked_each_once(world: World) -> None:
    first, second = await world.ready(), await world.ready()
    outcomes = await bulk(world, [second.id, first.id, second.id], None, assignee=Owner.ME)
    assert [(o.id, o.task and o.task.assignee) for o in outcomes] == [
        (second.id, Owner.ME), (first.id, Owner.ME),
    ]  # fmt: skip
    assert (await world.now(second)).version == 2


async def test_all_of_it_is_one_commit(world: World) -> None:
    tasks = [await world.ready() for _ in range(10)]
    before = await world.store.stamp()
    await bulk(world, [task.id for task in tasks], Command.CANCEL)
    assert await world.store.stamp() == before + 1


async def test_it_meets_a_write_in_between_and_loses_nothing(world: World) -> None:
    tasks = [await world.ready() for _ in range(3)]
    await asyncio.gather(
        bulk(world, [t.id for t in tasks], None, priority=1), world.edit(tasks[1], title="Mine")
    )
    after = [await world.now(task) for task in tasks]
    assert world.store.stale, "they collided"
    assert ([t.priority for t in after], after[1].title) == ([1, 1, 1], "Mine")


@pytest.mark.parametrize("once", [None, Once("k", "r")])
async def test_a_clash_between_tasks_spares_the_others(world: World, once: Once | None) -> None:
    caller = replace(PERSON, once=once)
    first = await world.ready()
    second = await world.ready(depends_on=(first.id,))
    third = await world.ready()
    outcomes = await bulk(world, [first.id, third.id], None, caller, depends_on=(second.id,))
    assert [type(o.refusal) for o in outcomes] == [DependencyCycle, type(None)]
    assert (await world.now(third)).depends_on == (second.id,)
    taken = await bulk(world, [first.id, third.id], None, external_id="m-1")
    assert [type(o.refusal) for o in taken] == [type(None), ExternalIdTaken]


@pytest.mark.parametrize("caller", [ALPHA, MAIL, WALL])
async def test_only_the_person_changes_in_bulk(world: World, caller: Any) -> None:
    for command in (None, Command.DONE, Command.CANCEL, Command.DELETE, Command.APPROVE, Command.ANSWER):
        with pytest.raises(RoleForbidden):
            await bulk(world, [999], command, caller)


@pytest.mark.parametrize("command", [Command.CLAIM, Command.SUBMIT, Command.UNDO, Command.COMMENT])
async def test_what_is_no_verb_of_the_person_is_refused_by_name(world: World, command: Command) -> None:
    with pytest.raises(InvalidFields, match="verb"):
        await bulk(world, [(await world.ready()).id], command)
