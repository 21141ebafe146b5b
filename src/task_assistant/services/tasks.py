"""Reading tasks and their files, and everything that the person does to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from task_assistant.domain import editing, moves, plain, undo, working
from task_assistant.domain.errors import (
    Busy,
    DependencyCycle,
    ExternalIdTaken,
    InvalidFields,
    NoQuestion,
    NotFound,
    NotUndoable,
    Refusal,
    TaskNotFound,
    invalid,
)
from task_assistant.domain.history import Event, EventType
from task_assistant.domain.lifecycle import Command, check_role
from task_assistant.domain.records import Record, RecordKind, Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Question, Task
from task_assistant.ports.queries import Query
from task_assistant.ports.store import ChangeSet, Stale
from task_assistant.services import recurring
from task_assistant.services.desk import TRIES, Desk, Versions, check_version

LATER_EVENTS = 10_000
IN_BULK = (*moves.MOVES, Command.ANSWER, Command.SEND_BACK)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one task of a bulk change: the task as it now is, or why nothing changed."""

    id: int
    task: Task | None = None
    refusal: Refusal | None = None


class Tasks:
    """One task at a time, its history and file, and the person's verbs on one or many."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- reading -------------------------------------------------------------------------------------------------------

    async def get(self, caller: Caller, task_id: int) -> Task:
        """Raises TaskNotFound."""
        return await self._desk.see(caller, task_id)

    async def find(self, query: Query) -> list[Task]:
        """A window on what the query's sight allows."""
        return await self._desk.store.find(query)

    async def history(self, caller: Caller, task_id: int, after: int, limit: int) -> list[Event]:
        """The task's events in commit order, after a `seq`; those of a deleted task still for the person."""
        task = await self._desk.store.get(task_id)
        if task is None or not (caller.owner or await self._desk.may_see(caller, task)):
            await self._desk.see(caller, task_id)
        return await self._desk.store.task_events(task_id, after, limit)

    async def file(self, caller: Caller, task_id: int, kind: RecordKind, limit: int) -> list[Record]:
        """The newest entries of one kind in the task's file (comments, results, questions …), newest first."""
        await self._desk.see(caller, task_id)
        return await self._desk.store.records(task_id, [kind], limit)

    async def artifact(self, caller: Caller, task_id: int, n: int) -> Record:
        """One artifact with its text. Raises NotFound."""
        await self._desk.see(caller, task_id)
        record = await self._desk.store.record(task_id, "artifact", n)
        if record is None:
            raise NotFound("artifact", f"{n} of task {task_id}")
        return record

    # -- changing ------------------------------------------------------------------------------------------------------

    async def edit(
        self, caller: Caller, task_id: int, fields: dict[str, Any], versions: Versions = None
    ) -> Task:
        """PATCH by the person; agents patch through Work."""
        check_role(Command.EDIT, caller.role)
        return await self._desk.change(caller, task_id, partial(self.steps, caller, None, fields), versions)

    async def move(
        self, caller: Caller, task_id: int, command: Command, said: dict[str, Any], versions: Versions = None
    ) -> Task:
        """One of the person's verbs with what it says. Raises what the lifecycle names."""
        check_role(command, caller.role)
        return await self._desk.change(caller, task_id, partial(self.steps, caller, command, said), versions)

    async def steps(
        self, caller: Caller, command: Command | None, said: dict[str, Any], task: Task
    ) -> list[Step]:
        """What a verb of the person does to the task; None is an edit. Raises what the lifecycle names."""
        now = self._desk.now()
        if command is None:
            return editing.edit(task, caller, await recurring.settled(self._desk, said, task), now)
        if command is Command.ANSWER:
            return moves.answer(
                task, caller, said, now, older=await self._older(task, said.get("question_id"))
            )
        if command is Command.SEND_BACK:
            return moves.send_back(task, caller, said, now, self._desk.most)
        return moves.MOVES[command](task, caller, said, now)

    async def _older(self, task: Task, question_id: int | None) -> Question | None:
        if question_id is None or (task.question is not None and task.question.id == question_id):
            return None
        record = await self._desk.store.record(task.id, "question", question_id)
        if record is None or record.data is None:
            raise NoQuestion(task.id, f" with the id {question_id}")
        return plain.question(record.data)

    async def comment(self, caller: Caller, task_id: int, text: str) -> dict[str, Any]:
        """Adds a comment and returns it; the holder of a claim hears of it at its next heartbeat."""
        check_role(Command.COMMENT, caller.role)
        made: list[Record] = []

        async def decide(task: Task) -> list[Step]:
            steps = working.comment(task, caller, text, self._desk.now())
            made[:] = steps[-1].records
            return steps

        await self._desk.change(caller, task_id, decide)
        return made[-1].data or {}

    async def purge(self, caller: Caller, task_id: int, versions: Versions = None) -> None:
        """Erases the task's texts everywhere, at once and for good; its numbers stay. Also for a deleted task."""
        check_role(Command.DELETE, caller.role)
        for _ in range(TRIES):
            task = await self._desk.store.get(task_id)
            if task is None or task.purged:
                task = await self._desk.see(caller, task_id)
            check_version(task, versions)
            now = self._desk.now()
            gone = task.having(
                claim=None,
                question=None,
                result=None,
                proposal=None,
                assessment=None,
                deleted_at=task.deleted_at or now,
                purged=True,
            )
            write = self._desk.write(caller, task, [Step(gone, EventType.PURGED)])
            silent = tuple(replace(event, changes={}) for event in write.events)
            try:
                await self._desk.put(
                    caller, ChangeSet(now, (replace(write, events=silent),), purge=(task_id,))
                )
                return
            except Stale:
                continue
        raise Busy

    async def undo(self, caller: Caller, event_id: str, *, force: bool) -> Task:
        """Takes an event back. Raises NotFound, NotUndoable, UndoConflict; nothing is changed then."""
        check_role(Command.UNDO, caller.role)
        event = await self._desk.store.event(event_id)
        if event is None:
            raise NotFound("event", event_id)
        if event.task_id is None:
            raise NotUndoable(event_id, "it belongs to no task; take the opposite step instead")
        for _ in range(TRIES):
            task = await self._desk.store.get(event.task_id)
            if task is None:
                raise TaskNotFound(event.task_id)
            later = await self._desk.store.task_events(event.task_id, event.seq, LATER_EVENTS)
            steps = undo.undo(task, event, later, caller, force=force, now=self._desk.now())
            try:
                return (await self._desk.commit(caller, self._desk.write(caller, task, steps))).tasks[0]
            except Stale:
                continue
        raise Busy

    async def bulk(
        self, caller: Caller, ids: Sequence[int], command: Command | None, said: dict[str, Any]
    ) -> list[Outcome]:
        """One verb, or one edit when `command` is None, on many tasks in one commit; each stands or falls by itself."""
        check_role(command or Command.EDIT, caller.role)
        if command is not None and command not in IN_BULK:
            raise invalid("verb", f"must be one of {', '.join(IN_BULK)}")
        for _ in range(TRIES):
            outcomes, writes = await self._bulk_plan(caller, ids, command, said)
            try:
                committed = await self._desk.commit(caller, *writes) if writes or caller.once else None
            except Stale:
                continue
            except (
                DependencyCycle,
                ExternalIdTaken,
                InvalidFields,
            ):  # some of them clash; the others need not suffer
                return await self._one_by_one(caller, ids, command, said)
            written = {task.id: task for task in committed.tasks} if committed else {}
            return [replace(o, task=written.get(o.id, o.task)) for o in outcomes]
        raise Busy

    async def _one_by_one(
        self, caller: Caller, ids: Sequence[int], command: Command | None, said: dict[str, Any]
    ) -> list[Outcome]:
        if caller.once is not None:
            await self._desk.commit(caller)  # the mark first: a twin must not begin
        outcomes = []
        for task_id in dict.fromkeys(ids):
            decide = partial(self.steps, caller, command, said)
            try:
                task = await self._desk.change(replace(caller, once=None), task_id, decide)
                outcomes.append(Outcome(task_id, task))
            except Refusal as refusal:
                outcomes.append(Outcome(task_id, refusal=refusal))
        return outcomes

    async def _bulk_plan(
        self, caller: Caller, ids: Sequence[int], command: Command | None, said: dict[str, Any]
    ) -> tuple[list[Outcome], list[Any]]:
        outcomes, writes = [], []
        for task_id in dict.fromkeys(ids):
            try:
                task = await self._desk.see(caller, task_id)
                steps = await self.steps(caller, command, said, task)
            except Refusal as refusal:
                outcomes.append(Outcome(task_id, refusal=refusal))
                continue
            outcomes.append(Outcome(task_id, task))
            if steps:
                writes.append(self._desk.write(caller, task, steps))
        return outcomes, writes
