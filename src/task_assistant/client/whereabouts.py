"""Where the server is and which key to show: from the environment, else from the `.env` of this directory."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from task_assistant.client.problems import NotAKey, NotAnAddress

_LINE = re.compile(r"(?:export\s+)?([A-Z_]+)\s*=\s*(.*?)\s*")
_WANTED = ("TASK_TRACKER_URL", "TASK_TRACKER_API_KEY", "PUBLIC_BASE_URL", "PORT")
_PLACEHOLDER = re.compile(r"(change|replace)[-_ ]?(me|this|with|it).*|your[-_ ].*|<.*>", re.I)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The address without a slash at its end, and the key, None when there is none."""

    url: str
    key: str | None = field(repr=False)


def find(
    url: str | None = None,
    key: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Whereabouts:
    """Arguments win over the environment, the environment over `.env`.

    A key of `.env` is only shown to the address of the same `.env`: TASK_TRACKER_URL in the environment wants its own
    key there.

    Raises:
        NotAnAddress: the address is not http:// or https:// and a host.
        NotAKey: the key cannot be sent, so it is not one.
    """
    around = os.environ if environ is None else environ
    filed = _filed((directory or Path.cwd()) / ".env")
    named = url or around.get("TASK_TRACKER_URL", "").strip()
    secret = key or around.get("TASK_TRACKER_API_KEY", "").strip()
    if not named:
        named = filed.get("TASK_TRACKER_URL") or filed.get("PUBLIC_BASE_URL") or _local(around, filed)
        secret = secret or filed.get("TASK_TRACKER_API_KEY", "")
    if not _is_address(named):
        raise NotAnAddress(named)
    if not (secret.isascii() and secret.isprintable()):
        raise NotAKey
    usable = secret and not _PLACEHOLDER.fullmatch(secret)
    return Whereabouts(named.rstrip("/"), secret if usable else None)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # such as a port beyond 65535
        return False


def _local(around: Mapping[str, str], filed: Mapping[str, str]) -> str:
    return f"http://127.0.0.1:{around.get('PORT') or filed.get('PORT') or 8000}"


def _filed(path: Path) -> dict[str, str]:
    """The few values that a client wants; a broken line is the server's to complain about (`pta doctor`)."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (match.groups() for line in lines if (match := _LINE.fullmatch(line.strip())))
    return {name: _bare(value) for name, value in pairs if name in _WANTED and value}


def _bare(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return re.sub(r"(?:^|\s)#.*", "", value).strip()
