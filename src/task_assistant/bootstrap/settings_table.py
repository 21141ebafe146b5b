"""Every setting, as data: what `.env.example`, docs/settings.md and the loader share.

The names are fixed: other programs, deployments and people's `.env` files rely on them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the environment, what it means, and what `.env.example` shows.

    `default` says in words what holds when it is unset. `example` is the value in `.env.example`; empty is unset.
    """

    name: str
    meaning: str
    default: str
    example: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are read together, under one heading."""

    title: str
    settings: tuple[Setting, ...]


KEY_PLACEHOLDER = "replace-me-with-a-long-random-key"

GROUPS: tuple[Group, ...] = (
    Group(
        "Keys",
        (
            Setting(
                "TASK_TRACKER_API_KEY",
                "The owner's key: it may do everything. Agents get keys of their own.",
                "none; an empty key or a placeholder admits nobody",
                KEY_PLACEHOLDER,
                secret=True,
            ),
            Setting(
                "SESSION_SECRET_KEY",
                "Signs browser sessions and encrypts stored claim answers; 32 or more random characters. "
                "Changing it signs every browser out.",
                "local mode: made at the first start and kept in the data directory; hosted mode: required",
                secret=True,
            ),
        ),
    ),
    Group(
        "Where the app answers",
        (
            Setting("PORT", "The port on which the app answers.", "8000", "8000"),
            Setting(
                "PUBLIC_BASE_URL",
                "The address that browsers and agents use, such as https://tasks.example.org. "
                "Any address but this machine's own means hosted mode: no automatic sign-in.",
                "local mode",
            ),
            Setting(
                "ALLOWED_HOSTS",
                "More names or IP addresses by which browsers may reach the app on a private network, separated by "
                "commas, such as tasks.lan,192.168.1.20. Any other name is refused with 421.",
                "localhost in local mode, and the host of PUBLIC_BASE_URL",
            ),
            Setting(
                "TASK_TRACKER_URL",
                "Where the command line, agents and adapters find the app.",
                "PUBLIC_BASE_URL, else http://127.0.0.1:PORT",
            ),
            Setting(
                "LOCAL_SIGN_IN",
                "Local mode only. auto: a browser on this machine is signed in by itself. "
                "link: only a one-use link or the owner's key signs in.",
                "auto in local mode; hosted mode refuses auto",
            ),
            Setting(
                "TRUSTED_PROXIES",
                "IP addresses or networks of the reverse proxies whose X-Forwarded-For is believed, separated by "
                "commas.",
                "none; on Cloud Run its own front end",
            ),
        ),
    ),
    Group(
        "Where the tasks are kept",
        (
            Setting(
                "PTA_DATA_DIR",
                "The directory of the database and of what the app generates; only its owner may read it (mode 0700).",
                "the platform's data directory, such as ~/.local/share/personal-task-assistant",
            ),
            Setting(
                "DATABASE_URL",
                "sqlite:////absolute/path/tasks.db or postgresql://user:password@host/name.",
                "tasks.db in the data directory",
                secret=True,
            ),
            Setting(
                "DATABASE_CONNECTIONS",
                "PostgreSQL only: how many connections each process of the app may have for reads, and as many again "
                "for writes; one more listens.",
                "5",
            ),
            Setting(
                "TASK_STORE",
                "sqlite, postgres, firestore or memory (nothing survives a restart).",
                "what DATABASE_URL says, else sqlite",
            ),
            Setting("GOOGLE_CLOUD_PROJECT", "The project of the Firestore database.", "none"),
            Setting("FIRESTORE_DATABASE", "The name of the Firestore database.", "(default)"),
            Setting(
                "BACKUP_DIR",
                "Where backups are written: one a day while the server runs, and those of `pta backup`.",
                "backups, beside the SQLite file; other stores: no daily backup",
            ),
            Setting("BACKUPS_KEPT", "How many of the newest backups stay; 0 means no daily backup.", "7"),
        ),
    ),
    Group(
        "Signing in with Google",
        (
            Setting(
                "OIDC_ISSUER",
                "The OpenID Connect provider that says who somebody is; the three settings below are then about it. It "
                "must say that an address is verified (email_verified).",
                "https://accounts.google.com",
            ),
            Setting("GOOGLE_OAUTH_CLIENT_ID", "The OAuth client of the sign-in page.", "no Google sign-in"),
            Setting("GOOGLE_OAUTH_CLIENT_SECRET", "Its secret.", "no Google sign-in", secret=True),
            Setting(
                "ALLOWED_GOOGLE_EMAILS",
                "Who may sign in with Google: addresses, separated by commas.",
                "nobody",
            ),
        ),
    ),
    Group(
        "A second opinion on captures",
        (
            Setting(
                "ASSESSOR_URL",
                "An OpenAI-compatible endpoint that is asked whose a capture should be, such as "
                "http://127.0.0.1:11434/v1. It gets the texts of captures, never those of private tasks.",
                "no texts are sent anywhere",
            ),
            Setting("ASSESSOR_MODEL", "The model there. Both must be set.", "no texts are sent anywhere"),
            Setting(
                "ASSESSOR_API_KEY",
                "Its key; it is sent over https or to this machine only.",
                "none",
                secret=True,
            ),
            Setting("ASSESSOR_DAILY", "How many captures a day it may be asked about.", "200"),
        ),
    ),
    Group(
        "Notifications and webhooks",
        (
            Setting(
                "NOTIFY_URLS",
                "Where to send what needs the person: Apprise addresses, separated by commas or spaces.",
                "nowhere",
                secret=True,
            ),
            Setting(
                "WEBHOOK_ALLOWED_NETWORKS",
                "IP addresses or networks on this machine or a private network that outbound webhooks may reach, "
                "separated by commas, such as 192.168.1.20 or 10.0.0.0/8.",
                "none; webhooks reach public addresses only",
            ),
        ),
    ),
    Group(
        "Running it",
        (
            Setting(
                "METRICS_KEY",
                "The bearer key for /metrics (Prometheus); a key of its own, which opens nothing else.",
                "no /metrics",
                secret=True,
            ),
            Setting(
                "LOG_FORMAT",
                "text, or json: one object a line with request ids, as Cloud Logging reads it.",
                "json in hosted mode, else text",
            ),
        ),
    ),
)

SETTINGS: tuple[Setting, ...] = tuple(setting for group in GROUPS for setting in group.settings)
