"""git, called so that it runs nothing that a command left in its working tree, and sees no secret of the runner.

A config file of the command's own (behind a `.git` that it put there) could name programs to run: it is never read,
because the place of the repository is always given, not found. Hooks and the file system monitor are off. Filters named
by a `.gitattributes` run only where the person's own configuration defines them, such as Git LFS.
"""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

from task_assistant.runner.surroundings import USUAL

SEEN = (*USUAL, "XDG_CONFIG_HOME")
OFF = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


class GitFailed(Exception):
    """git said no; the message is its own."""


class Git:
    """git in a folder. Of `environ` it sees an allow-list; `more` are variables such as GIT_DIR."""

    def __init__(self, folder: Path, environ: Mapping[str, str], **more: str) -> None:
        self._folder, self._more = folder, more
        names = [*SEEN, *(name for name in environ if name.startswith("LC_"))]
        self._environ = {name: environ[name] for name in names if name in environ}

    def also(self, **more: str) -> Git:
        """The same with further variables."""
        return Git(self._folder, self._environ, **self._more, **more)

    async def __call__(self, *words: str, given: bytes = b"") -> str:
        """What it prints, with bytes that are no UTF-8 as surrogates. Raises GitFailed."""
        process = await self._start(words, stdin=PIPE, stderr=PIPE)
        out, wrong = await process.communicate(given)
        if process.returncode:
            raise GitFailed(wrong.decode("utf-8", "replace").strip() or f"git {words[0]} failed")
        return out.decode("utf-8", "surrogateescape")

    async def beginning(self, most: int, *words: str) -> tuple[bytes, bool]:
        """At most so many bytes of what it prints, and whether that is all; never holds the rest. Raises GitFailed."""
        process = await self._start(words, stdin=DEVNULL, stderr=DEVNULL)
        out = cast("asyncio.StreamReader", process.stdout)
        kept = b""
        while len(kept) <= most and (piece := await out.read(most + 1 - len(kept))):
            kept += piece
        whole = len(kept) <= most
        if not whole:
            with suppress(ProcessLookupError):
                process.kill()
            await out.read()  # what the pipe still holds: until then it has not ended for asyncio
        if await process.wait() and whole:
            raise GitFailed(f"git {words[0]} failed")
        return kept[:most], whole

    async def _start(self, words: tuple[str, ...], stdin: int, stderr: int) -> Process:
        try:
            return await asyncio.create_subprocess_exec(
                "git", "-C", str(self._folder), *OFF, *words, env={**self._environ, **self._more},
                stdin=stdin, stdout=PIPE, stderr=stderr,
            )  # fmt: skip
        except OSError as problem:
            raise GitFailed(f"git could not be started: {problem.strerror}") from problem
