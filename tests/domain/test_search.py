"""Search: what a word is, and which tasks a text finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.search import finds, searchable, words
from tests.factories import full_task, task


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The annual report", ["the", "annual", "report"]),
        ("snake_case kebab-case a.b/c", ["snake", "case", "kebab", "case", "a", "b", "c"]),
        ("Über Ÿ ÉTÉ e\u0301te\u0301", ["uber", "y", "ete", "ete"]),
        ("Straße ﬁn 𝕬", ["strasse", "fin", "a"]),
        ("ПРИВЕТ 東京 v2.0", ["привет", "東京", "v2", "0"]),
        ("!? _ \x00 👩‍💻", []),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_and_digits_without_case_and_accents(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_words_of_words_are_the_same_words(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(st.text(), st.text())
def test_a_task_is_found_by_any_of_its_own_words(title: str, description: str) -> None:
    made = task(title, description=description)
    for word in words(title) + words(description):
        assert finds(word, made)


def test_every_word_must_be_there_and_whole() -> None:
    made = task("The annual report", source_context="for Alice")
    assert finds("alice REPORT", made)
    assert not finds("alice bob", made)
    assert not finds("repor", made)
    assert not finds("!?", made)


def test_title_description_source_and_labels_are_searched() -> None:
    made = full_task(title="T1", description="D1", source_name="S1", source_context="C1", labels=("L1", "L2"))
    assert words(searchable(made)) == ["t1", "d1", "s1", "c1", "l1", "l2"]
