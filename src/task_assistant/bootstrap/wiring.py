"""Puts the parts together: settings → store → desk → services. The only place that knows every part."""

from __future__ import annotations

from datetime import UTC, datetime

from task_assistant.bootstrap.clock import SystemClock, SystemSecrets
from task_assistant.bootstrap.settings import Settings, SettingsRefused, StoreKind
from task_assistant.notify.apprise_notifier import AppriseNotifier
from task_assistant.notify.webhook_poster import WebhookPoster
from task_assistant.ports.assessor import OutsideAssessor
from task_assistant.ports.store import Store
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.services.outward import Outward
from task_assistant.wire.webhooks import payload


def make_store(settings: Settings) -> Store:
    """The store that the settings name, not yet open.

    Raises:
        SettingsRefused: its driver is not installed, or it lacks a setting.
    """
    if settings.store is StoreKind.MEMORY:
        from task_assistant.stores.memory import MemoryStore

        return MemoryStore()
    if settings.store is StoreKind.SQLITE:
        from task_assistant.stores.sql import SqliteStore

        return SqliteStore(settings.sqlite_path)
    if settings.store is StoreKind.POSTGRES:
        return _postgres(settings)
    return _firestore(settings)


def _postgres(settings: Settings) -> Store:
    try:
        from task_assistant.stores.sql.postgres import PostgresStore
    except ImportError as missing:
        raise _without_driver("postgres", missing) from missing
    return PostgresStore(settings.database_url, settings.database_connections)


def _firestore(settings: Settings) -> Store:
    """The Firestore store; a client without a project would guess one, or look for it for a minute."""
    if settings.google_cloud_project is None:
        raise SettingsRefused("TASK_STORE=firestore needs GOOGLE_CLOUD_PROJECT, the project of the database.")
    try:
        from task_assistant.stores.firestore import FirestoreStore
    except ImportError as missing:
        raise _without_driver("firestore", missing) from missing
    return FirestoreStore(settings.google_cloud_project, settings.firestore_database)


def _without_driver(store: str, missing: ImportError) -> SettingsRefused:
    return SettingsRefused(
        f"TASK_STORE={store} needs what requirements-hosted.txt names ({missing.name or missing} is missing): "
        "pip install -r requirements-hosted.txt."
    )


def make_services(settings: Settings, store: Store) -> Services:
    """All use cases over this store."""
    desk = Desk(store, SystemClock(), SystemSecrets(settings.session_secret))
    zone = datetime.now().astimezone().tzinfo or UTC
    notifier, poster = AppriseNotifier(settings.notify_urls), WebhookPoster(settings.webhook_allowed_networks)
    outward = Outward(
        notifier, settings.base_url, zone, poster, payload, _assessor(settings), settings.assessor_daily
    )
    return Services(desk, outward)


def _assessor(settings: Settings) -> OutsideAssessor | None:
    """The outside assessor, if the settings name one."""
    if settings.assessor_url is None or settings.assessor_model is None:
        return None
    from task_assistant.assessors.endpoint import Endpoint

    return Endpoint(settings.assessor_url, settings.assessor_model, settings.assessor_api_key)
