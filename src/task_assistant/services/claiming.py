"""Claiming: the next piece of work for an agent, with everything that is needed to do it in that one answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from task_assistant.domain import claims, limits
from task_assistant.domain.claims import Ticket, digest
from task_assistant.domain.errors import NoClaimableTask, NotClaimable, Paused, ScopedKey
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command, check_role
from task_assistant.domain.records import RecordKind, Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Status, Task
from task_assistant.domain.visibility import sight, within
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet
from task_assistant.services.agents import Agents
from task_assistant.services.desk import Desk

CONTEXT_ENTRIES = 20
HANG_UP_CHECK = timedelta(seconds=2)
Gone = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agent asks for; `task_id` names a task, `resume` wants its own claim back with a fresh token."""

    task_id: int | None = None
    resume: bool = False
    lease_seconds: int = limits.LEASE_DEFAULT
    wait_seconds: int = 0
    labels: tuple[str, ...] = ()
    origin: str | None = None
    session: str | None = None
    scoped_key: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claimed task, the token that proves the claim, and what the worker must know.

    `nonce` rebuilds token and key.
    """

    task: Task
    token: str
    key: str | None
    nonce: str
    context: dict[str, list[Any]] = field(default_factory=dict)


class Claiming:
    """Hands out tasks, each to exactly one worker."""

    def __init__(self, desk: Desk, agents: Agents) -> None:
        self._desk = desk
        self._agents = agents

    async def claim(self, caller: Caller, wish: Wish, gone: Gone | None = None) -> Claimed:
        """The named task, or the best ranked claimable one, waiting up to `wait_seconds` for it.

        Raises NoClaimableTask only when there is none, Paused, ClaimHeld, NotClaimable, TaskNotFound,
        ScopedKey. Nothing is claimed once `gone` says that the caller has left.
        """
        check_role(Command.CLAIM, caller.role)
        if caller.task_id is not None:
            raise ScopedKey(caller.task_id)
        await self._check_paused(caller)
        nonce = self._desk.secrets.token()
        if wish.task_id is not None:
            task = await self._named(caller, wish, wish.task_id, nonce)
        elif wish.resume:
            task = await self._own(caller, wish, nonce)
        else:
            task = await self._wait_for_next(caller, wish, nonce, gone)
        key = self.scoped_key(task.id, nonce) if wish.scoped_key else None
        return Claimed(task, self.token(nonce), key, nonce, await self._context(caller, task))

    async def next(self, caller: Caller) -> Task | None:
        """The task that a claim would give the caller now; it is not claimed."""
        return await self._desk.store.peek(self._wanted(caller, Wish()))

    def token(self, nonce: str) -> str:
        """The claim token of a nonce; a remembered answer keeps the nonce only."""
        return self._desk.secrets.derive("claim-token", nonce)

    def scoped_key(self, task_id: int, nonce: str) -> str:
        """The bearer key for one claim, of the same nonce."""
        return f"pta_claim_{task_id}_{self._desk.secrets.derive('claim-key', nonce)}"

    def _ticket(self, caller: Caller, wish: Wish, task_id: int, nonce: str) -> Ticket:
        key_hash = digest(self.scoped_key(task_id, nonce)) if wish.scoped_key else None
        return Ticket(caller.name, wish.lease_seconds, digest(self.token(nonce)), wish.session, key_hash)

    async def _check_paused(self, caller: Caller) -> None:
        who = await self._agents.paused(caller)
        if who is not None:
            raise Paused(who)

    async def _named(self, caller: Caller, wish: Wish, task_id: int, nonce: str) -> Task:
        async def decide(task: Task) -> Sequence[Step]:
            now = self._desk.now()
            ticket = self._ticket(caller, wish, task.id, nonce)
            if wish.resume and task.held(now) and task.claim and task.claim.agent == caller.name:
                return [claims.resume(task, ticket, now)]
            steps, free = self._freed(task, now)
            claims.check_claimable(free, caller.name, now)
            if not within(sight(caller), free):
                raise NotClaimable(task.id, "it is outside of the limits of this key", lane(free, now))
            return [*steps, claims.claim(free, ticket, caller.role, now)]

        return await self._desk.change(caller, task_id, decide)

    async def _own(self, caller: Caller, wish: Wish, nonce: str) -> Task:
        held = await self._desk.store.held_by(caller.name, self._desk.now(), 1)
        if not held:
            raise NoClaimableTask
        return await self._named(caller, wish, held[0].id, nonce)

    def _freed(self, task: Task, now: datetime) -> tuple[list[Step], Task]:
        """Takes back a claim that ran out unnoticed, as the sweep would have."""
        if task.claim is None or task.claim.live(now):
            return [], task
        steps = list(claims.expire(task, self._desk.most, now))
        return steps, steps[-1].task

    async def _wait_for_next(self, caller: Caller, wish: Wish, nonce: str, gone: Gone | None) -> Task:
        until = self._desk.now() + timedelta(seconds=wish.wait_seconds)
        while True:
            stamp = await self._desk.store.stamp()
            if gone is not None and wish.wait_seconds and await gone():
                raise NoClaimableTask
            task = await self._next(caller, wish, nonce)
            if task is not None:
                return task
            left = until - self._desk.now()
            if left <= timedelta(0):
                raise NoClaimableTask
            await self._desk.store.changed(stamp, await self._patience(left))
            await self._check_paused(caller)

    async def _patience(self, left: timedelta) -> float:
        """How long to wait for a change.

        Until a lease or deferral ends by itself, and short enough to notice a hang-up.
        """
        now = self._desk.now()
        band = await self._desk.store.time_band(now)
        by_itself = band.next - now if band.next is not None else left
        return max(0.01, min(left, by_itself, HANG_UP_CHECK).total_seconds())

    async def _next(self, caller: Caller, wish: Wish, nonce: str) -> Task | None:
        def take(task: Task) -> ChangeSet | None:
            now = self._desk.now()
            steps, free = self._freed(task, now)
            if free.status in (Status.BACKLOG, Status.IN_PROGRESS):
                ticket = self._ticket(caller, wish, task.id, nonce)
                steps = [*steps, claims.claim(free, ticket, caller.role, now)]
            claimed = steps[-1].task.claim is not None
            change_set = ChangeSet(now, (self._desk.write(caller, task, steps),))
            return self._desk.marked(caller, change_set) if claimed else change_set

        while True:
            with self._desk.once_only():
                committed = await self._desk.store.claim_next(self._wanted(caller, wish), take)
            if committed is None or committed.tasks[0].claim is not None:
                return committed.tasks[0] if committed else None

    def _wanted(self, caller: Caller, wish: Wish) -> Wanted:
        return Wanted(
            self._desk.now(), caller.name, private=caller.owner, key_labels=frozenset(caller.labels),
            key_origins=frozenset(caller.origins), labels=frozenset(wish.labels), origin=wish.origin,
        )  # fmt: skip

    async def _context(self, caller: Caller, task: Task) -> dict[str, list[Any]]:
        """What the next worker must know, newest first; the reviewer's feedback comes first of all."""
        kinds: list[RecordKind] = ["feedback", "question", "attempt", "comment"]
        file: dict[RecordKind, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        for record in await self._desk.store.records(task.id, kinds, CONTEXT_ENTRIES):
            file[record.kind].append(record.data or {})
        return {
            "feedback": [{n: f[n] for n in ("round", "text", "at")} for f in file["feedback"]],
            "answers": [_answer(q) for q in file["question"] if q["answer"] is not None],
            "previous": claims.previous(file["attempt"]),
            "dependencies": await self._dependencies(caller, task),
            "comments": file["comment"],
        }

    async def _dependencies(self, caller: Caller, task: Task) -> list[dict[str, Any]]:
        found = await self._desk.store.get_many(task.depends_on)
        shown = [t for t in found.values() if t.deleted_at is None and (caller.owner or not t.private)]
        return [
            {"id": t.id, "title": t.title, "summary": t.result.summary if t.result else None} for t in shown
        ]

    async def held(self, caller: Caller, limit: int | None = None) -> list[Task]:
        """The caller's live claims, oldest first, at most `limit`; the person sees those of every agent."""
        check_role(Command.CLAIM, caller.role)
        held = await self._desk.store.held_by(None if caller.owner else caller.name, self._desk.now(), limit)
        return [task for task in held if caller.task_id in (None, task.id)]


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    kept = {"question_id": question["id"], "kind": question["kind"], "question": question["text"]}
    return {**kept, "answer": question["answer"], "answered_at": question["answered_at"]}
