"""The ASGI app: what `uvicorn app.main:app` serves; store, use cases, API and pages in one, with its rounds."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from task_assistant.api.addresses import Addresses
from task_assistant.api.application import make_app, wrap
from task_assistant.api.auth import EnvironmentKey, Gate
from task_assistant.api.context import ApiContext
from task_assistant.api.proxies import BehindProxies
from task_assistant.bootstrap.backups import backups_of, keep_backed_up
from task_assistant.bootstrap.logs import keep_links_out_of_the_log, write_json
from task_assistant.bootstrap.settings import (
    LocalSignIn,
    LogFormat,
    Settings,
    SettingsRefused,
    StoreKind,
    load_settings,
)
from task_assistant.bootstrap.starting import EndsWithOneSentence, open_store
from task_assistant.bootstrap.stopping import set_when_told_to_stop
from task_assistant.bootstrap.ways_in import ways_in
from task_assistant.bootstrap.wiring import make_services, make_store
from task_assistant.mcp_server.door import McpDoor
from task_assistant.services.house import Services
from task_assistant.web.pages import Choices, Pages
from task_assistant.web.site import About

log = logging.getLogger("task_assistant")
# Seconds between two rounds of what the server does by itself. On Firestore each round reads, and reads are money.
PACE = {
    "sweep": 5.0,
    "judging": 0.0,
    "counting": 5.0,
    "webhooks": 1.0,
    "notifications": 60.0,
    "second opinions": 5.0,
}
FIRESTORE_PACE = {
    "sweep": 60.0,
    "judging": 0.0,
    "counting": 60.0,
    "webhooks": 15.0,
    "notifications": 60.0,
    "second opinions": 60.0,
}


def create_app(
    settings: Settings, *, services: Services | None = None, routes: Sequence[BaseRoute] = ()
) -> ASGIApp:
    """The whole server over the store that the settings name; the store opens with the app's lifespan.

    Tests and benchmarks may bring use cases over a store or clock of their own, and routes that are asked first.

    Raises:
        SettingsRefused: this version cannot run with these settings.
    """
    keep_links_out_of_the_log()
    services = services or make_services(settings, make_store(settings))
    keys = EnvironmentKey(settings.api_key, services.keys)
    addresses = _addresses(settings)
    context = ApiContext(
        services,
        Gate(keys, services.sessions, addresses),
        version("personal-task-assistant"),
        public_base_url=settings.public_base_url,
    )
    zone = datetime.now().astimezone().tzinfo or UTC
    auto = settings.local_sign_in is LocalSignIn.AUTO and not settings.hosted
    about = _about(context.version, settings)
    choices = Choices(auto, ways_in(settings, services), zone, time.monotonic, context.stopping, about)
    pages = Pages(services, keys, addresses, choices)
    door = McpDoor(services, context.gate, context.version)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await open_store(context)
        await services.sessions.end_unlisted(settings.allowed_google_emails)
        rounds = [asyncio.create_task(_keep_going(context, *each)) for each in _rounds(context, settings)]
        backing_up = asyncio.create_task(_keep_backed_up(context, settings))
        try:
            async with door.run():
                with set_when_told_to_stop(context.stopping):
                    yield
        finally:
            context.stopping.set()
            backing_up.cancel()
            await asyncio.gather(*rounds, backing_up, return_exceptions=True)
            await services.deliveries.stop()
            await services.desk.store.close()

    app = make_app(context, lifespan=lifespan, page_for=pages.page_for)
    pages.mount(app)
    app.router.routes[:0] = [*routes, door.route]
    served = wrap(app, context, addresses, pages.page_for)
    if settings.trusted_proxies != ():
        served.add_middleware(BehindProxies, proxies=settings.trusted_proxies)
    if settings.metrics_key is not None:
        _measure(served, services, settings.metrics_key, context.version)
    served.add_middleware(EndsWithOneSentence)
    return served


def _measure(app: FastAPI, services: Services, key: str, version: str) -> None:
    """Adds /metrics. Its library loads only where a key asks for it."""
    from task_assistant.api.metrics import Metrics

    metrics = Metrics(services, key, version)
    app.router.routes.append(metrics.route)
    app.add_middleware(metrics.counting)


def _addresses(settings: Settings) -> Addresses:
    try:
        return Addresses.of(
            local=not settings.hosted,
            public_base_url=settings.public_base_url,
            allowed_hosts=settings.allowed_hosts,
        )
    except ValueError as problem:
        raise SettingsRefused(f"{problem}.") from problem


def _about(version: str, settings: Settings) -> About:
    backups = backups_of(settings)
    if backups is None:
        return About(version, _kept(settings))
    return About(version, _kept(settings), str(backups.directory), backups.last_made_at)


def _kept(settings: Settings) -> str:
    """Where the tasks are, for the person; never an address with a password in it."""
    if settings.store is StoreKind.SQLITE:
        return f"SQLite, {settings.sqlite_path}"
    if settings.store is StoreKind.POSTGRES:
        return f"PostgreSQL, {settings.database_name}"
    words = {StoreKind.MEMORY: "in memory only; they are gone when the server stops"}
    return words.get(settings.store, settings.store.value)


async def _keep_backed_up(context: ApiContext, settings: Settings) -> None:
    """The daily backup, where the settings want one; the server's end does not wait for it."""
    backups = backups_of(settings)
    if backups is not None:
        await keep_backed_up(context.services.desk.store, backups, context.stopping)


def _rounds(
    context: ApiContext, settings: Settings
) -> list[tuple[str, Callable[[], Awaitable[object]], float]]:
    """What the server does by itself: its name, one round of it, and the seconds between two rounds."""
    services = context.services
    pace = FIRESTORE_PACE if settings.store is StoreKind.FIRESTORE else PACE
    rounds: dict[str, Callable[[], Awaitable[object]]] = {
        "sweep": services.sweep.once,
        "judging": partial(_unless_stopping, context, services.judging.owed),
        "counting": partial(_unless_stopping, context, partial(_count, services)),
        "webhooks": services.deliveries.round,
        "notifications": services.notifications.round,
        "second opinions": partial(_unless_stopping, context, services.opinions.once),
    }
    return [(name, one_round, pace[name]) for name, one_round in rounds.items()]


async def _count(services: Services) -> None:
    await services.usage.count()
    await services.insights.count()


async def _unless_stopping(context: ApiContext, one_round: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """A round that may take long is let go when the server stops."""
    doing, stopped = asyncio.create_task(one_round()), asyncio.create_task(context.stopping.wait())
    await asyncio.wait({doing, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if doing.done():
        doing.result()
    doing.cancel()


async def _keep_going(
    context: ApiContext, name: str, one_round: Callable[[], Awaitable[object]], seconds: float
) -> None:
    """Does it until the server stops, but not to half a board; a round that fails is logged and tried again."""
    while not context.stopping.is_set():
        try:
            if not context.services.moving.loading:
                await one_round()
        except Exception:
            log.exception("a round of the %s failed; the next one tries again", name)
        try:
            await asyncio.wait_for(context.stopping.wait(), seconds)
        except TimeoutError:
            continue


def app_from_environment() -> ASGIApp:
    """The app for the environment and `.env`; ends the process with one sentence when they do not do."""
    try:
        settings = load_settings()
        if settings.log_format is LogFormat.JSON:
            write_json()
        return create_app(settings)
    except SettingsRefused as problem:
        sys.exit(f"Personal Task Assistant cannot start: {problem}")
