"""Pasted lists: several lines, several tasks."""

from __future__ import annotations

import pytest

from task_assistant.domain.quick_add import Pasted, parse_lines
from tests.domain.quick_add_desk import BERLIN, NOW, local


def pasted(text: str) -> Pasted:
    return parse_lines(text, NOW, BERLIN)


HEADS = [
    *("- ", "* ", "+ ", "• ", "– ", "— ", "  - ", "\t* "),
    *("1. ", "12) ", "(3) ", "a) ", "[ ] ", "[] ", "- [ ] ", "1. [ ] ", "☐ ", "- ☐ "),
]
KEPT = ["-x ", "2026. ", "[1] ", "1.5 ", "3.12. ", "(a ", "[o] "]


@pytest.mark.parametrize("head", HEADS)
def test_bullets_numbers_and_boxes_are_taken_off(head: str) -> None:
    (line,) = pasted(f"{head}Pay rent !2 fri").tasks
    assert (line.quick.title, line.quick.priority) == ("Pay rent", 2)


@pytest.mark.parametrize("head", KEPT)
def test_other_beginnings_belong_to_the_title(head: str) -> None:
    (line,) = pasted(f"{head}Pay rent").tasks
    assert line.quick.title == f"{head}Pay rent"


@pytest.mark.parametrize("head", ["[x] ", "[X] ", "- [x] ", "1. [x] ", "☑ ", "- ☑ ", "✓ ", "✅ "])
def test_a_ticked_line_is_reported_as_done_and_not_created(head: str) -> None:
    read = pasted(f"{head}Pay rent\n- Buy milk")
    assert [line.quick.title for line in read.done] == ["Pay rent"]
    assert [line.quick.title for line in read.tasks] == ["Buy milk"]


@pytest.mark.parametrize("line", ["", "  ", "-", "- [ ]", "1.", "[ ]", "---", "* * *", "=====", "- [x]"])
def test_lines_that_say_nothing_are_skipped(line: str) -> None:
    assert pasted(f"{line}\n{line}") == Pasted()


def test_lines_keep_their_number_and_their_place_in_the_text() -> None:
    text = "Pay rent tomorrow\r\n\r\n  - [ ] Buy milk #home\n\u2028x fri"
    first, second, third = pasted(text).tasks
    assert [line.number for line in (first, second, third)] == [1, 3, 5]
    for line in (first, second, third):
        assert text[line.start : line.start + len(line.quick.text)] == line.quick.text
    (piece,) = second.quick.understood
    assert text[second.start + piece.start : second.start + piece.end] == "#home"
    assert first.quick.due == local("2026-11-24 17:00")


def test_a_line_with_an_error_is_reported_with_its_number() -> None:
    read = pasted("Pay rent\nfri\n" + "x" * 300)
    assert [(line.number, line.quick.error) for line in read.failed] == [
        (2, "No words are left for the title; say what is to be done"),
        (3, "The title may have 240 characters and has 300; shorten it"),
    ]
    assert len(read.tasks) == 1


def test_500_lines_are_read_and_the_others_counted() -> None:
    read = pasted("\n".join(f"Task {n}\n" for n in range(503)))
    assert (len(read.tasks), read.left_out) == (500, 3)
    assert read.tasks[-1].quick.title == "Task 499"
