"""The table of settings, `.env.example` and docs/settings.md say the same."""

from __future__ import annotations

import re
from pathlib import Path

from task_assistant.bootstrap import settings as loader
from task_assistant.bootstrap.env_file import parse_env
from task_assistant.bootstrap.hosted_guard import is_placeholder
from task_assistant.bootstrap.settings import load_settings
from task_assistant.bootstrap.settings_document import document, env_example
from task_assistant.bootstrap.settings_table import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
FIXED_NAMES = {
    "DATABASE_URL", "TASK_STORE", "TASK_TRACKER_API_KEY", "TASK_TRACKER_URL", "SESSION_SECRET_KEY",
    "PUBLIC_BASE_URL", "PORT", "LOCAL_SIGN_IN", "GOOGLE_OAUTH_CLIENT_ID", "GOOGLE_OAUTH_CLIENT_SECRET",
    "ALLOWED_GOOGLE_EMAILS", "GOOGLE_CLOUD_PROJECT", "FIRESTORE_DATABASE", "NOTIFY_URLS", "PTA_DATA_DIR",
}  # fmt: skip


def test_the_names_that_others_rely_on_are_all_there() -> None:
    assert {setting.name for setting in SETTINGS} >= FIXED_NAMES


def test_the_files_are_what_the_table_says() -> None:
    again = "run python -m task_assistant.bootstrap.settings_document"
    assert (ROOT / ".env.example").read_text("utf-8") == env_example(), again
    assert (ROOT / "docs/settings.md").read_text("utf-8") == document(), again


def test_the_loader_reads_every_setting_of_the_table() -> None:
    source = Path(loader.__file__).read_text("utf-8")
    unread = [setting.name for setting in SETTINGS if not re.search(rf'"{setting.name}"', source)]
    assert unread == []


def test_the_unedited_example_starts_a_local_app_on_port_8000_that_admits_no_key(tmp_path: Path) -> None:
    settings = load_settings({"PTA_DATA_DIR": str(tmp_path / "data")}, ROOT / ".env.example")
    assert (settings.hosted, settings.port, settings.api_key) == (False, 8000, None)


def test_a_secret_of_the_example_is_empty_or_a_placeholder() -> None:
    example = parse_env(env_example())
    shown = [s.name for s in SETTINGS if s.secret and example[s.name] and not is_placeholder(example[s.name])]
    assert shown == []
