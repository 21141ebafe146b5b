"""docs/quick-add.md is true: its examples are executed, its list of words is compared with the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from task_assistant.domain.quick_add import QuickAdd, parse_lines, vocabulary
from tests.domain.quick_add_desk import BERLIN, NOW, quick

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "quick-add.md").read_text(encoding="utf-8")
NAMES = {f"{word} {day}" for day, words in vocabulary.FIXED_NAMES.items() for word in words}
WORDS = {
    "owners, after `@`": set(vocabulary.OWNERS),
    "days": set(vocabulary.DAY_WORDS),
    "weekdays (": set(vocabulary.WEEKDAYS),
    "months": set(vocabulary.MONTHS),
    "units after `in`": set(vocabulary.UNITS),
    "units after `every`": set(vocabulary.EVERY_UNITS),
    "Monday to Friday": set(vocabulary.WORKDAYS),
    "times, besides": set(vocabulary.CLOCK_WORDS),
    "what may lead to a time": set(vocabulary.LEAD_WORDS),
    "what a date or time belongs to": set(vocabulary.BELONGS_TO),
    "names": NAMES,
}


def rows(header: str) -> list[list[str]]:
    """The rows of every table with this header."""
    tables = re.findall(rf"^\| {re.escape(header)} \|\n\| [-| ]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for table in tables
        for line in table.splitlines()
    ]


def preview(read: QuickAdd) -> str:
    """What the third column says: pieces from left to right, what stays in the title (and an error) in italics."""
    pieces = sorted((*read.understood, *read.unsure), key=lambda piece: piece.start)
    said = [f"*{p.sentence}*" if p in read.unsure else p.sentence for p in pieces]
    return "; ".join([*said, f"*{read.error}*"] if read.error else said)


EXAMPLES = rows("you type | title | the preview says")


def test_the_page_is_full_of_examples() -> None:
    assert len(EXAMPLES) >= 45


@pytest.mark.parametrize(("typed", "title", "says"), EXAMPLES)
def test_each_example_of_the_page_does_what_the_page_says(typed: str, title: str, says: str) -> None:
    read = quick(typed.strip("`"))
    assert (read.title, preview(read)) == (title, says)


def test_the_pasted_list_of_the_page_becomes_what_the_page_says() -> None:
    block = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    pasted = parse_lines(block[1], NOW, BERLIN)
    became = {line.number: f"task: {line.quick.title}" for line in pasted.tasks}
    became |= {line.number: f"done already: {line.quick.title}" for line in pasted.done}
    became |= {line.number: f"not created: {line.quick.error}" for line in pasted.failed}
    assert rows("line | becomes") == [[str(number), became[number]] for number in sorted(became)]


@pytest.mark.parametrize("what", WORDS)
def test_the_page_names_every_word_of_the_grammar_and_no_other(what: str) -> None:
    (cell,) = [cell for name, cell in rows("what | words") if name.startswith(what)]
    assert set(re.findall(r"`([^`]+)`", cell)) == WORDS[what]


def test_the_page_lists_every_table_of_words() -> None:
    assert len(rows("what | words")) == len(WORDS)


def test_the_page_gives_the_constants() -> None:
    day, evening = vocabulary.WORKDAY_ENDS, vocabulary.LAST_MINUTE
    assert f"without a time is **{day:%H:%M}**" in PAGE
    assert f"after {day:%H:%M} is {evening:%H:%M}" in PAGE
    assert f"without a time is **{vocabulary.WORKDAY_STARTS:%H:%M}**" in PAGE
    assert vocabulary.FAR_YEARS == 10
