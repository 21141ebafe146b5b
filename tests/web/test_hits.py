"""Where a search hit lies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from task_assistant.web.hits import Part, marked, snippet
from tests.factories import task


def test_the_words_that_were_sought_are_marked_whatever_their_case_and_accents() -> None:
    assert marked("Der BÜRO-Plan", "buro") == (Part("Der "), Part("BÜRO", hit=True), Part("-Plan"))


def test_a_part_of_a_word_is_no_hit() -> None:
    assert marked("redraft", "draft") == (Part("redraft"),)


@given(st.text(), st.text())
def test_the_parts_together_are_the_text(text: str, sought: str) -> None:
    assert "".join(part.text for part in marked(text, sought)) == text


def test_the_snippet_shows_the_stretch_around_the_first_hit() -> None:
    it = task(description=f"{'long ' * 100}the budget is here {'and more ' * 100}")
    parts = snippet(it, "budget")
    shown = "".join(part.text for part in parts)
    assert Part("budget", hit=True) in parts
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 250


def test_without_a_hit_in_its_texts_a_task_has_no_snippet() -> None:
    assert snippet(task("budget", description="nothing"), "budget") == ()
