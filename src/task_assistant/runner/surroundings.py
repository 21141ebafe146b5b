"""The environment of the command: an allow-list, so that no secret of the person's is in it by accident."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from task_assistant.client.shapes import ClaimedTask

USUAL = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TERM",
    "TMPDIR",
    "TZ",
    "SSL_CERT_FILE",
)
# Never, even when named: the server's secrets (a test compares them with its settings) and where the board's data is.
NEVER = frozenset({"TASK_TRACKER_API_KEY", "SESSION_SECRET_KEY", "DATABASE_URL", "PTA_DATA_DIR", "NOTIFY_URLS",
                   "GOOGLE_OAUTH_CLIENT_SECRET", "ASSESSOR_API_KEY", "METRICS_KEY"})  # fmt: skip


def surroundings(
    around: Mapping[str, str], passed: tuple[str, ...], url: str, task: ClaimedTask, folder: Path
) -> dict[str, str]:
    """What the command sees. Its TASK_TRACKER_API_KEY is the claim's key, which can touch only this claim."""
    names = [name for name in (*USUAL, *passed) if name not in NEVER]
    names += [name for name in around if name.startswith("LC_")]
    claim = task["claim"]
    return {
        **{name: around[name] for name in names if name in around},
        "TASK_TRACKER_URL": url,
        "TASK_TRACKER_API_KEY": task.get("claim_key") or "",
        "PTA_CLAIM_KEY": task.get("claim_key") or "",
        "PTA_CLAIM_TOKEN": task["claim_token"],
        "PTA_TASK_ID": str(task["id"]),
        "PTA_ATTEMPT": str(claim["attempt"] if claim else 1),
        "PTA_FOLDER": str(folder),
    }
