"""Which classes a word belongs to: verbs by what is to be done, nouns by what it is about, words of sentences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pkgutil import get_data

VERB, THING, SENTENCE = "v.", "o.", "e."


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as a line."""
    return frozenset(text.split())


@cache
def lexicon() -> Mapping[str, tuple[str, ...]]:
    """Word to class names, such as `vacuum` to (`v.chore`, `o.house`); read once from the file in this package."""
    found: dict[str, list[str]] = {}
    for line in (get_data(__package__, "lexicon.tsv") or b"").decode().splitlines():
        name, _, words = line.partition(":")
        if not line.startswith("#"):
            for word in words.split():
                found.setdefault(word, []).append(name)
    return {word: tuple(dict.fromkeys(names)) for word, names in found.items()}


@lru_cache(maxsize=20_000)
def classes(word: str, kind: str) -> tuple[str, ...]:
    """The classes of this kind that the word is in, plurals and -ing forms as their stem."""
    known = lexicon()
    for form in _forms(word):
        if found := tuple(name for name in known.get(form, ()) if name.startswith(kind)):
            return found
    return ()


def _forms(word: str) -> tuple[str, ...]:
    """The word, then what it may be a form of; British spelling as American."""
    if len(word) < 4:
        return (word,)
    if word.endswith("ise"):
        return (word, word[:-3] + "ize")
    if word.endswith("ies"):
        return (word, word[:-3] + "y")
    if word.endswith("ing"):
        return (word, word[:-3], word[:-3] + "e", word[:-4])
    if word.endswith("es"):
        return (word, word[:-1], word[:-2])
    return (word, word[:-1]) if word.endswith("s") else (word,)
