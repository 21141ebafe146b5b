"""The browser of the browser tests: Debian's Chromium, installed if nobody has and this may."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = (
    ("apt-get", "update", "-qq"),
    ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"),
)


def find_chromium() -> str | None:
    """The path of a Chromium that is installed; `PTA_CHROMIUM` names another one."""
    named = os.environ.get("PTA_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def missing_chromium(_root: Path) -> str:
    """What is missing, in words; tries to install it first where that needs nobody's password."""
    if find_chromium() is None and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in INSTALL:
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return "" if find_chromium() else "Chromium (on Debian: apt-get install chromium)"
