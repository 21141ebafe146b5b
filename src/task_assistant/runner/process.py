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
from typing import TypeVar

from task_assistant.runner import leash

CHUNK = 65_536
Stream = TypeVar("Stream")


@dataclass(frozen=True, slots=True)
class Ended:
    """How the command ended; `stopped` says why it was made to, None when it ended by itself."""

    code: int
    stopped: str | None = None


class Process:
    """The command in a process group of its own, on a leash that ends it when the runner dies."""

    def __init__(self, child: asyncio.subprocess.Process, line: int, grace: float) -> None:
        self._child, self._line, self._grace = child, line, grace
        self._stopped: str | None = None

    @classmethod
    async def start(
        cls, command: Sequence[str], environ: Mapping[str, str], folder: Path, grace: float
    ) -> Process:
        """Raises OSError when not even the leash starts."""
        far, near = os.pipe()
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-I", leash.__file__, str(far), *command,
                cwd=folder, env=dict(environ), pass_fds=(far,), start_new_session=True,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
        except OSError:
            os.close(near)
            raise
        finally:
            os.close(far)
        return cls(child, near, grace)

    async def run(self, prompt: str, seconds: float, most: int, write: Callable[[bytes], None]) -> Ended:
        """Feeds the prompt, hands on the output, ends the command at its limits. Whatever happens, nothing stays."""
        feeding = asyncio.create_task(self._feed(prompt.encode()))
        try:
            async with asyncio.timeout(seconds):
                await self._read(most, write)
                code = await self._child.wait()
        except TimeoutError:
            code = await self.stop(f"it ran for more than {seconds:.0f} s")
        finally:
            feeding.cancel()
            await self._sweep_up()
        return Ended(code, self._stopped)

    async def _feed(self, prompt: bytes) -> None:
        stdin = _given(self._child.stdin)
        with suppress(BrokenPipeError, ConnectionResetError):
            stdin.write(prompt)
            await stdin.drain()
        stdin.close()

    async def _read(self, most: int, write: Callable[[bytes], None]) -> None:
        """Until the output ends: the command's, and that of whatever still holds its end of the pipe."""
        stdout = _given(self._child.stdout)
        ending = asyncio.create_task(self._child.wait())
        read = 0
        while chunk := await self._chunk(stdout, ending):
            read += len(chunk)
            write(chunk)
            if read > most:
                await self.stop(f"it wrote more than {most:,} bytes")
                break
        ending.cancel()

    async def _chunk(self, stdout: asyncio.StreamReader, ending: asyncio.Task[int]) -> bytes:
        """The next output; once the command has ended, what is there already."""
        reading = asyncio.create_task(stdout.read(CHUNK))
        await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            await asyncio.wait({reading}, timeout=0.2)
        if reading.done():
            return reading.result()
        reading.cancel()
        return b""

    async def stop(self, why: str) -> int:
        """TERM to the whole group, KILL after the grace; the exit code."""
        self._stopped = self._stopped or why
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._grace):
                return await self._child.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            return await self._child.wait()

    async def _sweep_up(self) -> None:
        """Ends whatever the command left behind in its group."""
        self._signal(signal.SIGKILL)
        await self._child.wait()
        with suppress(OSError):
            os.close(self._line)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, number)


def _given(stream: Stream | None) -> Stream:
    """A stream of a process that was started with it."""
    if stream is None:
        raise RuntimeError("the process was started without this pipe")
    return stream
