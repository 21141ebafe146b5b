"""The one list of checks: what runs, what is left out and why, and that everybody calls the same command."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.checks import packages, runner
from scripts.checks.runner import Outcome, judge, parse, summary
from scripts.checks.table import CHECKS, Check
from scripts.first_run.environment import Environment
from tests.setup.standin import ROOT

HERE = Environment(ROOT, Path(sys.prefix), ROOT / "requirements-dev.lock")
QUICK = Check("quick", "nothing", ("python", "-c", ""))
LONG = replace(QUICK, name="long", only_all="takes minutes")
NEEDY = replace(LONG, missing=lambda _root: "a database server")


def judged(check: Check, *arguments: str, in_ci: bool = False) -> Outcome:
    return judge(check, parse(arguments), HERE, in_ci=in_ci)


def test_a_plain_run_leaves_out_what_takes_long_and_says_why() -> None:
    assert judged(QUICK).state == "passed"
    left = judged(LONG)
    assert (left.state, left.note) == ("left out", "takes minutes; --all runs it")
    assert "left out long: nothing (takes minutes; --all runs it)" in summary([left])


def test_all_runs_what_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(LONG, "--all").state == "passed"
    monkeypatch.setattr(runner, "CHECKS", (LONG,))
    assert judged(LONG, "long").state == "passed"


def test_light_checks_go_side_by_side_and_their_lines_do_not_mix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Each waits for the other to have begun, between two lines of its own.
    meet = (
        "import os, pathlib, sys; mine, other = sys.argv[1:]; print(mine, 'begins'); pathlib.Path(mine).touch()\n"
        "while not os.path.exists(other): pass\nprint(mine, 'ends')"
    )
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    pair = [replace(QUICK, command=("python", "-c", meet, *names), light=True) for names in ((a, b), (b, a))]
    monkeypatch.setattr(runner, "CHECKS", (*pair, LONG))
    assert [outcome.state for outcome in runner.judge_all(judged)] == ["passed", "passed", "left out"]
    told = capsys.readouterr().out
    assert f"{a} begins\n{a} ends\n" in told
    assert f"{b} begins\n{b} ends\n" in told


def test_a_missing_service_is_left_out_by_a_person_and_fails_in_ci() -> None:
    assert judged(NEEDY, "--all").note == "a database server is missing"
    assert judged(NEEDY, "--all").state == "left out"
    assert judged(NEEDY, "--all", in_ci=True).state == "failed"


@pytest.mark.parametrize(("ci", "installed"), [("true", True), ("", False)])
def test_a_server_is_installed_by_itself_in_ci_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, installed: bool
) -> None:
    said = tmp_path / "said"
    (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >>{said}\n')
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("CI", ci)
    packages.install_server("nginx-light")
    assert said.exists() is installed
    packages.install("chromium")
    assert "install -y --no-install-recommends chromium" in said.read_text("utf-8")


def test_a_check_that_fails_fails_the_run() -> None:
    assert judged(replace(QUICK, command=("python", "-c", "raise SystemExit(5)"))).state == "failed"


def test_only_named_checks_run_and_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(QUICK, "lint").note == "not named"
    with pytest.raises(SystemExit):
        parse(["lnit"])
    assert "lint, format, types" in capsys.readouterr().err


def test_what_follows_two_dashes_goes_to_pytest() -> None:
    choices = parse(["tests", "--", "-k", "claim"])
    assert (choices.names, choices.for_pytest) == (["tests"], ["-k", "claim"])


def test_names_are_unique_and_every_program_is_installed() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    missing = [check.name for check in CHECKS if not HERE.python.with_name(check.command[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("file", [".ci/run", "README.md", "CONTRIBUTING.md"])
def test_ci_and_documents_name_the_same_command(file: str) -> None:
    assert "python3 scripts/run_tests.py" in (ROOT / file).read_text("utf-8")


def test_what_people_wizard_and_checks_make_is_ignored_by_git() -> None:
    made = (
        ".env",
        ".env.agent",
        ".venv/x",
        ".venv-fuzz/x",
        "tasks.db",
        "tasks.db-wal",
        ".hypothesis/x",
        "a/__pycache__/x",
    )
    done = subprocess.run(
        ("git", "check-ignore", *made), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == list(made)
    kept = subprocess.run(("git", "check-ignore", ".env.example"), cwd=ROOT, capture_output=True, check=False)
    assert kept.stdout == b""


@pytest.mark.parametrize("mark", ["firestore", "postgres", "soak"])
def test_a_check_of_marked_tests_looks_in_every_folder_that_has_some(mark: str) -> None:
    [check] = [check for check in CHECKS if mark in check.command and "pytest" in check.command]
    places = [ROOT / part for part in check.command if part.startswith("tests/")]
    marked = [
        path
        for path in (ROOT / "tests").rglob("*.py")
        if re.search(rf"\.mark\.{mark}\b", path.read_text("utf-8"))
    ]
    assert marked
    assert [path for path in marked if not any(path.is_relative_to(place) for place in places)] == []
