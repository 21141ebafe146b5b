"""The settings as the app uses them: read from the environment and `.env`, checked, with every default filled in."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from task_assistant.bootstrap.data_directory import (
    DataDirectoryUnfit,
    kept_secret,
    make_private,
    platform_data_directory,
)
from task_assistant.bootstrap.given import given_settings
from task_assistant.bootstrap.hosted_guard import is_loopback, is_placeholder, refuse_unsafe
from task_assistant.bootstrap.refusal import SettingsRefused

__all__ = ["LocalSignIn", "LogFormat", "Settings", "SettingsRefused", "StoreKind", "load_settings"]

GOOGLE: Final = "https://accounts.google.com"
SESSION_SECRET_FILE: Final = "session-secret"  # noqa: S105 - the name of a file
_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")
_Kind = TypeVar("_Kind", bound=StrEnum)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class StoreKind(StrEnum):
    """What keeps the tasks (`TASK_STORE`)."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"
    FIRESTORE = "firestore"
    MEMORY = "memory"


class LocalSignIn(StrEnum):
    """How a browser on this machine gets in (`LOCAL_SIGN_IN`)."""

    AUTO = "auto"
    LINK = "link"


class LogFormat(StrEnum):
    """How the log is written (`LOG_FORMAT`)."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Settings:
    """One app's settings. `hosted` decides what may be relaxed: in local mode a loopback browser is trusted.

    `api_key` is None when no usable key is set: then no owner key from the environment exists and nobody gets in
    by it. `database_url` is empty for the stores that have none. `trusted_proxies` is None where whoever connects is a
    proxy: on Cloud Run, where nothing else can.
    """

    store: StoreKind
    database_url: str = field(repr=False)
    database_connections: int
    data_dir: Path
    api_key: str | None = field(repr=False)
    session_secret: str = field(repr=False)
    hosted: bool
    public_base_url: str | None
    tracker_url: str
    port: int
    local_sign_in: LocalSignIn
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...] | None
    oidc_issuer: str
    google_client_id: str | None
    google_client_secret: str | None = field(repr=False)
    allowed_google_emails: tuple[str, ...]
    google_cloud_project: str | None
    firestore_database: str
    assessor_url: str | None
    assessor_model: str | None
    assessor_api_key: str | None = field(repr=False)
    assessor_daily: int
    notify_urls: tuple[str, ...] = field(repr=False)
    webhook_allowed_networks: tuple[Network, ...]
    metrics_key: str | None = field(repr=False)
    log_format: LogFormat
    backup_dir: Path | None
    backups_kept: int

    @property
    def base_url(self) -> str:
        """The address that browsers use, without a slash at the end."""
        return self.public_base_url or f"http://127.0.0.1:{self.port}"

    @property
    def database_name(self) -> str:
        """Host and name of a database on a server, for people: without user and password."""
        parts = _split(self.database_url)
        return f"{parts.hostname or 'this machine'}{parts.path}"

    @property
    def sqlite_path(self) -> Path:
        """The database file.

        Raises:
            ValueError: the store is not SQLite.
        """
        if self.store is not StoreKind.SQLITE:
            raise ValueError(f"the store is {self.store}, which has no file")
        return Path(self.database_url.removeprefix(_SQLITE))


def load_settings(environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """The settings from the environment, then from `env_file` (None: no file); an empty value is unset.

    Makes the data directory when something is kept there, and a session secret in local mode.

    Raises:
        SettingsRefused: a value is impossible, or hosted mode lacks what it needs.
    """
    given = given_settings(os.environ if environ is None else environ, env_file)
    port = _number("PORT", given.get("PORT", "8000"), 65535)
    public = _address("PUBLIC_BASE_URL", given.get("PUBLIC_BASE_URL"))
    hosted = "K_SERVICE" in given or not is_loopback(public)
    if hosted:
        refuse_unsafe(given)
    data_dir = _data_dir(given)
    store, database_url = _store(given, data_dir)
    own = public or f"http://127.0.0.1:{port}"
    return Settings(
        store=store,
        database_url=database_url,
        database_connections=_number("DATABASE_CONNECTIONS", given.get("DATABASE_CONNECTIONS", "5"), 100),
        data_dir=data_dir,
        api_key=_api_key(given),
        session_secret=_session_secret(given, data_dir),
        hosted=hosted,
        public_base_url=public,
        tracker_url=_address("TASK_TRACKER_URL", given.get("TASK_TRACKER_URL")) or own,
        port=port,
        local_sign_in=_choice("LOCAL_SIGN_IN", given.get("LOCAL_SIGN_IN", "auto"), LocalSignIn),
        allowed_hosts=_listed(given, "ALLOWED_HOSTS"),
        trusted_proxies=_proxies(given),
        oidc_issuer=_address("OIDC_ISSUER", given.get("OIDC_ISSUER")) or GOOGLE,
        google_client_id=given.get("GOOGLE_OAUTH_CLIENT_ID"),
        google_client_secret=given.get("GOOGLE_OAUTH_CLIENT_SECRET"),
        allowed_google_emails=tuple(mail.lower() for mail in _listed(given, "ALLOWED_GOOGLE_EMAILS")),
        google_cloud_project=given.get("GOOGLE_CLOUD_PROJECT"),
        firestore_database=given.get("FIRESTORE_DATABASE", "(default)"),
        assessor_url=_assessor_url(given),
        assessor_model=given.get("ASSESSOR_MODEL"),
        assessor_api_key=given.get("ASSESSOR_API_KEY"),
        assessor_daily=_count("ASSESSOR_DAILY", given.get("ASSESSOR_DAILY", "200")),
        notify_urls=_listed(given, "NOTIFY_URLS"),
        webhook_allowed_networks=_networks(given, "WEBHOOK_ALLOWED_NETWORKS"),
        metrics_key=given.get("METRICS_KEY"),
        log_format=_choice("LOG_FORMAT", given.get("LOG_FORMAT", "json" if hosted else "text"), LogFormat),
        backup_dir=_backup_dir(given, store, database_url),
        backups_kept=_backups_kept(given.get("BACKUPS_KEPT", "7")),
    )


def _number(name: str, text: str, most: int) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= most:
        return int(text)
    raise SettingsRefused(f"{name} must be a number from 1 to {most}, not {text!r}.")


def _count(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return int(text)
    raise SettingsRefused(f"{name} must be a number from 0 to 999999, not {text!r}.")


def _assessor_url(given: Mapping[str, str]) -> str | None:
    url = _address("ASSESSOR_URL", given.get("ASSESSOR_URL"))
    if url is None:
        return None
    if "@" in urlsplit(url).netloc:
        raise SettingsRefused("ASSESSOR_URL must not hold a password; set ASSESSOR_API_KEY.")
    if "ASSESSOR_MODEL" not in given:
        raise SettingsRefused("ASSESSOR_URL is set, but no ASSESSOR_MODEL: name the model, or unset both.")
    if "ASSESSOR_API_KEY" in given and not url.startswith("https://") and not is_loopback(url):
        raise SettingsRefused("ASSESSOR_API_KEY would be sent in the clear: ASSESSOR_URL must be https.")
    return url


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _address(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsRefused(f"{name} must start with http:// or https:// and name a host, not {value!r}.")
    return value.rstrip("/")


def _choice(name: str, value: str, kind: type[_Kind]) -> _Kind:
    try:
        return kind(value.lower())
    except ValueError:
        allowed = ", ".join(kind)
        raise SettingsRefused(f"{name} must be one of {allowed}, not {value!r}.") from None


def _listed(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[,\s]+", given.get(name, "")) if part)


def _proxies(given: Mapping[str, str]) -> tuple[Network, ...] | None:
    if "K_SERVICE" in given and not _listed(given, "TRUSTED_PROXIES"):
        return None
    return _networks(given, "TRUSTED_PROXIES")


def _networks(given: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part, strict=False) for part in _listed(given, name))
    except ValueError as error:
        raise SettingsRefused(
            f"{name} must be IP addresses or networks such as 10.0.0.0/8: {error}."
        ) from error


def _api_key(given: Mapping[str, str]) -> str | None:
    key = given.get("TASK_TRACKER_API_KEY")
    if key is None or is_placeholder(key):
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingsRefused(
            "TASK_TRACKER_API_KEY must be plain ASCII without spaces, or no header can carry it."
        )
    return key


def _session_secret(given: Mapping[str, str], data_dir: Path) -> str:
    secret = given.get("SESSION_SECRET_KEY", "")
    if secret and not is_placeholder(secret):
        return secret
    _prepare(data_dir)
    return kept_secret(data_dir / SESSION_SECRET_FILE)


def _data_dir(given: Mapping[str, str]) -> Path:
    named = given.get("PTA_DATA_DIR")
    return Path(named).expanduser().absolute() if named else platform_data_directory(given)


def _prepare(data_dir: Path) -> None:
    try:
        make_private(data_dir)
    except DataDirectoryUnfit as error:
        raise SettingsRefused(f"PTA_DATA_DIR: {error}.") from error


def _store(given: Mapping[str, str], data_dir: Path) -> tuple[StoreKind, str]:
    url = given.get("DATABASE_URL", "")
    told = _kind_of(url) if url else StoreKind.SQLITE
    store = _choice("TASK_STORE", given.get("TASK_STORE", told), StoreKind)
    if store in (StoreKind.MEMORY, StoreKind.FIRESTORE):
        return store, ""
    if url and told is not store:
        raise SettingsRefused(f"TASK_STORE is {store} but DATABASE_URL names {told}: make them agree.")
    if store is StoreKind.POSTGRES and not url:
        raise SettingsRefused(
            "TASK_STORE=postgres needs DATABASE_URL (postgresql://user:password@host/name)."
        )
    if not url:
        _prepare(data_dir)
    return store, url or f"{_SQLITE}{data_dir / 'tasks.db'}"


def _backup_dir(given: Mapping[str, str], store: StoreKind, database_url: str) -> Path | None:
    """Beside the SQLite file unless said otherwise; other stores have no directory of their own."""
    named = given.get("BACKUP_DIR")
    if named:
        return Path(named).expanduser().absolute()
    if store is not StoreKind.SQLITE:
        return None
    return Path(database_url.removeprefix(_SQLITE)).absolute().parent / "backups"


def _backups_kept(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 10_000:
        return int(text)
    raise SettingsRefused(f"BACKUPS_KEPT must be a number from 0 (no daily backups) to 10000, not {text!r}.")


def _kind_of(url: str) -> StoreKind:
    if url.startswith(_POSTGRES):
        return StoreKind.POSTGRES
    if url.startswith(_SQLITE) and url.removeprefix(_SQLITE) not in ("", ":memory:"):
        return StoreKind.SQLITE
    raise SettingsRefused(
        "DATABASE_URL must be sqlite:///path or postgresql://…; TASK_STORE=memory keeps nothing."
    )
