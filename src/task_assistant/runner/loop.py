"""The runner: claims as long as it may, works in parallel, waits without burning anything, ends in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any

from task_assistant.client import Client, Problem, Unreachable
from task_assistant.client.problems import AgentsPaused, Forbidden, NothingToClaim, Unauthorised
from task_assistant.client.shapes import ClaimedTask
from task_assistant.runner.attempt import Attempt
from task_assistant.runner.outcome import printable
from task_assistant.runner.plan import Limits, Plan

WAIT = 50  # seconds of one long poll
SLOWEST = 60.0
IN_A_ROW = 3  # failed attempts after which something is likely wrong with the command, not with the tasks
BREATHER = 60.0  # seconds without claiming then; twice as long after each further failure
LONGEST_BREATHER = 1_800.0
BETWEEN = 20.0  # seconds between two polls at least, should the server not wait


class End(IntEnum):
    """How a run ended, as the exit status of its program; the numbers of `pta` that mean the same are the same.

    FAILED and NOTHING are of a run with `once`: one that goes on ends when it is told to.
    """

    DONE = 0
    NOTHING = 3
    FAILED = 6


class Budget:
    """What the whole run may use. It counts what the attempts report."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tasks, self._tokens, self._cost = 0, 0, Decimal(0)

    def take(self) -> None:
        """One more task begins."""
        self._tasks += 1

    def add(self, usage: dict[str, Any]) -> None:
        """What an attempt reported; nonsense counts nothing."""
        self._tokens += sum(
            n for name in ("input_tokens", "output_tokens") if isinstance(n := usage.get(name), int)
        )
        try:
            self._cost += Decimal(str(usage.get("cost", 0)))
        except InvalidOperation:
            return

    def spent(self) -> str | None:
        """Why nothing more may be claimed; None while it may."""
        limits = self._limits
        if limits.tasks is not None and self._tasks >= limits.tasks:
            return f"{self._tasks} tasks were the budget"
        if limits.tokens is not None and self._tokens >= limits.tokens:
            return f"{self._tokens:,} tokens of {limits.tokens:,} are used"
        if limits.cost is not None and self._cost >= limits.cost:
            return f"{self._cost} of {limits.cost} are spent"
        return None


class Runner:
    """Runs a plan against one server."""

    def __init__(self, client: Client, plan: Plan, say: Callable[[str], None]) -> None:
        self._client, self._plan, self._say = client, plan, say
        self._budget = Budget(plan.limits)
        self._stopping = asyncio.Event()
        self._claiming = asyncio.Lock()  # one long poll for all workers
        self._attempts: set[Attempt] = set()
        self._interrupts: set[asyncio.Future[None]] = set()
        self._nothing = False
        self._worked = self._failed = False  # whether anything was claimed, and failed
        self._failures = 0  # in a row

    async def run(self) -> End:
        """Until told to stop, the budget is spent, or, with `once`, one task each is done.

        Raises Unauthorised, Forbidden: the key will not do.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._plan.parallel):
                    workers.create_task(self._worker())
        except* (Unauthorised, Forbidden) as group:
            raise group.exceptions[0] from None
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
        if self._plan.once and self._failed:
            return End.FAILED
        return End.NOTHING if self._nothing and not self._worked else End.DONE

    def _stop(self) -> None:
        """The first signal ends it in order; the attempts release their tasks."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._say("stopping; running tasks are given back")
        for attempt in tuple(self._attempts):
            self._interrupts.add(asyncio.ensure_future(attempt.interrupt()))

    async def _worker(self) -> None:
        while not self._stopping.is_set():
            if (why := self._budget.spent()) is not None:
                self._say(f"stops claiming: {why}")
                return
            task = await self._next()
            if task is not None:
                await self._work(task)
            if self._plan.once:
                return

    async def _work(self, task: ClaimedTask) -> None:
        self._say(f"#{task['id']} claimed: {printable(task['title'])}")
        attempt = Attempt(self._client, self._plan, task, self._say)
        self._attempts.add(attempt)
        self._worked = True
        try:
            if self._stopping.is_set():
                await attempt.interrupt()
            await attempt.work()
        finally:
            self._attempts.discard(attempt)
            self._failures = self._failures + 1 if attempt.failed else 0
            self._failed = self._failed or attempt.failed
            self._budget.add(attempt.usage)

    async def _next(self) -> ClaimedTask | None:
        """The next claimed task; None with `once` when there is none, and when the runner stops."""
        async with self._claiming:
            await self._breathe()
            pause = 1.0
            while not self._stopping.is_set() and self._budget.spent() is None:
                began = asyncio.get_running_loop().time()
                try:
                    task = await self._unless_stopped(self._claim())
                    if task is not None:
                        self._budget.take()
                    return task
                except NothingToClaim:
                    if self._plan.once:
                        self._nothing = True
                        return None
                    await self._wait(BETWEEN - (asyncio.get_running_loop().time() - began))
                except AgentsPaused as problem:
                    await self._wait(float(problem.retry_after or BETWEEN))
                except (Unauthorised, Forbidden):
                    raise
                except (Problem, Unreachable) as problem:
                    self._say(str(problem))
                    await self._wait(pause)
                    pause = min(pause * 2, SLOWEST)
        return None

    async def _breathe(self) -> None:
        """A command that fails at everything, such as an agent that is not signed in, must not fail the whole queue."""
        beyond = self._failures - IN_A_ROW
        if beyond < 0 or self._stopping.is_set():
            return
        seconds = min(BREATHER * 2.0**beyond, LONGEST_BREATHER)
        self._say(f"{self._failures} attempts failed in a row; nothing is claimed for {seconds:.0f} s")
        await self._wait(seconds)

    async def _claim(self) -> ClaimedTask:
        plan = self._plan
        wait = 0 if plan.once else WAIT
        return await self._client.claim(
            wait_seconds=wait,
            lease_seconds=plan.lease_seconds,
            labels=list(plan.labels) or None,
            scoped_key=True,
        )

    async def _unless_stopped(self, call: Any) -> ClaimedTask | None:
        """The claim, unless the runner is told to stop first; the server claims nothing for a caller who has gone."""
        claiming = asyncio.ensure_future(call)
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({claiming, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not claiming.done():
            claiming.cancel()
            return None
        task: ClaimedTask = claiming.result()
        return task

    async def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
