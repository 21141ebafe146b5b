"""The outside assessor is off until it is named in full, and its key never travels in the clear."""

from __future__ import annotations

import pytest

from task_assistant.bootstrap.settings import Settings, SettingsRefused, load_settings
from task_assistant.bootstrap.wiring import make_services
from task_assistant.stores.memory import MemoryStore


def loaded(**given: str) -> Settings:
    return load_settings({"TASK_STORE": "memory", "SESSION_SECRET_KEY": "s" * 40, **given}, env_file=None)


def test_it_is_off_by_default() -> None:
    assert loaded().assessor_url is None
    assert make_services(loaded(), MemoryStore()).opinions.name is None


def test_a_named_endpoint_and_model_are_asked() -> None:
    settings = loaded(
        ASSESSOR_URL="https://api.example.org/v1/", ASSESSOR_MODEL="small", ASSESSOR_API_KEY="sk-secret"
    )
    assert make_services(settings, MemoryStore()).opinions.name == "model:small"
    assert "sk-secret" not in repr(settings)
    assert settings.assessor_daily == 200


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"ASSESSOR_URL": "https://a.example"}, "ASSESSOR_MODEL"),
        ({"ASSESSOR_URL": "a.example", "ASSESSOR_MODEL": "m"}, "ASSESSOR_URL"),
        ({"ASSESSOR_URL": "https://u:p@a.example", "ASSESSOR_MODEL": "m"}, "ASSESSOR_API_KEY"),
        ({"ASSESSOR_URL": "http://a.example", "ASSESSOR_MODEL": "m", "ASSESSOR_API_KEY": "k"}, "https"),
        ({"ASSESSOR_DAILY": "many"}, "ASSESSOR_DAILY"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, str], names: str) -> None:
    with pytest.raises(SettingsRefused, match=names):
        loaded(**given)


def test_a_key_may_go_to_this_machine_without_https() -> None:
    assert loaded(
        ASSESSOR_URL="http://127.0.0.1:11434/v1", ASSESSOR_MODEL="m", ASSESSOR_API_KEY="k"
    ).assessor_url
