"""One board with all use cases on it, a steerable clock, and short words for what the tests do again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Task
from task_assistant.ports.store import ChangeSet, Committed, DocumentConflict, Stale
from task_assistant.services.capture import Batch, Ingested
from task_assistant.services.claiming import Claimed, Wish
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.stores.memory import MemoryStore
from tests import factories
from tests.factories import CountingSecrets, FixedClock

PERSON = factories.owner()
ALPHA, BETA, GAMMA = (factories.agent(name) for name in ("alpha", "beta", "gamma"))
MAIL, CHAT = factories.adapter("mail"), factories.adapter("chat")
WALL = factories.reader("wall")


class WatchedStore(MemoryStore):
    """A memory store that counts collisions, and in which waiting makes the clock go instead of taking time."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self.clock = clock
        self.stale = self.conflicts = self.under_way = self.most_under_way = 0
        self.reads_of_events = 0

    async def commit(self, changes: ChangeSet) -> Committed:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await super().commit(changes)
        except Stale:
            self.stale += 1
            raise
        except DocumentConflict:
            self.conflicts += 1
            raise
        finally:
            self.under_way -= 1

    async def changed(self, stamp: int, timeout: float) -> int:
        if await self.stamp() == stamp:
            self.clock.advance(seconds=timeout)
        return await super().changed(stamp, 0)

    async def events(self, after: int, limit: int) -> list[Event]:
        self.reads_of_events += 1
        return await super().events(after, limit)


@dataclass
class World:
    """Everything of one test."""

    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        self.store = WatchedStore(self.clock)
        self.desk = Desk(self.store, self.clock, CountingSecrets())
        self.services = Services(self.desk)
        self.tasks, self.work = self.services.tasks, self.services.work
        self.claiming, self.capture = self.services.claiming, self.services.capture

    async def task(self, title: str = "Call Alice", by: Caller = PERSON, **fields: Any) -> Task:
        """A captured task."""
        return await self.capture.create(by, {"title": title, **fields})

    async def ready(self, title: str = "Draft the notes", **fields: Any) -> Task:
        """A task in lane `agent`."""
        return await self.task(title, **{"assignee": Owner.CODEX, **fields})

    async def claim(self, by: Caller = ALPHA, task_id: int | None = None, **wish: Any) -> Claimed:
        """A claim of the named task, or of the next one."""
        return await self.claiming.claim(by, Wish(task_id=task_id, **wish))

    async def claimed(self, by: Caller = ALPHA, **fields: Any) -> Claimed:
        """A fresh task, held by this agent."""
        return await self.claim(by, (await self.ready(**fields)).id)

    async def move(self, task: Task | Claimed | int, command: Command, **said: Any) -> Task:
        """A verb of the person."""
        return await self.tasks.move(PERSON, id_of(task), command, said)

    async def edit(self, task: Task | Claimed | int, **fields: Any) -> Task:
        """A PATCH by the person."""
        return await self.tasks.edit(PERSON, id_of(task), fields)

    async def now(self, task: Task | Claimed | int) -> Task:
        """The task as it is, whoever may see it."""
        found = await self.store.get(id_of(task))
        assert found is not None
        return found

    async def submit(self, held: Claimed, by: Caller = ALPHA, summary: str = "Drafted.", **said: Any) -> Task:
        """A result handed back."""
        return await self.work.submit(by, held.task.id, held.token, {"summary": summary, **said})

    async def reviewed(self, **fields: Any) -> Task:
        """A task whose result waits for review."""
        return await self.submit(await self.claimed(**fields))

    async def ask(
        self, held: Claimed, by: Caller = ALPHA, question: str = "Which version?", **said: Any
    ) -> Task:
        """A question to the person."""
        said = {"question": question, "kind": "decision", **said}
        return await self.work.ask(by, held.task.id, held.token, said)

    async def asked(self, **fields: Any) -> Task:
        """A task blocked by an agent's question."""
        return await self.ask(await self.claimed(**fields))

    async def ingest(self, *items: dict[str, Any], by: Caller = MAIL, **batch: Any) -> Ingested:
        """One batch."""
        return await self.capture.ingest(by, Batch(list(enumerate(items)), **batch))

    async def history(self, task: Task | Claimed | int) -> list[Event]:
        """All events of the task."""
        return await self.store.task_events(id_of(task), 0, 10_000)

    async def told(self, task: Task | Claimed | int) -> list[EventType]:
        """The kinds of all events of the task."""
        return [event.type for event in await self.history(task)]

    async def last(self, task: Task | Claimed | int, kind: EventType | None = None) -> Event:
        """The newest event of the task (of a kind)."""
        return [event for event in await self.history(task) if kind in (None, event.type)][-1]

    async def undo(self, event: Event, *, force: bool = False) -> Task:
        """The person takes an event back."""
        return await self.tasks.undo(PERSON, event.id, force=force)

    async def comments(self, task: Task | Claimed | int) -> list[str]:
        """The texts of the comments, newest first."""
        records = await self.store.records(id_of(task), ["comment"], 100)
        return [(record.data or {})["text"] for record in records]

    def other_process(self) -> Services:
        """Another server over the same store."""
        return Services(Desk(self.store, self.clock, CountingSecrets()))

    def everything(self) -> str:
        """All that the store keeps, as text, to look for secrets and erased texts in."""
        board = self.store.board
        return repr((board.tasks, board.files, board.feed, board.documents))


def id_of(task: Task | Claimed | int) -> int:
    """The id of whatever names a task."""
    if isinstance(task, Claimed):
        return task.task.id
    return task if isinstance(task, int) else task.id


def ids(tasks: Sequence[Task]) -> list[int]:
    """The ids in order."""
    return [task.id for task in tasks]
