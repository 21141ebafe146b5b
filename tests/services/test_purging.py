"""A purge erases texts at once and for good; numbers stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from task_assistant.domain.errors import RoleForbidden, TaskNotFound
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Once
from tests.services.world import ALPHA, MAIL, PERSON, WALL, World

WORD = "xylophone"


async def full_of_words(world: World) -> int:
    """A task in whose file every text is the word."""
    task = await world.ready(
        WORD, description=WORD, source_name=WORD, source_context=WORD, labels=(WORD,), external_id=WORD
    )
    await world.tasks.comment(PERSON, task.id, WORD)
    held = await world.claim(task_id=task.id, session=WORD)
    await world.tasks.comment(PERSON, task.id, WORD)
    await world.work.progress(ALPHA, task.id, held.token, {"note": WORD, "usage": {"model": WORD}})
    await world.ask(held, question=WORD, options=(WORD,), recommendation=WORD)
    await world.move(task, Command.ANSWER, answer=WORD)
    artifact = {"name": WORD, "type": WORD, "text": WORD}
    await world.submit(await world.claim(task_id=task.id), summary=WORD, artifacts=(artifact,), refs=(WORD,))
    await world.move(task, Command.SEND_BACK, feedback=WORD)
    await world.edit(task, title=f"{WORD} 2")
    return task.id


@pytest.mark.parametrize("deleted_before", [False, True])
async def test_a_purge_leaves_no_text_anywhere(world: World, deleted_before: bool) -> None:
    task_id = await full_of_words(world)
    if deleted_before:
        await world.move(task_id, Command.DELETE)
    assert WORD in world.everything()
    await world.tasks.purge(PERSON, task_id)
    assert WORD not in world.everything()


async def test_history_keeps_its_lines_without_contents(world: World) -> None:
    task_id = await full_of_words(world)
    before = await world.told(task_id)
    await world.tasks.purge(PERSON, task_id)
    events = await world.history(task_id)
    assert [event.type for event in events] == [*before, EventType.PURGED]
    assert all((event.changes, event.text) == ({}, None) for event in events)


async def test_a_purged_task_is_gone_for_every_verb_and_from_the_summary(world: World) -> None:
    task_id = await full_of_words(world)
    await world.tasks.purge(PERSON, task_id)
    assert (await world.services.queue.summary(PERSON)).active == 0
    for act in (
        world.tasks.get(PERSON, task_id), world.tasks.purge(PERSON, task_id), world.edit(task_id, title=WORD),
        world.claim(task_id=task_id), world.tasks.comment(PERSON, task_id, WORD),
    ):  # fmt: skip
        with pytest.raises(TaskNotFound):
            await act
    assert WORD not in world.everything()


async def test_remembered_answers_go_too_also_one_that_is_kept_a_moment_later(world: World) -> None:
    caller = replace(PERSON, once=Once("k", "r"))
    task = await world.task(WORD, by=caller)
    await world.services.answers.keep(caller, {"body": WORD}, (task.id,))
    await world.tasks.purge(PERSON, task.id)
    assert WORD not in world.everything()
    await world.services.answers.keep(caller, {"body": WORD}, (task.id,))
    assert WORD not in world.everything()
    assert await world.services.answers.find(caller) is None


@pytest.mark.parametrize("caller", [ALPHA, MAIL, WALL])
async def test_only_the_person_purges(world: World, caller: object) -> None:
    with pytest.raises(RoleForbidden):
        await world.tasks.purge(caller, 999)  # type: ignore[arg-type]
