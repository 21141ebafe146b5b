"""The texts, their labels, and folds between which nothing leaks."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from task_assistant.domain.readiness.reading import WORD

HERE = Path(__file__).parent
OWNERS = ("agent", "human", "needs_input")


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled line. `judged` texts have three readers and are what quality is measured on.

    `written` ones were made up for training. `second` is what another reading said, where there was one and it
    differs; training then takes half of each.
    """

    text: str
    owner: int
    mail: bool
    judged: bool
    weight: float
    votes: int = 0
    second: int | None = None
    written: bool = False


def texts() -> list[Text]:
    """The judged texts, then those that were read to widen the training set."""
    return [*_judged(), *_read("readings.tsv", 0.9), *_read("written.tsv", 0.6)]


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = HERE / name
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _judged() -> Iterator[Text]:
    for row in _rows("labelled.tsv"):
        owner = OWNERS.index(row["owner"]) if row["owner"] in OWNERS else 2  # `split` counts as not agent
        weight = int(row["agreement"]) / 3
        yield Text(row["text"], owner, row["id"][0] == "e", True, weight, int(row["agent_votes"]))


def _read(name: str, weight: float) -> Iterator[Text]:
    for row in _rows(name):
        owner, again = row["owner"], row.get("second") or None
        yield Text(
            row["text"],
            OWNERS.index(owner),
            row["source"].endswith(("parakweet", "mail")),
            False,
            weight,
            second=None if again in (None, owner) else OWNERS.index(again),
            written=row["source"].startswith("synthetic"),
        )


def folds(all_texts: list[Text], n: int, seed: int) -> Any:
    """The fold of each text: those that share their first word, or nearly all words, are in the same one."""
    import numpy as np  # only whoever trains has it; the texts can be looked at without

    group = groups(all_texts)
    order = np.random.RandomState(seed).permutation(len(set(group)))
    place = {name: order[at] % n for at, name in enumerate(dict.fromkeys(group))}
    return np.array([place[name] for name in group])


def groups(all_texts: list[Text]) -> list[int]:
    """For each text a number that it shares with all that must not be trained on when it is judged."""
    sets = [
        frozenset(word.lower() for word in WORD.findall(text.text) if word.isalnum()) for text in all_texts
    ]
    first: dict[object, int] = {}
    parent = list(range(len(all_texts)))

    def find(x: int) -> int:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for at, text in enumerate(all_texts):
        begins = next((word.lower() for word in WORD.findall(text.text) if word.isalnum()), "")
        for key in ((text.mail, begins), sets[at]):
            parent[find(at)] = find(first.setdefault(key, at))
    for one, other in _alike(sets):
        parent[find(one)] = find(other)
    return [find(at) for at in range(len(all_texts))]


def _alike(sets: list[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Pairs that share 70 % of their words; looked for among those that share their rarest one."""
    by_word: dict[str, list[int]] = {}
    for at, words in enumerate(sets):
        for word in words:
            by_word.setdefault(word, []).append(at)
    for at, words in enumerate(sets):
        rarest = min(words, key=lambda word: len(by_word[word]), default="")
        for other in by_word.get(rarest, ()):
            if other < at and len(words & sets[other]) >= 0.7 * len(words | sets[other]):
                yield at, other
