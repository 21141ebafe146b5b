"""Caddy and nginx for the tests of what stands behind them: whether they can be had."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PROGRAMS = {"caddy": "caddy", "nginx": "nginx-light", "openssl": "openssl"}  # with Debian's package of each
PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin"


def find_program(name: str) -> str | None:
    """Where it is; servers are often in a folder that only an administrator looks into."""
    return shutil.which(name, path=PATH)


def missing_proxies(_root: Path) -> str:
    """What is missing, in words; tries to install it first where that needs nobody's password."""
    if _missing() and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PROGRAMS.values())
        for command in (("apt-get", "update", "-qq"), install):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return (
        f"{', '.join(_missing())} (on Debian: apt-get install {' '.join(PROGRAMS.values())})"
        if _missing()
        else ""
    )


def _missing() -> list[str]:
    return [name for name in PROGRAMS if find_program(name) is None]
