"""The signs in a sentence, such as one of an e-mail: what is asked of the person, and whether anything is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Side, Vote

DOABLE = (
    "send|forward|e-?mail|fax|copy|provide|add|remove|change|update|make|revise|prepare|draft|check|confirm|include|"
    "print|save|schedule|set up|setup|arrange|get|find|look|respond|reply|advise|tell me|"
    "let (?:me|us|him|her|them) know|"
    "give (?:me|us|him|her)|pull|run|put|fill|complete|submit|contact|ask|verify|correct|distribute|pass|route|post|"
    "resend|note|book|order|move|create|redraft|rewrite|summarize"
)
DAYS = r"mon|tue|wed|thu|fri|sat|sun|\d"


class Pattern(NamedTuple):
    """A sign: what it is called, whom it speaks for, how strongly, and how it is worded."""

    signal: str
    side: Side
    points: float
    words: re.Pattern[str]


def _worded(*ways: str) -> re.Pattern[str]:
    return re.compile("|".join(ways))


PATTERNS = (
    Pattern("request", "agent", 1.6, _worded(
        r"\b(?:please|pls|kindly|can you|could you|would you|will you|can i get|could i get|may i have|need you to|"
        rf"want you to|like you to)\b[^.?!]{{0,25}}?\b(?:{DOABLE})\b",
        r"^(?:send|forward|e-?mail|fax|copy|add|remove|update|schedule|book|order|check|confirm|include|find|get)\b",
    )),
    Pattern("scheduling", "agent", 1.3, _worded(
        r"\b(?:are|r) (?:you|u|we) (?:available|free)\b", r"\bwhen (?:are|do|would|will|can|could) (?:you|we)\b",
        r"\bwhat (?:time|day|date)s?\b",
        rf"\bhow(?:'s| is| about)\b[^.?!]{{0,80}}\b(?:{DAYS}|tomorrow|today|lunch|dinner)",
        r"\bset (?:up|a)\b[^.?!]{0,60}\b(?:meeting|call|time|lunch|conference|date)",
        r"\b(?:schedule|reschedule|arrange)\b[^.?!]{0,60}\b(?:meeting|call|time|conference|visit|lunch)",
        r"\b(?:your|my) (?:availability|schedule|calendar)\b", r"\bavailable\b", r"\bconference call\b",
        rf"\b(?:meet|meeting|call|lunch|dinner)\b[^.?!]{{0,60}}\b(?:on|at|next|this) (?:{DAYS}|week)",
    )),
    Pattern("voice", "human", 1.8, _worded(
        r"\b(?:call|ring|phone) (?:me|us|him|her|them)\b", r"\bgive (?:me|us|him|her) a (?:call|ring|buzz|shout)\b",
        r"\b(?:we|i) need to (?:talk|discuss|speak)\b", r"\blet'?s (?:talk|discuss|chat)\b",
        r"\bneed to (?:talk|speak)\b", r"\b(?:speak|talk) (?:to|with) you\b", r"\bin person\b", r"\bget together\b",
        r"\b(?:talk|speak) (?:to|with) [a-z]+\b", r"\btouch base\b", r"\bwork (?:on this )?with [a-z]+\b",
    )),
    Pattern("place", "human", 1.8, _worded(
        r"\bhard cop(?:y|ies)\b", r"\b(?:in|by|through) the mail\b", r"\bby mail\b",
        r"\bbring (?:it|them|your|the|a)\b", r"\b(?:stop|come|drop) (?:by|over|in)\b",
        r"\bpick (?:me|him|her|them|us) up\b", r"\bsign (?:the|and|it|this)\b",
    )),
    Pattern("not to do", "ask", 1.2, _worded(
        r"\bplease (?:ignore|disregard|do not|don't|delete)\b",
        r"\b(?:do not|don't) (?:make|send|reply|respond|worry|waste)\b",
    )),
    Pattern("your word", "human", 1.3, _worded(
        r"\bwhat (?:would|do) you (?:say|change|suggest|want|prefer)\b", r"\b(?:do|shall) we (?:need|want|meet)\b",
        r"\b(?:will|would) you be able to\b", r"\byour (?:wish|decision|choice|call)\b", r"\bdo you foresee\b",
        r"\b(?:do|would) you mind\b", r"\bwhat do you think\b",
        r"\b(?:your|any) (?:thoughts|opinion|feedback|comments|approval|view)",
        r"\bdo you (?:want|like|prefer|agree|feel|think)\b", r"\bare you (?:interested|ok|okay|comfortable)\b",
        r"\bwould you (?:like|prefer|be interested|consider|recommend)\b", r"\b(?:approve|approval|permission|sign)\b",
        r"\bshould (?:we|i)\b", r"\binterested\b",
        r"\blet me know (?:if|whether) (?:you|this|that) (?:want|like|think|agree|is ok|are interested)",
        r"\b(?:join|attend|participate)\b", r"\bif you(?:'d| would) like\b",
        r"\bwould like (?:you|to have you) to\b",
    )),
    Pattern("courtesy", "ask", 1.3, _worded(
        r"\b(?:any|have) (?:further |additional |other )?(?:questions?|problems?|concerns?)\b", r"\bfeel free\b",
        r"\bhesitate\b", r"\blook(?:ing)? forward\b", r"\bhappy to\b", r"\bglad to\b", r"\bthank you\b",
        r"\bwelcome\b", r"\bif you (?:received|believe|feel|think|did)\b",
        r"\bwe (?:will|'ll|are|look|shall|hope|can)\b", r"\bfor more information\b",
    )),
    Pattern("question", "agent", 0.9, _worded(
        r"^(?:do|did|does|is|are|was|were|has|have|what|which|who|where|when|how|why|any)\b[^?]{0,300}\?",
        r"\bdo you know\b", r"\bwondering (?:if|whether)\b",
    )),
    Pattern("opting out", "agent", 1.5, _worded(
        r"\bopt[- ]?out\b", r"\bunsubscribe\b", r"\bstop (?:receiving|getting)\b",
        r"\bremove\b[^.]{0,60}\b(?:list|mailing|me)\b", r"\bno longer (?:wish|want)\b", r"\bnot be contacted\b",
    )),
)  # fmt: skip
MAILING = _worded(
    r"\$link", r"https?:", r"\bclick\b", r"\bunsubscribe\b", r"\bdownload\b", r"\bapp\b", r"\bsubscri", r"\baccount\b",
    r"\bour (?:site|website|team|service|customers|newsletter|privacy|users|app)\b",
    r"\b(?:survey|browser|paste|shipping|customer service|fields|below|newsletter|purchase)\b",
    r"\bthis (?:e-?mail|message)\b",
    r"\b(?:following|the) (?:link|url|address|page)\b", r"\b(?:your|the) (?:order|device|product|credit)\b",
    r"\b(?:itunes|app store|android|iphone|ipad|facebook|twitter)\b", r"\bfree\b", r"\bemail address\b",
)  # fmt: skip


def votes(line: Reading) -> Iterable[Vote]:
    """The votes of every pattern that is there; a sentence with none of them asks nothing plainly."""
    found = list(_patterns(line))
    return found or [Vote("nothing asked", "ask", 0.7, line.text.strip()[:60])]


def _patterns(line: Reading) -> Iterable[Vote]:
    mailing = list(dict.fromkeys(match[0] for match in MAILING.finditer(line.lower)))
    if mailing:
        yield Vote("mailing", "ask", 1.6 if len(mailing) > 1 else 0.8, ", ".join(mailing[:3]))
    for signal, side, points, words in PATTERNS:
        if match := words.search(line.lower):
            weaker = signal == "request" and len(mailing) > 1
            yield Vote(signal, side, 0.3 if weaker else points, _as_written(line, match))


def _as_written(line: Reading, match: re.Match[str]) -> str:
    return " ".join(line.text[match.start() : match.end()].split())[:60]
