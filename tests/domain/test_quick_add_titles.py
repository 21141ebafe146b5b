"""What stays in the title: the traps, quoting, and a clean rest."""

from __future__ import annotations

import pytest

from task_assistant.domain.errors import InvalidFields
from task_assistant.domain.quick_add import Kind, keep
from tests.domain.quick_add_desk import quick, reasons

PLAIN = [
    "May the fourth",
    "Friday's report",
    "Write to me@example.com",
    "Port the parser to C#",
    "Fix #118 and #12-34",
    "Read https://example.com/@me/#faq?at=9am",
    "Ask for a 3D print",
    "Sell the house 3D",
    "Update to python 3.12",
    "Open 24/7",
    "Win 3:1",
    "Pay 12.50.",
    "Monitor the monitors",
    "Plan next week",
    "Sort things out sooner or later",
    "Remind Bob",
    "Go by the garage",
    "What is due",
    "Look at this",
    'Watch "9am show"',
    "Watch “High Noon tomorrow”",
    "Rename `#label` and `next fri`",
    "(call Ann fri)",
    "Wow!",
    "Sum !important rules",
    "Mail @",
    "Tidy C:\\today and \\\\server\\fri",
    "Solve \\alpha",
    "Book p6",
    "Check p1-2",
    "Run 10 km",
    "The year 2026",
    "Play Fri-Sat",
    "Get me in and out",
    "Version v3.12.",
    "Celebrate 4th",
    "Look at 9 houses",
    "Plan the 3h walk",
]


@pytest.mark.parametrize("line", PLAIN)
def test_a_plain_title_is_left_alone_without_a_word(line: str) -> None:
    read = quick(line)
    assert (read.title, read.understood, read.unsure, read.error) == (line, (), (), None)


HELD = {
    "call 9am show": ("9am", "other words follow; put it at the end to set the due time"),
    "p1 visa form": ("p1", "other words follow; put it at the end to set the priority"),
    "tomorrow call Bob": ("tomorrow", "other words follow; put it at the end to set the due time"),
    "Remind me thu 8am to call": (
        "Remind me thu 8am",
        "other words follow; put it at the end to set the reminder",
    ),
    "Call me on Monday to talk": ("on Monday", "other words follow; put it at the end to set the due time"),
    "Outfit for sunday night": ("sunday", "other words follow; put it at the end to set the due time"),
    "Defer mon the talk": ("Defer mon", "other words follow; put it at the end to set the deferral"),
    "Slides for monday": ("monday", "it belongs to “for”"),
    "Water plants since fri": ("fri", "it belongs to “since”"),
    "Slides for !2 monday": ("monday", "it belongs to “for”"),
    "Prepare Black Friday": ("Friday", "it belongs to “Black”"),
    "Watch High Noon": ("Noon", "it belongs to “High”"),
    "Pay in #a 3 days": ("in", "another word stands in the middle of it"),
    "Ask @alice": ("@alice", "the next step can be for @me, @codex (also @agent, @ai) or @nobody"),
    "Do it !0": ("!0", "priorities go from !1, the most urgent, to !5"),
    "Do it !12": ("!12", "priorities go from !1, the most urgent, to !5"),
    "Do it !1 !2": ("!2", "only the first priority counts"),
    "Do it @me @ai": ("@ai", "only the first owner counts"),
    "Do it fri sat": ("sat", "only the first due time counts"),
    "Do it remind fri remind sat": ("remind sat", "only the first reminder counts"),
}


@pytest.mark.parametrize("line", HELD)
def test_what_looks_like_more_and_stays_is_named_with_the_reason(line: str) -> None:
    read = quick(line)
    words, reason = HELD[line]
    (piece,) = read.unsure
    assert (line[piece.start : piece.end], piece.sentence) == (
        words,
        f"“{words}” stays in the title: {reason}",
    )
    assert words in read.title


def test_the_example_of_the_product() -> None:
    read = quick("Send Alice revised numbers !2 @me fri 9am #finance remind thu 8am")
    assert read.title == "Send Alice revised numbers"
    assert [(read.text[p.start : p.end], p.kind, p.sentence) for p in read.understood] == [
        ("!2", Kind.PRIORITY, "priority 2"),
        ("@me", Kind.OWNER, "for me"),
        ("fri 9am", Kind.DUE, "due Fri 27 Nov 09:00"),
        ("#finance", Kind.LABEL, "label finance"),
        ("remind thu 8am", Kind.REMINDER, "reminder Thu 26 Nov 08:00"),
    ]


CLEAN = {
    "Buy   milk \t !2  and\u00a0 eggs ": "Buy milk and eggs",
    "Buy milk, tomorrow": "Buy milk",
    "Buy milk — tomorrow": "Buy milk",
    "Buy milk: !2, fri.": "Buy milk",
    "Tell Bob, @me, then Ann": "Tell Bob, then Ann",
    "Buy milk, eggs,": "Buy milk, eggs,",
    "!2 Buy milk,": "Buy milk,",
    "Buy milk fri sat, !2": "Buy milk sat,",
    "Slides for mon tue": "Slides for mon",
    "Say \\fri, tomorrow": "Say fri",
    'Buy "milk," fri': 'Buy "milk,"',
    "Buy milk !2\neggs": "Buy milk eggs",
}


@pytest.mark.parametrize("line", CLEAN)
def test_what_is_taken_leaves_single_spaces_and_no_hanging_comma(line: str) -> None:
    assert quick(line).title == CLEAN[line]


def test_a_hanging_comma_belongs_to_the_piece_that_follows_it() -> None:
    read = quick("Buy milk, !2 fri")
    assert [read.text[piece.start : piece.end] for piece in read.understood] == [", !2", "fri"]


ESCAPED = {
    "Review \\today": "Review today",
    "Review \\#x \\@me \\!2 \\p1": "Review #x @me !2 p1",
    "Review in \\3 days": "Review in 3 days",
    'Say \\"fri': 'Say "fri',
    "Say \\\\fri": "Say \\fri",
}


@pytest.mark.parametrize("line", ESCAPED)
def test_a_backslash_keeps_a_word_literal_and_goes(line: str) -> None:
    read = quick(line)
    assert (read.title, read.understood, read.unsure) == (ESCAPED[line], (), ())


def test_an_open_quote_and_a_quote_inside_a_word_keep_nothing() -> None:
    assert quick('Cut 5" pipe fri').title == 'Cut 5" pipe'
    assert quick('Cut 5" #pipe 6" long').title == 'Cut 5" 6" long'
    assert quick('Say "hello fri').title == 'Say "hello'


def test_a_piece_can_be_put_back_into_the_title() -> None:
    read = quick("Pay rent fri 9am #home remind in 3 days")
    line = read.text
    for piece in reversed(read.understood):
        line = keep(line, piece)
    assert line == "Pay rent \\fri \\9am \\#home \\remind \\in \\3 days"
    assert quick(line).title == read.text


@pytest.mark.parametrize("line", ["", "   ", "\n"])
def test_nothing_is_an_error(line: str) -> None:
    assert quick(line).error == "Say what is to be done"


@pytest.mark.parametrize("line", ["fri", "!2 @me #x", "remind tomorrow p1"])
def test_a_line_that_leaves_no_title_is_an_error_that_says_what_was_understood(line: str) -> None:
    read = quick(line)
    assert read.error == "No words are left for the title; say what is to be done"
    assert read.understood
    with pytest.raises(InvalidFields, match="No words are left"):
        read.given()


def test_a_title_has_240_characters_at_most_whatever_is_taken() -> None:
    assert quick("x" * 240 + " !2 tomorrow").error is None
    assert quick("x" * 241).error == "The title may have 240 characters and has 241; shorten it"
    assert quick("x " * 1001).error == "The title may have 2000 characters and has 2002; shorten it"


@pytest.mark.parametrize("line", ["a\0b", "a \ud800"])
def test_a_title_that_no_store_could_keep_is_an_error(line: str) -> None:
    assert quick(line).error == "The title has a character that is no text; take it out"


def test_several_reasons_are_given_from_left_to_right() -> None:
    assert len(reasons(quick("9am show at noon for fri !7"))) == 4
