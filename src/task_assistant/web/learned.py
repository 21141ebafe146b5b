"""How good suggestions are, what was learned from the person, and the person's rules: a part of the settings page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from task_assistant.domain.delegating import ENOUGH, AssignRule, Measured, measured, reached
from task_assistant.domain.measures import BANDS, Measures, Precision
from task_assistant.domain.roles import Role
from task_assistant.services.delegating import scope, scopes
from task_assistant.services.learning import Habit
from task_assistant.services.rules import PRECISIONS, ReviewRule
from task_assistant.web.owner_label import agents
from task_assistant.web.site import Site
from task_assistant.web.suggestions import MISSING, named
from task_assistant.web.visits import Visit

WEEKS = 12


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week: decisions, those with a suggestion and how many of these agreed, and how many went to agents."""

    name: str
    decided: int
    suggested: int
    right: int
    delegated: int


@dataclass(frozen=True, slots=True)
class BandLine:
    """Suggestions of a confidence: for each owner how many there were and how many were right."""

    name: str
    codex: Precision
    me: Precision


@dataclass(frozen=True, slots=True)
class HabitLine:
    """A habit in words: what decisions, how far they moved the scale, and towards whom."""

    words: str
    points: str
    towards: str


@dataclass(frozen=True, slots=True)
class AssignLine:
    """A rule that assigns, with what was measured in its place. `working`: the owners for whom it holds now."""

    id: str
    place: str
    wanted: int
    codex: Precision
    me: Precision
    working: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Learned:
    """Everything of the section."""

    decisions: int
    codex: Precision
    me: Precision
    weeks: tuple[WeekLine, ...]
    bands: tuple[BandLine, ...]
    missing: tuple[tuple[str, int], ...]
    others: tuple[tuple[str, int, int, int], ...]
    habits: tuple[HabitLine, ...]
    review_rules: tuple[ReviewRule, ...]
    assign_rules: tuple[AssignLine, ...]
    places: tuple[tuple[str, Precision, Precision], ...]
    keys: tuple[tuple[str, str], ...]
    precisions: tuple[tuple[str, str], ...]
    enough: int = ENOUGH


async def learned(site: Site, visit: Visit) -> Learned:
    """Reads what the section shows."""
    services = site.services
    taught = await services.learning.measured(visit.caller)
    rules, measures = await services.rules.read(), taught.measures
    keys = [key for key in await services.keys.all(visit.caller) if key.role in (Role.ADAPTER, Role.AGENT)]
    return Learned(
        decisions=taught.delta.count,
        codex=measures.precision("all", "codex"),
        me=measures.precision("all", "me"),
        weeks=_weeks(measures),
        bands=_bands(measures),
        missing=_missing(measures),
        others=tuple(_proposer(by, counts) for by, counts in sorted(measures.others.items())),
        habits=tuple(_habit(habit) for habit in await services.learning.habits(visit.caller)),
        review_rules=rules.review,
        assign_rules=tuple(_assign(rule, measures) for rule in rules.assign),
        places=_places(measures),
        keys=tuple((f"{key.role.value}:{key.name}", key.name) for key in keys),
        precisions=tuple((str(p), f"{p:.0%}") for p in PRECISIONS),
    )


def _proposer(by: str, counts: Sequence[int]) -> tuple[str, int, int, int]:
    proposed, right, builtin_right = counts
    return named(by), proposed, right, builtin_right


def _weeks(measures: Measures) -> tuple[WeekLine, ...]:
    """The last weeks with decisions, newest first."""
    newest = sorted(measures.weeks.items(), reverse=True)[:WEEKS]
    return tuple(WeekLine(n, w.decided, w.suggested, w.right, w.delegated) for n, w in newest)


def _bands(measures: Measures) -> tuple[BandLine, ...]:
    def precision(owner: str, low: float) -> Precision:
        of, right = measures.bands.get(f"{owner} {low}", (0, 0))
        return Precision(right, of)

    lines = [BandLine(_band(n), precision("codex", low), precision("me", low)) for n, low in enumerate(BANDS)]
    return tuple(line for line in lines if line.codex.of or line.me.of)


def _band(n: int) -> str:
    low = BANDS[n]
    if n == 0:
        return f"{low:.0%} and more"
    return f"{low:.0%} to {BANDS[n - 1]:.0%}" if low else f"below {BANDS[n - 1]:.0%}"


def _missing(measures: Measures) -> tuple[tuple[str, int], ...]:
    most = sorted(measures.missing.items(), key=lambda each: (-each[1], each[0]))
    return tuple((MISSING.get(name, name), count) for name, count in most)


def _habit(habit: Habit) -> HabitLine:
    towards = agents() if habit.points > 0 else "you"
    return HabitLine(habit.words, f"+{abs(habit.points):.1f}", towards)


def _assign(rule: AssignRule, measures: Measures) -> AssignLine:
    there = measured(measures, scope(rule))
    allowed = [named(key) for key in rule.keys]
    senders = "any sender" if "*" in rule.senders else ", ".join(rule.senders) or "no sender"
    words = f"{', '.join(allowed)}; {senders}" if allowed else "your own captures only"
    return AssignLine(
        rule.id, f"{rule.by} {rule.what}", round(rule.precision * 100), there.codex, there.me,
        _working(rule, there), words,
    )  # fmt: skip


def _working(rule: AssignRule, there: Measured) -> str:
    owners: Sequence[tuple[str, Precision]] = ((agents(), there.codex), ("you", there.me))
    return " and ".join(name for name, precision in owners if reached(rule, precision))


def _places(measures: Measures) -> tuple[tuple[str, Precision, Precision], ...]:
    """What was measured by origin, to choose by."""
    return tuple(
        (place.removeprefix("origin:"), measures.precision(place, "codex"), measures.precision(place, "me"))
        for place in scopes(measures)
    )
