"""One claim from the prompt to the outcome: the command works, the lease is kept, the person's word is obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from task_assistant.client import Client, Problem, Unreachable
from task_assistant.client.problems import ClaimLost, Conflict, Forbidden, Invalid, Missing
from task_assistant.client.shapes import ClaimedTask
from task_assistant.runner import outcome, prompt
from task_assistant.runner.folder import AttemptFolder
from task_assistant.runner.git import GitFailed
from task_assistant.runner.outcome import Outcome
from task_assistant.runner.plan import Plan
from task_assistant.runner.presets import placed
from task_assistant.runner.process import Ended, Process
from task_assistant.runner.surroundings import surroundings
from task_assistant.runner.worktree import Worktree

NOTE_LINE = 200
STOPPED_HERE = "The runner was stopped by its person; what was done so far is in its folder."
OVER = (ClaimLost, Forbidden, Missing)


class Attempt:
    """Works on one claimed task. `say` tells whoever watches the runner."""

    def __init__(self, client: Client, plan: Plan, task: ClaimedTask, say: Callable[[str], None]) -> None:
        self._client, self._plan, self._task = client, plan, task
        self._id, self._token = task["id"], task["claim_token"]
        self._tell = say
        self._ours = True  # false once somebody else decides about the task, the command itself included
        self._interrupted = False
        self._process: Process | None = None
        self.usage: dict[str, Any] = {}
        self.failed = False  # given back as failed, or its end never reached the queue

    def _say(self, words: str) -> None:
        self._tell(f"#{self._id} {words}")

    async def work(self) -> None:
        """Runs the command and reports; the claim has ended afterwards, or its lease soon will."""
        try:
            folder = AttemptFolder(self._plan.folder, self._task)
        except OSError as problem:
            await self._report(
                outcome.failed(f"The runner has no folder for it: {problem.strerror}.", ""), []
            )
            return
        try:
            await self._in_folder(folder)
        finally:
            folder.close()

    async def _in_folder(self, folder: AttemptFolder) -> None:
        try:
            tree = await self._tree(folder)
            text = prompt.prompt(self._task, self._plan.template)
        except (GitFailed, prompt.TemplateBroken) as problem:
            await self._report(outcome.failed(f"The runner could not prepare it: {problem}", ""), [])
            return
        folder.keep_prompt(text)
        ended = await self._run(folder, tree, text)
        found = self._judge(ended, folder)
        self.usage = found.more.get("usage") or {}
        if self._ours:
            await self._report(await self._with_ref(found, tree), await self._artifacts(folder, tree))
        else:
            self._say(f"ended elsewhere; what was done is in {folder.path}")
        if tree is not None:
            with suppress(GitFailed):
                await tree.leave()

    async def _tree(self, folder: AttemptFolder) -> Worktree | None:
        if self._plan.worktree is None:
            return None
        branch = f"pta/task-{self._id}/{folder.path.name}"
        return await Worktree.make(self._plan.worktree, folder.path / "work", branch, self._plan.environ)

    async def _run(self, folder: AttemptFolder, tree: Worktree | None, text: str) -> Ended:
        plan = self._plan
        environ = surroundings(plan.environ, plan.passed, self._client.url, self._task, folder.path)
        where = tree.path if tree else folder.path
        try:
            self._process = await Process.start(
                placed(plan.command, folder.path),
                environ,
                where,
                plan.grace,
                plan.limits.output,
                lambda output, spoken: folder.write(output, spoken=spoken),
            )
        except OSError as problem:
            return Ended(1, f"it could not be started: {problem.strerror}")
        if self._interrupted:
            await self._process.stop(STOPPED_HERE)
        keeping = asyncio.create_task(self._keep_lease(folder))
        try:
            return await self._process.run(text, plan.limits.seconds, plan.limits.output)
        finally:
            keeping.cancel()

    async def _keep_lease(self, folder: AttemptFolder) -> None:
        """Reports at every beat; the last line of the output is the note when it has changed."""
        beat = min(self._plan.lease_seconds / 3, self._plan.beat)
        told = ""
        while True:
            await asyncio.sleep(beat)
            line = folder.everything.line[:NOTE_LINE]
            try:
                if line and line != told:
                    pulse = await self._client.progress(self._id, self._token, line)
                    told = line
                else:
                    pulse = await self._client.heartbeat(self._id, self._token)
            except OVER:
                await self._over()
                return
            except (Problem, Unreachable):
                continue  # the lease outlasts a restart of the server
            if pulse["state"] == "stop":
                await self._give_up(pulse.get("why") or "the person stopped it")
                return

    async def _over(self) -> None:
        """The claim has ended. When the command itself asked, submitted or released, it may finish in peace."""
        self._ours = False
        with suppress(Problem, Unreachable):
            task = await self._client.task(self._id)
            if task["lane"] in ("blocked", "review", "triage") or task["status"] in ("done", "backlog"):
                return
        await self._give_up("the claim was lost")

    async def _give_up(self, why: str) -> None:
        self._ours = False
        self._say(f"stops: {why}")
        if self._process is not None:
            await self._process.stop(why)

    async def interrupt(self) -> None:
        """The runner is told to end: the command is stopped and the task goes back with a note."""
        self._interrupted = True
        if self._process is not None:
            await self._process.stop(STOPPED_HERE)

    def _judge(self, ended: Ended, folder: AttemptFolder) -> Outcome:
        words = str(folder.everything)
        if self._interrupted:
            return Outcome("release", STOPPED_HERE, {"outcome": "handoff"})
        try:
            told = folder.outcome()
        except (ValueError, OSError) as problem:
            return outcome.failed(f"The command's outcome could not be read: {problem}.", words)
        found = outcome.judge(ended, told, words, str(folder.spoken) or words)
        if folder.trouble and found.verb == "submit":
            more = {**found.more, "not_done": f"{found.more.get('not_done', '')} ({folder.trouble})".strip()}
            return Outcome("submit", found.text, more)
        return found

    async def _with_ref(self, found: Outcome, tree: Worktree | None) -> Outcome:
        if tree is None or found.verb != "submit" or not await tree.changed():
            return found
        return Outcome("submit", found.text, {**found.more, "refs": [*found.more.get("refs", []), tree.ref]})

    async def _artifacts(self, folder: AttemptFolder, tree: Worktree | None) -> list[dict[str, str]]:
        """The working tree's diff and the last 200 lines of the output, as far as there are any."""
        found = []
        if tree is not None:
            with suppress(GitFailed):
                if diff := await tree.diff():
                    found.append(outcome.artifact("change.diff", "text/x-diff", diff))
        if words := str(folder.everything):
            found.append(outcome.artifact("output.log", "text/plain", words))
        return found

    async def _report(self, found: Outcome, artifacts: list[dict[str, str]]) -> None:
        """Tells the queue, as long as it takes within the lease: a server that restarts must not cost the work."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._plan.lease_seconds
        while True:
            try:
                await self._send(found, artifacts)
                self.failed = found.more.get("outcome") == "failed"
                self._say(str(found))
                return
            except Invalid as problem:
                note = f"The command's outcome was refused: {problem} {problem.errors}"[: outcome.NOTE]
                if found.verb == "release" and found.text == note:
                    self.failed = True
                    self._say(note)
                    return
                found, artifacts = Outcome("release", note, {"outcome": "failed"}), []
            except (*OVER, Conflict) as problem:
                self._say(f"was not ours any more: {problem}")
                return
            except (Problem, Unreachable) as problem:
                if loop.time() > until:
                    self.failed = True
                    self._say(f"could not be reported: {problem}")
                    return
                await asyncio.sleep(min(self._plan.beat, 5.0))

    async def _send(self, found: Outcome, artifacts: list[dict[str, str]]) -> None:
        if found.verb == "submit":
            more = {**found.more, "artifacts": artifacts or None}
            await self._client.submit(self._id, self._token, found.text, **more)
        elif found.verb == "ask":
            await self._client.ask(self._id, self._token, found.text, **found.more)
        else:
            await self._client.release(self._id, self._token, found.text, **found.more)
