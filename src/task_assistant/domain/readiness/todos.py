"""The signs in a to-do item: its verb, what it is about, and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain

from task_assistant.domain.readiness import nouns
from task_assistant.domain.readiness.hands import MOVED, body, hands_or_screen
from task_assistant.domain.readiness.lexicon import words
from task_assistant.domain.readiness.messages import GOODS, IN_POST, message
from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Vote, said, shortened

AWAY = words(
    "to up out in ready rid going started together off gas oil cash quarters dirt mulch back over better"
)
TRY_OUT = re.compile(r"\b(a feel for|to know|up to date|better at|used to|familiar|touch base|catch up)\b")
IDIOMS = {
    "being there": {
        ("look", "after"),
        ("pay", "attention"),
        ("pay", "respects"),
        ("take", "care"),
        ("show", "up"),
    },
    "voice": {("return", "call"), ("return", "calls")},
    "learning": {("pay", "heed"), ("look", "forward"), ("get", "better"), ("get", "used")},
}
ELSEWHERE_THAN_THERE = words("v.schedule v.make v.research v.write_to v.code")
ARTICLES = words("the a an my our your his her their some")
NOTHING_NAMED = words("it this that thing things stuff something anything everything")
# Papers of a person, for which an office wants to see the person, a photograph or a signature.
OWN_PAPERS = re.compile(
    r"\b(passports?|(?:driver'?s?|driving|drivers') licen[cs]es?|licen[cs]e renewal|id cards?|identity cards?|"
    r"birth certificates?|green ?card|social security card|marriage licen[cs]e|residence permit|visa interview)\b"
)
OWN_HAND = words(
    "card cards condolence condolences speech hw homework essay essays thesis exam quiz pset vows diary journal memoir"
    " toast eulogy hand"
)
WITH_WHOM = words("meeting meetings appointment call calls work time interview interviews lunch dinner")
WITH_PEOPLE = re.compile(r"\b(training|lesson|class|practice|interview|meeting|call|exam)\b")
SERVICED = re.compile(
    r"\b(done|cut|ready|together|made|oil change|tune ?up|(?!need|used|red\b)\w{2,}ed|haircut|paid)$"
)
SIGNED = re.compile(r"\bsign(?:ed)? (?:the |a )?(?:contracts?|papers?|lease|forms?|deposit)\b")

Votes = Iterable[Vote]


def votes(line: Reading) -> Votes:
    """The votes of every rule that finds its sign."""
    if not line.words:
        return (Vote("nothing said", "ask", 2.0, shortened(line.text) or "no words"),)
    if idiom := tuple(_idiom(line)):
        return idiom
    rules = RULES if line.verbs else (*nouns.RULES, _own_papers, _with_people)
    return chain.from_iterable(rule(line) for rule in rules)


# -- with a verb -------------------------------------------------------------------------------------------------------


def _get(line: Reading) -> Votes:
    if line.head != "get":
        return
    second = line.body[1] if len(line.body) > 1 else ""
    if line.body[1:3] == ("back", "to"):
        yield Vote("messaging", "agent", 1.6, said(line, "get", "back", "to"))
        return
    if SERVICED.search(line.lower):
        yield Vote("being there", "human", 2.5, shortened(line.text))
    elif second in AWAY or "from" in line.body or line.content[-1:] in (("cash",), ("quarters",), ("dirt",)):
        yield Vote("place", "human", 2.0, said(line, "get", second, "from"))
    elif word := next(
        (line.things[kind] for kind in ("o.legal", "o.visit", "o.body") if kind in line.things), None
    ):
        yield Vote("being there", "human", 1.0, said(line, "get", word))
    else:
        clear = line.things.keys() & GOODS or len(line.content) <= 2
        yield Vote("ordering", "agent", 1.6 if clear else 0.6, said(line, "get", *line.content[-1:]))


def _verb(name: str, signal: str, side: str, points: float) -> Callable[[Reading], Votes]:
    def rule(line: Reading) -> Votes:
        if name in line.verbs:
            yield Vote(signal, side, points, said(line, line.head))  # type: ignore[arg-type]  # one of three words

    return rule


def _idiom(line: Reading) -> Votes:
    """Verbs that mean something else with the word behind them."""
    for signal, ways in IDIOMS.items():
        if line.body[:2] in ways:
            yield Vote(signal, "human", 3.0, said(line, *line.body[:2]))


def _place(line: Reading) -> Votes:
    if line.head == "post" and IN_POST & set(line.content):
        yield Vote(
            "place", "human", 2.5, said(line, "post", *[word for word in line.content if word in IN_POST])
        )
    if line.head == "pick" and "up" not in line.body:
        yield Vote("taste", "human", 1.2, said(line, "pick", *line.content[:1]))
        return
    fetched = "v.fetch" in line.verbs or line.lower.startswith(("pick up", "drop off", "go "))
    if fetched and not (line.head in ("take", "move") and "o.code" in line.things):
        yield Vote("place", "human", 2.5, _first(line))


def _first(line: Reading) -> str:
    """The verb with what goes with it: its particle, or the first word that says something."""
    second = line.body[1:2]
    plain = bool(second) and second[0] in ARTICLES
    return said(line, line.head, *(line.content[:1] if plain else second))


def _own_papers(line: Reading) -> Votes:
    if (found := OWN_PAPERS.search(line.lower)) and not line.verbs & {
        "v.research",
        "v.write_to",
        "v.schedule",
    }:
        yield Vote("own papers", "human", 2.0, found[0])


def _signature(line: Reading) -> Votes:
    if "v.sign" in line.verbs and "up" not in line.body[1:2]:
        yield Vote("signature", "human", 2.5, said(line, line.head))
    if found := SIGNED.search(line.lower):
        yield Vote("signature", "human", 2.0, found[0])


def _scheduling(line: Reading) -> Votes:
    if noted := [word for word in line.content if word in ("calendar", "agenda")]:
        yield Vote("scheduling", "agent", 1.6, said(line, *noted[:1]))
        return
    if "v.schedule" in line.verbs and line.head != "appointment":
        yield Vote("scheduling", "agent", 1.6, said(line, line.head))
        if WITH_WHOM & set(line.content) and "with" not in line.body and len(line.content) <= 2:
            yield Vote("unclear", "ask", 1.4, shortened(line.text))
        elif len(line.content) <= 2 and not line.things:
            yield Vote("unclear", "ask", 1.2, shortened(line.text))
        elif len(line.content) <= 1:
            yield Vote("unclear", "ask", 0.4, shortened(line.text))


def _learning(line: Reading) -> Votes:
    if "v.learn" in line.verbs and "v.code" not in line.verbs:
        yield Vote("learning", "human", 1.6, said(line, line.head))
    if "o.school" in line.things and not line.verbs & {"v.schedule", "v.pay", "v.research", "v.buy"}:
        yield Vote("learning", "human", 0.6, said(line, line.things["o.school"]))


def _with_people(line: Reading) -> Votes:
    if found := TRY_OUT.search(line.lower):
        yield Vote("learning", "human", 2.4, found[0])
    if (
        "with" in line.body[1:]
        and (found := WITH_PEOPLE.search(line.lower))
        and not line.verbs & ELSEWHERE_THAN_THERE
        and line.head not in MOVED
    ):
        yield Vote("being there", "human", 1.5, found[0])
    if line.head in ("prep", "prepare") and "for" in line.body[1:3]:
        yield Vote("being there", "human", 1.8, said(line, line.head, "for"))


def _looking_over(line: Reading) -> Votes:
    """Reading what others wrote is judging it; looking something up is not."""
    if line.head in ("review", "check", "look", "verify") and "v.research" in line.verbs:
        over = line.head == "review" or "over" in line.body[1:2] or "with" in line.body
        yield Vote("taste", "human", 1.3 if over else 0.3, said(line, line.head, *line.body[1:2]))
    known = line.things and "v.apply" not in line.verbs
    if line.verbs & {"v.research", "v.apply", "v.get"} and len(line.content) <= 1 and not known:
        yield Vote("unclear", "ask", 0.9, shortened(line.text))
    if "list" in line.content and line.head in ("compile", "make", "create", "finalize", "write"):
        yield Vote("unclear", "ask", 1.2, said(line, *line.content[-2:]))


def _for_somebody(line: Reading) -> Votes:
    if "o.gift" in line.things and line.verbs & {"v.buy", "v.get"} and "id" not in line.body:
        yield Vote("taste", "ask", 1.2, said(line, line.things["o.gift"]))
    if "v.buy" in line.verbs and line.start:
        yield Vote("place", "human", 1.5, shortened(line.text))


def _making(line: Reading) -> Votes:
    if "v.make" not in line.verbs:
        return
    own = (
        line.content[-1:]
        if {"o.food", "o.body"} & set(line.last)
        else tuple(word for word in line.content if word in OWN_HAND)
    )
    if own:
        yield Vote("body", "human", 1.3, said(line, line.head, *own[:1]))
    else:
        yield Vote("writing", "agent", 1.2, said(line, line.head))


def _on_screen(line: Reading) -> Votes:
    if "v.digital" in line.verbs:
        app = "app" in line.content or "apps" in line.content
        if app and line.head == "download":
            yield Vote("body", "human", 1.4, said(line, line.head, "app", "apps"))
            return
        yield Vote("data", "agent", 1.0, said(line, line.head))
        if len(line.content) <= 1:
            yield Vote("unclear", "ask", 0.4, shortened(line.text))


def _code(line: Reading) -> Votes:
    if "v.code" not in line.verbs:
        return
    if "v.handle" in line.verbs:
        if "o.code" in line.things:
            yield Vote("code", "agent", 0.6, said(line, line.things["o.code"]))
    elif not line.verbs & {"v.chore", "v.fetch"}:
        word = line.things.get("o.code")
        yield Vote("code", "agent", 1.6 if word else 0.7, said(line, line.head, *((word,) if word else ())))


def _alone(line: Reading) -> Votes:
    if not line.content:
        yield Vote("unclear", "ask", 1.2, shortened(line.text))
    elif len(line.content) <= 3 and (unnamed := [word for word in line.body[1:] if word in NOTHING_NAMED]):
        yield Vote("nothing named", "ask", 1.5, said(line, *unnamed[:1]))


RULES = (
    _get, _verb("v.buy", "ordering", "agent", 2.0), _place, _verb("v.exercise", "body", "human", 2.5), _signature,
    _verb("v.give", "place", "human", 1.2), _verb("v.host", "being there", "human", 2.0), _own_papers, body,
    hands_or_screen, _verb("v.voice", "voice", "human", 2.2), message,
    _verb("v.pay", "money", "agent", 2.0), _verb("v.apply", "filing", "agent", 1.4),
    _verb("v.research", "research", "agent", 1.6), _scheduling, _learning,
    _verb("v.decide", "taste", "human", 1.2), _with_people, _looking_over, _for_somebody, _making, _on_screen, _code,
    _alone,
)  # fmt: skip
