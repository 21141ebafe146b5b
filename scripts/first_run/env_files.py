"""Writes `.env` and `.env.agent`, each readable by its owner alone."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path


def fresh_values(port: int) -> dict[str, str]:
    """The settings of a new installation: an owner's key, a session secret, and where it answers."""
    return {
        "TASK_TRACKER_API_KEY": f"pta_owner_{secrets.token_urlsafe(32)}",
        "SESSION_SECRET_KEY": secrets.token_urlsafe(48),
        "PORT": str(port),
        "TASK_TRACKER_URL": f"http://127.0.0.1:{port}",
    }


def filled_in(template: str, values: Mapping[str, str]) -> str:
    """The template with the value of each named line replaced; a name that it lacks is added at the end."""
    lines = template.splitlines()
    for name, value in values.items():
        places = [number for number, line in enumerate(lines) if line.startswith(f"{name}=")]
        if not places:
            lines.append("")
        lines[places[0] if places else -1] = f"{name}={value}"
    return "\n".join(lines) + "\n"


def write_private(file: Path, text: str) -> None:
    """Writes a new file with mode 0600.

    Raises:
        FileExistsError: there is one already; it stays as it is.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)


def value_in(file: Path, name: str) -> str:
    """The value of a plain `NAME=value` line; empty when the file or the line is not there."""
    if not file.is_file():
        return ""
    found = re.search(rf"(?m)^(?:export )?{name}=[\"']?([^\"'\r\n#]*)", file.read_text("utf-8"))
    return found.group(1).strip() if found else ""
