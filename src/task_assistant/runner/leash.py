"""Holds the command while the runner lives: `python leash.py FD COMMAND …`.

It leads the process group of the command. When the other end of the pipe FD closes, because the runner was killed, it
ends the whole group; nothing of an attempt outlives its runner. Standard library only: it starts with every attempt.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

GRACE = 10.0
NOT_FOUND = 127
NOT_EXECUTABLE = 126


def main(arguments: list[str]) -> int:
    """Runs the command; its exit code, 128 and the signal's number when it was killed."""
    line, command = int(arguments[0]), arguments[1:]
    try:
        child = subprocess.Popen(command)
    except FileNotFoundError:
        sys.stderr.write(f"{command[0]}: there is no such command\n")
        return NOT_FOUND
    except OSError as problem:
        sys.stderr.write(f"{command[0]}: {problem.strerror}\n")
        return NOT_EXECUTABLE
    # After the start: a child would inherit what is ignored here.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(line,), daemon=True).start()
    code = child.wait()
    return code if code >= 0 else 128 - code


def _watch(line: int) -> None:
    with contextlib.suppress(OSError):
        os.read(line, 1)
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
