"""The app as a service of this computer's user: what systemd or launchd is told, and how.

A user's service, not the system's: it needs no root, and reads the same `.env` as `pta serve` in that folder.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = "personal-task-assistant"
LABEL = f"org.{NAME}"
UNIT = """[Unit]
Description=Personal Task Assistant
After=network-online.target

[Service]
WorkingDirectory={folder}
ExecStart={program} serve
Restart=on-failure
RestartSec=2
TimeoutStopSec=15
NoNewPrivileges=true

[Install]
WantedBy=default.target
"""


@dataclass(frozen=True, slots=True)
class Service:
    """A file that describes the service, and the commands that take it into use and out of it, in order."""

    file: Path
    text: bytes
    install: tuple[tuple[str, ...], ...]
    remove: tuple[tuple[str, ...], ...]


def service(
    folder: Path, program: Path, home: Path, environ: Mapping[str, str], platform: str = sys.platform
) -> Service:
    """The service of this platform for the installation in `folder` (where `.env` is), started by `program`.

    Raises:
        ValueError: this platform has neither systemd nor launchd.
    """
    if platform == "darwin":
        return _launchd(folder, program, home)
    if platform.startswith("linux"):
        return _systemd(folder, program, Path(environ.get("XDG_CONFIG_HOME") or home / ".config"))
    raise ValueError(f"services of {platform} are not known here; start `pta serve` with its own means")


def _systemd(folder: Path, program: Path, config: Path) -> Service:
    unit, ctl = f"{NAME}.service", ("systemctl", "--user")
    text = UNIT.format(folder=_quoted(folder), program=_quoted(program))
    return Service(
        config / "systemd" / "user" / unit,
        text.encode(),
        install=((*ctl, "daemon-reload"), (*ctl, "enable", unit), (*ctl, "restart", unit)),
        remove=((*ctl, "disable", "--now", unit),),
    )


def _quoted(path: Path) -> str:
    """A path as systemd reads it: `%` and `$` mean something to it, spaces end a word."""
    text = str(path).replace("\\", "\\\\").replace("%", "%%")
    return text.replace(" ", "\\x20")


def _launchd(folder: Path, program: Path, home: Path) -> Service:
    import plistlib  # late: its XML parser would slow down `pta --help`

    file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    log = str(home / "Library" / "Logs" / f"{NAME}.log")
    said = {
        "Label": LABEL,
        "ProgramArguments": [str(program), "serve"],
        "WorkingDirectory": str(folder),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    load = ("launchctl", "load", "-w", str(file))
    return Service(
        file, plistlib.dumps(said), install=(load,), remove=(("launchctl", "unload", "-w", str(file)),)
    )
