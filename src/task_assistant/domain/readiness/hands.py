"""The signs of work by hand in a to-do item, and of what has the same verbs at a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from task_assistant.domain.readiness.lexicon import words
from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Vote, said, shortened

BODILY = words("o.house o.wear o.auto o.food o.pet o.tech o.place")
ON_SCREEN = words("o.code o.work o.money o.photo")
MENDING = words("fix repair troubleshoot resolve")
WRONG = words(
    "bug bugs error errors crash crashes typo typos link links test tests leak warning warnings issue login"
)
SCREENED = frozenset(("o.code", "o.work", "o.money", "o.photo", "o.admin"))
MOVED = words("move change shift set")
FOR_SALE = re.compile(r"\b(for sale|on (ebay|craigslist|etsy)|online)\b")
DETAILS = re.compile(
    r"\b(address|password|mortgage|settings?|subscription|plan|email|inbox|autopay|direct debit|standing order)\b"
)

Votes = Iterable[Vote]


def body(line: Reading) -> Votes:
    """Work with the body, but for what is done at a screen by the same verb: move an appointment, clean up data."""
    kinds = line.things.keys()
    if line.head in MOVED and kinds & {"o.visit", "o.travel"}:
        yield Vote("scheduling", "agent", 1.8, said(line, line.head))
        return
    if found := FOR_SALE.search(line.lower):
        yield Vote("filing", "agent", 2.5, found[0])
    if "v.chore" in line.verbs and "v.digital" not in line.verbs:
        screen = (kinds & ON_SCREEN and not kinds & BODILY) or SCREENED & set(line.last)
        yield Vote("body", "human", 0.3 if screen else 2.2, said(line, line.head, *line.content[:1]))


def hands_or_screen(line: Reading) -> Votes:
    """Fixing, setting up, changing: by hand or at a screen, as the thing says; unclear where nothing says it."""
    if "v.handle" not in line.verbs:
        return
    if len(line.content) <= 1 and "o.house" not in line.things:
        yield Vote("unclear", "ask", 0.8, shortened(line.text))
    kinds, quoted = line.things.keys(), said(line, line.head, *line.content[:1])
    if line.head in MENDING and len(line.content) <= 2 and not WRONG & set(line.content):
        yield Vote("unclear", "ask", 1.2, shortened(line.text))
    if found := DETAILS.search(line.lower):
        yield Vote("filing", "agent", 1.4, found[0])
    elif (kinds & ON_SCREEN and not kinds & BODILY) or ("o.code" in kinds and "o.tech" not in kinds):
        yield Vote("code" if "o.code" in kinds else "filing", "agent", 1.4, quoted)
    elif kinds & BODILY:
        yield Vote("body", "human", 1.8, quoted)
    else:
        yield Vote("unclear", "ask", 0.5, quoted)
        yield Vote("body", "human", 0.5, quoted)
