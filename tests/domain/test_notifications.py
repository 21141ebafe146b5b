"""The table of what is worth a message, quiet hours, and the digest's two forms."""

from __future__ import annotations

from datetime import UTC, datetime, time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain import digest
from task_assistant.domain.digest import Digest, Entry, Section
from task_assistant.domain.notifications import (
    TABLE,
    Kind,
    Notice,
    clock_time,
    digest_due,
    is_quiet,
    quiet_hours,
    to_send,
)
from tests.factories import NOW, later

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "notifications.md"


def notice(kind: Kind, minutes_ago: float = 5) -> Notice:
    return Notice(kind, f"{kind}/{minutes_ago}", "Text", later(minutes=-minutes_ago))


def test_every_kind_has_its_row_and_the_document_tells_each() -> None:
    assert set(TABLE) == set(Kind)
    told = [line.split("|")[1].strip() for line in DOCUMENT.read_text("utf-8").splitlines() if "| " in line]
    assert {row.heading for row in TABLE.values()} == set(told) - {"occasion", "---"}
    assert [kind for kind, row in TABLE.items() if row.urgent] == [Kind.OVERDUE]


@pytest.mark.parametrize(
    ("text", "quiet"),
    [("22:00-07:00", ["22:00", "23:59", "00:00", "06:59"]), ("12:00-13:30", ["12:00", "13:29"]), ("", [])],
)
def test_quiet_hours_may_go_over_midnight_and_end_on_time(text: str, quiet: list[str]) -> None:
    asked = ["22:00", "23:59", "00:00", "06:59", "07:00", "21:59", "12:00", "13:29", "13:30"]
    found = [
        at
        for at in asked
        if is_quiet(quiet_hours(text), datetime.combine(NOW.date(), time.fromisoformat(at), UTC), UTC)
    ]
    assert found == quiet


@pytest.mark.parametrize("text", ["22:00", "25:00-07:00", "22:00-22:00", "late", "22:00-07:60"])
def test_what_is_no_pair_of_times_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="22:00-07:00"):
        quiet_hours(text)
    with pytest.raises(ValueError, match="08:00"):
        clock_time(f"{text}x")


@given(
    st.lists(st.tuples(st.sampled_from(Kind), st.floats(0, 100)), max_size=8),
    st.booleans(),
    st.none() | st.floats(0, 100),
)
def test_only_the_urgent_goes_out_in_quiet_hours_and_it_never_waits(
    made: list[tuple[Kind, float]], quiet: bool, rested: float | None
) -> None:
    fresh = [notice(kind, ago) for kind, ago in made]
    last = later(minutes=-rested) if rested is not None else None
    sent = to_send(fresh, NOW, quiet=quiet, last_sent=last)
    urgent = [each for each in fresh if each.urgent]
    assert set(urgent) <= set(sent) <= set(fresh)
    if quiet:
        assert list(sent) == urgent
    elif not urgent and rested is not None and rested < 29:
        assert sent == []


def test_a_digest_is_due_for_four_hours_from_its_time() -> None:
    due = [digest_due(time(8), later(hours=h), UTC) is not None for h in (-2, -1, 0, 2, 3, 12)]
    assert due == [False, True, True, True, False, False]
    assert digest_due(None, NOW, UTC) is None


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_foreign_text_stays_text_in_both_forms_of_the_digest() -> None:
    hostile = "<script>alert(1)</script> [click](https://evil.example) ![x](https://evil.example/p.png) **b**"
    entry = Entry(hostile, hostile, "https://tasks.example.org/tasks/1")
    made = Digest(
        "1 task needs you", [Section("To do", 9, [entry], "https://x.example/")], "https://x.example/"
    )
    tags = Tags()
    tags.feed(digest.html(made))
    assert "script" not in tags.seen
    assert "img" not in tags.seen
    assert {"onclick", "src"}.isdisjoint(tags.attributes)
    text = digest.markdown(made)
    assert "[click]" not in text
    assert "![x]" not in text
    assert "- [and 8 more](https://x.example/)" in text
