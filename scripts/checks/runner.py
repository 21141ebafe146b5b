"""Makes the development environment, runs checks of the table, and says what it left out and why."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.checks.packages import in_ci
from scripts.checks.table import CHECKS, Check
from scripts.first_run.environment import Environment
from scripts.first_run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
LIGHT_AT_ONCE = 2


@dataclass(frozen=True)
class Outcome:
    """What became of one check: `passed`, `failed` or `left out`, and why or for how long."""

    check: Check
    state: str
    note: str


def main(arguments: Sequence[str]) -> int:
    """Runs what the command line names; 0 when nothing failed."""
    choices = parse(arguments)
    if choices.list:
        print(listing())
        return 0
    try:
        environment = development_environment()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    outcomes = judge_all(lambda check: judge(check, choices, environment, in_ci=in_ci()))
    print(summary(outcomes))
    return int(any(outcome.state == "failed" for outcome in outcomes))


def judge_all(judge_one: Callable[[Check], Outcome]) -> list[Outcome]:
    """The light checks two at a time, then the others one by one: those use all cores themselves."""
    with ThreadPoolExecutor(LIGHT_AT_ONCE) as pool:
        outcomes = list(pool.map(judge_one, (check for check in CHECKS if check.light)))
    return outcomes + [judge_one(check) for check in CHECKS if not check.light]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line: names of checks, `--all`, `--list`; what follows `--` goes to pytest."""
    own, _, for_pytest = _split(list(arguments))
    parser = argparse.ArgumentParser(
        prog="run_tests.py", description="Runs the project's checks.", epilog=listing()
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    names = [check.name for check in CHECKS]
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these checks: " + ", ".join(names))
    parser.add_argument("--all", action="store_true", help="also what takes long or needs more than Python")
    parser.add_argument("--list", action="store_true", help="name the checks and stop")
    choices = parser.parse_args(own)
    unknown = sorted(set(choices.names) - set(names))
    if unknown:
        parser.error(f"there is no check named {', '.join(unknown)}; there are {', '.join(names)}")
    choices.for_pytest = for_pytest
    return choices


def _split(arguments: list[str]) -> tuple[list[str], list[str], list[str]]:
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:place], arguments[place : place + 1], arguments[place + 1 :]


def development_environment() -> Environment:
    """The environment in `.venv` with everything that the checks need; the app's own versions are the same."""
    environment = Environment(ROOT, ROOT / ".venv", ROOT / "requirements-dev.lock")
    began = time.monotonic()
    if environment.prepare():
        print(f"Development environment ready in {time.monotonic() - began:.0f} s.", flush=True)
    return environment


def judge(check: Check, choices: argparse.Namespace, environment: Environment, *, in_ci: bool) -> Outcome:
    """Runs one check, or says why not. In CI a missing service is a failure, never a silent gap."""
    if choices.names and check.name not in choices.names:
        return Outcome(check, "left out", "not named")
    if check.only_all and not (choices.all or choices.names):
        return Outcome(check, "left out", f"{check.only_all}; --all runs it")
    missing = check.missing(ROOT)
    if missing:
        return Outcome(check, "failed" if in_ci else "left out", f"{missing} is missing")
    return run(check, environment, choices.for_pytest, thorough=choices.all)


def run(check: Check, environment: Environment, for_pytest: Sequence[str], *, thorough: bool) -> Outcome:
    """Runs one check's command in the project's root; `thorough` lets property tests look further."""
    program, *rest = check.command
    command = [str(environment.python.with_name(program)), *rest]
    if program == "pytest":
        command += for_pytest
    title = f"\n== {check.name}: {' '.join((program, *command[1:]))}"
    profile = {"HYPOTHESIS_PROFILE": "ci"} if thorough else {}
    # Many processes read the same modules, so what they compile is kept, whatever is set for other programs.
    surroundings = {**profile, **os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    began = time.monotonic()
    code = (_say_at_the_end if check.light else _say_as_it_comes)(title, command, surroundings)
    return Outcome(check, "failed" if code else "passed", f"{time.monotonic() - began:.0f} s")


def _say_as_it_comes(title: str, command: list[str], surroundings: dict[str, str]) -> int:
    print(title, flush=True)
    return subprocess.run(command, cwd=ROOT, env=surroundings, check=False).returncode


def _say_at_the_end(title: str, command: list[str], surroundings: dict[str, str]) -> int:
    """For a check that runs beside others: their lines do not mix."""
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )  # fmt: skip
    print(f"{title}\n{done.stdout}", end="", flush=True)
    return done.returncode


def listing() -> str:
    """The checks, a line each."""
    width = max(len(check.name) for check in CHECKS)
    lines = [
        f"  {check.name:{width}}  {check.what}{' (--all)' if check.only_all else ''}" for check in CHECKS
    ]
    return "checks:\n" + "\n".join(lines)


def summary(outcomes: Sequence[Outcome]) -> str:
    """What passed and failed, and what was left out and why."""
    ran = [outcome for outcome in outcomes if outcome.state != "left out"]
    omitted = [outcome for outcome in outcomes if outcome.state == "left out"]
    lines = ["", "== summary", *(f"{o.state:8} {o.check.name} ({o.note})" for o in ran)]
    lines += [f"left out {o.check.name}: {o.check.what} ({o.note})" for o in omitted]
    passed = sum(outcome.state == "passed" for outcome in ran)
    lines += ["", f"{passed} passed, {len(ran) - passed} failed"]  # the line that tools look for
    return "\n".join(lines)
