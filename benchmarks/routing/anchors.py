"""For each pattern of phrases.tsv the beginnings of words without which it cannot match: `anchors.tsv`, written here.

Looking up the words of a text then leaves a few patterns to search for, instead of two hundred. A beginning has at
most four letters; with `$` behind it, it is a whole word. Of all sets that a pattern needs one of, the two that are
rarest in the texts are taken. `*`: no such set is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from benchmarks.routing.data import texts
from task_assistant.domain import readiness
from task_assistant.domain.readiness.phrases import ANY, LONGEST_KEY, keys, rows

ANCHORS = Path(readiness.__file__).parent / "anchors.tsv"
PARSER = re._parser  # type: ignore[attr-defined]  # the only way to look into a pattern
MANY = 400  # a set of more beginnings says nothing
Nodes = list[tuple[Any, Any]]
Open = tuple[str, bool]  # a beginning, and whether its word may go on


def written() -> str:
    """The file as it should be."""
    common = Counter(chain.from_iterable(set(keys(text.text.lower())) for text in texts()))
    found: dict[str, list[str]] = {}
    for mark, _, _, pattern in rows():
        sets = needed(pattern, common) or [{ANY}]
        if mark in found:  # another wording of the same mark: a text needs something of either
            first = {*found[mark][0].split(" "), *sets[0]}
            sets = [{ANY} if ANY in first else first]
        found[mark] = [" ".join(sorted(each)) for each in sets]
    lines = ("\t".join((mark, *each)) + "\n" for mark, each in found.items())
    return "# Written by benchmarks/routing/anchors.py from phrases.tsv.\n" + "".join(lines)


def needed(pattern: str, common: Counter[str]) -> list[set[str]]:
    """At most two sets of beginnings of words, the rarest first: a text that the pattern matches has one of each."""
    sets = sorted(_sets(_nodes(PARSER.parse(pattern)), True), key=lambda each: _often(each, common))
    others = (each for each in sets if sets[0].isdisjoint(each))
    return [*sets[:1], *islice(others, 1)]


def _often(each: set[str], common: Counter[str]) -> tuple[int, list[str]]:
    return sum(common[key] for key in each), sorted(each)


def _best(sets: Iterable[set[str]], common: Counter[str]) -> set[str] | None:
    return min(sets, key=lambda each: _often(each, common), default=None)


def _nodes(parsed: Any) -> Nodes:
    return [(str(name), argument) for name, argument in parsed]


def _sets(nodes: Nodes, fresh: bool) -> Iterator[set[str]]:
    """Each a set of which one is needed; `fresh` says that no letter can stand before the first node."""
    for at, (name, argument) in enumerate(nodes):
        if fresh and (found := _closed(_leads(nodes[at:], {("", True)}))):
            yield found
        if name == "SUBPATTERN":
            yield from _sets(_nodes(argument[3]), fresh)
        elif name == "MAX_REPEAT" and argument[0] > 0:
            yield from _sets(_nodes(argument[2]), fresh and argument[1] == 1)
        elif name == "BRANCH":
            ways = [_best(_sets(_nodes(way), fresh), Counter()) for way in argument[1]]
            if all(ways):
                yield set().union(*(way for way in ways if way))
        fresh = _fresh(name, argument)


def _fresh(name: str, argument: Any) -> bool:
    """Whether a word can only begin behind this node."""
    if name == "AT":
        return str(argument) in ("AT_BOUNDARY", "AT_BEGINNING")
    return name == "LITERAL" and not chr(argument).isalnum() and chr(argument) != "_"


def _closed(found: set[Open] | None) -> set[str] | None:
    if found is None or any(not start for start, _ in found):
        return None
    return {start if goes_on else start + "$" for start, goes_on in found}


def _leads(nodes: Nodes, found: set[Open]) -> set[Open] | None:
    """How the word can begin that starts at the first node; None where that is too much to say."""
    for name, argument in nodes:
        going = {each for each in found if each[1] and len(each[0]) < LONGEST_KEY}
        if not going:
            break
        done = found - going
        after = _after(name, argument, going)
        if after is None or len(after) > MANY:
            return None
        found = done | after
        if name in STOPS and not (name == "AT" or after):
            break
        if _open_ended(name, argument):
            return found | {(start, True) for start, _ in going}
    return found


STOPS = ("ANY", "NOT_LITERAL")


def _open_ended(name: str, argument: Any) -> bool:
    """What follows cannot be followed: the beginnings so far are all that is known."""
    if name in STOPS:
        return True
    if name == "IN":
        return not _letters(argument)
    return name == "MAX_REPEAT" and argument[1] > 1


def _letters(argument: Any) -> set[str]:
    """The few letters of a class; empty for any other class."""
    if all(str(kind) == "LITERAL" for kind, _ in argument):
        return {chr(code) for _, code in argument}
    return set()


def _after(name: str, argument: Any, going: set[Open]) -> set[Open] | None:
    if name == "LITERAL":
        return _literal(chr(argument), going)
    if name == "AT":
        ends = str(argument) in ("AT_BOUNDARY", "AT_END") and all(start for start, _ in going)
        return {(start, False) for start, _ in going} if ends else going
    if name == "IN" and (letters := _letters(argument)):
        return set().union(*(_literal(letter, going) for letter in letters))
    if name == "SUBPATTERN":
        return _leads(_nodes(argument[3]), going)
    if name == "BRANCH":
        ways = [_leads(_nodes(way), going) for way in argument[1]]
        return None if None in ways else set().union(*(way for way in ways if way))
    if name == "MAX_REPEAT" and argument[1] == 1:
        once = _leads(_nodes(argument[2]), going)
        return None if once is None else once | (going if argument[0] == 0 else set())
    if name in ("ASSERT", "ASSERT_NOT"):
        return going
    return {(start, True) for start, _ in going}


def _literal(letter: str, going: set[Open]) -> set[Open]:
    if letter.isalnum():
        return {(start + letter, True) for start, _ in going}
    return {(start, False) for start, _ in going}


def write() -> None:
    """Writes the file into the package."""
    ANCHORS.write_text(written(), "utf-8")


if __name__ == "__main__":
    write()
