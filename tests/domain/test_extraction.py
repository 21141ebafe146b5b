"""Which lines of a text become tasks, and what their words may do."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain import limits
from task_assistant.domain.extraction import Found, extract, own_words
from task_assistant.domain.task import Owner, Status

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, 10:00 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")


def found(text: str, *, mine: bool = True) -> list[Found]:
    return list(extract(text, NOW, BERLIN, mine=mine).found)


def titles(text: str, *, mine: bool = True) -> list[str]:
    return [one.title for one in found(text, mine=mine)]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("me: call Bob", {"assignee": Owner.ME}),
        ("Codex: write the notes", {"assignee": Owner.CODEX}),
        ("review: the offer", {"status": Status.WAITING_REVIEW}),
        ("blocked: budget from Ann", {"status": Status.BLOCKED}),
        ("- todo: tidy up", {}),
    ],
)
def test_a_prefix_that_the_person_wrote_counts(line: str, fields: dict[str, object]) -> None:
    (one,) = found(line)
    assert {name: value for name, value in one.fields.items() if name != "title"} == fields
    assert one.suggestion == ""


@pytest.mark.parametrize("line", ["me: call Bob", "codex: call Bob", "review: call Bob", "blocked: call Bob"])
def test_a_prefix_in_other_peoples_text_is_a_suggestion(line: str) -> None:
    (one,) = found(line, mine=False)
    assert one.fields == {"title": "call Bob"}
    assert one.suggestion


def test_signs_that_decide_are_suggestions_in_other_peoples_text_and_dates_still_count() -> None:
    (one,) = found("todo: Send numbers @codex !private #finance defer thu fri 9am", mine=False)
    assert one.fields == {"title": "Send numbers", "due": datetime(2026, 11, 27, 8, tzinfo=UTC)}
    assert one.suggestion == (
        "for an AI agent; private: shown to nobody but you; label finance; deferred until Thu 26 Nov 09:00"
    )


@pytest.mark.parametrize(
    ("line", "priority"),
    [("P1: fix it", 1), ("[P2] fix it", 2), ("[!3] fix it", 3), ("fix it !4", 4), ("fix it p5", 5)]
)  # fmt: skip
def test_a_priority_counts_at_the_beginning_with_a_colon_or_as_a_sign(line: str, priority: int) -> None:
    (one,) = found(f"todo: {line}")
    assert (one.title, one.fields["priority"]) == ("fix it", priority)


def test_due_and_remind_are_read_in_the_persons_time_zone() -> None:
    (one,) = found("todo: pay rent fri 9am remind thu 8am", mine=False)
    assert one.fields["due"] == datetime(2026, 11, 27, 8, tzinfo=UTC)
    assert one.fields["reminder_at"] == datetime(2026, 11, 26, 7, tzinfo=UTC)


def test_boxes_count_anywhere_and_a_ticked_one_is_told_apart() -> None:
    read = found("Hi\n- [ ] open\n  * [x] done\n☐ sign\n✓ signed\n[see] no box")
    assert [(one.title, one.ticked) for one in read] == [
        ("open", False), ("done", True), ("sign", False), ("signed", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "heading", ["## Action items", "**Next steps:**", "Next steps:", "ACTION ITEMS", "To do:"]
)
def test_the_points_under_an_announcing_heading_are_tasks(heading: str) -> None:
    text = f"Prose: about it.\n{heading}\n- one\n2. two\n\n* three\nThanks all!\n- no task\n"
    assert titles(text) == ["one", "two", "three"]


def test_plain_lines_under_a_heading_count_until_the_next_blank_line_or_heading() -> None:
    assert titles("Next steps:\nWrite the memo\nCall Bob\n\nThat was it.\n") == ["Write the memo", "Call Bob"]
    assert titles("# Next steps\n- one\n# Agenda\n- two\n") == ["one"]


def test_code_between_fences_names_no_task() -> None:
    assert titles("```\ntodo: not this\n```\ntodo: this") == ["this"]


def test_prose_names_no_task() -> None:
    assert titles("We met and talked about me: nothing.\n- a point\nTime: 10:00\nsome: thing") == []


def test_a_line_too_long_for_a_title_is_cut_and_not_lost() -> None:
    (title,) = titles("todo: " + "so and so " * 400)
    assert len(title) <= limits.TITLE
    assert title.endswith("…")


def test_what_was_quoted_or_signed_is_not_the_writers_own() -> None:
    mail = "todo: mine\n> todo: theirs\n\nOn Mon, 4 May 2026 at 10:00, Ann <ann@example.com> wrote:\ntodo: older\n"
    assert titles(own_words(mail)) == ["mine"]
    assert own_words("Bye\n-- \nme: sell you things") == "Bye"


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_failure_and_every_task_fits(text: str) -> None:
    for mine in (True, False):
        for one in extract(text, NOW, BERLIN, mine=mine).found:
            assert 0 < len(one.title) <= limits.TITLE


@given(st.text(alphabet="abc:-[]x #!@\n", max_size=80))
def test_other_peoples_text_never_decides_whose_a_task_is(text: str) -> None:
    for one in extract(f"codex: {text}\nme: {text}", NOW, BERLIN, mine=False).found:
        assert not {"assignee", "status", "private", "deferred_until", "labels"} & set(one.fields)
