"""One key at a time from a terminal; a line at a time from anything else."""

from __future__ import annotations

import sys


def key(prompt: str) -> str:
    """The next key, lower case; `q` at the end of input. Ctrl-C stops as it does everywhere."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    pressed = _one() if sys.stdin.isatty() else sys.stdin.readline()[:1]
    sys.stdout.write(f"{pressed.strip()}\n")
    return (pressed or "q").lower()


def line(prompt: str) -> str:
    """A line of text without its break; empty at the end of input."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    return sys.stdin.readline().strip()


def _one() -> str:
    try:
        import termios
        import tty
    except ImportError:  # no such terminal here: a line does
        return sys.stdin.readline()[:1]
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    try:
        tty.setcbreak(number, termios.TCSANOW)  # not by flushing: a key pressed early counts
        return sys.stdin.read(1)
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)
