"""The sync face of the client: calls over the plain transport, finished without an event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def run(call: Coroutine[Any, Any, T]) -> T:
    """Finishes one call of a client with the plain transport, which never waits for an event loop."""
    try:
        call.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    call.close()
    raise TypeError("this client waits for an event loop: await its calls, or make it with Client.plain()")


def each(items: AsyncIterator[T]) -> Iterator[T]:
    """The items of an async iterator of a client with the plain transport."""

    async def following() -> T:
        return await items.__anext__()

    while True:
        try:
            item = run(following())
        except StopAsyncIteration:
            return
        yield item
