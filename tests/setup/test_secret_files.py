"""A secret may stand in a file of its own, as Docker, systemd and Secret Manager hand them over."""

from __future__ import annotations

from pathlib import Path

import pytest

from task_assistant.bootstrap.given import SECRETS
from task_assistant.bootstrap.settings import Settings, SettingsRefused, load_settings

KEY = "a-key-that-stands-in-a-file"


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    file = tmp_path / "mounted"
    file.write_text(f"{KEY}\n", "utf-8")
    return file


def load(env_file: Path | None = None, **environ: str) -> Settings:
    return load_settings({"TASK_STORE": "memory", "SESSION_SECRET_KEY": "x-secret", **environ}, env_file)


def test_the_file_holds_the_key_and_its_last_line_break_is_no_part_of_it(mounted: Path) -> None:
    assert load(TASK_TRACKER_API_KEY_FILE=str(mounted)).api_key == KEY


def test_every_secret_has_such_a_twin() -> None:
    assert {"TASK_TRACKER_API_KEY", "SESSION_SECRET_KEY", "DATABASE_URL", "GOOGLE_OAUTH_CLIENT_SECRET"} < {
        *SECRETS
    }


def test_the_environments_file_wins_over_a_value_in_the_env_file_and_the_other_way_round(
    tmp_path: Path, mounted: Path
) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("TASK_TRACKER_API_KEY=a-key-of-the-env-file\n", "utf-8")
    assert load(dotenv, TASK_TRACKER_API_KEY_FILE=str(mounted)).api_key == KEY
    dotenv.write_text(f"TASK_TRACKER_API_KEY_FILE={mounted}\n", "utf-8")
    assert load(dotenv).api_key == KEY
    assert load(dotenv, TASK_TRACKER_API_KEY="a-key-of-the-environment").api_key == "a-key-of-the-environment"


def test_a_secret_in_both_forms_is_refused(mounted: Path) -> None:
    with pytest.raises(SettingsRefused, match="TASK_TRACKER_API_KEY and TASK_TRACKER_API_KEY_FILE"):
        load(TASK_TRACKER_API_KEY=KEY, TASK_TRACKER_API_KEY_FILE=str(mounted))


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"x" * 100_000])
def test_a_file_that_holds_no_secret_is_refused_by_its_setting_and_never_shown(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "broken"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsRefused, match="SESSION_SECRET_KEY_FILE") as refused:
        load_settings({"TASK_STORE": "memory", "SESSION_SECRET_KEY_FILE": str(file)}, None)
    assert len(str(refused.value)) < 300
