"""One run of the command: fed, read, limited, and ended with everything that it started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from task_assistant.runner import leash

LAST_WORDS = 0.5  # seconds for what is still in the pipe when the command has ended
STDIN, STDOUT, STDERR = 0, 1, 2
Write = Callable[[bytes, bool], None]  # a piece of output, and whether it came on standard output


@dataclass(frozen=True, slots=True)
class Ended:
    """How the command ended; `stopped` says why it was made to, None when it ended by itself."""

    code: int
    stopped: str | None = None


class _Life(asyncio.SubprocessProtocol):
    """What happens to the command. Its end is told at once, even while a child that it left holds its output."""

    def __init__(self, most: int, write: Write) -> None:
        self._left, self._write = most, write
        self._speaking = {STDOUT, STDERR}
        self.flooded, self.ended, self.silent = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if self.flooded.is_set():
            return
        self._write(data, fd == STDOUT)
        self._left -= len(data)
        if self._left < 0:
            self.flooded.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._speaking.discard(fd)
        if not self._speaking:
            self.silent.set()

    def process_exited(self) -> None:
        self.ended.set()


class Process:
    """The command in a process group of its own, on a leash that ends it when the runner dies."""

    def __init__(self, child: asyncio.SubprocessTransport, life: _Life, line: int, grace: float) -> None:
        self._child, self._life, self._line, self._grace = child, life, line, grace
        self._pid = child.get_pid()
        self._stopped: str | None = None

    @classmethod
    async def start(
        cls, command: Sequence[str], environ: Mapping[str, str], folder: Path, grace: float,
        most: int, write: Write,
    ) -> Process:  # fmt: skip
        """Its output goes to `write`, at most `most` bytes. Raises OSError when not even the leash starts."""
        far, near = os.pipe()
        try:
            child, life = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Life(most, write), sys.executable, "-I", leash.__file__, str(far), *command, cwd=folder,
                env=dict(environ), pass_fds=(far,), start_new_session=True,
            )  # fmt: skip
        except OSError:
            os.close(near)
            raise
        finally:
            os.close(far)
        return cls(child, life, near, grace)

    async def run(self, prompt: str, seconds: float, most: int) -> Ended:
        """Feeds the prompt and ends the command at its limits. Whatever happens, nothing of it stays."""
        stdin = self._child.get_pipe_transport(STDIN)
        if isinstance(stdin, asyncio.WriteTransport):
            stdin.write(prompt.encode())
            stdin.write_eof()
        try:
            if why := await self._excess(seconds, most):
                await self.stop(why)
        finally:
            await self._sweep_up()
        code = self._child.get_returncode()
        return Ended(1 if code is None else code, self._stopped)

    async def _excess(self, seconds: float, most: int) -> str | None:
        """Waits for the end of the command, or for the limit that it breaks."""
        waiting = [asyncio.create_task(event.wait()) for event in (self._life.ended, self._life.flooded)]
        try:
            done, _ = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        if not done:
            return f"it ran for more than {seconds:.0f} s"
        return f"it wrote more than {most:,} bytes" if self._life.flooded.is_set() else None

    async def stop(self, why: str) -> None:
        """TERM to the whole group, KILL after the grace; the command has ended when this returns."""
        self._stopped = self._stopped or why
        self._signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._grace):
                await self._life.ended.wait()
        self._signal(signal.SIGKILL)
        await self._life.ended.wait()

    async def _sweep_up(self) -> None:
        """Ends whatever the command left behind in its group, and reads what it had still written."""
        self._signal(signal.SIGKILL)
        await self._life.ended.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self._life.silent.wait()
        self._child.close()
        with suppress(OSError):
            os.close(self._line)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, number)
