"""From the kept numbers to the figures that are shown, each with the sentence that says what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from task_assistant.domain.due_dates import DAYS_BY_PRIORITY
from task_assistant.domain.insights import CLASSES, ON, Stage
from task_assistant.services.usage import Used

Numbers = Mapping[str, Mapping[str, int]]

# What each figure is, in a sentence; the page, the API, the CLI and docs/insights.md say the same.
DEFINITIONS: dict[str, str] = {
    "routing": "Of your choices of an owner that were made in sight of a suggestion: how many followed it. A choice "
    "where the assistant asked first instead of suggesting is counted as open, and an undone choice not at all.",
    "delegated": "How often a task was given to agents, of all times that one was given to agents or to you.",
    "flow": "Tasks that were captured, done, cancelled and reopened in each week (Monday to Sunday, UTC).",
    "ages": "Open tasks by what they wait for, and since when they have waited for that. A deferral counts as waiting.",
    "waits": "How long tasks waited at a stretch, for each stretch that ended: on you (to triage, to do, to review, to "
    "answer), on agents (to claim, to finish), on others (an outside block).",
    "agents": "Results of each agent that you approved, of all that you approved or sent back. Results that closed a "
    "task without a review are counted apart.",
    "rounds": "How many results it took until you approved one.",
    "deadlines": "Tasks done by the deadline that was given, and those done later.",
    "estimates": "Tasks without a deadline: done by the due time that the server estimated from the priority, or "
    "later; and how long they took from capture.",
    "sources": "Tasks by where they came from: captured, and done, in these weeks.",
    "cost": "What agents reported to have used, by agent, over the attempts that ended in the last 35 days at most.",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What figures are made of. `costs` None: not for this reader. `behind`: events that are not counted yet."""

    today: date
    weeks: int
    days: Mapping[date, Numbers]
    ages: Mapping[Stage, Mapping[date, int]]
    costs: Sequence[Used] | None
    behind: int


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; `share` from 0 to 1, None while there is nothing to share."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """To three places."""
        return round(self.part / self.whole, 3) if self.whole else None


@dataclass(frozen=True, slots=True)
class Week:
    """The week that begins on this Monday."""

    starts: date
    created: int
    done: int
    cancelled: int
    reopened: int


@dataclass(frozen=True, slots=True)
class Ages:
    """The open tasks of a stage by how long they have waited, in whole days."""

    stage: Stage
    on: str
    tasks: int
    day: int
    week: int
    month: int
    older: int
    oldest_days: int


@dataclass(frozen=True, slots=True)
class Length:
    """Durations: how many, their mean, and within how many seconds half of them were (None: longer than 30 days)."""

    n: int
    mean_seconds: int | None
    half_within_seconds: int | None


@dataclass(frozen=True, slots=True)
class Wait:
    """How long tasks waited in a stage."""

    stage: Stage
    on: str
    length: Length


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """What became of an agent's results."""

    name: str
    approved: int
    sent_back: int
    unreviewed: int

    @property
    def acceptance(self) -> float | None:
        """Approved, of all that were reviewed."""
        return Share(self.approved, self.approved + self.sent_back).share


@dataclass(frozen=True, slots=True)
class Estimate:
    """A priority: the days that the server allows it, and what came of it."""

    priority: int
    days: int
    met: int
    late: int
    length: Length


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin of tasks."""

    origin: str
    created: int
    done: int


@dataclass(frozen=True, slots=True)
class AgentCost:
    """What an agent reported; each currency by itself."""

    agent: str
    attempts: int
    handed_back: int
    input_tokens: int
    output_tokens: int
    costs: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is shown. `routing_open`: decisions about which the assistant had asked first."""

    first: date
    today: date
    behind: int
    routing: Share
    routing_open: int
    delegated: Share
    flow: tuple[Week, ...]
    ages: tuple[Ages, ...]
    waits: tuple[Wait, ...]
    agents: tuple[AgentFigures, ...]
    rounds: tuple[tuple[str, int], ...]
    deadlines: Share
    estimates: tuple[Estimate, ...]
    sources: tuple[Origin, ...]
    cost: tuple[AgentCost, ...] | None


def figures(counted: Counted) -> Figures:
    """All figures of the weeks up to today."""
    first = counted.today - timedelta(days=counted.today.weekday() + 7 * (counted.weeks - 1))
    all_ = summed(counted.days.values())
    routed, given, deadline = (all_.get(what, {}) for what in ("routed", "given", "deadline"))
    right, to_agents, met = routed.get("right", 0), given.get("codex", 0), deadline.get("met", 0)
    return Figures(
        first, counted.today, counted.behind,
        Share(right, right + routed.get("wrong", 0)), routed.get("open", 0),
        Share(to_agents, to_agents + given.get("me", 0)),
        tuple(_week(first + timedelta(days=7 * n), counted.days) for n in range(counted.weeks)),
        tuple(_ages(stage, counted.ages.get(stage, {}), counted.today) for stage in Stage),
        tuple(Wait(stage, ON[stage], _length(all_.get(f"stage:{stage}", {}))) for stage in Stage),
        tuple(_agents(all_)),
        tuple(sorted(all_.get("rounds", {}).items())),
        Share(met, met + deadline.get("late", 0)),
        tuple(_estimate(priority, all_) for priority in DAYS_BY_PRIORITY),
        tuple(_origins(all_)),
        None if counted.costs is None else tuple(_costs(counted.costs)),
    )  # fmt: skip


def summed(days: Iterable[Numbers]) -> dict[str, dict[str, int]]:
    """The numbers of several days together."""
    found: dict[str, dict[str, int]] = {}
    for day in days:
        for what, whom in day.items():
            known = found.setdefault(what, {})
            for name, n in whom.items():
                known[name] = known.get(name, 0) + n
    return found


def _week(starts: date, days: Mapping[date, Numbers]) -> Week:
    its = summed(days.get(starts + timedelta(days=n), {}) for n in range(7))
    created, done, cancelled, reopened = (
        its.get(what, {}).get("", 0) for what in ("created", "done", "cancelled", "reopened")
    )
    return Week(starts, created, done, cancelled, reopened)


def _ages(stage: Stage, since: Mapping[date, int], today: date) -> Ages:
    days = {(today - day).days: n for day, n in since.items() if n > 0}
    day, week, month, older = (sum(n for age, n in days.items() if low <= age < high) for low, high in BANDS)
    oldest = max(days, default=0)
    return Ages(stage, ON[stage], sum(days.values()), day, week, month, older, oldest)


BANDS = ((-1, 1), (1, 7), (7, 30), (30, 10**6))  # whole days: today, this week, this month, older


def _length(numbers: Mapping[str, int]) -> Length:
    n = numbers.get("n", 0)
    if not n:
        return Length(0, None, None)
    seen = 0
    for most in CLASSES:
        seen += numbers.get(f"within {most}", 0)
        if 2 * seen >= n:
            return Length(n, numbers["seconds"] // n, most)
    return Length(n, numbers["seconds"] // n, None)


def _agents(all_: Numbers) -> Iterable[AgentFigures]:
    approved, sent_back, unreviewed = (all_.get(what, {}) for what in ("approved", "sent_back", "unreviewed"))
    for name in sorted({*approved, *sent_back, *unreviewed}):
        yield AgentFigures(name, approved.get(name, 0), sent_back.get(name, 0), unreviewed.get(name, 0))


def _estimate(priority: int, all_: Numbers) -> Estimate:
    said = all_.get("estimate", {})
    met, late = (said.get(f"P{priority} {word}", 0) for word in ("met", "late"))
    length = _length(all_.get(f"priority:P{priority}", {}))
    return Estimate(priority, DAYS_BY_PRIORITY[priority], met, late, length)


def _origins(all_: Numbers) -> Iterable[Origin]:
    created, done = all_.get("from", {}), all_.get("done_from", {})
    names = sorted({*created, *done}, key=lambda name: (-created.get(name, 0), name))
    return (Origin(name, created.get(name, 0), done.get(name, 0)) for name in names)


def _costs(used: Sequence[Used]) -> Iterable[AgentCost]:
    for name in sorted({each.agent for each in used}):
        its = [each for each in used if each.agent == name]
        costs: dict[str, Decimal] = {}
        for each in its:
            for currency, cost in each.costs:
                costs[currency] = costs.get(currency, Decimal()) + cost
        yield AgentCost(
            name, sum(each.attempts for each in its), sum(each.handed_back for each in its),
            sum(each.input_tokens for each in its), sum(each.output_tokens for each in its),
            tuple(sorted(costs.items())),
        )  # fmt: skip
