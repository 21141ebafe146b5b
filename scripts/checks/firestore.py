"""Google's own Firestore emulator for the tests: where it is, and whether it can be had."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scripts.checks.packages import install

JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
PACKAGES = ("google-cloud-cli-firestore-emulator", "default-jre-headless")


def find_emulator() -> Path | None:
    """The emulator's jar in a Google Cloud CLI; `PTA_FIRESTORE_EMULATOR` names another one."""
    named = os.environ.get("PTA_FIRESTORE_EMULATOR")
    gcloud = shutil.which("gcloud")
    homes = [
        Path("/usr/lib/google-cloud-sdk"),
        Path("/usr/share/google-cloud-sdk"),
        Path.home() / "google-cloud-sdk",
    ]
    if gcloud is not None:
        homes.insert(0, Path(gcloud).resolve().parent.parent)
    places = [Path(named)] if named else [home / JAR for home in homes]
    return next((place for place in places if place.is_file()), None)


def missing_emulator(_root: Path) -> str:
    """What is missing, in words; tries to install it first where that needs nobody's password.

    The emulator is in no package of Debian, PyPI or npm itself: apt finds it only where Google's own archive is set up.
    """
    if not _there():
        install(*PACKAGES)
    if _there():
        return ""
    return (
        "the Firestore emulator (gcloud components install cloud-firestore-emulator) and Java of 17 or newer"
    )


def _there() -> bool:
    return find_emulator() is not None and shutil.which("java") is not None
