"""Makes the virtual environment and installs exactly what a lock file names, hash by hash."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.first_run.trouble import Trouble

# What pip and uv say when no index can be reached; each in its own words.
_NO_NETWORK = (
    "temporary failure in name resolution",
    "name or service not known",
    "nodename nor servname",
    "getaddrinfo failed",
    "network is unreachable",
    "no route to host",
    "connection refused",
    "newconnectionerror",
    "nameresolutionerror",
    "connecttimeout",
    "cannot connect to proxy",
    "dns error",
    "tcp connect error",
    "could not connect",
)


@dataclass(frozen=True)
class Environment:
    """A virtual environment in `folder` for the project in `root`; `lock` is what belongs into it.

    `with_project` is False for a tool's own environment, which does not hold the project itself.
    """

    root: Path
    folder: Path
    lock: Path
    with_project: bool = True

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def _stamp(self) -> Path:
        return self.folder / f"installed-{self.lock.name}"

    def prepare(self) -> bool:
        """Makes and fills the environment; False when all was there already.

        `uv` is used where it is installed, because it is quicker; plain `venv` and `pip` otherwise.

        Raises:
            Trouble: the venv module is missing, no network, or the installation failed.
        """
        wanted = self._fingerprint()
        if self._works() and self._stamp.is_file() and self._stamp.read_text("utf-8") == wanted:
            return False
        uv = self._find_uv()
        if not (uv and self._by_uv(uv)):
            self._by_pip()
        self._stamp.write_text(wanted, "utf-8")
        return True

    def _fingerprint(self) -> str:
        """What the stamp says: another lock, package, place or Python means installing again."""
        parts = [self.lock.read_bytes(), (self.root / "pyproject.toml").read_bytes(), bytes(self.root)]
        digest = hashlib.sha256(b"\0".join(parts)).hexdigest()
        return f"{digest} {sys.version_info.major}.{sys.version_info.minor}\n"

    def _works(self) -> bool:
        if not self.python.exists():
            return False
        right = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
        return subprocess.run((self.python, "-c", right), capture_output=True, check=False).returncode == 0

    def _find_uv(self) -> str | None:
        beside = (path for path in (self.python.with_name("uv"), Path(sys.executable).with_name("uv")))
        return shutil.which("uv") or next((str(path) for path in beside if path.exists()), None)

    def _by_uv(self, uv: str) -> bool:
        """True when uv could do all of it; otherwise pip tries, since the two read different configuration."""
        steps = self._installs(("pip", "install", "--quiet", "--python", str(self.python)))
        if not self._works():
            steps.insert(0, ("venv", "--quiet", "--clear", "--python", sys.executable, str(self.folder)))
        return all(self._run((uv, *step)).returncode == 0 for step in steps)

    def _by_pip(self) -> None:
        if not self._works():
            self._make_venv()
        pip = (str(self.python), "-m", "pip", "--disable-pip-version-check")
        if self._run((*pip, "--version")).returncode != 0:  # an environment that uv made has none
            self._must((str(self.python), "-m", "ensurepip"))
        # Python compiles what it imports; compiling everything beforehand takes a third of the time.
        for command in self._installs((*pip, "install", "--quiet", "--no-compile", "--retries", "1")):
            self._must(command)

    def _installs(self, install: tuple[str, ...]) -> list[tuple[str, ...]]:
        """What belongs into the environment, then the project; its build backend is among the former."""
        hashed = (*install, "--require-hashes", "-r", str(self.lock))
        return (
            [hashed, (*install, "--no-deps", "--no-build-isolation", "-e", ".")]
            if self.with_project
            else [hashed]
        )

    def _make_venv(self) -> None:
        if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise Trouble(
                "This Python lacks its venv module: install it (on Debian and Ubuntu: "
                f"sudo apt install python{version}-venv) and run this again."
            )
        self._must((sys.executable, "-m", "venv", "--clear", str(self.folder)))

    def _must(self, command: Sequence[str]) -> None:
        done = self._run(command)
        if done.returncode != 0:
            raise Trouble(explain_failure(done.stdout + done.stderr))

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, errors="replace", check=False
        )


def explain_failure(output: str) -> str:
    """One sentence for a failed installation."""
    said = output.lower()
    if any(sign in said for sign in _NO_NETWORK):
        return (
            "The packages could not be downloaded because the package index cannot be reached: "
            "connect to the network (or set the proxy) and run this again."
        )
    if "no space left" in said:
        return "The packages could not be installed because the disk is full: make room and run this again."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")] or lines[-1:] or ["no reason given"]
    return f"The packages could not be installed ({errors[0].removeprefix('ERROR: ').rstrip('.')})."
