"""The folder of one attempt: its prompt, its log, its outcome. Nothing in it is ever deleted by the runner."""

from __future__ import annotations

import json
from codecs import getincrementaldecoder
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from task_assistant.client.shapes import ClaimedTask

TAIL_LINES = 200
LINE = 2_000  # characters of a line that are kept for the tail
OUTCOME = "outcome.json"
OUTCOME_BYTES = 2_000_000


class Tail:
    """The last 200 lines of what was written to it; a character cut in two by the pipe is put together again."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=TAIL_LINES)
        self._rest = ""
        self._decoder = getincrementaldecoder("utf-8")("replace")

    def write(self, output: bytes) -> None:
        """The next piece."""
        *lines, rest = (self._rest + self._decoder.decode(output)).split("\n")
        self._rest = rest[-LINE:]
        self.lines.extend(line[:LINE] for line in lines)

    def __str__(self) -> str:
        return "\n".join([*self.lines, self._rest] if self._rest else self.lines).strip()

    @property
    def line(self) -> str:
        """The last whole line that says something."""
        return next((line.strip() for line in reversed(self.lines) if line.strip()), "")


class AttemptFolder:
    """Raises OSError where it cannot be made; a disk that fills up later costs the log, not the work."""

    def __init__(self, base: Path, task: ClaimedTask) -> None:
        claim = task["claim"]
        at = (claim["claimed_at"] if claim else "now").replace(":", "").replace("-", "")
        self.path = base / f"task-{task['id']}" / f"{at}-attempt-{claim['attempt'] if claim else 1}"
        self.path.mkdir(mode=0o700, parents=True)
        self.everything, self.spoken = Tail(), Tail()  # both streams; standard output alone
        self.trouble: str | None = None
        self._log: BinaryIO | None = None
        self._open()

    def _open(self) -> None:
        try:
            self._log = (self.path / "output.log").open("wb", buffering=0)
        except OSError as problem:
            self._broken(problem)

    def keep_prompt(self, text: str) -> None:
        """So that one can see later what the command was told."""
        try:
            (self.path / "prompt.md").write_text(text, "utf-8")
        except OSError as problem:
            self._broken(problem)

    def write(self, output: bytes, *, spoken: bool) -> None:
        """Adds output of the command to the log and the tails; `spoken` marks standard output."""
        if self._log is not None:
            try:
                self._append(self._log, output)
            except OSError as problem:
                self._broken(problem)
        self.everything.write(output)
        if spoken:
            self.spoken.write(output)

    @staticmethod
    def _append(log: BinaryIO, output: bytes) -> None:
        # A disk that is nearly full takes a part of it, and only the next piece is an error.
        while output:
            output = output[log.write(output) or len(output) :]

    def _broken(self, problem: OSError) -> None:
        self.trouble = f"the log could not be written: {problem.strerror}"
        if self._log is not None:
            with suppress(OSError):
                self._log.close()
        self._log = None

    def outcome(self) -> dict[str, Any] | None:
        """What the command wrote about its outcome, None without a word. Raises ValueError for no JSON object."""
        path = self.path / OUTCOME
        if path.is_symlink() or not path.is_file():
            return None
        if path.stat().st_size > OUTCOME_BYTES:
            raise ValueError(f"{OUTCOME} is larger than {OUTCOME_BYTES:,} bytes")
        try:
            found = json.loads(path.read_bytes())
        except ValueError as problem:
            raise ValueError(f"{OUTCOME} is no JSON: {problem}") from problem
        if not isinstance(found, dict):
            raise ValueError(f"{OUTCOME} is no JSON object")
        return found

    def close(self) -> None:
        """The attempt has ended."""
        if self._log is not None:
            with suppress(OSError):
                self._log.close()
        self._log = None
