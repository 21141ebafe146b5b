"""The signs of a message in a to-do item: whether it says what to write, and whether it goes by post."""

from __future__ import annotations

from collections.abc import Iterable

from task_assistant.domain.readiness.lexicon import words
from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Vote, said, shortened

GOODS = words("o.food o.house o.wear o.tech o.gift o.pet o.photo o.media o.auto")
CLEAR_MESSAGE = words(
    "reply respond answer ask rsvp remind notify inform follow followup forward submit invite contact reach"
)
ABOUT = words("about re regarding to on concerning whether")
VAGUE = words("info stuff content things paperwork it them this that something docs details note notes")
IN_POST = words(
    "back form forms lease papers documents check checks cheque letter letters package packages parcel box card cards"
    " postcard envelope"
)

Votes = Iterable[Vote]


def message(line: Reading) -> Votes:
    """Writing to somebody, which an agent does where it is said what about; by post, the person."""
    if "v.write_to" not in line.verbs and line.body[:2] != ("follow", "up"):
        return
    n, quoted = len(line.content), said(line, line.head, *line.content[:1])
    if line.head in CLEAR_MESSAGE:
        yield from _clear_message(line, quoted)
    elif line.head in ("send", "cc", "resend"):
        yield from _sending(line, quoted)
    elif n <= 2:
        yield Vote("unknown", "ask", 2.2, quoted)
    else:
        yield Vote("messaging", "agent", 1.4, quoted)
    if "call" in line.content[:1]:
        yield Vote("voice", "human", 1.5, said(line, "call"))


def _clear_message(line: Reading, quoted: str) -> Votes:
    n = len(line.content)
    yield Vote("messaging", "agent", 1.6, quoted) if n else Vote("unknown", "ask", 1.5, quoted)
    if line.head in ("followup", "follow", "contact", "reach") and n <= 3 and not ABOUT & set(line.body):
        yield Vote("unclear", "ask", 0.9, shortened(line.text))


def _sending(line: Reading, quoted: str) -> Votes:
    content = set(line.content)
    yield Vote("messaging", "agent", 0.9, quoted)
    if len(line.content) <= 1:
        yield Vote("unknown", "ask", 0.5, quoted)
    if VAGUE & content:
        yield Vote("unknown", "ask", 1.0, said(line, *[word for word in line.content if word in VAGUE]))
    if line.things.keys() & (GOODS - {"o.photo", "o.gift"}) or IN_POST & content:
        yield Vote("place", "human", 1.4, quoted)
