"""From a matter to the numbers that the model adds up: named signs, and hashed words.

A `Features` keeps no text, so that a lesson learned from a task outlives its purge: names of signs and of word classes,
words that are in the shipped lexicon, and 14-bit hashes of the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from task_assistant.domain.readiness import sentences, todos
from task_assistant.domain.readiness.context import around, labelled, told
from task_assistant.domain.readiness.lexicon import VERB, classes, lexicon, words
from task_assistant.domain.readiness.matter import Matter
from task_assistant.domain.readiness.reading import ASKING, HELPING, SMALL, Reading, read
from task_assistant.domain.readiness.votes import Vote, totals

BUCKETS = 1 << 14
ADDRESSED = "x.addressed"
PARTICLES = words("up out off in down back away to over on for with through about")
MARKED = ("with", "from", "for", "about", "re", "to", "and", "at", "by")
PRONOUNS = tuple(sorted(words("you me i we us your my our if please let not him them it $url $mail")))
BEFORE_VERB = words("please you to me us kindly let and")
Named = dict[str, float]


@dataclass(frozen=True, slots=True)
class Features:
    """Named features with their values, and values by bucket (0 to 16,383)."""

    named: Named
    hashed: dict[int, float]

    def dump(self) -> dict[str, Any]:
        """Plain JSON, small and without a word that is not in the lexicon."""
        return {
            "n": {name: round(value, 2) for name, value in self.named.items()},
            "h": [[bucket, round(value, 2)] for bucket, value in self.hashed.items()],
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> Features:
        """What `dump` gave."""
        return cls(dict(data["n"]), {int(bucket): float(value) for bucket, value in data["h"]})


@dataclass(frozen=True, slots=True)
class Look:
    """A matter as it was looked at: its reading, the votes, the features; `told` when the description was read."""

    reading: Reading
    votes: tuple[Vote, ...]
    features: Features
    told: bool = False


@lru_cache(maxsize=20_000)
def bucket(name: str) -> int:
    """Where a word, a pair of words or a label is counted."""
    return zlib.crc32(name.encode()) % BUCKETS


def features(matter: Matter) -> Features:
    """What is learned from and judged by; `dump` of it keeps no text."""
    return look(matter).features


def look(matter: Matter) -> Look:
    """Looks at a matter; at most 600 characters of its title, and of its description, are read."""
    title = read(matter.title)
    line = told(matter, title) or title
    asked, listed = line.sentence, line.ordered or not line.sentence
    found = _votes(line, asked, listed)
    named = _signs(line, found)
    hashed: dict[int, float] = {}
    for applies, signs, counted in ((asked, _sentence, _sentence_words), (listed, _todo, _todo_words)):
        if applies:
            named.update(signs(line))
            for name, value in counted(line):
                place = bucket(name)
                hashed[place] = round(hashed[place] + value, 2) if place in hashed else value
    _context(matter, line, named, hashed)
    votes = (*found, *labelled(matter.labels))
    # No more exact than `dump` keeps them: a delta that is rebuilt from events is then the same as the live one.
    short = Features({n: v if v == 1.0 else round(v, 2) for n, v in named.items()}, hashed)
    return Look(line, votes, short, line is not title)


def _votes(line: Reading, asked: bool, listed: bool) -> tuple[Vote, ...]:
    """As a sentence, as an item, or, for a long order, as both."""
    if not listed:
        return tuple(sentences.votes(line))
    found = tuple(todos.votes(line))
    return (*found, *sentences.signs(line)) if asked else found


def _signs(line: Reading, found: tuple[Vote, ...]) -> Named:
    style = ("b" if line.ordered else "s") if line.sentence else "t"
    sums = totals(found)
    agent, human, ask = sums["agent"], sums["human"], sums["ask"]
    named = {
        f"x.{style}.agent": agent, f"x.{style}.human": human, f"x.{style}.ask": ask,
        f"x.{style}.agent leads": max(agent - max(human, ask), -3.0),
        f"x.{style}.human leads": max(human - max(agent, ask), -3.0),
    }  # fmt: skip
    if line.addressed:
        named[ADDRESSED] = 1.0
    for vote in found:
        named[f"sign:{vote.signal}"] = 1.0
        if vote.mark:
            named[f"way:{vote.mark}"] = 1.0
    return named


def _context(matter: Matter, line: Reading, named: Named, hashed: dict[int, float]) -> None:
    named["from:" + matter.origin] = 1.0
    if not line.sentence and line.head in lexicon():
        named["head:" + line.head] = 1.0
    named.update(dict.fromkeys(around(matter), 1.0))
    named.update({f"way:{vote.mark}": 1.0 for vote in labelled(matter.labels)})
    for label in matter.labels[:10]:
        hashed[bucket("label:" + label)] = 1.0
    if matter.source_name:
        hashed[bucket("source:" + matter.source_name)] = 1.0


# -- to-do items -------------------------------------------------------------------------------------------------------


def _todo(line: Reading) -> Named:
    n, verbs = len(line.words), sorted(line.verbs)  # in an order, so that sums are the same in every process
    named: Named = {"style.t": 1.0, f"t.length.{min(n, 6)}": 1.0}
    for name, there in _marks(line):
        if there:
            named["t." + name] = 1.0
    for kind in verbs or ("none",):
        named[f"t.{kind}"] = 1.0
        named[f"t.{kind}.n{min(len(line.content), 3) if verbs else min(n, 4)}"] = 1.0
        for thing in line.things or ("nothing",):
            named[f"t.{kind}*{thing}"] = 1.0
    for thing in line.things or ("nothing",):
        named["t." + thing] = 1.0
    for thing in line.last:
        named[f"t.last.{thing}"] = 1.0
        named.update({f"t.{kind}*last.{thing}": 1.0 for kind in verbs or ("none",)})
    for word in line.body[1:]:
        for kind in classes(word, VERB):
            named[f"t.later.{kind}"] = named.get(f"t.later.{kind}", 0.0) + 0.5
    return named


def _marks(line: Reading) -> Iterator[tuple[str, bool]]:
    text, after = line.text, set(line.body[1:])
    yield "question", text.rstrip().endswith("?")
    yield "exclamation", "!" in text
    yield "address", "$url" in line.words or "$mail" in line.words
    yield "number", "#" in line.words
    yield "heading", line.start > 0
    yield "name", any(token[0].isupper() and token[1:].islower() for token in line.raw[1:])
    yield "capitals", any(token.isupper() and len(token) > 1 for token in line.raw)
    yield "small", text[:1].islower()
    for word in MARKED:
        yield "has." + word, word in after
    if line.body[1:2] and line.body[1] in PARTICLES:
        yield "then." + line.body[1], True


def _todo_words(line: Reading) -> Iterator[tuple[str, float]]:
    body = line.body
    if not body:
        return
    yield "t.h:" + body[0], 1.0
    if body[1:] and body[1] in PARTICLES:
        yield f"t.p:{body[0]} {body[1]}", 1.0
    for word in body[1:]:
        yield "t.w:" + word, 1.0
    for pair in pairwise(body):
        yield "t.b:" + " ".join(pair), 0.7
    yield "t.l:" + body[-1], 0.7


# -- sentences ---------------------------------------------------------------------------------------------------------


def _sentence(line: Reading) -> Named:
    named: Named = {"style.s": 1.0, f"s.length.{min(len(line.words) // 5, 6)}": 1.0}
    text, topics, there = line.text.rstrip(), line.topics, set(line.words)
    marks = {
        "question": text.endswith("?"), "colon": text.endswith(":"), "exclamation": "!" in text,
        "helping first": line.head in HELPING, "asking first": line.head in ASKING,
        "number": "#" in there, "address": "$mail" in there,
    }  # fmt: skip
    named.update({"s." + name: 1.0 for name, yes in marks.items() if yes})
    pronouns = [word for word in PRONOUNS if word in there]
    named.update({"s.has." + word: 1.0 for word in pronouns})
    order = sorted(topics)
    for at, topic in enumerate(order):
        named["s." + topic] = min(topics[topic], 3) / 1.5
        named.update({f"s.{topic}*{other}": 0.5 for other in order[at + 1 :]})
        named.update({f"s.{topic}*{word}": 0.5 for word in pronouns})
    for before, verb in zip(line.words, line.words[1:], strict=False):
        if before in BEFORE_VERB:
            for kind in classes(verb, VERB):
                named[f"s.asks.{kind}"] = 0.7
                named[f"s.asks.{before}.{kind}"] = 0.7
    return named


def _sentence_words(line: Reading) -> Iterator[tuple[str, float]]:
    words = line.words
    for n in (1, 2, 3):
        if len(words) >= n:
            yield f"s.f{n}:" + " ".join(words[:n]), 1.0
    for word in dict.fromkeys(words):
        yield "s.w:" + word, 0.5 if word not in SMALL else 0.3
    for pair in dict.fromkeys(pairwise(words)):
        yield "s.b:" + " ".join(pair), 0.5
