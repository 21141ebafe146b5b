"""What was pasted rather than written: code, and what a program says when it fails."""

from __future__ import annotations

import re

from task_assistant.domain.readiness.lexicon import words

CODE = re.compile(
    r"```|\bSELECT\b.{1,200}\bFROM\b|\bimport \w+$|\bdef \w+\(|</\w+>|\b(?:const|let|var) \w+ ?=|"
    r"^\s*(?:\$ |sudo |npm (?!-)|pip |curl |ssh |chmod |docker |kubectl |"
    r"git (?:push|pull|commit|checkout|rebase|clone|add) )",
    re.DOTALL | re.MULTILINE,
)
# What a program says when it fails, pasted without a wish; where a verb comes first, somebody quotes it who has one.
FAILURE = re.compile(
    r"^\W*[\w.$]*(?:Error|Exception|ERR!?|FATAL|Warning)\b[ :!(]|\bTraceback \(most recent|^\W*ERROR\b|"
    r"\bat [\w.$<>]+\([\w.]+:\d+\)|\w ERR! "
)
CODE_SIGNS = frozenset("`{};=<>:&|(")  # where none of these is, and none of the words below, there is no code
CODE_WORDS = words("select import def const let var sudo npm pip curl ssh chmod docker kubectl git")
FAILS = ("rror", "RROR", "xception", "ERR", "FATAL", "Warning", "raceback", "at ")
CODE_MARK = re.compile(r"[{}]|\);|\];|==|=>|->|::|\+=|\w = \w|&&|\|\|")
MOST_MARKS = 2  # an item about code quotes a little of it


def code(text: str, said: tuple[str, ...]) -> bool:
    """Whether the text looks like code; `said` are its words in lower case."""
    if CODE_SIGNS.isdisjoint(text) and CODE_WORDS.isdisjoint(said):
        return False
    return CODE.search(text) is not None or len(CODE_MARK.findall(text)) > MOST_MARKS


def failure(text: str) -> bool:
    """Whether it looks like the message of a program."""
    return any(part in text for part in FAILS) and FAILURE.search(text) is not None
