"""What it costs to type a command: whole processes of `pta`, against an interpreter that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.rows import Row
from benchmarks.server import HOST, OWNER_KEY, ServerProcess

# The bars are milliseconds of a person who waits.
COMMANDS = {"pta next": (("next",), 300.0), "pta --help": (("--help",), 400.0)}
PROGRAM = ("-m", "task_assistant.bootstrap.command_line")
NOTHING_TO_DO = 3


def rows(place: Path, times: int) -> list[Row]:
    """The ratio of the processor's time, which other work on the machine hardly touches, and the time that passes."""
    found: list[Row] = []
    with ServerProcess(place / "command-line", "app.main:app") as server:
        # Without the variable that keeps bytecode from being written: an installed program has its bytecode.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        url = f"http://{HOST}:{server.port}"
        environ = {**kept, "TASK_TRACKER_URL": url, "TASK_TRACKER_API_KEY": OWNER_KEY}
        for name, (words, bar) in COMMANDS.items():
            pairs = [
                (_run((*PROGRAM, *words), environ), _run(("-c", "pass"), environ)) for _ in range(times + 1)
            ][1:]
            ratio = median(own[0] / bare[0] for own, bare in pairs)
            passed, bare_passed = (median(each[1] for each in side) for side in zip(*pairs, strict=True))
            found.append(Row("Against a bare interpreter", name, ratio, "×", passed, bare_passed))
            found.append(Row("Absolute", name, passed, "ms", bar=bar))
    return found


def _run(arguments: Sequence[str], environ: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of the processor and of the clock."""
    began = perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], env=environ, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, NOTHING_TO_DO):
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000, (perf_counter() - began) * 1000
