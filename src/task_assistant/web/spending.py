"""What agents used, as the lines of a table: one for each day and agent, newest first, with the sum of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from task_assistant.services.usage import Used
from task_assistant.web.moments import DAYS as WEEKDAYS
from task_assistant.web.moments import MONTHS
from task_assistant.web.templating import grouped

DAYS = 14
SHOWN = 50  # lines


@dataclass(frozen=True, slots=True)
class SpentLine:
    """One agent on one day; `first` of its day names it, `reported`: anything was told of tokens or cost."""

    day: str
    iso: str
    first: bool
    agent: str
    attempts: int
    handed_back: int
    reported: bool
    tokens_in: int
    tokens_out: int
    cost: str


@dataclass(frozen=True, slots=True)
class Spent:
    """The table, and its sum in words; `more` lines are not shown."""

    days: int
    lines: tuple[SpentLine, ...]
    more: int
    total: str


def spent(used: Sequence[Used]) -> Spent:
    """The table of these days."""
    lines = []
    for n, each in enumerate(used[:SHOWN]):
        first = n == 0 or used[n - 1].day != each.day
        lines.append(_line(each, first=first))
    return Spent(DAYS, tuple(lines), len(used) - len(lines), _total(used))


def _line(each: Used, *, first: bool) -> SpentLine:
    return SpentLine(
        day=f"{WEEKDAYS[each.day.weekday()]} {each.day.day} {MONTHS[each.day.month - 1]}",
        iso=each.day.isoformat(),
        first=first,
        agent=each.agent,
        attempts=each.attempts,
        handed_back=each.handed_back,
        reported=bool(each.reported),
        tokens_in=each.input_tokens,
        tokens_out=each.output_tokens,
        cost=money(dict(each.costs)),
    )


def money(costs: dict[str, Decimal]) -> str:
    """Each currency by itself: "0.40 USD, 0.10 EUR"; nobody's rate of exchange is assumed."""
    return ", ".join(f"{cost:,.2f} {currency}".rstrip() for currency, cost in sorted(costs.items())) or "–"


def _total(used: Sequence[Used]) -> str:
    costs: dict[str, Decimal] = {}
    for each in used:
        for currency, cost in each.costs:
            costs[currency] = costs.get(currency, Decimal()) + cost
    attempts = sum(each.attempts for each in used)
    tokens = sum(each.input_tokens + each.output_tokens for each in used)
    said = [f"{grouped(attempts)} {'attempt' if attempts == 1 else 'attempts'}"]
    said += [f"{grouped(tokens)} tokens"] if tokens else []
    return ", ".join([*said, *([money(costs)] if costs else [])])
