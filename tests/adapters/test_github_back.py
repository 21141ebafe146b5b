"""GitHub, the way back: a comment, the issue closed when the task is done and opened when that is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.github import GitHub
from task_assistant.client import run
from task_assistant.client.adapters import sync
from task_assistant.client.adapters.sync import Sync
from tests.adapters.stage import Asked, Reply, Stage, Vendored

ISSUE = "/repos/octo-org/octo-repo/issues/1347"


class Repository:
    """One issue with its comments."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.states: list[str] = []
        self.fails_at: str | None = None

    def __call__(self, asked: Asked) -> Reply:
        assert asked.headers["authorization"] == "Bearer github-token-of-a-test"
        if asked.method == self.fails_at:
            return 502, {}, {}
        if (asked.method, asked.path) == ("POST", f"{ISSUE}/comments"):
            self.comments.append(asked.body)
        elif (asked.method, asked.path) == ("PATCH", ISSUE):
            self.states.append(asked.body["state"])
        else:
            assert (asked.method, asked.path) == ("GET", f"{ISSUE}/comments")
        return 200, self.comments, {}


@pytest.fixture
def repository() -> Repository:
    return Repository()


@pytest.fixture
def told(
    stage: Callable[..., Stage], vendor: Callable[[Callable[[Asked], Reply]], Vendored], repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Stage, Sync]:  # fmt: skip
    monkeypatch.setattr(sync, "GRACE", 0.0)
    around = {"GITHUB_API_URL": vendor(repository).url, "GITHUB_TOKEN": "github-token-of-a-test"}
    github = stage(GitHub, around)
    github.hook(github.examples()["created"])
    assert isinstance(github.adapter, GitHub)
    syncing = Sync(github.adapter, github.adapter, github.own, github.redactor)
    syncing.once()
    return github, syncing


def test_done_comments_and_closes_once(told: tuple[Stage, Sync], repository: Repository) -> None:
    github, syncing = told
    run(github.person.verb(github.tasks()[0]["id"], "done"))
    syncing.once()
    syncing.once()
    (comment,) = repository.comments
    assert comment["body"].startswith("Done.\n\n<!-- pta-")
    assert repository.states == ["closed"]


def test_the_webhook_of_our_own_closing_changes_nothing_and_is_not_told_again(
    told: tuple[Stage, Sync], repository: Repository
) -> None:
    github, syncing = told
    run(github.person.verb(github.tasks()[0]["id"], "done"))
    syncing.once()
    github.hook(github.examples()["closed"])
    assert github.tasks()[0]["status"] == "done"
    syncing.once()
    assert len(repository.comments) == 1


def test_a_failure_between_comment_and_closing_is_made_good_without_a_second_comment(
    told: tuple[Stage, Sync], repository: Repository
) -> None:
    github, syncing = told
    run(github.person.verb(github.tasks()[0]["id"], "done"))
    repository.fails_at = "PATCH"
    assert syncing.once().code == 1
    repository.fails_at = None
    assert syncing.once().code == 0
    assert (len(repository.comments), repository.states) == (1, ["closed"])


def test_taking_it_back_opens_the_issue_and_says_so(told: tuple[Stage, Sync], repository: Repository) -> None:
    github, syncing = told
    number = github.tasks()[0]["id"]
    run(github.person.verb(number, "done"))
    syncing.once()
    run(github.person.verb(number, "reopen"))
    syncing.once()
    assert repository.states == ["closed", "open"]
    assert repository.comments[1]["body"].startswith("Taken back")


def test_a_new_start_goes_on_where_the_last_one_stopped(
    told: tuple[Stage, Sync], repository: Repository
) -> None:
    github, _ = told
    run(github.person.verb(github.tasks()[0]["id"], "cancel"))
    assert isinstance(github.adapter, GitHub)
    Sync(github.adapter, github.adapter, github.own, github.redactor).once()
    assert [comment["body"].partition("\n")[0] for comment in repository.comments] == [
        "This will not be done."
    ]
    assert repository.states == []
