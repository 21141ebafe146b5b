"""A server that is told to stop ends its streams by itself, and still does what it did before."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from task_assistant.bootstrap.stopping import set_when_told_to_stop


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """What the server's own handlers heard."""
    found: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda n, _: found.append(n))
    yield found
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_signal_reaches_the_streams_and_the_server(
    heard: list[int], number: signal.Signals
) -> None:
    stopping = asyncio.Event()
    with set_when_told_to_stop(stopping):
        signal.raise_signal(number)
        await asyncio.wait_for(stopping.wait(), 5)
    assert heard == [number]


async def test_afterwards_the_servers_own_handlers_are_back(heard: list[int]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with set_when_told_to_stop(asyncio.Event()):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


async def test_a_signal_that_nobody_handles_still_ends_the_process() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with set_when_told_to_stop(asyncio.Event()):
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_outside_of_the_main_thread_nothing_is_set_up() -> None:
    def elsewhere() -> None:
        with set_when_told_to_stop(asyncio.Event()):
            pass

    await asyncio.to_thread(elsewhere)
