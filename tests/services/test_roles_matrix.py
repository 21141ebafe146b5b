"""Role × command × status: the use cases do what the lifecycle says, on a task in the middle of its life."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from task_assistant.domain.errors import Refusal, RoleForbidden
from task_assistant.domain.lifecycle import Command, outcome
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Status
from task_assistant.services.capture import Batch
from task_assistant.services.claiming import Claimed, Wish
from tests.domain.plays import PROPOSED
from tests.factories import later
from tests.services.world import ALPHA, MAIL, PERSON, WALL, World

ITEM = {"title": "Draft", "external_id": "m-1", "assignee": Owner.CODEX}
CALLERS = (PERSON, ALPHA, MAIL, WALL)
HOLDERS = {Command.HEARTBEAT, Command.PROGRESS, Command.ASK, Command.SUBMIT, Command.RELEASE}
# An agent's key gives these for what it brought itself only.
OF_SOURCES = {Command.SOURCE_UPDATE, Command.SOURCE_CLOSE}
# These are the server's own; a caller cannot give them.
COMMANDS = [command for command in Command if command not in (Command.EXPIRE, Command.AUTO_ASSIGN)]


async def in_the_middle(world: World, status: Status, holder: Caller, source: Caller) -> Claimed:
    """A task that the source brought and agent alpha worked on, with an open question, led to the status."""
    task = (await world.ingest(ITEM, by=source)).created[0]
    await world.move(task, Command.ASSIGN, assignee=Owner.CODEX)
    await world.ask(await world.claim(ALPHA, task.id))
    await world.edit(task, status=Status.BACKLOG)
    held = await world.claim(holder, task.id)
    leads: dict[Status, Callable[[], Awaitable[object]]] = {
        Status.BACKLOG: lambda: world.work.release(holder, task.id, held.token, {}),
        Status.WAITING_REVIEW: lambda: world.submit(held, holder),
        Status.BLOCKED: lambda: world.ask(held, holder),
        Status.DONE: lambda: world.move(task, Command.DONE),
        Status.CANCELLED: lambda: world.move(task, Command.CANCEL),
    }
    if status in leads:
        await leads[status]()
    return held


async def give(world: World, caller: Caller, command: Command, held: Claimed) -> object:
    """The command as this caller would send it."""
    task_id, token = held.task.id, held.token
    said: dict[str, Any] = {
        "assignee": Owner.CODEX, "until": later(days=9), "text": "Wait", "answer": "Go", "feedback": "No.",
    }  # fmt: skip
    ways: dict[Command, Callable[[], Awaitable[object]]] = {
        Command.EDIT: lambda: world.tasks.edit(caller, task_id, {"title": "Other"}),
        Command.UNDO: lambda: undo_last(world, caller, task_id),
        Command.COMMENT: lambda: world.tasks.comment(caller, task_id, "Hm."),
        Command.REMIND: lambda: world.services.reminders.sent(caller, task_id, None),
        Command.CLAIM: lambda: world.claiming.claim(caller, Wish(task_id=task_id)),
        Command.HEARTBEAT: lambda: world.work.heartbeat(caller, task_id, token),
        Command.PROGRESS: lambda: world.work.progress(caller, task_id, token, {"note": "halfway"}),
        Command.ASK: lambda: world.work.ask(
            caller, task_id, token, {"question": "Which?", "kind": "decision"}
        ),
        Command.SUBMIT: lambda: world.work.submit(caller, task_id, token, {"summary": "Done."}),
        Command.RELEASE: lambda: world.work.release(caller, task_id, token, {}),
        Command.ASSESS: lambda: world.services.triage.propose(
            replace(caller, may_triage=True), task_id, PROPOSED
        ),
        Command.SOURCE_UPDATE: lambda: ingest(world, caller, description="new"),
        Command.SOURCE_CLOSE: lambda: ingest(world, caller, source_state="closed"),
    }
    return await ways.get(command, lambda: world.tasks.move(caller, task_id, command, said))()


async def undo_last(world: World, caller: Caller, task_id: int) -> object:
    return await world.tasks.undo(caller, (await world.last(task_id)).id, force=True)


async def ingest(world: World, caller: Caller, **fields: Any) -> object:
    return await world.capture.ingest(caller, Batch([(0, {**ITEM, **fields})], update=True))


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("caller", CALLERS, ids=[caller.role.value for caller in CALLERS])
async def test_the_use_cases_do_what_the_table_says(
    world: World, caller: Caller, command: Command, status: Status
) -> None:
    says = outcome(command, caller.role, status)
    holder = caller if caller.owner and command in HOLDERS else ALPHA
    source = ALPHA if caller is ALPHA and command in OF_SOURCES else MAIL
    held = await in_the_middle(world, status, holder, source)
    if command is Command.CLAIM:
        world.clock.advance(minutes=31)
    if command in (Command.ACCEPT_ASSESSMENT, Command.ASSESS):
        proposed = (await world.ingest({**ITEM, "external_id": "m-2"})).created[0]
        held = Claimed(await world.edit(proposed, status=status), "", None, "")
    refusal: Refusal | None = None
    answer: object = None
    try:
        answer = await give(world, caller, command, held)
    except Refusal as refused:
        refusal = refused
    after = await world.now(held)
    assert isinstance(refusal, RoleForbidden) is (says is RoleForbidden)
    if not isinstance(says, Status):
        assert refusal is not None or getattr(answer, "state", "") == "stop"
        assert after.status is status
    elif command is not Command.UNDO:
        assert refusal is None
        assert after.status is says
