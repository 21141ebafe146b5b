"""Looking up phrases by the words of a text finds what searching for every one of them would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.routing import anchors
from benchmarks.routing.data import texts
from task_assistant.domain.readiness import phrases

PIECES = [
    "please", "send", "you", "me", "a", "call", "if", "the", "can", "could", "don't", "let", "us", "know", "e-mail",
    "summarize", "www.a.b", "@you", "10:30", "am", "5%", "not", "we'll", "would", "like", "to", "meet", "on", "friday",
    ",", ".", "?", "!", "-", "_x", "unsubscribe", "html", "attached",
]  # fmt: skip
ALL = (*phrases.mailings(), *phrases.phrases())


def every(text: str) -> list[tuple[str, tuple[int, int]]]:
    found = [(way.mark, way.words.search(text)) for way in ALL]
    return [(mark, match.span()) for mark, match in found if match]


def looked_up(text: str) -> list[tuple[str, tuple[int, int]]]:
    return [(way.mark, match.span()) for way, match in phrases.said(text)]


def test_no_phrase_of_any_training_text_is_missed() -> None:
    for text in {text.text.lower() for text in texts() if text.mail}:
        assert looked_up(text) == every(text), text


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join), st.text(max_size=40))
def test_no_phrase_of_any_text_is_missed(words: str, other: str) -> None:
    for text in (words, other.lower(), words + other.lower()):
        assert looked_up(text) == every(text)


def test_the_file_is_what_the_phrases_make() -> None:
    assert anchors.ANCHORS.read_text("utf-8") == anchors.written()
