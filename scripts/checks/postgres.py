"""PostgreSQL's server programs for the tests: where they are, and whether they can be had."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from scripts.checks.packages import install_server


def find_postgres() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest where there are several; `PTA_POSTGRES` names another one."""
    named = os.environ.get("PTA_POSTGRES")
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    places = [Path(named)] if named else [*found, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((place for place in places if (place / "initdb").is_file()), None)


def _version(place: Path) -> int:
    return int(re.sub(r"\D", "", place.parent.name) or 0)


def missing_postgres(_root: Path) -> str:
    """What is missing, in words; in CI tries to install it first."""
    if find_postgres() is None:
        install_server("postgresql")
    return "" if find_postgres() else "PostgreSQL's server (on Debian: apt-get install postgresql)"
