"""Seeded text: a vocabulary whose few common words are in many tasks and whose many rare words are in few."""

from __future__ import annotations

import random
from itertools import product

COMMON_WORD = "report"  # in every fifth task
RARE_WORD = "xylograph"  # in the same ten tasks of every board
COMMON_ONE_IN, RARE_EVERY, RARE_TASKS = 5, 97, 10

_SYLLABLES = ("ka", "ro", "mi", "ten", "lu", "sor", "ve", "dan", "pi", "nok", "bel", "zu", "har", "fy")
VOCABULARY = ["".join(parts) for parts in product(_SYLLABLES, repeat=3)]


class Writer:
    """Writes titles and descriptions; the same seed writes the same texts."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def words(self, count: int) -> str:
        """So many words; low places of the vocabulary come often, as in a language."""
        rng, most = self._rng, len(VOCABULARY)
        return " ".join(VOCABULARY[int(most ** rng.random()) - 1] for _ in range(count))

    def title(self, number: int) -> str:
        """The title of the task with this number on its board."""
        marks = [COMMON_WORD] if number % COMMON_ONE_IN == 0 else []
        marks += [RARE_WORD] if number % RARE_EVERY == 0 and number < RARE_EVERY * RARE_TASKS else []
        return " ".join([self.words(self._rng.randint(3, 7)), *marks]).capitalize()
