"""The parts of the kit: configuration, redaction, back-off, what is kept, and the receiver's manners."""

from __future__ import annotations

import http.client
import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.github import GitHub
from task_assistant.client import Client, run
from task_assistant.client.adapters import (
    Delivery,
    Fields,
    Message,
    Misconfigured,
    Setting,
    Ticket,
    from_iso,
    text_of_html,
)
from task_assistant.client.adapters.backoff import LONGEST, Backoff, seconds_of
from task_assistant.client.adapters.configuration import configure
from task_assistant.client.adapters.content import Known, draft, external_id, fingerprint, outdated
from task_assistant.client.adapters.receiver import LARGEST
from task_assistant.client.adapters.redaction import RedactingFormatter, Redactor
from task_assistant.client.adapters.rounds import Rounds
from task_assistant.client.adapters.running import main
from task_assistant.client.adapters.state import State
from task_assistant.client.plain import PlainTransport
from tests.adapters.stage import Stage

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECRET = Setting("DESK_SECRET", "the secret", secret=True)


# -- configuration -----------------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_named_at_once_and_no_value_is_shown() -> None:
    with pytest.raises(Misconfigured) as refused:
        configure((SECRET,), {"PTA_TIME_ZONE": "Mars/Olympus", "ADAPTER_PORT": "many"})
    said = str(refused.value)
    assert [
        name in said for name in ("DESK_SECRET", "TASK_TRACKER_API_KEY", "PTA_TIME_ZONE", "ADAPTER_PORT")
    ] == [True] * 4
    config = configure((SECRET,), {"DESK_SECRET": "hunter2hunter2", "TASK_TRACKER_API_KEY": "key-of-a-test"})
    assert "hunter2" not in repr(config)


@pytest.mark.parametrize("value", ["", "  ", "change-me", "your-secret", "<secret>", "xxxx"])
def test_a_placeholder_is_no_secret(value: str) -> None:
    with pytest.raises(Misconfigured):
        configure((SECRET,), {"DESK_SECRET": value, "TASK_TRACKER_API_KEY": "key-of-a-test"})


def test_an_adapter_without_its_secret_ends_with_2_and_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(GitHub, ["--once"], {"TASK_TRACKER_API_KEY": "key-of-a-test"}) == 2
    assert "GITHUB_WEBHOOK_SECRET is not set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "key", "named"),
    [("k3y-of-a-test", "http://localhost:8000", "TASK_TRACKER_URL"),
     ("http://localhost:8000", "k3y-of\na-test", "TASK_TRACKER_API_KEY")],
)  # fmt: skip
def test_an_adapter_with_a_wrong_address_or_key_ends_with_2_and_tells_neither(
    url: str, key: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"TASK_TRACKER_URL": url, "TASK_TRACKER_API_KEY": key, "GITHUB_WEBHOOK_SECRET": "of-a-test"}
    assert main(GitHub, ["--once"], environ) == 2
    told = capsys.readouterr().err
    assert told.startswith(named)
    assert "k3y" not in told
    assert len(told.splitlines()) == 1


# -- redaction ---------------------------------------------------------------------------------------------------------


def test_secrets_are_hidden_plain_in_addresses_and_by_their_shape() -> None:
    redactor = Redactor(["s3cret/with+signs"])
    for text in (
        "it is s3cret/with+signs", "?t=s3cret%2Fwith%2Bsigns", "https://me:pass@example.com/x",
        "Authorization: Bearer abcdefghijklmnop", "token 0123456789abcdef",
    ):  # fmt: skip
        cleaned = redactor.clean(text)
        assert "•••" in cleaned
        assert not any(word in cleaned for word in ("s3cret", "pass@", "abcdefghijkl", "0123456789"))
    assert redactor.clean("an ordinary sentence about tokens") == "an ordinary sentence about tokens"


def test_a_log_line_is_cleaned_with_its_stack_trace() -> None:
    try:
        raise ValueError("s3cret-value")
    except ValueError as problem:
        record = logging.LogRecord(
            "x", 40, "x", 1, "failed with %s", ("s3cret-value",), (type(problem), problem, None)
        )
    assert "s3cret" not in RedactingFormatter(Redactor(["s3cret-value"])).format(record)


# -- back-off ----------------------------------------------------------------------------------------------------------


def test_waits_double_up_to_five_minutes_and_begin_anew_after_a_success() -> None:
    backoff = Backoff(random.Random(1))
    waits = [backoff.failed() for _ in range(12)]
    assert all(later > earlier for earlier, later in pairwise(waits[:8]))
    assert max(waits) <= LONGEST * 1.25
    backoff.worked()
    assert backoff.failed() < 2


def test_a_wait_is_never_shorter_than_the_source_asked_for_and_at_most_an_hour() -> None:
    assert Backoff().failed(90) == 90
    assert Backoff().failed(1e9) == 3_600


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert seconds_of("120") == 120
    assert seconds_of("Mon, 23 Nov 2026 09:01:00 GMT", NOW) == 60
    assert seconds_of("Mon, 23 Nov 2026 08:00:00 GMT", NOW) == 0
    assert seconds_of("soon") is None
    assert seconds_of(None) is None


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_state_is_for_its_user_alone_and_survives_a_new_start(tmp_path: Path) -> None:
    State(tmp_path / "desk").keep("cursor", "42")
    assert State(tmp_path / "desk").read("cursor") == "42"
    assert (tmp_path / "desk").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "desk" / "cursor").stat().st_mode & 0o777 == 0o600


def test_deliveries_come_back_in_order_with_headers_and_path(tmp_path: Path) -> None:
    for n in range(3):
        State(tmp_path).spool.put(Delivery(bytes([n, 255]), {"x-n": str(n)}, f"/{n}"))
    kept = [delivery for _, delivery in State(tmp_path).spool.each()]
    assert kept == [Delivery(bytes([n, 255]), {"x-n": str(n)}, f"/{n}") for n in range(3)]


def test_a_delivery_that_cannot_be_read_is_set_aside_and_holds_nothing_up(
    stage: Callable[..., Stage],
) -> None:
    github = stage(GitHub)
    broken = replace(github.examples()["created"].delivery, body=b'{"issue": ')
    good = github.examples()["created"]
    github.adapter.state.spool.put(broken)
    github.adapter.state.spool.put(good.delivery)
    github.round()
    assert len(github.tasks()) == 1
    assert github.source()["error_code"] == "unreadable"
    assert len(list((github.directory / "spool" / "unreadable").iterdir())) == 1


def test_what_was_acknowledged_comes_after_a_crash(stage: Callable[..., Stage]) -> None:
    github = stage(GitHub)
    nobody = Client("http://127.0.0.1:9", "key", transport=_AtOnce("http://127.0.0.1:9"))
    live, github.rounds = github.rounds, Rounds(github.adapter, nobody, github.redactor)
    assert github.hook(github.examples()["created"]) == 200
    assert github.round().code == 4
    github.rounds = live
    github.round()
    assert len(github.tasks()) == 1
    run(nobody.close())


class _AtOnce(PlainTransport):
    async def pause(self, seconds: float) -> None: ...


# -- the receiver's manners --------------------------------------------------------------------------------------------


def test_too_large_a_body_is_refused_unread_and_one_without_a_length_too(stage: Callable[..., Stage]) -> None:
    github = stage(GitHub)
    assert github.send(b"", {"Content-Length": str(LARGEST + 1)})[0] == 413
    wire = http.client.HTTPConnection("127.0.0.1", github.door.server_port, timeout=10)
    wire.putrequest("POST", "/")
    wire.endheaders()
    assert wire.getresponse().status == 411
    wire.close()


def test_a_flood_of_forgeries_wakes_the_adapter_once(stage: Callable[..., Stage]) -> None:
    github = stage(GitHub)
    assert github.send(b"{}", {})[0] == 401
    assert github.receiver.arrived.is_set()
    github.receiver.arrived.clear()
    assert github.send(b"{}", {})[0] == 401
    assert not github.receiver.arrived.is_set()
    assert github.receiver.count_forged() == 2


def test_the_way_back_starts_only_with_what_it_needs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    environ = {"TASK_TRACKER_API_KEY": "key-of-a-test", "GITHUB_WEBHOOK_SECRET": "secret-of-a-test"}
    assert main(GitHub, ["--sync"], environ | {"PTA_ADAPTER_STATE": str(tmp_path)}) == 2
    assert capsys.readouterr().err == "--sync needs GITHUB_TOKEN.\n"


# -- what an item becomes ----------------------------------------------------------------------------------------------


def test_an_older_version_and_one_that_says_the_same_are_outdated() -> None:
    old = Ticket("1", "one", changed_at=datetime(2026, 5, 7, 9, tzinfo=UTC))
    new = Ticket("1", "two", changed_at=datetime(2026, 5, 7, 10, tzinfo=UTC))
    touched = Ticket("1", "two", changed_at=datetime(2026, 5, 7, 11, tzinfo=UTC))
    assert not outdated(fingerprint(new), fingerprint(old))
    assert outdated(fingerprint(old), fingerprint(new))
    assert outdated(fingerprint(touched), fingerprint(new))


@given(st.text(max_size=300), st.text(max_size=20))
def test_an_external_id_fits_and_is_the_same_each_time(item: str, part: str) -> None:
    made = external_id("desk", item, part)
    assert len(made) <= 200
    assert made == external_id("desk", item, part)


def test_the_same_line_twice_is_two_tasks_and_a_lone_edited_line_stays_one() -> None:
    twice = draft(Message("1", "todo: water\ntodo: water"), "desk", (), NOW, UTC)
    assert len({task["external_id"] for task in twice.tasks}) == 2
    known = Known(7, "desk:1#abc", "buy milk", None)
    (task,) = draft(Message("1", "todo: call the dentist"), "desk", (known,), NOW, UTC).tasks
    assert task["external_id"] == "desk:1#abc"


def test_a_relative_date_counts_from_when_it_was_written() -> None:
    sent = datetime(2026, 11, 20, 9, tzinfo=UTC)
    (task,) = draft(Message("1", "todo: pay tomorrow", sent_at=sent), "desk", (), NOW, ZoneInfo("UTC")).tasks
    assert task["due_at"] == "2026-11-21T17:00:00Z"


@given(st.text(max_size=200))
def test_any_message_becomes_at_least_one_task(text: str) -> None:
    drafted = draft(Message("1", text), "desk", (), NOW, UTC)
    assert drafted.tasks or drafted.passed_over


def test_fields_of_another_type_count_as_not_there() -> None:
    fields = Fields({"a": 1, "b": {"c": "d"}, "e": [1, "f", {"g": "h"}], "i": None})
    assert (fields.text("a"), fields.text("b"), fields.at("b").text("c")) == ("1", "", "d")
    assert (fields.texts("e"), fields.each("e")[0].text("g"), fields.at("e", "x").text("y")) == (
        ("f",),
        "h",
        "",
    )
    assert "i" not in fields


def test_a_bare_date_is_the_end_of_the_working_day_where_the_person_is() -> None:
    assert from_iso("2026-05-07", ZoneInfo("Europe/Berlin")) == datetime(2026, 5, 7, 15, tzinfo=UTC)
    assert from_iso("2026-05-07T09:00:00.000+0200") == datetime(2026, 5, 7, 7, tzinfo=UTC)
    assert from_iso("someday") is None


def test_html_is_read_as_its_words() -> None:
    page = "<head><title>t</title></head><body><p>Hello&nbsp;<b>you</b></p><ul><li>one<li>two</ul><script>x</script>"
    assert text_of_html(page) == "Hello you\n- one\n- two"
