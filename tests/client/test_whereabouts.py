"""Where the client looks for the address and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from task_assistant.client.problems import NotAKey, NotAnAddress
from task_assistant.client.whereabouts import Whereabouts, find


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    text = (
        "# mine\nPORT=8123\nTASK_TRACKER_API_KEY='the key of the file'\nSESSION_SECRET_KEY=not for clients\n"
    )
    (tmp_path / ".env").write_text(text)
    return tmp_path


def test_the_file_of_this_directory_is_enough(directory: Path) -> None:
    assert find(environ={}, directory=directory) == Whereabouts(
        "http://127.0.0.1:8123", "the key of the file"
    )


def test_the_environment_wins(directory: Path) -> None:
    environ = {"TASK_TRACKER_URL": "https://tasks.example.org/", "TASK_TRACKER_API_KEY": "mine"}
    assert find(environ=environ, directory=directory) == Whereabouts("https://tasks.example.org", "mine")


def test_arguments_win_over_everything(directory: Path) -> None:
    environ = {"TASK_TRACKER_URL": "https://tasks.example.org", "TASK_TRACKER_API_KEY": "mine"}
    assert find("http://a", "b", environ=environ, directory=directory) == Whereabouts("http://a", "b")


def test_the_key_of_a_file_is_never_shown_to_an_address_from_elsewhere(directory: Path) -> None:
    environ = {"TASK_TRACKER_URL": "https://tasks.example.org"}
    assert find(environ=environ, directory=directory).key is None


def test_a_placeholder_is_no_key(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TASK_TRACKER_API_KEY=replace-me-with-a-long-random-key\n")
    assert find(environ={}, directory=tmp_path) == Whereabouts("http://127.0.0.1:8000", None)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "localhost", "ftp://here", "http://", "http://here:99999"])
def test_what_is_no_address_is_said_in_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotAnAddress, match="write it like http"):
        find(environ={"TASK_TRACKER_URL": url}, directory=tmp_path)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("pta_agent_5ecret", "TASK_TRACKER_URL is no"),
        ("ftp://me:5ecret@here/5ecret?5ecret", "(ftp://here)"),
        ("http://[5ecret", "TASK_TRACKER_URL is no"),
    ],
)
def test_of_what_is_no_address_only_scheme_and_host_are_told(url: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(NotAnAddress) as refused:
        find(environ={"TASK_TRACKER_URL": url}, directory=tmp_path)
    assert told in str(refused.value)
    assert "5ecret" not in repr(refused.value) + refused.value.url


@pytest.mark.parametrize("key", ["two\nlines", "k\u00e9y", "bell\a"])
def test_a_key_that_cannot_be_sent_is_refused_without_telling_it(key: str, tmp_path: Path) -> None:
    with pytest.raises(NotAKey) as refused:
        find(environ={"TASK_TRACKER_API_KEY": key}, directory=tmp_path)
    assert key not in str(refused.value)
