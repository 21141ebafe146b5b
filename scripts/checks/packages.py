"""Debian packages of programs that a check needs, installed where nobody minds and no password is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess


def in_ci() -> bool:
    """Whether this is a machine of CI: everything is there or a failure, and nobody else lives on it."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def install(*packages: str) -> None:
    """Tries to install them, where apt is and we are root. Whoever asks looks afterwards whether they are there."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (("update",), ("install", "-y", "--no-install-recommends", *packages)):
        command = ("apt-get", "-qq", *words)
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def install_server(*packages: str) -> None:
    """The same for a server, in CI alone: Debian starts it at once, which a person's machine has not asked for."""
    if in_ci():
        install(*packages)
