"""Puts the parts together: settings → store → desk → services. The only place that knows every part."""

from __future__ import annotations

from task_assistant.bootstrap.clock import SystemClock, SystemSecrets
from task_assistant.bootstrap.settings import Settings, SettingsRefused, StoreKind
from task_assistant.ports.store import Store
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services


def make_store(settings: Settings) -> Store:
    """The store that the settings name, not yet open.

    Raises:
        SettingsRefused: this version has no such store.
    """
    if settings.store is StoreKind.MEMORY:
        from task_assistant.stores.memory import MemoryStore

        return MemoryStore()
    if settings.store is StoreKind.SQLITE:
        from task_assistant.stores.sql import SqliteStore

        return SqliteStore(settings.sqlite_path)
    raise SettingsRefused(
        f"TASK_STORE={settings.store} is not in this version; use sqlite (or memory, for a trial)."
    )


def make_services(settings: Settings, store: Store) -> Services:
    """All use cases over this store."""
    return Services(Desk(store, SystemClock(), SystemSecrets(settings.session_secret)))
