"""The browser of the browser tests: Debian's Chromium, installed if nobody has and this may."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scripts.checks.packages import install

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The path of a Chromium that is installed; `PTA_CHROMIUM` names another one."""
    named = os.environ.get("PTA_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def missing_chromium(_root: Path) -> str:
    """What is missing, in words; tries to install it first where that needs nobody's password."""
    if find_chromium() is None:
        install("chromium")
    return "" if find_chromium() else "Chromium (on Debian: apt-get install chromium)"
