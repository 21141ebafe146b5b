"""The private directory of the database and of what the app generates for itself."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

APP_NAME = "personal-task-assistant"
_PRIVATE = 0o700


class DataDirectoryUnfit(OSError):
    """The directory cannot be made private, or cannot be made at all."""


def platform_data_directory(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where this platform keeps an application's data of one user."""
    if platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / APP_NAME
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / APP_NAME
    given = environ.get("XDG_DATA_HOME", "")
    # The XDG base directory specification tells applications to ignore a relative path here.
    base = Path(given) if given.startswith("/") else Path.home() / ".local" / "share"
    return base / APP_NAME


def make_private(directory: Path) -> None:
    """Makes the directory if need be, and takes it away from everybody but its owner (mode 0700).

    Raises:
        DataDirectoryUnfit: it is shared with others (sticky, or somebody else's), or the system refuses.
    """
    try:
        directory.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if os.name == "posix":
            _take_from_others(directory)
    except DataDirectoryUnfit:
        raise
    except OSError as error:
        raise DataDirectoryUnfit(f"{directory} cannot be used: {error.strerror}") from error


def _take_from_others(directory: Path) -> None:
    found = directory.stat()
    if stat.S_IMODE(found.st_mode) & 0o077 == 0:
        return
    if found.st_mode & stat.S_ISVTX or found.st_uid != os.geteuid():
        raise DataDirectoryUnfit(f"{directory} is shared with other users: name a directory of its own")
    directory.chmod(_PRIVATE)


def kept_secret(file: Path) -> str:
    """The secret in this file (mode 0600), made at the first call; all processes get the same one."""
    if not file.exists():
        _write_once(file, secrets.token_urlsafe(48))
    return file.read_text("ascii").strip()


def _write_once(file: Path, text: str) -> None:
    # Written beside and linked into place: of several processes one wins, and nobody reads half a secret.
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(text)
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()
