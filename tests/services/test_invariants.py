"""Whatever is done in whatever order, undo with force included, no task ends up where nobody can bring it on."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from task_assistant.domain.errors import Refusal
from task_assistant.domain.history import Event
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, ReviewNeed, Status, Task
from task_assistant.services.claiming import Claimed
from tests.factories import later
from tests.services.world import ALPHA, BETA, PERSON, World

STEPS = 60
ANSWERS = ("1.0", "Try again", "I do it", "Cancel", "Mark it done", "Keep it open")


class Play:
    """One task and everybody who may do something to it, at random."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.held: list[tuple[Any, Claimed]] = []
        self.task_id = 0

    async def begin(self) -> None:
        self.task_id = (await self.world.ready(external_id="m-1")).id

    async def move(self) -> None:
        said = {
            "assignee": self.dice.choice(list(Owner)), "until": None, "text": "Wait", "feedback": "No.",
            "answer": self.dice.choice(ANSWERS), "question_id": self.dice.choice((None, None, 1, 2)),
        }  # fmt: skip
        await self.world.tasks.move(PERSON, self.task_id, self.dice.choice(MOVES), said)

    async def edit(self) -> None:
        fields: list[dict[str, Any]] = [
            {"status": self.dice.choice(list(Status))}, {"assignee": self.dice.choice(list(Owner))},
            {"private": self.dice.random() < 0.5}, {"review": self.dice.choice(list(ReviewNeed))},
            {"title": self.dice.choice("ab")}, {"agent": "alpha"}, {"deferred_until": later(days=1)},
        ]  # fmt: skip
        await self.world.edit(self.task_id, **self.dice.choice(fields))

    async def claim(self) -> None:
        who = self.dice.choice((ALPHA, BETA))
        self.held.append((who, await self.world.claim(who, self.dice.choice((None, self.task_id)))))

    async def work(self) -> None:
        if not self.held:
            return
        who, held = self.dice.choice(self.held[-3:])
        work, said = self.world.work, self.dice.choice(("handoff", "failed", "declined"))
        ways: list[Callable[[], Awaitable[object]]] = [
            lambda: self.world.ask(held, who),
            lambda: self.world.submit(held, who),
            lambda: work.release(who, self.task_id, held.token, {"outcome": said}),
            lambda: work.progress(who, self.task_id, held.token, {"note": "on it"}),
        ]
        await self.dice.choice(ways)()

    async def undo(self) -> None:
        event = self.dice.choice(await self.world.history(self.task_id))
        await self.world.undo(event, force=self.dice.random() < 0.7)

    async def source(self) -> None:
        state = self.dice.choice(("open", "closed"))
        item = {"title": self.dice.choice("xy"), "external_id": "m-1", "source_state": state}
        await self.world.ingest(item, update=True)

    async def time(self) -> None:
        self.world.clock.advance(minutes=self.dice.choice((1, 29, 31)))
        await self.world.services.sweep.once()

    async def step(self) -> None:
        ways = [
            self.move,
            self.edit,
            self.claim,
            self.claim,
            self.work,
            self.work,
            self.undo,
            self.source,
            self.time,
        ]
        await self.dice.choice(ways)()


MOVES = [
    Command.ASSIGN, Command.DEFER, Command.BLOCK, Command.ANSWER, Command.APPROVE, Command.SEND_BACK, Command.DONE,
    Command.CANCEL, Command.REOPEN, Command.DELETE,
]  # fmt: skip


def check(task: Task, history: list[Event]) -> None:
    """What holds of every task at any time."""
    told = [event.type.value for event in history[-5:]]
    if task.claim is not None:
        assert task.status is Status.IN_PROGRESS, told
        assert task.deleted_at is None, told
        assert not task.private, told
    if task.status is Status.BLOCKED:
        assert task.question is not None, told
        assert task.question.answer is None, told
    assert (task.completed_at is not None) is (task.status is Status.DONE), told
    assert task.version == history[-1].version, told


@pytest.mark.parametrize("seed", range(40))
async def test_a_task_is_never_blocked_without_a_question_held_while_closed_or_half_completed(
    world: World, seed: int
) -> None:
    play = Play(world, seed)
    await play.begin()
    for _ in range(STEPS):
        with suppress(Refusal):
            await play.step()
        check(await world.now(play.task_id), await world.history(play.task_id))


@pytest.mark.parametrize("seed", range(5))
async def test_history_played_forward_gives_the_task(world: World, seed: int) -> None:
    play = Play(world, seed)
    await play.begin()
    for _ in range(STEPS):
        with suppress(Refusal):
            await play.step()
    fields: dict[str, Any] = {}
    for event in await world.history(play.task_id):
        for name, (before, after) in event.changes.items():
            if name in ("status", "assignee", "title", "private", "agent", "completed_at", "deleted_at"):
                assert fields.get(name) == before or name not in fields, (event.type, name)
                fields[name] = after
    task = await world.now(play.task_id)
    assert (fields["status"], fields["title"]) == (task.status.value, task.title)
    assert fields.get("private", False) is task.private
