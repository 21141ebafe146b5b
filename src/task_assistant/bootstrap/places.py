"""Where tasks can be, as one address each: a store, or a file with a dump."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from task_assistant.bootstrap.settings import Settings, SettingsRefused, StoreKind
from task_assistant.bootstrap.wiring import make_store
from task_assistant.ports.store import Store

SQLITE, FIRESTORE = "sqlite:///", "firestore"
ADDRESSES = "sqlite:///path, postgresql://user:password@host/name, firestore://project/database, or a file"


def file_at(address: str) -> Path | None:
    """The file that the address names, None for a store."""
    return None if "://" in address else Path(address).expanduser()


def shown(address: str) -> str:
    """The address without the password that may be in it."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")).geturl()


@asynccontextmanager
async def store_at(settings: Settings, address: str | None) -> AsyncIterator[Store]:
    """The open store of this address, of the settings without one. Raises SettingsRefused, StoreUnavailable."""
    store = make_store(settings if address is None else _settings(settings, address))
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def _settings(settings: Settings, address: str) -> Settings:
    parts = urlsplit(address)
    if address.startswith(SQLITE) and address != SQLITE:
        return replace(settings, store=StoreKind.SQLITE, database_url=address)
    if parts.scheme in ("postgresql", "postgres"):
        return replace(settings, store=StoreKind.POSTGRES, database_url=address)
    if parts.scheme == FIRESTORE and parts.hostname:
        database = parts.path.strip("/") or "(default)"
        return replace(
            settings,
            store=StoreKind.FIRESTORE,
            google_cloud_project=parts.netloc,
            firestore_database=database,
        )
    raise SettingsRefused(f"{shown(address)!r} is no place for tasks; name {ADDRESSES}.")
