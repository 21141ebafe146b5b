"""What was typed, read before anything is created: lines, one task with a text, or an e-mail."""

from __future__ import annotations

from datetime import UTC

import pytest

from task_assistant.domain.task import Lane, Owner
from task_assistant.web.quick_preview import How, put_back, read
from tests.factories import NOW

MAIL = "From: Alice <a@example.com>\nSubject: Numbers !1\n\nBy Friday?"


def test_a_line_shows_what_was_taken_from_what_and_where_it_lands() -> None:
    (draft,) = read("Send numbers !2 @me fri 9am", "", NOW, UTC).drafts
    assert draft.title == "Send numbers"
    assert [(chip.typed, chip.sentence) for chip in draft.chips] == [
        ("!2", "priority 2"), ("@me", "for me"), ("fri 9am", "due Fri 8 May 09:00"),
    ]  # fmt: skip
    assert draft.words.lane is Lane.HUMAN
    assert draft.fields["assignee"] is Owner.ME


@pytest.mark.parametrize(
    ("line", "lane"),
    [("Buy milk", Lane.TRIAGE), ("Look it up @agent", Lane.AGENT), ("Renew @me defer mon", Lane.WAITING)],
)
def test_a_draft_names_the_lane_that_capture_would_put_it_in(line: str, lane: Lane) -> None:
    assert read(line, "", NOW, UTC).drafts[0].words.lane is lane


def test_what_only_looked_like_something_is_said() -> None:
    (draft,) = read("p1 visa form", "", NOW, UTC).drafts
    assert draft.chips == ()
    assert draft.doubts[0].startswith("“p1” stays in the title")


@pytest.mark.parametrize("text", ["Send numbers !2 fri", "- one\n- 😀 two #x !3 today", "1. a\r\n2. b @me"])
def test_a_chip_can_be_put_back_into_the_title(text: str) -> None:
    text = text.replace("\r\n", "\n")
    reading = read(text, "", NOW, UTC)
    chip = reading.drafts[-1].chips[0]
    again = read(put_back(text, chip.keep), "", NOW, UTC)
    assert len(again.drafts[-1].chips) == len(reading.drafts[-1].chips) - 1
    assert chip.typed in again.drafts[-1].title


@pytest.mark.parametrize("back", ["", "x", "1:", "1:y:z", "-1:3:z", "1" * 20 + ":2:z", "²:3:z"])
def test_what_is_no_such_thing_puts_nothing_back(back: str) -> None:
    assert put_back("as it is", back) == "as it is"


def test_several_lines_are_several_tasks_and_the_rest_is_kept() -> None:
    reading = read("Trip:\n- [ ] Book train !2\n- [x] Passport\n\n* tomorrow\n", "", NOW, UTC)
    assert [draft.title for draft in reading.drafts] == ["Trip:", "Book train"]
    assert reading.done == ("Passport",)
    assert reading.failed[0].error
    assert reading.rest == "* tomorrow"
    assert reading.choices == (How.LINES, How.ONE)


def test_several_lines_may_be_one_task_with_a_text() -> None:
    reading = read("\nCall Sam !2\n\nAbout:\n- prices\n", "one", NOW, UTC)
    (draft,) = reading.drafts
    assert draft.fields == {"title": "Call Sam", "priority": 2, "description": "About:\n- prices"}
    assert reading.rest == ""


def test_a_text_that_is_too_long_for_one_task_is_refused_and_kept() -> None:
    reading = read("Title\n" + "x" * 20_001, "one", NOW, UTC)
    assert reading.drafts == ()
    assert "20,001 characters" in reading.failed[0].error
    assert reading.rest.startswith("Title")


def test_an_email_becomes_the_source_of_one_task_unless_the_person_says_otherwise() -> None:
    reading = read(MAIL, "", NOW, UTC)
    (draft,) = reading.drafts
    assert draft.fields == {
        "title": "Numbers !1", "origin": "email", "source_name": "E-mail from Alice", "source_context": "By Friday?",
    }  # fmt: skip
    assert reading.guessed == "email"
    assert len(read(MAIL, "lines", NOW, UTC).drafts) == 3


def test_beyond_five_hundred_lines_the_rest_is_kept() -> None:
    reading = read("\n".join(f"task {n}" for n in range(510)), "", NOW, UTC)
    assert (len(reading.drafts), reading.left_out) == (500, 10)
    assert reading.rest.splitlines() == [f"task {n}" for n in range(500, 510)]
    assert (len(reading.shown), reading.unseen) == (50, 450)


@pytest.mark.parametrize("how", ["", "nonsense", "email", "one", "lines"])
def test_one_plain_line_is_one_task_whatever_is_asked(how: str) -> None:
    reading = read("Buy milk", how, NOW, UTC)
    assert [draft.fields for draft in reading.drafts] == [{"title": "Buy milk"}]
    assert reading.choices == ()
