"""The settings: what wins, what is derived, what is refused, and that nothing secret shows."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from task_assistant.bootstrap.data_directory import kept_secret, platform_data_directory
from task_assistant.bootstrap.settings import LocalSignIn, Settings, SettingsRefused, StoreKind, load_settings

SECRET = "a-long-enough-random-secret-of-a-test"
KEY = "k" * 40


class Load:
    """Loads settings with a data directory of its own and no file, unless told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data_dir = folder / "data"

    def __call__(self, file: str | None = None, **environ: str) -> Settings:
        env_file = self.folder / ".env"
        if file is not None:
            env_file.write_text(file, "utf-8")
        return load_settings({"PTA_DATA_DIR": str(self.data_dir), **environ}, env_file)


@pytest.fixture
def load(tmp_path: Path) -> Load:
    return Load(tmp_path)


def test_the_environment_wins_over_the_file(load: Load) -> None:
    assert load("PORT=8001\n", PORT="8002").port == 8002


def test_an_empty_value_is_unset_wherever_it_stands(load: Load) -> None:
    assert load("PORT=8001\nDATABASE_URL=\n", PORT="").port == 8001
    assert load("PORT=\n").port == 8000
    assert load("DATABASE_URL=\n").database_url.endswith("/tasks.db")


def test_without_a_database_url_the_tasks_are_kept_in_a_private_data_directory(load: Load) -> None:
    settings = load()
    assert settings.store is StoreKind.SQLITE
    assert settings.sqlite_path == load.data_dir / "tasks.db"
    assert stat.S_IMODE(load.data_dir.stat().st_mode) == 0o700


def test_a_data_directory_that_others_may_read_is_taken_from_them(load: Load) -> None:
    load.data_dir.mkdir(mode=0o755)
    load()
    assert stat.S_IMODE(load.data_dir.stat().st_mode) == 0o700


def test_a_directory_shared_by_all_users_is_refused_and_left_alone(load: Load) -> None:
    load.data_dir.mkdir()
    load.data_dir.chmod(0o1777)
    with pytest.raises(SettingsRefused, match=r"PTA_DATA_DIR.*shared"):
        load()
    assert stat.S_IMODE(load.data_dir.stat().st_mode) == 0o1777


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"XDG_DATA_HOME": "/x"}, "/x/personal-task-assistant"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "~/.local/share/personal-task-assistant"),
        ("linux", {}, "~/.local/share/personal-task-assistant"),
        ("darwin", {}, "~/Library/Application Support/personal-task-assistant"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/personal-task-assistant"),
    ],
)
def test_each_platform_has_its_own_data_directory(
    platform: str, environ: dict[str, str], expected: str
) -> None:
    assert platform_data_directory(environ, platform) == Path(expected).expanduser()


@pytest.mark.parametrize(
    ("environ", "store"),
    [
        ({"DATABASE_URL": "sqlite:////var/x.db"}, StoreKind.SQLITE),
        ({"DATABASE_URL": "postgresql://u:p@h/d"}, StoreKind.POSTGRES),
        ({"TASK_STORE": "memory"}, StoreKind.MEMORY),
        ({"TASK_STORE": "Firestore"}, StoreKind.FIRESTORE),
        ({"TASK_STORE": "memory", "DATABASE_URL": "sqlite:///x.db"}, StoreKind.MEMORY),
    ],
)
def test_the_store_is_what_is_named_or_what_the_address_says(
    load: Load, environ: dict[str, str], store: StoreKind
) -> None:
    assert load(**environ).store is store


@pytest.mark.parametrize(
    ("address", "hosted"),
    [
        ("", False),
        ("http://localhost:8000", False),
        ("http://127.0.0.9:8000", False),
        ("http://[::1]:8000/", False),
        ("http://pta.localhost", False),
        ("https://192.168.1.4:8000", True),
        ("https://tasks.example.org", True),
        ("https://localhost.example.org", True),
        ("https://127.0.0.1.example.org", True),
    ],
)
def test_any_public_address_but_this_machines_own_means_hosted_mode(
    load: Load, address: str, hosted: bool
) -> None:
    assert load(PUBLIC_BASE_URL=address, SESSION_SECRET_KEY=SECRET).hosted is hosted


def test_cloud_run_is_hosted_mode_and_needs_its_address(load: Load) -> None:
    assert load(K_SERVICE="pta", PUBLIC_BASE_URL="https://pta.run.app", SESSION_SECRET_KEY=SECRET).hosted
    with pytest.raises(SettingsRefused, match="PUBLIC_BASE_URL"):
        load(K_SERVICE="pta", SESSION_SECRET_KEY=SECRET)


def test_a_file_cannot_pretend_to_be_cloud_run(load: Load) -> None:
    assert not load("K_SERVICE=pta\n").hosted


@pytest.mark.parametrize(
    "key",
    [
        "",
        "replace-me-with-a-long-random-key",
        "changeme",
        "CHANGE_ME_PLEASE",
        "<your key>",
        "your-key",
        "...",
    ],
)
def test_an_empty_or_placeholder_key_admits_nobody(load: Load, key: str) -> None:
    assert load(TASK_TRACKER_API_KEY=key).api_key is None


def test_a_key_is_taken_as_it_is(load: Load) -> None:
    assert load(f'TASK_TRACKER_API_KEY="{KEY}"  # mine\n').api_key == KEY


def test_local_mode_makes_a_session_secret_once_and_keeps_it_private(load: Load) -> None:
    first, second = load(), load()
    assert first.session_secret == second.session_secret
    assert len(first.session_secret) >= 32
    (file,) = load.data_dir.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_process_that_comes_second_gets_the_first_ones_secret(tmp_path: Path) -> None:
    from task_assistant.bootstrap import data_directory

    file = tmp_path / "secret"
    data_directory._write_once(file, "first")
    data_directory._write_once(file, "second")
    assert kept_secret(file) == "first"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"TASK_TRACKER_API_KEY": "schlüssel-schlüssel"}, "TASK_TRACKER_API_KEY"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "٨٠"}, "PORT"),
        ({"DATABASE_CONNECTIONS": "0"}, "DATABASE_CONNECTIONS"),
        ({"PUBLIC_BASE_URL": "tasks.example.org"}, "PUBLIC_BASE_URL"),
        ({"PUBLIC_BASE_URL": "http://["}, "PUBLIC_BASE_URL"),
        ({"TASK_TRACKER_URL": "ftp://x"}, "TASK_TRACKER_URL"),
        ({"LOCAL_SIGN_IN": "never"}, "LOCAL_SIGN_IN.*auto, link"),
        ({"TRUSTED_PROXIES": "proxy.lan"}, "TRUSTED_PROXIES"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT.*text, json"),
        ({"TASK_STORE": "mysql"}, "TASK_STORE.*sqlite, postgres, firestore, memory"),
        ({"TASK_STORE": "postgres"}, "DATABASE_URL"),
        ({"TASK_STORE": "postgres", "DATABASE_URL": "sqlite:///x.db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL.*TASK_STORE=memory"),
    ],
)
def test_an_impossible_setting_is_refused_in_one_sentence_that_names_it(
    load: Load, environ: dict[str, str], names: str
) -> None:
    with pytest.raises(SettingsRefused, match=names) as refused:
        load(**environ)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("line", ["PORT 8000", "=x", 'PORT="80'])
def test_a_broken_line_of_the_file_is_named_by_number_and_not_shown(load: Load, line: str) -> None:
    with pytest.raises(SettingsRefused, match="line 2") as refused:
        load(f"# settings\n{line}\n")
    assert "80" not in str(refused.value)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("PUBLIC_BASE_URL=http://localhost:1 # here", "http://localhost:1"),
        ("export PUBLIC_BASE_URL='http://localhost:1'", "http://localhost:1"),
        ('PUBLIC_BASE_URL = "http://localhost:1"', "http://localhost:1"),
        ("\ufeffPUBLIC_BASE_URL=http://localhost:1/\r", "http://localhost:1"),
        ("PUBLIC_BASE_URL=http://localhost:1/#part", "http://localhost:1/#part"),
    ],
)
def test_the_file_is_read_as_shells_and_editors_write_it(load: Load, line: str, value: str) -> None:
    assert load(f"{line}\n").public_base_url == value


def test_lists_are_separated_by_commas_or_spaces(load: Load) -> None:
    settings = load(ALLOWED_GOOGLE_EMAILS="Ann@example.org, bob@example.org", NOTIFY_URLS="a://x b://y")
    assert settings.allowed_google_emails == ("ann@example.org", "bob@example.org")
    assert settings.notify_urls == ("a://x", "b://y")


def test_secrets_do_not_show_when_settings_are_printed(load: Load) -> None:
    secrets = {
        "TASK_TRACKER_API_KEY": "aa-hidden-aa-hidden",
        "SESSION_SECRET_KEY": "bb-hidden" * 5,
        "DATABASE_URL": "postgresql://u:hidden@h/d",
        "GOOGLE_OAUTH_CLIENT_SECRET": "hidden",
        "NOTIFY_URLS": "mailto://u:hidden@h",
    }
    assert "hidden" not in repr(load(**secrets))


def test_the_sign_in_is_automatic_unless_told_otherwise(load: Load) -> None:
    assert load().local_sign_in is LocalSignIn.AUTO
    assert load(LOCAL_SIGN_IN="link").local_sign_in is LocalSignIn.LINK


def test_addresses_follow_the_port_until_one_is_given(load: Load) -> None:
    assert load(PORT="9000").base_url == load(PORT="9000").tracker_url == "http://127.0.0.1:9000"
    assert load(PUBLIC_BASE_URL="http://localhost:1/").tracker_url == "http://localhost:1"
