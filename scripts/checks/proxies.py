"""Caddy and nginx for the tests of what stands behind them: whether they can be had."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scripts.checks.packages import install_server

PROGRAMS = {"caddy": "caddy", "nginx": "nginx-light", "openssl": "openssl"}  # with Debian's package of each
PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin"


def find_program(name: str) -> str | None:
    """Where it is; servers are often in a folder that only an administrator looks into."""
    return shutil.which(name, path=PATH)


def missing_proxies(_root: Path) -> str:
    """What is missing, in words; in CI tries to install it first."""
    if _missing():
        install_server(*PROGRAMS.values())
    return (
        f"{', '.join(_missing())} (on Debian: apt-get install {' '.join(PROGRAMS.values())})"
        if _missing()
        else ""
    )


def _missing() -> list[str]:
    return [name for name in PROGRAMS if find_program(name) is None]
