"""What holds for any line, at any time, anywhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.quick_add import QuickAdd, keep, parse, parse_lines, vocabulary

TOKENS = """
    3 31 2026 2028 9am 9:30 25:00 17h 3h 3d 3D 3.12. 2026-12-03 2026-02-30 9h30 3rd a.m. pm next week me before until
    !1 !2 !9 !private @me @ai @bob #a #B/ü #118 call Alice show, fri, fri; — , ; don't C# a@b.c black Good high
"""
WORDS = sorted({*TOKENS.split(), *vocabulary.STARTERS, *vocabulary.BELONGS_TO, *vocabulary.UNITS})
QUOTING = ['"', '"fri', '9am"', "“", "”", "`", "\\", "\\fri", "\\#a", "\\\\3", "«", "»"]
line = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
quoting = st.lists(st.sampled_from(WORDS + QUOTING), max_size=9).map(" ".join)
any_line = st.one_of(line, quoting, st.text(max_size=40))
zones = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")]
    + [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))]
)
ages = st.datetimes(timezones=st.just(UTC))
minutes = st.integers(min_value=0, max_value=20 * 366 * 24 * 60)
nows = minutes.map(lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n, microseconds=n))


def left_over(read: QuickAdd) -> list[str]:
    """The words of the line without the pieces that were taken."""
    text = read.text
    for piece in reversed(read.understood):
        text = f"{text[: piece.start]} {text[piece.end :]}"
    return text.split()


@given(any_line, ages, zones)
def test_no_line_at_any_time_raises(text: str, now: datetime, zone: timezone) -> None:
    read = parse(text, now, zone)
    assert read.error is not None or read.given()["title"] == read.title


@given(any_line, nows, zones)
def test_pieces_lie_in_the_line_in_order_and_do_not_overlap(text: str, now: datetime, zone: timezone) -> None:
    read = parse(text, now, zone)
    pieces = sorted((*read.understood, *read.unsure), key=lambda piece: piece.start)
    edges = [edge for piece in pieces for edge in (piece.start, piece.end)]
    assert edges == sorted(edges)
    assert all(0 <= piece.start < piece.end <= len(text) for piece in pieces)
    assert all(text[piece.start : piece.end].strip() == text[piece.start : piece.end] for piece in pieces)


@given(any_line, nows, zones)
def test_the_title_and_what_was_taken_are_the_line(text: str, now: datetime, zone: timezone) -> None:
    read = parse(text, now, zone)
    rest = left_over(read)
    assert read.title.replace("\\", "") == " ".join(rest).replace("\\", "")
    assert "\\" in text or read.title == " ".join(rest)


@given(any_line, nows, zones)
def test_the_title_has_single_spaces(text: str, now: datetime, zone: timezone) -> None:
    assert not re.search(r"^\s|\s\s|\s$", parse(text, now, zone).title)


@given(line, nows, zones)
def test_a_title_without_doubts_reads_as_itself(text: str, now: datetime, zone: timezone) -> None:
    read = parse(text, now, zone)
    if not read.unsure:
        again = parse(read.title, now, zone)
        assert (again.title, again.understood, again.unsure) == (read.title, (), ())


@given(any_line, nows, zones)
def test_every_time_is_ahead_aware_and_within_ten_years(text: str, now: datetime, zone: timezone) -> None:
    read = parse(text, now, zone)
    for at in (read.due, read.reminder_at, read.deferred_until):
        assert at is None or (at.tzinfo is UTC and now < at <= now + timedelta(days=3653))


@given(line, nows, zones)
def test_putting_every_piece_back_gives_the_whole_line_as_title(
    text: str, now: datetime, zone: timezone
) -> None:
    kept = text
    while (read := parse(kept, now, zone)).understood:
        longer = keep(kept, read.understood[-1])
        assert len(longer) > len(kept)
        kept = longer
    assert read.title == " ".join(text.split())


@given(st.lists(any_line, max_size=6), st.sampled_from(["\n", "\r\n", "\n\n", "\n- ", "\n[x] "]), nows, zones)
def test_pasted_lines_lie_in_the_text(lines: list[str], between: str, now: datetime, zone: timezone) -> None:
    text = between.join(lines)
    read = parse_lines(text, now, zone)
    for found in (*read.tasks, *read.done, *read.failed):
        assert text[found.start : found.start + len(found.quick.text)] == found.quick.text
