"""What the holder of a claim does.

Keep the lease, ask, hand back, give back. Stale tokens are refused, their text kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from task_assistant.domain import claims, limits, working
from task_assistant.domain.errors import Busy, ClaimLost, FieldForbidden, ScopedKey, TaskNotFound
from task_assistant.domain.lifecycle import Command, check_role
from task_assistant.domain.records import Record, Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Message, Status, Task
from task_assistant.ports.store import Stale
from task_assistant.services.agents import Agents
from task_assistant.services.claiming import Claimed, Claiming, Wish
from task_assistant.services.desk import TRIES, Desk, Versions, check_version

# How many comments back a kept text is recognised, so that a worker that tries again and again keeps it once.
LOOKED_BACK = 20


@dataclass(frozen=True, slots=True)
class Pulse:
    """The answer to a heartbeat: go on or stop (and why), and the news since the last one."""

    expires_at: datetime
    state: str = "continue"
    why: str | None = None
    changed: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()


class Work:
    """What the holder of a claim does, and the PATCH by which simple agents do the same.

    A token is the fence between sessions that share a key. Where it is None, the claim is the one that the key holds.
    """

    def __init__(self, desk: Desk, agents: Agents, claiming: Claiming) -> None:
        self._desk = desk
        self._agents = agents
        self._claiming = claiming

    async def heartbeat(self, caller: Caller, task_id: int, token: str | None) -> Pulse:
        """Renews the lease. Raises ClaimLost, NeverHeld, TaskNotFound."""
        return await self._pulse(caller, task_id, token, None)

    async def progress(self, caller: Caller, task_id: int, token: str | None, said: dict[str, Any]) -> Pulse:
        """Renews the lease and leaves a note."""
        return await self._pulse(caller, task_id, token, said)

    async def _pulse(
        self, caller: Caller, task_id: int, token: str | None, said: dict[str, Any] | None
    ) -> Pulse:
        check_role(Command.HEARTBEAT, caller.role)
        for _ in range(TRIES):
            task = await self._task(caller, task_id)
            now = self._desk.now()
            if not claims.holds(task, caller, token, now):
                return await self._stopped(caller, task, token, said, now)
            steps = (
                working.progress(task, caller, said, now) if said else working.heartbeat(task, caller, now)
            )
            try:
                await self._desk.commit(caller, self._desk.write(caller, task, steps))
            except Stale:
                continue
            who = await self._agents.paused(caller)
            why = f"The person has paused {who}." if who else None
            renewed, news = steps[-1].task.claimed(), task.claimed()
            return Pulse(renewed.expires_at, "stop" if who else "continue", why, news.changed, news.messages)
        raise Busy

    async def _stopped(
        self, caller: Caller, task: Task, token: str | None, said: dict[str, Any] | None, now: datetime
    ) -> Pulse:
        attempts = await self._attempts(task.id)
        why = claims.stopped(attempts, caller, token)
        mine = any(attempt["agent"] == caller.name for attempt in attempts)
        if why is not None and mine:
            if said is not None:
                await self._keep(caller, task.id, said)
            return Pulse(now, "stop", why)
        raise await self._refused(caller, task, attempts, said)

    async def ask(self, caller: Caller, task_id: int, token: str | None, said: dict[str, Any]) -> Task:
        """Asks the person and ends the claim. Raises ClaimLost (the text is kept), NeverHeld, TaskNotFound."""
        return await self._finish(caller, task_id, token, Command.ASK, said)

    async def submit(self, caller: Caller, task_id: int, token: str | None, said: dict[str, Any]) -> Task:
        """Hands the result back and ends the claim. Raises as `ask`."""
        return await self._finish(caller, task_id, token, Command.SUBMIT, said)

    async def release(self, caller: Caller, task_id: int, token: str | None, said: dict[str, Any]) -> Task:
        """Gives the task back with an outcome and a note. Raises as `ask`."""
        return await self._finish(caller, task_id, token, Command.RELEASE, said)

    async def _finish(
        self, caller: Caller, task_id: int, token: str | None, command: Command, said: dict[str, Any]
    ) -> Task:
        check_role(command, caller.role)
        for _ in range(TRIES):
            task = await self._task(caller, task_id)
            now = self._desk.now()
            if not claims.holds(task, caller, token, now):
                raise await self._refused(caller, task, await self._attempts(task.id), said)
            try:
                steps = self._steps(task, caller, command, said, now)
                return (await self._desk.commit(caller, self._desk.write(caller, task, steps))).tasks[0]
            except Stale:
                continue
        raise Busy

    def _steps(
        self, task: Task, caller: Caller, command: Command, said: dict[str, Any], now: datetime
    ) -> Sequence[Step]:
        if command is Command.ASK:
            return working.ask(task, caller, said, now)
        if command is Command.SUBMIT:
            return working.submit(task, caller, said, now)
        return claims.release(task, caller, said.get("outcome") or "handoff", said, self._desk.most, now)

    async def patch_status(
        self, caller: Caller, task_id: int, status: Status, versions: Versions = None
    ) -> Task | Claimed:
        """An agent's PATCH: `in_progress` claims, `waiting_review` submits, `backlog` releases the claim so taken."""
        check_role(Command.CLAIM, caller.role)
        if status not in (Status.IN_PROGRESS, Status.WAITING_REVIEW, Status.BACKLOG):
            allowed = ("in_progress", "waiting_review", "backlog")
            raise FieldForbidden(caller.role.value, f"status {status}", allowed)
        if versions is not None:
            check_version(await self._desk.see(caller, task_id), versions)
        if status is Status.IN_PROGRESS:
            return await self._claiming.claim(caller, Wish(task_id=task_id))
        said = {"summary": "Handed back without a summary."}
        command = Command.SUBMIT if status is Status.WAITING_REVIEW else Command.RELEASE
        return await self._finish(caller, task_id, None, command, said if command is Command.SUBMIT else {})

    # -- refusing ------------------------------------------------------------------------------------------------------

    async def _task(self, caller: Caller, task_id: int) -> Task:
        """The task for who may have held it: it need not be readable any more (hidden or deleted by the person)."""
        if caller.task_id not in (None, task_id):
            raise ScopedKey(caller.task_id or 0)
        task = await self._desk.store.get(task_id)
        if task is None:
            raise TaskNotFound(task_id)
        worked = await self._desk.store.worked_on(caller.name, [task_id])
        if not worked and not await self._desk.may_see(caller, task):
            raise TaskNotFound(task_id)
        return task

    async def _attempts(self, task_id: int) -> list[dict[str, Any]]:
        return [r.data or {} for r in await self._desk.store.records(task_id, ["attempt"], limits.PAGE)]

    async def _refused(
        self, caller: Caller, task: Task, attempts: Sequence[dict[str, Any]], said: dict[str, Any] | None
    ) -> Exception:
        """Why a token does not count; what came with it is kept as a comment, once."""
        if task.purged:  # its attempts are gone, but who reads a purged task here has held it
            return ClaimLost(task.id, "the person deleted the task")
        refusal = claims.lost(task, caller, attempts, self._desk.now())
        if not isinstance(refusal, ClaimLost) or not any((said or {}).get(name) for name in working.KEPT):
            return refusal
        await self._desk.check_not_done(caller)
        await self._keep(caller, task.id, said or {})
        refusal.text_kept = True
        refusal.advice = "What you sent was kept with the task. Stop working on it; claim again to go on"
        return refusal

    async def _keep(self, caller: Caller, task_id: int, said: dict[str, Any]) -> None:
        caller = replace(caller, once=None)
        for _ in range(TRIES):
            task = await self._task(caller, task_id)
            newest = await self._desk.store.records(task_id, ["comment"], LOOKED_BACK)
            if any(_kept(comment, caller, working.kept_text(said)) for comment in newest):
                return
            steps = working.keep_work(task, caller, said, self._desk.now())
            try:
                await self._desk.commit(caller, self._desk.write(caller, task, steps))
                return
            except Stale:
                continue
        raise Busy


def _kept(comment: Record, caller: Caller, text: str) -> bool:
    data = comment.data or {}
    return data.get("by") == caller.actor and str(data.get("text")).startswith(text)
