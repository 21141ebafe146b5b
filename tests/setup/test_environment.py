"""Making the virtual environment: what is said when it cannot be made, and when nothing needs doing."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.first_run.environment import Environment, explain_failure
from scripts.first_run.trouble import Trouble
from tests.setup.standin import ROOT

COMMANDS = ("setup_wizard.py", "run_tests.py")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("", "utf-8")
    return Environment(tmp_path, tmp_path / ".venv", tmp_path / "requirements.lock")


@pytest.fixture
def commands(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the environment runs, noted instead of run; each program succeeds and leaves an interpreter behind."""
    ran: list[list[str]] = []

    def note(self: Environment, command: list[str]) -> subprocess.CompletedProcess[str]:
        ran.append([Path(command[0]).name, *command[1:]])
        self.python.parent.mkdir(parents=True, exist_ok=True)
        self.python.touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(Environment, "_run", note)
    monkeypatch.setattr(Environment, "_works", lambda self: self.python.exists())
    monkeypatch.setattr(Environment, "_find_uv", lambda _self: None)
    return ran


def test_everything_is_installed_by_hash_and_the_project_without_its_dependencies(
    environment: Environment, commands: list[list[str]]
) -> None:
    assert environment.prepare()
    installs = [" ".join(command) for command in commands if "install" in command]
    assert "--require-hashes -r" in installs[0]
    assert "--no-deps --no-build-isolation -e ." in installs[1]
    assert len(installs) == 2


def test_a_second_run_installs_nothing_until_the_lock_changes(
    environment: Environment, commands: list[list[str]]
) -> None:
    environment.prepare()
    commands.clear()
    assert not environment.prepare()
    assert commands == []
    environment.lock.write_text("a==1", "utf-8")
    assert environment.prepare()
    assert not any("venv" in command for command in commands)


def test_uv_is_used_where_it_is_and_pip_where_uv_fails(
    environment: Environment, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Environment, "_find_uv", lambda _self: "/somewhere/uv")
    environment.prepare()
    assert {command[0] for command in commands} == {"uv"}
    monkeypatch.setattr(Environment, "_by_uv", lambda _self, _uv: False)
    environment.lock.write_text("a==1", "utf-8")
    commands.clear()
    environment.prepare()
    assert {command[0] for command in commands} == {environment.python.name}


def test_a_missing_venv_module_is_one_sentence_that_names_the_package(
    environment: Environment, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: None if name == "ensurepip" else real(name),
    )
    with pytest.raises(Trouble, match=r"apt install python3\.\d+-venv") as trouble:
        environment.prepare()
    assert "\n" not in str(trouble.value)
    assert commands == []


@pytest.mark.parametrize(
    "said",
    [
        "Retrying after connection broken by 'NewConnectionError(Failed to establish a new connection: "
        "[Errno -3] Temporary failure in name resolution'\nERROR: No matching distribution found for alembic",
        "error: Failed to fetch: `https://index/simple/x/`\n  Caused by: tcp connect error: Connection refused",
        "Retrying after ConnectTimeoutError(...)",
        "ProxyError('Cannot connect to proxy.')",
    ],
)
def test_no_network_is_one_sentence(said: str) -> None:
    assert "cannot be reached" in explain_failure(said)
    assert "\n" not in explain_failure(said)


def test_any_other_failure_gives_its_first_error_in_one_sentence() -> None:
    said = explain_failure("WARNING: x\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES.\nmore\n")
    assert said == "The packages could not be installed (THESE PACKAGES DO NOT MATCH THE HASHES)."
    assert explain_failure("") == "The packages could not be installed (no reason given)."


@pytest.mark.parametrize("name", COMMANDS)
def test_an_old_python_gets_one_sentence(name: str) -> None:
    pretend = (
        f"import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path({str(ROOT / 'scripts' / name)!r})"
    )
    done = subprocess.run((sys.executable, "-c", pretend), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().startswith(
        "Personal Task Assistant needs Python 3.11 or newer, and this is Python 3.9"
    )
    assert "\n" not in done.stderr.strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_an_old_python_can_read_the_command_that_says_so(name: str) -> None:
    tree = ast.parse((ROOT / "scripts" / name).read_text("utf-8"))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(tree) if isinstance(node, newer)]
    futures = [
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert found + futures == []
