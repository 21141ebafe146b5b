"""The wizard, over a stand-in project and application."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.first_run import wizard as wizard_module
from scripts.first_run.application import Application, is_free
from scripts.first_run.env_files import value_in
from scripts.first_run.trouble import Trouble
from task_assistant.bootstrap.settings import load_settings
from tests.setup.standin import ROOT, make_project, make_wizard


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def admin_log(project: Path) -> list[str]:
    return (project / "admin.log").read_text("utf-8").splitlines()


def agent_key(project: Path) -> str:
    return value_in(project / ".env.agent", "TASK_TRACKER_API_KEY")


def test_the_first_run_writes_settings_that_only_their_owner_may_read(project: Path, tmp_path: Path) -> None:
    make_wizard(project, "--yes", "--no-start").run()
    file = project / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    settings = load_settings({"PTA_DATA_DIR": str(tmp_path)}, file)
    assert settings.api_key is not None
    assert len(settings.session_secret) >= 32
    assert not settings.hosted
    assert settings.session_secret != settings.api_key


def test_each_installation_gets_secrets_of_its_own(tmp_path: Path) -> None:
    projects = [make_project(tmp_path / name) for name in ("one", "two")]
    for each in projects:
        make_wizard(each, "--yes", "--no-start").run()
    for name in ("TASK_TRACKER_API_KEY", "SESSION_SECRET_KEY"):
        assert len({value_in(each / ".env", name) for each in projects}) == 2


def test_it_migrates_and_makes_one_agent_key(project: Path) -> None:
    make_wizard(project, "--yes", "--no-start").run()
    assert admin_log(project) == ["migrate -", "create-key --role agent --name my-agent -"]


def test_an_agent_gets_a_line_to_paste_with_its_own_key_and_never_the_owners(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_wizard(project, "--yes", "--no-start").run()
    said = capsys.readouterr().out
    assert (
        f"export TASK_TRACKER_URL=http://127.0.0.1:8000 TASK_TRACKER_API_KEY={agent_key(project)}\n" in said
    )
    owner_key = value_in(project / ".env", "TASK_TRACKER_API_KEY")
    assert owner_key not in said
    agent_file = project / ".env.agent"
    assert stat.S_IMODE(agent_file.stat().st_mode) == 0o600
    assert owner_key not in agent_file.read_text("utf-8")


def test_running_it_again_keeps_settings_and_keys_and_migrates(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_wizard(project, "--yes", "--no-start").run()
    files = [project / ".env", project / ".env.agent"]
    before = [file.read_bytes() for file in files]
    capsys.readouterr()
    make_wizard(project, "--yes", "--no-start").run()
    assert [file.read_bytes() for file in files] == before
    assert admin_log(project)[2] == "migrate -"
    assert f"TASK_TRACKER_API_KEY={agent_key(project)}\n" in capsys.readouterr().out


def test_when_the_data_are_gone_the_agent_gets_a_new_key(project: Path) -> None:
    make_wizard(project, "--yes", "--no-start").run()
    before = agent_key(project)
    (project / "key-names").unlink()
    make_wizard(project, "--yes", "--no-start").run()
    assert agent_key(project) not in ("", before)


def test_a_name_left_by_another_installation_on_the_same_data_does_not_stop_it(project: Path) -> None:
    (project / "key-names").write_text("my-agent", "utf-8")
    make_wizard(project, "--yes", "--no-start").run()
    before = agent_key(project)
    assert re.fullmatch(r"my-agent-[0-9a-f]{4}", value_in(project / ".env.agent", "TASK_TRACKER_AGENT"))
    make_wizard(project, "--yes", "--no-start").run()
    assert agent_key(project) == before


def test_sample_tasks_are_added_only_when_wanted(project: Path) -> None:
    make_wizard(project, "--yes", "--no-start").run()
    make_wizard(project, "--yes", "--no-start", "--sample-tasks").run()
    assert [line for line in admin_log(project) if line.startswith("sample")] == ["sample-tasks -"]


def test_a_person_at_the_terminal_is_asked_only_about_sample_tasks_and_the_start(
    project: Path, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    asked: list[str] = []
    replies = iter(["y", "n"])

    def reply(question: str) -> str:
        asked.append(question)
        return next(replies)

    monkeypatch.setattr("builtins.input", reply)
    make_wizard(project, "--port", str(port)).run()
    assert ["sample" in asked[0], "Start" in asked[1], len(asked)] == [True, True, 2]
    assert any(line.startswith("sample-tasks") for line in admin_log(project))


def test_a_port_on_the_command_line_goes_into_new_settings_and_over_old_ones(project: Path) -> None:
    make_wizard(project, "--yes", "--no-start", "--port", "8123").run()
    assert value_in(project / ".env", "PORT") == "8123"
    make_wizard(project, "--yes", "--no-start", "--port", "8124").run()
    assert value_in(project / ".env", "PORT") == "8123"
    assert "migrate 8124" in admin_log(project)
    assert make_wizard(project).port == 8123


def test_a_taken_port_gets_one_sentence_with_a_free_one_and_nothing_is_written(
    project: Path, taken_port: int
) -> None:
    with pytest.raises(Trouble) as trouble:
        make_wizard(project, "--yes", "--port", str(taken_port)).run()
    found = re.fullmatch(rf"Port {taken_port} is taken[^\n]*--port (\d+)\.", str(trouble.value))
    assert found is not None
    assert is_free(int(found.group(1)))
    assert not (project / ".env").exists()


def test_what_the_app_refuses_is_passed_on_in_its_own_sentence(project: Path) -> None:
    (project / "broken").touch()
    with pytest.raises(Trouble, match=r"^The database is newer than this version\.$"):
        make_wizard(project, "--yes", "--no-start").run()


def test_trouble_ends_the_command_with_one_sentence_and_exit_code_1(
    taken_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wizard_module.main(["--yes", "--port", str(taken_port)]) == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("Port")
    assert "\n" not in said


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        make_wizard(ROOT, "--port", port)
    assert "from 1 to 65535" in capsys.readouterr().err


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses at which browsers were opened, on a machine with a desktop."""
    addresses: list[str] = []

    def note(address: str) -> bool:
        addresses.append(address)
        return True

    for name in ("LOCAL_SIGN_IN", "PUBLIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("webbrowser.open", note)
    return addresses


def show_board(project: Path, *arguments: str) -> None:
    make_wizard(project, *arguments).show_board(Application(project, Path(sys.executable), {}))


def test_the_browser_opens_at_the_board_where_it_is_signed_in_by_itself(
    project: Path, opened: list[str]
) -> None:
    show_board(project)
    assert opened == ["http://127.0.0.1:8000"]


@pytest.mark.parametrize("setting", ["LOCAL_SIGN_IN=link", "PUBLIC_BASE_URL=https://tasks.example.org"])
def test_the_browser_opens_with_a_one_use_link_where_nothing_signs_in_by_itself(
    project: Path, opened: list[str], setting: str
) -> None:
    (project / ".env").write_text(f"{setting}\n", "utf-8")
    show_board(project)
    assert opened == ["http://127.0.0.1/sign-in/once"]


def test_no_browser_prints_the_link_instead(
    project: Path, opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    show_board(project, "--no-browser")
    assert opened == []
    assert "http://127.0.0.1/sign-in/once" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="those always have a desktop")
def test_without_a_desktop_the_link_is_printed_and_no_text_browser_takes_the_terminal(
    project: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    show_board(project)
    assert opened == []
    assert "http://127.0.0.1/sign-in/once" in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to pass on")
def test_it_starts_the_app_says_where_and_takes_it_along_when_it_is_ended(project: Path, port: int) -> None:
    command = (sys.executable, "-u", "-m", "tests.setup.standin", str(project))
    choices = ("--yes", "--no-browser", "--port", str(port))
    with subprocess.Popen((*command, *choices), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = next(line for line in process.stdout if "sign-in/once" in line)
        assert "signs one browser in" in said
        assert not is_free(port)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert is_free(port)


def test_an_app_that_does_not_start_is_one_sentence(project: Path, port: int) -> None:
    (project / "app/main.py").write_text("raise SystemExit('no')", "utf-8")
    with pytest.raises(Trouble, match="did not start"):
        make_wizard(project, "--yes", "--no-browser", "--port", str(port)).run()
