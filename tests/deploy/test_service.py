"""`pta service`: what systemd and launchd are told, and that it can be taken back."""

from __future__ import annotations

import json
import os
import plistlib
import subprocess
import sys
from pathlib import Path

import pytest

from task_assistant.bootstrap.service_unit import service

PTA = Path(sys.executable).with_name("pta")


def test_systemd_is_told_where_the_settings_are_and_what_to_start(tmp_path: Path) -> None:
    found = service(Path("/home/ann/My 100% board"), Path("/opt/pta/bin/pta"), tmp_path, {}, "linux")
    assert found.file == tmp_path / ".config/systemd/user/personal-task-assistant.service"
    text = found.text.decode()
    assert "WorkingDirectory=/home/ann/My\\x20100%%\\x20board\n" in text
    assert "ExecStart=/opt/pta/bin/pta serve\n" in text


def test_the_configuration_directory_may_be_elsewhere(tmp_path: Path) -> None:
    found = service(tmp_path, PTA, tmp_path, {"XDG_CONFIG_HOME": "/config"}, "linux")
    assert found.file.is_relative_to("/config/systemd/user")


def test_launchd_is_told_the_same(tmp_path: Path) -> None:
    found = service(Path("/Users/ann/board"), PTA, tmp_path, {}, "darwin")
    said = plistlib.loads(found.text)
    assert said["ProgramArguments"] == [str(PTA), "serve"]
    assert said["WorkingDirectory"] == "/Users/ann/board"
    assert found.file.parent == tmp_path / "Library/LaunchAgents"


def test_elsewhere_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pta serve"):
        service(tmp_path, PTA, tmp_path, {}, "win32")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a stand-in for systemd's own command")
def test_installed_twice_and_removed_nothing_is_left(tmp_path: Path) -> None:
    ctl, told = tmp_path / "systemctl", tmp_path / "told"
    ctl.write_text(f'#!/bin/sh\necho "$@" >> {told}\n')
    ctl.chmod(0o755)
    environ = {**os.environ, "HOME": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    environ.pop("XDG_CONFIG_HOME", None)

    def pta(*words: str) -> str:
        done = subprocess.run(
            (str(PTA), "service", *words),
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    unit = tmp_path / ".config/systemd/user/personal-task-assistant.service"
    assert str(tmp_path) in pta("install", "--show")
    assert not unit.exists()
    for _ in range(2):
        assert json.loads(pta("install", "--json"))["file"] == str(unit)
    assert f"WorkingDirectory={tmp_path}\n" in unit.read_text()
    pta("remove")
    assert not unit.exists()
    assert "no service" in pta("remove")
    assert told.read_text().splitlines()[-1] == "--user disable --now personal-task-assistant.service"
