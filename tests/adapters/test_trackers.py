"""Trackers that send webhooks: the documented payloads, over HTTP, into a real app; each task once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.asana import Asana
from adapters.github import GitHub
from adapters.jira import Jira
from adapters.linear import Linear
from adapters.trello import Trello
from task_assistant.client import run
from task_assistant.client.adapters import Adapter
from task_assistant.client.adapters.contract.examples import load_examples
from tests.adapters.stage import Asked, Reply, Stage, Vendored

Stages = Callable[..., Stage]
Vendors = Callable[[Callable[[Asked], Reply]], Vendored]
TRACKERS: dict[type[Adapter], tuple[str, str]] = {
    GitHub: ("Spelling error in the README file", "Spelling errors in the README and the guide"),
    Linear: ("Webhook payload has wrong time zone", "Webhook payloads have the wrong time zone"),
    Jira: ("I feel the need for speed", "I feel the need for much more speed"),
    Asana: ("Buy catnip", "Buy fresh catnip"),
    Trello: ("Webhooks", "Webhooks for boards"),
}
API: dict[type[Adapter], tuple[str, str]] = {
    Asana: ("ASANA_API_URL", "/api/1.0"),
    Trello: ("TRELLO_API_URL", "/1"),
}


class Tracker:
    """One tracker on its stage; those that send ids only are asked back, and answer as the example says."""

    def __init__(self, kind: type[Adapter], stages: Stages, vendors: Vendors) -> None:
        self.replies: dict[str, Any] = {}
        self.trouble: Reply | None = None
        self.vendor = vendors(self._answer)
        named, path = API.get(kind, ("", ""))
        self.stage = stages(kind, {named: self.vendor.url + path} if named else {})
        self.examples = self.stage.examples()
        if "handshake" in self.examples:
            shake = self.examples["handshake"].delivery
            status, _, headers = self.stage.send(shake.body, dict(shake.headers), shake.path)
            assert (status, headers["x-hook-secret"]) == (200, shake.headers["x-hook-secret"])

    def _answer(self, asked: Asked) -> Reply:
        found = self.replies.get(f"{asked.method} {asked.path}")
        return self.trouble or ((200, found, {}) if found else (404, {}, {}))

    def send(self, name: str, *, signed: bool = True) -> int:
        self.replies = self.examples[name].replies
        return self.stage.hook(self.examples[name], signed)


@pytest.fixture(params=TRACKERS, ids=lambda kind: kind.name)
def tracker(request: pytest.FixtureRequest, stage: Stages, vendor: Vendors) -> Tracker:
    return Tracker(request.param, stage, vendor)


def test_a_new_item_becomes_one_task_with_its_context(tracker: Tracker) -> None:
    assert tracker.send("created") == 200
    (task,) = tracker.stage.tasks()
    assert task["title"] == TRACKERS[tracker.stage.kind][0]
    assert (task["lane"], task["assignee"], task["origin"]) == (
        "triage",
        "unassigned",
        tracker.stage.kind.origin,
    )
    assert task["source_url"]
    assert task["source_context"]
    assert task["labels"]
    assert tracker.stage.source()["status"] == "healthy"


def test_the_same_delivery_twice_gives_nothing_new(tracker: Tracker) -> None:
    tracker.send("created")
    before = tracker.stage.tasks()
    assert tracker.send("created") == 200
    assert tracker.stage.tasks() == before


def test_an_edit_changes_the_task_and_a_late_older_version_does_not(tracker: Tracker) -> None:
    tracker.send("created")
    tracker.send("edited")
    assert tracker.stage.titles() == [TRACKERS[tracker.stage.kind][1]]
    tracker.send("created")
    assert tracker.stage.titles() == [TRACKERS[tracker.stage.kind][1]]


def test_closed_at_the_source_asks_the_person_and_closes_nothing(tracker: Tracker) -> None:
    tracker.send("created")
    tracker.send("closed")
    (task,) = tracker.stage.tasks()
    assert task["status"] == "blocked"
    assert task["source_state"] == "closed"
    assert task["question"]


def test_what_was_closed_before_it_was_seen_makes_no_task(tracker: Tracker) -> None:
    tracker.send("closed")
    assert tracker.stage.tasks() == []


def test_a_wrong_signature_is_refused_shown_and_forgotten_after_a_right_one(tracker: Tracker) -> None:
    assert tracker.send("created", signed=False) == 401
    assert tracker.stage.tasks() == []
    shown = tracker.stage.source()
    assert (shown["status"], shown["error_code"]) == ("degraded", "bad_signature")
    assert "Set the secret" in (shown["error_message"] or "")
    assert shown["action_url"] == tracker.stage.kind.repair_url
    tracker.send("created")
    assert tracker.stage.source()["status"] == "healthy"
    assert len(tracker.stage.tasks()) == 1


def test_an_event_of_another_kind_is_thanked_and_makes_nothing(tracker: Tracker) -> None:
    assert tracker.send("unknown") == 200
    assert tracker.stage.tasks() == []
    assert tracker.stage.source()["status"] == "healthy"


@pytest.mark.parametrize("kind", [Asana, Trello], ids=lambda kind: kind.name)
def test_a_tracker_that_cannot_be_asked_shows_as_broken_and_recovers(
    kind: type[Adapter], stage: Stages, vendor: Vendors
) -> None:
    tracker = Tracker(kind, stage, vendor)
    for code, status in ((401, "reauth_required"), (503, "unavailable")):
        tracker.trouble = code, {}, {}
        assert tracker.send("created") == 200
        assert tracker.stage.source()["status"] == status
    tracker.trouble = None
    tracker.stage.round()
    assert tracker.stage.source()["status"] == "healthy"
    assert len(tracker.stage.tasks()) == 1


@pytest.mark.parametrize("kind", [Asana, Trello], ids=lambda kind: kind.name)
def test_an_item_deleted_at_the_source_asks_the_person(
    kind: type[Adapter], stage: Stages, vendor: Vendors
) -> None:
    tracker = Tracker(kind, stage, vendor)
    tracker.send("created")
    tracker.send("deleted")
    (task,) = tracker.stage.tasks()
    assert (task["title"], task["source_state"]) == (TRACKERS[kind][0], "closed")


def test_retry_after_is_honoured(stage: Stages, vendor: Vendors) -> None:
    tracker = Tracker(Trello, stage, vendor)
    tracker.trouble = (429, {}, {"Retry-After": "120"})
    tracker.send("created")
    assert tracker.stage.source()["status"] == "rate_limited"
    assert tracker.stage.round().wait >= 120


def test_trello_is_answered_when_it_asks_whether_anybody_is_there(stage: Stages) -> None:
    assert stage(Trello).send(b"", {}, method="HEAD")[0] == 200


def test_asana_may_introduce_a_secret_at_the_secret_path_only(stage: Stages) -> None:
    asana = stage(Asana)
    assert asana.send(b"", {"X-Hook-Secret": "mine"}, "/guessed")[0] == 404
    example = load_examples(Path("adapters/fixtures/asana"))["created"]
    assert asana.send(example.delivery.body, {"X-Hook-Signature": "0" * 64})[0] == 401


def test_github_issues_of_others_are_left_where_they_are(stage: Stages) -> None:
    github = stage(GitHub, {"GITHUB_ASSIGNED_TO": "somebody"})
    assert github.hook(github.examples()["created"]) == 200
    assert github.tasks() == []


def test_a_key_that_may_assign_nothing_keeps_tasks_in_triage_and_a_revoked_one_loses_nothing(
    stage: Stages,
) -> None:
    github = stage(GitHub)
    run(github.person.revoke_key(github.key["id"]))
    assert github.hook(github.examples()["created"]) == 200
    assert github.round().code == 5
    assert github.tasks() == []
