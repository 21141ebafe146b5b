"""The words of an assessment: reasons that quote, what is missing, the next action, and the one question to ask."""

from __future__ import annotations

from dataclasses import dataclass

from task_assistant.domain.readiness.delta import Delta
from task_assistant.domain.readiness.features import Look, bucket
from task_assistant.domain.readiness.matter import Matter
from task_assistant.domain.readiness.prior import Three, prior
from task_assistant.domain.readiness.reading import SMALL
from task_assistant.domain.readiness.votes import shortened

MOST = 4
CLOSE, WORTH_SAYING = 0.2, 0.5
SIDES = ("agent", "human", "ask")
SIDE = {"codex": "agent", "me": "human", None: "ask"}
PHYSICAL = frozenset({"place", "body", "being there", "own papers"})
QUESTIONS = {
    "no verb": "What should be done about “{about}”?",
    "nothing said": "What is this about?",
    "unknown": "What should it say, or be about?",
    "unclear": "What should be there when “{about}” is done?",
    "nothing named": "What is “{about}” about?",
    "taste": "What do you have in mind?",
    "mailing": "Is there anything to do here, or can it go?",
    "courtesy": "Does this ask anything of you?",
    "telling": "Does this ask anything of you?",
    "nothing asked": "Does this ask anything of you?",
    "not to do": "Is there anything to do here, or can it go?",
}
FOREIGN = "What should be done here? (It could not be judged by its words.)"
TORN = "Will you do “{about}” yourself, or may an agent?"
MEANINGS = {"sign:": "", "from:": "came by ", "head:": "begins with ", "context.": "has a ", "style.": ""}
STYLES = {"style.t": "a to-do item", "style.s": "a sentence from a message"}


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal, the words (or context, or earlier decisions) that gave it, and its points for what is suggested."""

    signal: str
    evidence: str
    points: float


def reasons(
    seen: Look, suggested: str | None, chances: Three, delta: Delta, matter: Matter, unfit: str = ""
) -> tuple[Reason, ...]:
    """At most four, the strongest first; at least one. Negative points speak against the suggestion.

    `unfit` says why the words are no ground for a judgement; then it is the reason, and no sign in them for asking.
    """
    side = SIDE[suggested]
    found = [
        Reason(vote.signal, vote.evidence, round(vote.points if vote.side == side else -vote.points, 1))
        for vote in seen.votes
        if not (unfit and vote.side == "ask")
    ]
    if unfit:
        found.append(Reason("wording", unfit, 3.0 if side == "ask" else -3.0))
    found += _decided(seen, suggested, delta)
    found += _context(seen, side, matter)
    if suggested is None and not unfit and max(chances[:2]) >= chances[2]:
        close = abs(chances[0] - chances[1]) < CLOSE
        both = f"an agent {chances[0]:.0%}, you {chances[1]:.0%}"
        found.append(Reason("close call" if close else "not sure enough", both, 0.5))
    for_it = sorted((one for one in found if one.points > 0), key=lambda one: -one.points)
    against = sorted((one for one in found if one.points <= -WORTH_SAYING), key=lambda one: one.points)
    if not for_it:
        for_it = [_wording(seen, side)]
    return tuple([*_distinct(for_it), *_distinct(against)[: 1 if suggested else 2]][:MOST])


def _context(seen: Look, side: str, matter: Matter) -> list[Reason]:
    """What lies around the words: a thread, a description."""
    found = []
    if matter.thread and side == "agent":
        found.append(Reason("thread", (matter.source_name or matter.source_url or "its source")[:60], 0.4))
    if matter.described and (side == "agent" or seen.told):
        found.append(Reason("description", shortened(matter.description or ""), 0.3))
    return found


def _wording(seen: Look, side: str) -> Reason:
    """The word that weighs most in the model for this side: all there is to show where no sign was found."""
    line, place = seen.reading, SIDES.index(side)
    style = "s.w:" if line.sentence else "t.w:"
    told = [token for token in line.raw if token.isalpha() and token.lower() not in SMALL]
    if not told:
        return Reason("wording", shortened(line.text) or "nothing is said", 0.1)

    def weighs(token: str) -> float:
        three = prior().bucket(bucket(style + token.lower()))
        return 1.5 * three[place] - sum(three) / 2

    return Reason("wording", max(told, key=weighs), 0.1)


def _distinct(found: list[Reason]) -> list[Reason]:
    """The strongest of each signal."""
    seen: dict[str, Reason] = {}
    for one in found:
        seen.setdefault(one.signal, one)
    return list(seen.values())


def _decided(seen: Look, suggested: str | None, delta: Delta) -> list[Reason]:
    """The person's earlier decisions, where they weigh something."""
    told: list[Reason] = []
    if not delta.weights:
        return told
    for name in seen.features.named:
        points = delta.points(name)
        if abs(points) >= 0.3 and name.startswith(("sign:", "head:", "from:")):
            towards = points if suggested == "codex" else -points
            told.append(Reason("your decisions", f"{meaning(name)}", round(towards, 1)))
    return sorted(told, key=lambda one: -abs(one.points))[:1]


def meaning(name: str) -> str:
    """What a learned feature is, in words: `head:call` is “call …”."""
    if name.startswith("head:"):
        return f"“{name[5:]} …”"
    if name in STYLES:
        return STYLES[name]
    for prefix, words in MEANINGS.items():
        if name.startswith(prefix):
            return words + name[len(prefix) :]
    return name


def missing(seen: Look, suggested: str | None, chances: Three) -> tuple[str, ...]:
    """What keeps an agent from it: physical, decision, information, credential, in the order of the contract."""
    signals = {vote.signal for vote in seen.votes}
    sides = {vote.side for vote in seen.votes}
    gone = set()
    if suggested == "me" or chances[1] > 0.4:
        if signals & PHYSICAL:
            gone.add("physical")
        if signals & {"taste", "your word", "signature", "voice", "learning"}:
            gone.add("decision")
    if suggested is None and ("ask" in sides or chances[2] > chances[1]):
        gone.add("information")
    if suggested is None and not gone:
        gone.add("decision")
    return tuple(name for name in ("information", "decision", "credential", "physical") if name in gone)


def next_action(matter: Matter, suggested: str | None) -> str:
    """The first step, in one line."""
    title = " ".join(matter.title.split())[:120]
    if suggested == "codex":
        return f"Hand to an agent: {title}"
    return f"Do it yourself: {title}" if suggested == "me" else f"Say more: {title}"


def question(seen: Look, chances: Three, unfit: str = "") -> str:
    """The one thing to ask: about what weighs most, or who should do it when both could."""
    about = shortened(seen.reading.text)
    if unfit:
        return FOREIGN
    asks = sorted((vote for vote in seen.votes if vote.side == "ask"), key=lambda vote: -vote.points)
    if asks and chances[2] >= max(chances[0], chances[1]) / 2:
        return QUESTIONS.get(asks[0].signal, TORN).format(about=about)
    return TORN.format(about=about)
