"""Each unsafe configuration ends the start with one sentence that names the setting; each safe one starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.hosted_guard import HOSTED_RULES
from task_assistant.bootstrap.settings import SettingsRefused, load_settings

Environ = dict[str, str]
ROOT = Path(__file__).resolve().parents[2]
SECRET = "vJ8wq2LrXk5tY0bN7cZ3mPfS9hDgA1eU4iQoTyW6"
LOCAL: Environ = {"TASK_STORE": "memory", "SESSION_SECRET_KEY": "short"}
HOSTED: Environ = {
    "TASK_STORE": "memory",
    "PUBLIC_BASE_URL": "https://tasks.example.org",
    "SESSION_SECRET_KEY": SECRET,
}
CLOUD_RUN = HOSTED | {"K_SERVICE": "pta", "PORT": "8080"}

# What is added to a safe hosted configuration -> the setting that the sentence names.
UNSAFE: dict[str, tuple[Environ, str]] = {
    "no session secret": ({"SESSION_SECRET_KEY": ""}, "SESSION_SECRET_KEY"),
    "the example's session secret": ({"SESSION_SECRET_KEY": "change-me-to-a-long-random-secret"}, "SESSION_SECRET_KEY"),
    "a short session secret": ({"SESSION_SECRET_KEY": SECRET[:31]}, "SESSION_SECRET_KEY"),
    "a session secret of one letter": ({"SESSION_SECRET_KEY": "s" * 60}, "SESSION_SECRET_KEY"),
    "the example's key": ({"TASK_TRACKER_API_KEY": "replace-me-with-a-long-random-key"}, "TASK_TRACKER_API_KEY"),
    "a short key": ({"TASK_TRACKER_API_KEY": "pta-owner-key"}, "TASK_TRACKER_API_KEY"),
    "a key of one letter": ({"TASK_TRACKER_API_KEY": "k" * 40}, "TASK_TRACKER_API_KEY"),
    "plain http": ({"PUBLIC_BASE_URL": "http://tasks.example.org"}, "PUBLIC_BASE_URL"),
    "plain http on the private network": ({"PUBLIC_BASE_URL": "http://192.168.1.4:8000"}, "PUBLIC_BASE_URL"),
    "no address on Cloud Run": ({"K_SERVICE": "pta", "PUBLIC_BASE_URL": ""}, "PUBLIC_BASE_URL"),
    "loopback on Cloud Run": ({"K_SERVICE": "pta", "PUBLIC_BASE_URL": "http://localhost:8080"}, "PUBLIC_BASE_URL"),
    "automatic sign-in": ({"LOCAL_SIGN_IN": "auto"}, "LOCAL_SIGN_IN"),
    "automatic sign-in, in capitals": ({"LOCAL_SIGN_IN": "AUTO"}, "LOCAL_SIGN_IN"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    "any host of a domain": ({"ALLOWED_HOSTS": "tasks.lan, *.example.org"}, "ALLOWED_HOSTS"),
    "any proxy": ({"TRUSTED_PROXIES": "*"}, "TRUSTED_PROXIES"),
    "any address as proxy": ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES"),
    "a short key for metrics": ({"METRICS_KEY": "metrics"}, "METRICS_KEY"),
    "a placeholder for the client": ({"GOOGLE_OAUTH_CLIENT_SECRET": "<its secret>"}, "GOOGLE_OAUTH_CLIENT_SECRET"),
    "an issuer over plain http": ({"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER"),
}  # fmt: skip
SAFE: dict[str, Environ] = {
    "hosted, signing in by link alone": HOSTED,
    "hosted, with keys": HOSTED | {"TASK_TRACKER_API_KEY": SECRET, "METRICS_KEY": SECRET[::-1]},
    "hosted, LOCAL_SIGN_IN=link": HOSTED | {"LOCAL_SIGN_IN": "link"},
    "hosted on an IP address with TLS": HOSTED | {"PUBLIC_BASE_URL": "https://192.168.1.4"},
    "hosted, more names and a proxy": HOSTED | {"ALLOWED_HOSTS": "tasks.lan", "TRUSTED_PROXIES": "10.0.0.2"},
    "Cloud Run": CLOUD_RUN,
    "local": LOCAL,
    "local, by any loopback name": LOCAL | {"PUBLIC_BASE_URL": "http://pta.localhost:8000"},
    "local, with short secrets": LOCAL | {"TASK_TRACKER_API_KEY": "short"},
    "local, with the example's key": LOCAL | {"TASK_TRACKER_API_KEY": "change-me"},
    "local, automatic sign-in": LOCAL | {"LOCAL_SIGN_IN": "auto"},
}


def one_sentence(said: str, setting: str) -> None:
    assert setting in said
    assert "\n" not in said.strip()
    assert said.strip().endswith(".")


@pytest.mark.parametrize(("added", "setting"), UNSAFE.values(), ids=UNSAFE)
def test_hosted_mode_refuses(added: Environ, setting: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        create_app(load_settings(HOSTED | added, env_file=None))
    one_sentence(str(refused.value), setting)


@pytest.mark.parametrize("environ", SAFE.values(), ids=SAFE)
def test_the_app_is_made(environ: Environ, tmp_path: Path) -> None:
    settings = load_settings(environ | {"PTA_DATA_DIR": str(tmp_path)}, env_file=None)
    create_app(settings)
    assert settings.hosted is not (environ.items() >= LOCAL.items())


def test_the_same_in_local_mode_is_nobodys_business(tmp_path: Path) -> None:
    for added, _ in UNSAFE.values():
        local = {**LOCAL, **added, "PUBLIC_BASE_URL": "", "K_SERVICE": "", "PTA_DATA_DIR": str(tmp_path)}
        # What is no host or network at all is a mistake in any mode.
        create_app(load_settings(local | {"ALLOWED_HOSTS": "", "TRUSTED_PROXIES": ""}, env_file=None))


def test_every_rule_is_in_the_table() -> None:
    assert {rule.setting for rule in HOSTED_RULES} == {setting for _, setting in UNSAFE.values()}


@pytest.mark.parametrize("store", ["sqlite", "memory"])
@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8000"])
def test_a_missing_or_loopback_address_is_local_mode_whatever_the_store(
    store: str, address: str, tmp_path: Path
) -> None:
    environ = {"TASK_STORE": store, "PUBLIC_BASE_URL": address, "PTA_DATA_DIR": str(tmp_path)}
    assert not load_settings(environ, env_file=None).hosted


def test_the_process_ends_with_that_sentence_alone(tmp_path: Path) -> None:
    added, setting = UNSAFE["plain http"]
    environ = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    command = (sys.executable, "-m", "uvicorn", "app.main:app", "--app-dir", str(ROOT), "--port", "0")
    ended = subprocess.run(
        command,
        check=False,
        cwd=tmp_path,
        env=environ | HOSTED | added,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    one_sentence(ended.stderr, setting)


def test_the_document_lists_every_setting_that_is_looked_at() -> None:
    text = (ROOT / "docs/hosted.md").read_text("utf-8")
    assert [rule.setting for rule in HOSTED_RULES if f"| `{rule.setting}` |" not in text] == []
