"""Word by word, what changed in a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from task_assistant.web.task_diff import Stretch, words

TEXT = st.text(alphabet=st.sampled_from("ab ,\n"), max_size=60)


def test_only_the_words_that_changed_are_marked() -> None:
    assert words("Send the old numbers", "Send the new numbers") == (
        Stretch("same", "Send the "),
        Stretch("removed", "old"),
        Stretch("added", "new"),
        Stretch("same", " numbers"),
    )


def test_equal_texts_have_no_stretches() -> None:
    assert words("the same", "the same") == ()


def test_what_stays_around_a_change_is_shortened() -> None:
    long = "word " * 100
    first, removed, added, last = words(f"{long}old {long}", f"{long}new {long}")
    assert first.text.startswith("… word")
    assert last.text.endswith("word …")
    assert len(first.text) < 60 > len(last.text)
    assert (removed.text, added.text) == ("old", "new")


@given(TEXT, TEXT)
def test_without_shortening_both_texts_can_be_read_from_the_stretches(before: str, after: str) -> None:
    found = words(before, after)
    if before == after or any("…" in stretch.text for stretch in found):
        return
    assert "".join(each.text for each in found if each.kind != "added") == before
    assert "".join(each.text for each in found if each.kind != "removed") == after


def test_texts_with_nothing_in_common_are_replaced_as_a_whole() -> None:
    old, new = " ".join(f"a{n}" for n in range(4_000)), " ".join(f"b{n}" for n in range(4_000))
    removed, added = words(old, new)
    assert (removed.kind, added.kind) == ("removed", "added")
    assert removed.text.endswith(" …")
