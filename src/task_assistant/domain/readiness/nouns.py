"""The signs in a to-do item without a verb: a thing, and nobody knows what should become of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Vote, said, shortened

SERVICE_NOUN = re.compile(
    r"\b(appoint?ments?|estimates?|quotes?|research|renewals?|payments?|bills?|refills?|orders?|subscriptions?|rsvp|"
    r"tracking|reservations?|bookings?|comparisons?)\b"
)
OWN_TIME = re.compile(r"\b(fixed|done|cleaned|workout|laundry|class|training|lesson|practice|game)\b")
FOR_SOMEBODY = re.compile(r"\b(for|to) (work|school|kids|me|class)\b")

Votes = Iterable[Vote]


def _bare(line: Reading) -> Votes:
    n, known = len(line.body), bool({"o.admin", "o.money"} & line.things.keys())
    whole = shortened(line.text)
    if n <= 3:
        yield Vote("no verb", "ask", 0.6 if known else 1.5 if n <= 2 else 0.8, whole)
    elif n <= 8:
        yield Vote("no verb", "ask", 0.3, whole)
    if "o.gift" in line.things:
        yield Vote("taste", "ask", 0.8, said(line, line.things["o.gift"]))
    if line.things.keys() & {"o.food", "o.wear"}:
        yield Vote("no verb", "ask", 0.3, whole)


def _bare_money(line: Reading) -> Votes:
    if word := line.things.get("o.money"):
        yield Vote("money", "agent", 1.6, said(line, word))
    if word := line.things.get("o.travel"):
        yield Vote("travel", "agent", 0.8, said(line, word))
    if (word := line.things.get("o.code")) and len(line.body) >= 4:
        yield Vote("code", "agent", 1.0, said(line, word))


def _bare_own(line: Reading) -> Votes:
    if word := line.things.get("o.school"):
        yield Vote("learning", "human", 1.0, said(line, word))
    elif word := line.things.get("o.body"):
        yield Vote("body", "human", 1.0, said(line, word))
    if found := OWN_TIME.search(line.lower):
        yield Vote("being there", "human", 1.5, found[0])
    if found := FOR_SOMEBODY.search(line.lower):
        yield Vote("being there", "human", 1.0, found[0])


def _bare_service(line: Reading) -> Votes:
    if found := SERVICE_NOUN.search(line.lower):
        yield Vote("paperwork", "agent", 1.5, found[0])
    elif word := line.things.get("o.admin"):
        yield Vote("paperwork", "agent", 1.2, said(line, word))


def _reported(line: Reading) -> Votes:
    """What is wrong or wished for in a program, told at length."""
    if word := len(line.body) >= 6 and line.things.get("o.code"):
        yield Vote("code", "agent", 1.2, said(line, word))


RULES = (_bare, _bare_money, _bare_own, _bare_service, _reported)
