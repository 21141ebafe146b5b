"""Ends what stays open when the server is told to stop: event streams, and calls that wait for work or news.

A server lets open requests finish before it stops, and only then runs the end of the app's lifespan. A stream never
finishes by itself, so one open board would keep Ctrl-C, and every `--reload`, waiting for good.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any]
TOLD_BY = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def set_when_told_to_stop(stopping: asyncio.Event) -> Iterator[None]:
    """Sets `stopping` on the signals that stop the server, then does what was set up for them before.

    Outside of the main thread, where no signal handler can be set, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in TOLD_BY}
    # Where no server has a handler of its own, the signal ends the process at once, and shall go on doing so.
    mine = {n: _chained(loop, stopping, server) for n, server in before.items() if callable(server)}
    for number, handler in mine.items():
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in mine.items():
            if signal.getsignal(number) is handler:
                signal.signal(number, before[number])


def _chained(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event, server: Handler) -> Handler:
    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)
        server(number, frame)

    return handle
