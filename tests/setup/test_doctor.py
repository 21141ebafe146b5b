"""`pta doctor` finds what is wrong and says how to mend it."""

from __future__ import annotations

import secrets
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from task_assistant.bootstrap import doctor
from task_assistant.bootstrap.doctor import Finding, examine
from task_assistant.stores.sql.revisions import CURRENT, REVISIONS
from tests.served import served

KEY = "an-owner-key-for-the-doctor"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a good `.env` and nothing around it."""
    monkeypatch.chdir(tmp_path)
    for name in ("TASK_TRACKER_API_KEY", "TASK_TRACKER_URL", "PORT", "DATABASE_URL", "TASK_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PTA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def write(home: Path, **settings: object) -> None:
    (home / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def found() -> dict[str, Finding]:
    return {finding.check: finding for finding in examine()}


def test_a_healthy_installation_is_fine_everywhere(home: Path) -> None:
    with served(KEY) as url:
        write(home, TASK_TRACKER_API_KEY=KEY, TASK_TRACKER_URL=url, PORT=url.rsplit(":", 1)[1])
        findings = found()
    assert set(findings) == {"python", "configuration", "store", "owner key", "proxies", "server", "clock"}
    assert all(finding.ok for finding in findings.values()), findings
    assert "the key is owner's" in findings["server"].found


def test_a_look_makes_no_database_and_migrates_none(home: Path) -> None:
    path = home / "data" / "tasks.db"
    write(home, TASK_TRACKER_API_KEY=KEY, DATABASE_URL=f"sqlite:///{path}")
    assert "the first start makes the database" in found()["store"].found
    assert not path.exists()
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE alembic_version (version_num TEXT)")
        raw.execute("INSERT INTO alembic_version VALUES (?)", (REVISIONS[0],))
        raw.commit()
    assert f"brings it to {CURRENT}" in found()["store"].found
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISIONS[0],)


def test_a_server_that_does_not_run_is_to_be_started(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    write(home, TASK_TRACKER_API_KEY=KEY, PORT=port)
    server = found()["server"]
    assert (server.ok, server.mend) == (False, "start it: pta serve")


def test_a_port_that_something_else_has_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.close()
        with socket.socket() as silent:  # bound, and answers nobody
            silent.bind(("127.0.0.1", port))
            write(home, TASK_TRACKER_API_KEY=KEY, PORT=port)
            server = found()["server"]
    assert f"port {port} is taken" in server.found
    assert "another PORT" in server.mend


def test_another_key_than_the_servers_is_found(home: Path) -> None:
    with served(KEY) as url:
        write(home, TASK_TRACKER_API_KEY="not-the-key-of-the-server", TASK_TRACKER_URL=url)
        server = found()["server"]
    assert not server.ok
    assert "started with" in server.mend


def test_no_key_and_a_clock_that_is_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime, timedelta

    monkeypatch.setattr(doctor, "_date", lambda *_: datetime.now(UTC) - timedelta(minutes=5))
    write(home, TASK_TRACKER_API_KEY="")
    findings = found()
    assert not findings["owner key"].ok
    assert "TASK_TRACKER_API_KEY" in findings["owner key"].mend
    assert not findings["clock"].ok


def test_a_proxy_in_front_that_no_setting_names_is_found(home: Path) -> None:
    hosted = {
        "PUBLIC_BASE_URL": "https://tasks.example.org",
        "TASK_TRACKER_URL": "http://127.0.0.1:9",
        "SESSION_SECRET_KEY": secrets.token_urlsafe(48),
    }
    write(home, **hosted)
    proxies = found()["proxies"]
    assert not proxies.ok
    assert "TRUSTED_PROXIES" in proxies.mend
    write(home, **hosted, TRUSTED_PROXIES="127.0.0.1")
    assert found()["proxies"].ok


def test_a_broken_setting_is_the_first_thing_to_mend(home: Path) -> None:
    write(home, PORT="eighty")
    findings = examine()
    assert [finding.check for finding in findings] == ["python", "configuration"]
    assert "PORT" in findings[-1].found


def test_a_store_that_cannot_be_opened_is_found(home: Path) -> None:
    (home / "in-the-way").write_text("a file")
    write(home, TASK_TRACKER_API_KEY=KEY, DATABASE_URL=f"sqlite:///{home / 'in-the-way' / 'tasks.db'}")
    assert not found()["store"].ok
