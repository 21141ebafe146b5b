"""The judgement: who should do the next step, how sure that is, what is missing, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from task_assistant.domain.readiness.delta import Delta
from task_assistant.domain.readiness.features import Features, Look, look
from task_assistant.domain.readiness.matter import Matter
from task_assistant.domain.readiness.prior import Prior, Scale, Three, prior
from task_assistant.domain.readiness.reading import READ
from task_assistant.domain.readiness.review import ReviewRules
from task_assistant.domain.readiness.wording import Reason, missing, next_action, question, reasons

# In lower case. Words that speak to the assessor, or to whoever reads the task, are no ground for giving it away.
SPEAKS_TO_US = re.compile(
    r"\b(codex|suggested_assignee|agent_probability|assessment|system prompt|ignore (?:all|any|your|previous|the)|"
    r"assign (?:me|this|it|yourself)|(?:ai|agents?) (?:should|must|can|may)|delegate (?:this|it|everything) to|"
    r"(?:dear|hello|hi|hey|attention|you are an?) (?:ai|agent|assistant|bot|llm|language model)|"
    r"(?:ai|llm) (?:agent|assistant)|as an? (?:ai|llm|language model)|"
    r"(?:confidence|probability)\W{1,3}(?:to|of|at|is|\d+))\b",
)
TO_US = "it speaks to whoever judges it"
HONEST = 0.5  # the most that is said of a text that could not be read, or that speaks to the assessor


@dataclass(frozen=True, slots=True)
class Assessed:
    """`suggested_assignee` is `codex`, `me`, or None when `question` must be asked first. There is always a reason."""

    suggested_assignee: str | None
    agent_probability: float
    missing: tuple[str, ...]
    review: str
    next_action: str
    question: str | None
    reasons: tuple[Reason, ...]
    features: Features


def assess(matter: Matter, delta: Delta | None = None, rules: ReviewRules | None = None) -> Assessed:
    """Judges a matter by the shipped prior and what this person's decisions changed about it. Never raises."""
    seen, model = look(matter), prior()
    shift = (delta or NO_DELTA).shift(seen.features)
    unfit = seen.reading.unreadable or (TO_US if _speaks_to_us(matter) else "")
    chances = _chances(seen, model, shift, modest=bool(unfit))
    suggested = _suggested(chances, model.scale(seen.features))
    return Assessed(
        suggested,
        round(chances[0], 3),
        missing(seen, suggested, chances),
        (rules or NO_RULES).need(matter),
        next_action(matter, suggested),
        question(seen, chances, unfit) if suggested is None else None,
        reasons(seen, suggested, chances, delta or NO_DELTA, matter, unfit),
        seen.features,
    )


def _chances(seen: Look, model: Prior, shift: Three, *, modest: bool) -> Three:
    """Of agent, human and "ask first"; modest where the words could not be read or speak to the assessor."""
    logits = model.logits(seen.features)
    sums = (logits[0] + shift[0], logits[1] + shift[1], logits[2] + shift[2])
    agent, human, ask = model.probabilities(sums, model.scale(seen.features))
    if modest:
        agent, human = min(agent, HONEST), min(human, HONEST)
        ask = 1.0 - agent - human
    return agent, human, ask


def _speaks_to_us(matter: Matter) -> bool:
    """Of the description, too: one may order things where the title is a bare noun."""
    lower = f"{matter.title[:READ]}\n{(matter.description or '')[:READ]}".lower()
    return SPEAKS_TO_US.search(lower) is not None


def _suggested(chances: Three, scale: Scale) -> str | None:
    if chances[0] >= scale.sure_agent:
        return "codex"
    return "me" if chances[1] >= scale.sure_human else None


NO_DELTA = Delta()
NO_RULES = ReviewRules()
