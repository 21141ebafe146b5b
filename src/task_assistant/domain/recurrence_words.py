"""A recurrence in words, as pages, `pta show` and the API say it: "every 2 weeks on Friday after done"."""

from __future__ import annotations

from task_assistant.domain.recurrence import Recurrence
from task_assistant.domain.rrule import Rule, Weekday, parse

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
WORKDAYS = tuple((None, day) for day in range(5))


def words(series: Recurrence) -> str:
    """The whole sentence, without a full stop."""
    rule = parse(series.rule)
    end = ""
    if rule.count is not None:
        end = ", for the last time" if rule.count == 1 else f", {rule.count} times with this one"
    if rule.until is not None:
        end = f", until {rule.until.day} {MONTHS[rule.until.month - 1]} {rule.until.year}"
    return _how_often(rule) + (" after done" if series.after_done else "") + end


def _how_often(rule: Rule) -> str:
    if rule.by_set_pos or (rule.by_day and rule.by_month_day):
        return f"by the rule {rule}"
    if rule.freq == "WEEKLY" and rule.interval == 1 and rule.by_day:
        said = "every weekday" if rule.by_day == WORKDAYS else f"every {_days(rule.by_day)}"
        return said + _months(rule)
    unit = UNITS[rule.freq]
    said = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    if rule.by_day:
        said += f" on {_days(rule.by_day)}"
    if rule.by_month_day:
        said += f" on day {_listed([str(n) if n > 0 else f'{-n} from the end' for n in rule.by_month_day])}"
    return said + _months(rule)


def _days(by_day: tuple[Weekday, ...]) -> str:
    return _listed([f"the {NTH.get(nth, nth)} {DAYS[day]}" if nth else DAYS[day] for nth, day in by_day])


def _months(rule: Rule) -> str:
    return f" in {_listed([MONTHS[n - 1] for n in rule.by_month])}" if rule.by_month else ""


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
