"""Proves the image without a Docker engine as far as that goes: lints its files, then walks the Dockerfile's own steps.

The steps run in an empty folder with what .dockerignore lets through, in place of `/opt/pta` and `/data` folders of
their own; the last stage's command then runs as another user on a PORT of its own and must pass its own health check,
and end in time when told to. Left out: the base image itself, and `useradd`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.checks.fuzz import free_port
from scripts.first_run.environment import Environment
from scripts.first_run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE, COMPOSE = ROOT / "deploy" / "Dockerfile", ROOT / "deploy" / "compose.yaml"
NOBODY = 65534
HEALTHY_SECONDS, GRACE_SECONDS = 60, 10
Instruction = tuple[str, str]


def main() -> int:
    """0 when nothing is wrong."""
    tools = Environment(ROOT, ROOT / ".venv-image", ROOT / "requirements-image.lock", with_project=False)
    try:
        tools.prepare()
        lint(tools.python.parent)
        with tempfile.TemporaryDirectory(prefix="pta-image-") as folder:
            Walk(Path(folder)).go()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def lint(programs: Path) -> None:
    """Raises Trouble for what hadolint or the compose specification object to."""
    must((str(programs / "hadolint"), str(DOCKERFILE)))
    must((str(programs / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)))


def must(command: Sequence[str] | str, **options: Any) -> None:
    """Runs it, a text by the shell. Raises Trouble with what it said when it fails."""
    shell = isinstance(command, str)
    done = subprocess.run(command, shell=shell, capture_output=True, text=True, check=False, **options)
    said = command if isinstance(command, str) else " ".join(command)
    if done.returncode:
        raise Trouble(f"{said} failed:\n{done.stdout}{done.stderr}")
    print(f"ok  {said}"[:160], flush=True)


def instructions(text: str) -> Iterator[Instruction]:
    """The Dockerfile line by line; it has no continued lines."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


def interpreter() -> Path:
    """A Python that another user may start, too: one in somebody's home may not be. Raises Trouble without one."""
    good = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    for named in (os.path.realpath(sys.executable), "/usr/local/bin/python3", "/usr/bin/python3"):
        path = Path(named)
        open_to_all = all(place.stat().st_mode & 0o005 == 0o005 for place in path.parents if place.exists())
        if path.exists() and open_to_all and subprocess.run((named, "-c", good), check=False).returncode == 0:
            return path
    raise Trouble("no Python 3.11 with its venv module outside of home directories (on Debian: python3-venv)")


class Walk:
    """The steps of the Dockerfile in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)  # another user will look into it
        self._context, self._opt, self._data = folder / "context", folder / "opt", folder / "data"
        programs = folder / "bin"
        programs.mkdir()
        (programs / "python").symlink_to(interpreter())
        self._environ = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder)}
        self._health: list[str] = []
        self._command: list[str] = []

    def go(self) -> None:
        """Raises Trouble at the first step that fails."""
        self._context.mkdir()
        steps: dict[str, Callable[[str], None]] = {
            "COPY": self._copy, "RUN": self._run, "ENV": self._env, "HEALTHCHECK": self._check, "CMD": self._start,
        }  # fmt: skip
        for word, rest in instructions(DOCKERFILE.read_text("utf-8")):
            if word in steps:
                steps[word](self._here(rest))
        self._serve()

    def _here(self, text: str) -> str:
        """The text with folders of this walk for those of the image."""
        text = re.sub(r"/opt/pta(?=[\s/:]|$)", str(self._opt), text)
        return re.sub(r"/data(?=\s|$)", str(self._data), text)

    def _copy(self, rest: str) -> None:
        if rest.startswith("--from="):
            return  # it is in its place already
        *names, place = rest.split()
        for name in names:
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
                shutil.copytree(ROOT / name, self._context / place, ignore=ignored)
            else:
                shutil.copy(ROOT / name, self._context / place)

    def _run(self, rest: str) -> None:
        command = re.sub(r"^useradd .*?&& ", "", rest).replace(" -o pta ", " ")
        must(command, cwd=self._context, env=self._environ)

    def _env(self, rest: str) -> None:
        for pair in rest.split():
            name, _, value = pair.partition("=")
            self._environ[name] = value.replace(f"${name}", self._environ.get(name, ""))

    def _check(self, rest: str) -> None:
        self._health = json.loads(rest[rest.index("[") :])

    def _start(self, rest: str) -> None:
        self._command = json.loads(rest)

    def _serve(self) -> None:
        """Starts the image's command as another user, and lets its own health check judge. Raises Trouble."""
        as_user: dict[str, Any] = (
            {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        if as_user:
            os.chown(self._data, NOBODY, NOBODY)
        self._environ["PORT"] = str(free_port())
        program = shutil.which(self._command[0], path=self._environ["PATH"]) or self._command[0]
        command = [program, *self._command[1:]]
        process = subprocess.Popen(command, cwd=self._data, env=self._environ, **as_user)
        try:
            self._wait_until_healthy(process)
            process.send_signal(signal.SIGTERM)
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired as late:
            raise Trouble(f"told to stop, {self._command} still ran after {GRACE_SECONDS} s") from late
        finally:
            process.kill()
            process.wait()

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + HEALTHY_SECONDS
        while process.poll() is None and time.monotonic() < until:
            if (
                subprocess.run(self._health, env=self._environ, capture_output=True, check=False).returncode
                == 0
            ):
                print("ok  the image's command answers its own health check", flush=True)
                return
            time.sleep(0.2)
        raise Trouble(f"{self._command} does not answer its health check")


if __name__ == "__main__":
    sys.exit(main())
