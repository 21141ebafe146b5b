"""YouTrack over HTTP on loopback: polled pages, edits, what is resolved, and a source that breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.youtrack import AT_ONCE, YouTrack
from tests.adapters.stage import Asked, Reply, Stage, Vendored

TOKEN = "perm:token-of-a-test"


class Instance:
    """Issues, paged by $top and $skip."""

    def __init__(self) -> None:
        self.issues: list[dict[str, Any]] = []
        self.queries: list[str] = []
        self.trouble: Reply | None = None

    def __call__(self, asked: Asked) -> Reply:
        assert (asked.path, asked.headers["authorization"]) == ("/api/issues", f"Bearer {TOKEN}")
        self.queries.append(asked.query["query"])
        skip = int(asked.query["$skip"])
        return self.trouble or (200, self.issues[skip : skip + int(asked.query["$top"])], {})


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def youtrack(
    stage: Callable[..., Stage], vendor: Callable[[Callable[[Asked], Reply]], Vendored], instance: Instance
) -> Stage:
    return stage(YouTrack, {"YOUTRACK_URL": vendor(instance).url, "YOUTRACK_TOKEN": TOKEN})


def issue(youtrack: Stage, name: str) -> dict[str, Any]:
    return dict(json.loads(youtrack.examples()[name].delivery.body))


def test_an_issue_becomes_one_task_and_its_edit_changes_it(youtrack: Stage, instance: Instance) -> None:
    instance.issues = [issue(youtrack, "created")]
    youtrack.round()
    youtrack.round()
    (task,) = youtrack.tasks()
    assert (task["title"], task["priority"], task["labels"]) == ("Export loses the last row", 1, ["export"])
    assert task["due_at"] == "2026-05-28T10:00:00Z"
    assert not task["due_is_estimated"]
    instance.issues = [issue(youtrack, "edited")]
    youtrack.round()
    assert youtrack.titles() == ["Export loses the last rows"]
    instance.issues = [issue(youtrack, "created"), issue(youtrack, "unknown")]
    youtrack.round()
    assert youtrack.titles() == ["Export loses the last rows"]


def test_the_first_poll_asks_for_open_issues_and_the_next_for_what_has_changed(
    youtrack: Stage, instance: Instance
) -> None:
    instance.issues = [issue(youtrack, "created")]
    youtrack.round()
    youtrack.round()
    assert instance.queries == [
        "for: me #Unresolved sort by: updated asc",
        "for: me updated: 2026-05-07T09:00:00 .. * sort by: updated asc",
    ]


def test_many_issues_come_page_by_page(youtrack: Stage, instance: Instance) -> None:
    first = issue(youtrack, "created")
    instance.issues = [{**first, "id": f"2-{n}", "summary": f"Issue {n}"} for n in range(AT_ONCE + 5)]
    assert youtrack.round().code == 0
    assert instance.queries[0] == instance.queries[1]
    assert youtrack.source()["status"] == "healthy"


def test_a_resolved_issue_asks_the_person(youtrack: Stage, instance: Instance) -> None:
    instance.issues = [issue(youtrack, "created")]
    youtrack.round()
    instance.issues = [issue(youtrack, "closed")]
    youtrack.round()
    (task,) = youtrack.tasks()
    assert (task["status"], task["source_state"]) == ("blocked", "closed")


def test_a_token_that_no_longer_counts_shows_with_what_to_do_and_recovers(
    youtrack: Stage, instance: Instance
) -> None:
    instance.trouble = 401, {"error": "Unauthorized"}, {}
    assert youtrack.round().code == 1
    source = youtrack.source()
    assert source["status"] == "reauth_required"
    assert "make a new one" in (source["error_message"] or "")
    instance.trouble = None
    youtrack.round()
    assert youtrack.source()["status"] == "healthy"


def test_a_mistake_of_the_adapter_itself_shows_and_does_not_end_it(
    youtrack: Stage, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(YouTrack, "_written", None)
        broken.setattr(YouTrack, "fetch", lambda self, cursor: iter([self._written(cursor)]))
        assert youtrack.round().code == 1
    source = youtrack.source()
    assert (source["status"], source["error_message"]) == (
        "failed", "The adapter itself stumbled (TypeError); its log says where. Mend the adapter.",
    )  # fmt: skip
    youtrack.round()
    assert youtrack.source()["status"] == "healthy"


def test_waiting_is_as_long_as_it_asks(youtrack: Stage, instance: Instance) -> None:
    instance.trouble = 429, {}, {"Retry-After": "77"}
    assert youtrack.round().wait >= 77
    assert youtrack.source()["status"] == "rate_limited"
