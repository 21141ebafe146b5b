"""Opens the store at the start; a store that cannot be opened ends the start with one sentence, and no stack trace."""

from __future__ import annotations

import logging
import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from task_assistant.api.context import ApiContext
from task_assistant.ports.store import StoreUnavailable
from task_assistant.services.moving import half_loaded

log = logging.getLogger("task_assistant")
FAILED = "lifespan.startup.failed"
HALF_LOADED = (
    "The store holds half of a copy or restore that was stopped. Start the same command again and it goes on; "
    "or name an empty store."
)


async def open_store(context: ApiContext) -> None:
    """Raises SystemExit, once it has said why, when the store is not to be had."""
    try:
        store = context.services.desk.store
        await store.open()
        if await half_loaded(store, context.services.desk.now()):
            raise StoreUnavailable(HALF_LOADED)
    except StoreUnavailable as problem:
        log.critical("%s", problem)
        sys.exit(1)


class EndsWithOneSentence:
    """ASGI middleware: a start that has said why it ends is not told again as a stack trace; a mistake of ours is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the app's lifespan."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        failure: Message | None = None

        async def hold_back(message: Message) -> None:
            nonlocal failure
            if message["type"] == FAILED:
                failure = message
            else:
                await send(message)

        try:
            await self._app(scope, receive, hold_back)
        except SystemExit:
            await send({"type": FAILED, "message": ""})
        except BaseException:
            if failure is not None:
                await send(failure)
            raise
