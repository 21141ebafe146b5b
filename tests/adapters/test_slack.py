"""Slack: the documented events over HTTP, whose words count, and the note that goes back into the thread once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack import Slack, plain
from task_assistant.client import run
from task_assistant.client.adapters import sync
from task_assistant.client.adapters.sync import PLACE, Sync
from tests.adapters.stage import Asked, Reply, Stage, Vendored

ME = {"SLACK_MY_USER_ID": "U123ABC456", "SLACK_WORKSPACE_URL": "https://example.slack.com"}


@pytest.fixture
def slack(stage: Callable[..., Stage]) -> Stage:
    return stage(Slack)


def test_a_message_becomes_one_task_and_its_edit_changes_it(slack: Stage) -> None:
    examples = slack.examples()
    assert slack.hook(examples["created"]) == 200
    assert slack.titles() == ["Send Alice revised numbers"]
    slack.hook(examples["created"])
    slack.hook(examples["edited"])
    slack.hook(examples["created"])
    assert slack.titles() == ["Send Alice the revised numbers of May"]


def test_a_deleted_message_asks_the_person(slack: Stage) -> None:
    slack.hook(slack.examples()["created"])
    slack.hook(slack.examples()["deleted"])
    (task,) = slack.tasks()
    assert (task["source_state"], task["title"]) == ("closed", "Send Alice revised numbers")


def test_the_challenge_is_answered_when_it_is_signed(slack: Stage) -> None:
    body = b'{"token": "Jhj5", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification"}'
    signed = slack.adapter.sign(body, datetime.now(UTC))  # type: ignore[attr-defined]
    assert slack.send(body, signed)[:2] == (200, b"3eZbrw1aBm2rZgRNFdxV")
    assert slack.send(body, {})[0] == 401


def test_an_old_time_stamp_is_refused_though_its_signature_is_right(slack: Stage) -> None:
    body = slack.examples()["created"].delivery.body
    signed = slack.adapter.sign(body, datetime.now(UTC) - timedelta(minutes=6))  # type: ignore[attr-defined]
    assert slack.send(body, signed)[0] == 401


def test_a_wrong_signature_is_refused_and_shown_with_what_to_do_until_a_right_one_comes(slack: Stage) -> None:
    assert slack.hook(slack.examples()["created"], signed=False) == 401
    source = slack.source()
    assert (source["status"], source["error_code"]) == ("degraded", "bad_signature")
    assert "Set the secret" in (source["error_message"] or "")
    assert source["action_url"] == Slack.repair_url
    assert slack.tasks() == []
    assert slack.hook(slack.examples()["created"]) == 200
    assert slack.source()["status"] == "healthy"
    assert len(slack.tasks()) == 1


def test_other_events_other_channels_and_bots_make_nothing(slack: Stage) -> None:
    created = slack.examples()["created"]
    assert slack.hook(slack.examples()["unknown"]) == 200
    slack.hook(created.saying("C123ABC456", "C999"))
    body = created.delivery.body.replace(b'"text": ', b'"bot_id": "B1", "text": ')
    slack.hook(replace(created, delivery=replace(created.delivery, body=body)))
    assert slack.tasks() == []


def test_prefixes_count_in_the_persons_own_messages_only(stage: Callable[..., Stage]) -> None:
    mine = stage(Slack, ME)
    mine.hook(mine.examples()["created"].saying("todo:", "me:"))
    (task,) = mine.tasks()
    assert (task["assignee"], task["lane"]) == ("me", "human")
    assert task["source_url"] == "https://example.slack.com/archives/C123ABC456/p1778144400000005"


def test_a_prefix_of_somebody_else_is_a_suggestion(slack: Stage) -> None:
    slack.hook(slack.examples()["created"].saying("todo:", "codex:"))
    (task,) = slack.tasks()
    assert (task["assignee"], task["lane"]) == ("unassigned", "triage")
    assert "for an AI agent" in (task["description"] or "")


def test_a_message_with_several_tasks_keeps_them_apart_through_edits(slack: Stage) -> None:
    created = slack.examples()["created"]
    slack.hook(
        created.saying(
            "todo: Send Alice revised numbers", "todo: Send Alice revised numbers\ntodo: Book the room"
        )
    )
    first = {task["title"]: task["id"] for task in slack.tasks()}
    edited = slack.examples()["edited"].saying(
        "todo: Send Alice the revised numbers of May",
        "todo: Water the plants\ntodo: Send Alice the revised numbers\ntodo: Book the room",
    )
    slack.hook(edited)
    after = {task["id"]: task["title"] for task in slack.tasks()}
    assert after[first["Send Alice revised numbers"]] == "Send Alice the revised numbers"
    assert after[first["Book the room"]] == "Book the room"
    assert sorted(after.values()) == ["Book the room", "Send Alice the revised numbers", "Water the plants"]


def test_slacks_markup_is_read_as_people_see_it() -> None:
    assert plain("a &lt; b, see <https://example.com/x|the page> and <https://example.com>") == (
        "a < b, see the page and https://example.com"
    )


# -- back out ----------------------------------------------------------------------------------------------------------


class Threads:
    """Slack's Web API with its threads; `posts` are the notes in them."""

    def __init__(self) -> None:
        self.posts: list[dict[str, object]] = []
        self.error: str | None = None
        self.breaks_after_posting = False

    def __call__(self, asked: Asked) -> Reply:
        if self.error:
            return 200, {"ok": False, "error": self.error}, {}
        if asked.path.endswith("chat.postMessage"):
            self.posts.append(asked.body)
            if self.breaks_after_posting:
                return 503, {}, {}
            return 200, {"ok": True}, {}
        return 200, {"ok": True, "messages": [{"text": "…"}, *self.posts]}, {}


@pytest.fixture
def threads() -> Threads:
    return Threads()


@pytest.fixture
def told(
    stage: Callable[..., Stage], vendor: Callable[[Callable[[Asked], Reply]], Vendored], threads: Threads,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Stage, Sync]:  # fmt: skip
    monkeypatch.setattr(sync, "GRACE", 0.0)
    slack = stage(Slack, {"SLACK_API_URL": vendor(threads).url, "SLACK_BOT_TOKEN": "xoxb-a-token-of-a-test"})
    slack.hook(slack.examples()["created"])
    assert isinstance(slack.adapter, Slack)
    syncing = Sync(slack.adapter, slack.adapter, slack.own, slack.redactor)
    assert syncing.once().code == 0  # the first start tells nothing of before
    return slack, syncing


def test_what_the_person_does_is_told_in_the_thread_once(told: tuple[Stage, Sync], threads: Threads) -> None:
    slack, syncing = told
    (task,) = slack.tasks()
    run(slack.person.verb(task["id"], "done"))
    syncing.once()
    syncing.once()
    (post,) = threads.posts
    assert (post["channel"], post["thread_ts"], post["text"]) == ("C123ABC456", "1778144400.000005", "Done.")


def test_a_crash_after_the_note_repeats_it_without_harm(told: tuple[Stage, Sync], threads: Threads) -> None:
    slack, syncing = told
    (task,) = slack.tasks()
    run(slack.person.verb(task["id"], "done"))
    threads.breaks_after_posting = True
    place = slack.adapter.state.read(PLACE)
    assert syncing.once().code == 1
    assert slack.adapter.state.read(PLACE) == place
    threads.breaks_after_posting = False
    assert syncing.once().code == 0
    assert len(threads.posts) == 1


def test_the_adapters_own_changes_are_no_news(told: tuple[Stage, Sync], threads: Threads) -> None:
    slack, syncing = told
    slack.hook(slack.examples()["edited"])
    slack.hook(slack.examples()["deleted"])
    syncing.once()
    assert threads.posts == []


def test_an_undo_within_ten_seconds_recalls_the_note(
    told: tuple[Stage, Sync], threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, syncing = told
    (task,) = slack.tasks()
    run(slack.person.verb(task["id"], "done"))
    monkeypatch.setattr(sync, "GRACE", 10.0)
    syncing.once()
    assert threads.posts == []
    (event,) = [e for e in run(slack.person.history(task["id"])) if e["type"] == "completed"]
    run(slack.person.undo(event["id"]))
    monkeypatch.setattr(sync, "GRACE", 0.0)
    syncing.once()
    assert [post["text"] for post in threads.posts] in ([], ["Taken back: this is not done after all."])


def test_a_revoked_token_shows_with_what_to_do_and_recovers(
    told: tuple[Stage, Sync], threads: Threads
) -> None:
    slack, syncing = told
    (task,) = slack.tasks()
    run(slack.person.verb(task["id"], "done"))
    threads.error = "token_revoked"
    syncing.once()
    broken = next(s for s in run(slack.person.sources()) if s["source_id"] == "slack-out")
    assert broken["status"] == "reauth_required"
    assert "install the app anew" in (broken["error_message"] or "")
    threads.error = None
    syncing.once()
    assert len(threads.posts) == 1
    assert (
        next(s for s in run(slack.person.sources()) if s["source_id"] == "slack-out")["status"] == "healthy"
    )
