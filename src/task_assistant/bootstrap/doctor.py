"""`pta doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import asyncio
import http.client
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from task_assistant.bootstrap.settings import Settings, SettingsRefused, StoreKind, load_settings
from task_assistant.bootstrap.wiring import make_store
from task_assistant.client import Client, Problem, Unreachable, run
from task_assistant.client.problems import NoKey
from task_assistant.ports.store import StoreUnavailable

TOLERATED = timedelta(seconds=60)  # more makes leases and reminders surprising


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `mend` says what to do about it."""

    check: str
    ok: bool
    found: str
    mend: str = ""

    def __str__(self) -> str:
        head = f"{'ok  ' if self.ok else 'FAIL'}  {self.check:14} {self.found}"
        return head if self.ok or not self.mend else f"{head}\n      {'':14} → {self.mend}"


def examine() -> list[Finding]:
    """All checks; those that need what an earlier one missed are left out."""
    findings = [_python()]
    try:
        settings = load_settings()
    except SettingsRefused as problem:
        return [*findings, Finding("configuration", False, str(problem), "change .env or the environment")]
    mode = "hosted" if settings.hosted else "local"
    findings.append(Finding("configuration", True, f"{mode} mode, {settings.base_url}"))
    findings.extend(check(settings) for check in CHECKS)
    findings.extend(_server(settings))
    return findings


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer")


def _store(settings: Settings) -> Finding:
    """Only a look: what the next start of the server would change is said, and left to it."""

    async def looked() -> str:
        store = make_store(settings)
        if (coming := await store.outlook()) is not None:
            return coming
        await store.open()
        try:
            await store.check()
        finally:
            await store.close()
        return "schema current"

    try:
        found = asyncio.run(looked())
    except (StoreUnavailable, SettingsRefused) as problem:
        page = "docs/postgresql.md" if settings.store is StoreKind.POSTGRES else "docs/settings.md"
        return Finding("store", False, str(problem), f"see {page}")
    return Finding("store", True, f"{settings.store.value}, {found}")


def _key(settings: Settings) -> Finding:
    mend = "set TASK_TRACKER_API_KEY in .env to a long random text and restart the server"
    return Finding("owner key", settings.api_key is not None, "set" if settings.api_key else "not set", mend)


def _proxies(settings: Settings) -> Finding:
    """The app speaks plain HTTP, so an https address means a proxy in front, whose name is missing here."""
    named = settings.trusted_proxies != ()
    if named or not settings.base_url.startswith("https://"):
        return Finding("proxies", True, "named" if named else "none is named")
    found = f"none is named, but {settings.base_url} is https: all who come through its proxy count as one visitor"
    mend = "set TRUSTED_PROXIES, or a stranger's wrong sign-ins lock you out; see docs/deploy-proxy.md"
    return Finding("proxies", False, found, mend)


CHECKS: tuple[Callable[[Settings], Finding], ...] = (_store, _key, _proxies)


def _server(settings: Settings) -> Iterator[Finding]:
    """Who answers at the port: this app, something else, or nobody."""
    parts = urlsplit(settings.tracker_url)
    date = _date(
        parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80), parts.scheme
    )
    if date is None:
        free = _free(settings.port)
        found = f"nobody answers at {settings.tracker_url}" + (
            "" if free else f"; port {settings.port} is taken"
        )
        mend = "start it: pta serve" if free else "stop the other program, or choose another PORT"
        yield Finding("server", False, found, mend)
        return
    yield _answering(settings)
    off = abs(datetime.now(UTC) - date)
    yield Finding(
        "clock", off <= TOLERATED, f"{off.total_seconds():.0f} s apart", "set this computer's clock"
    )


def _date(host: str, port: int, scheme: str) -> datetime | None:
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=5)
    with closing(connection), suppress(OSError, http.client.HTTPException, TypeError, ValueError):
        connection.request("GET", "/healthz")
        return parsedate_to_datetime(connection.getresponse().getheader("date") or "")
    return None


def _answering(settings: Settings) -> Finding:
    client = Client.plain(settings.tracker_url, settings.api_key, program="pta")
    try:
        me = run(client.me())
    except NoKey:
        return Finding("server", True, f"answers at {settings.tracker_url}; no key to try")
    except (Problem, Unreachable) as problem:
        return Finding("server", False, str(problem), "use the key that the server was started with")
    finally:
        run(client.close())
    return Finding(
        "server", True, f"version {me['version']} at {settings.tracker_url}; the key is {me['role']}'s"
    )


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
