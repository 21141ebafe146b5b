"""Insights: the numbers of the last weeks, each defined, drawn where that helps, and with its table."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.insights import Stage
from task_assistant.services.figures import Figures, Share
from task_assistant.services.insights import MOST_WEEKS
from task_assistant.web.figure_tables import Cell, Section, count, lengths, percent, row
from task_assistant.web.frame import show
from task_assistant.web.moments import MONTHS
from task_assistant.web.plots import Series, bars
from task_assistant.web.site import Site
from task_assistant.web.spending import money
from task_assistant.web.templating import grouped
from task_assistant.web.visits import Visit

DONE, LEARNED = "/tasks?status=done", "/settings#learned"
CHOICES = (4, 12, 26, MOST_WEEKS)
STAGES: dict[Stage, tuple[str, str]] = {
    Stage.TRIAGE: ("in triage", "/triage"),
    Stage.HUMAN: ("yours to do", "/tasks?lane=human"),
    Stage.REVIEW: ("for your review", "/tasks?lane=review"),
    Stage.ASKED: ("for your answer", "/tasks?lane=blocked"),
    Stage.READY: ("ready for agents", "/tasks?lane=agent"),
    Stage.WORKING: ("agents at work", "/tasks?status=in_progress"),
    Stage.OUTSIDE: ("on something outside", "/tasks?lane=blocked"),
}
ON = {"person": "you", "agents": "agents", "others": "others"}


async def insights(site: Site, request: Request, visit: Visit) -> Response:
    """GET /insights, for the last `weeks`."""
    said = request.query_params.get("weeks", "")
    weeks = int(said) if said in map(str, CHOICES) else CHOICES[1]
    found = await site.services.insights.read(visit.caller, weeks)
    return await show(
        site, request, visit, "insights.html",
        here="insights", weeks=weeks, choices=CHOICES, behind=found.behind,
        sections=[section for make in SECTIONS if (section := make(found)).rows],
    )  # fmt: skip


def _routing(it: Figures) -> Section:
    rows = (
        row("followed the suggestion", it.routing.part, LEARNED),
        row("went another way", it.routing.whole - it.routing.part, LEARNED),
        row("the assistant had asked first", it.routing_open, LEARNED),
    )
    seen = it.routing.whole + it.routing_open
    return Section(
        "routing",
        "Suggestions followed",
        percent(it.routing),
        ("Your choice", "Times"),
        rows if seen else (),
    )


def _delegated(it: Figures) -> Section:
    given = it.delegated
    rows = (
        row("to agents", given.part, "/tasks?assignee=codex"),
        row("to you", given.whole - given.part, "/tasks?assignee=me"),
    )
    return Section("delegated", "Delegated", percent(given), ("Given", "Times"), rows if given.whole else ())


def _flow(it: Figures) -> Section:
    names = ("captured", "done", "cancelled", "reopened")
    hrefs = ("/tasks?sort=created", DONE, "/tasks?status=cancelled", "/tasks?sort=updated")
    weeks = [(week.created, week.done, week.cancelled, week.reopened) for week in it.flow]
    labels = [f"{week.starts.day} {MONTHS[week.starts.month - 1]}" for week in it.flow]
    series = [Series(names[k], [week[k] for week in weeks]) for k in range(2)]
    rows = [
        (
            Cell(label, number=False),
            *(count(n, href) for n, href in zip(week, hrefs, strict=True)),
        )
        for label, week in zip(labels, weeks, strict=True)
    ]
    total = f"{grouped(sum(w[0] for w in weeks))} captured, {grouped(sum(w[1] for w in weeks))} done"
    plot = bars("flow", "Captured and done by week", labels, series)
    some = any(any(week) for week in weeks)
    return Section(
        "flow", "Flow", total, ("Week from", *names), tuple(reversed(rows)) if some else (), plot, names[:2]
    )


def _ages(it: Figures) -> Section:
    shown = [each for each in it.ages if each.tasks]
    words = [STAGES[each.stage][0] for each in shown]
    bands = [
        ("since today", "day"),
        ("under a week", "week"),
        ("under 30 days", "month"),
        ("longer", "older"),
    ]
    series = [Series(name, [getattr(each, field) for each in shown]) for name, field in bands]
    rows = [
        (
            Cell(word, number=False),
            count(each.tasks, STAGES[each.stage][1]),
            *(count(getattr(each, field), STAGES[each.stage][1]) for _, field in bands),
            Cell(f"{grouped(each.oldest_days)} d"),
        )
        for word, each in zip(words, shown, strict=True)
    ]
    head = ("Waiting", "Tasks", *(name for name, _ in bands), "Oldest")
    plot = bars("ages", "Open tasks by how long they have waited", words, series, stacked=True)
    total = f"{grouped(sum(each.tasks for each in shown))} open"
    key = tuple(name for name, _ in bands)
    return Section("ages", "Age of what is open", total, head, tuple(rows), plot, key)


def _waits(it: Figures) -> Section:
    shown = [each for each in it.waits if each.length.n]
    rows = [
        (
            Cell(ON[each.on], number=False),
            Cell(STAGES[each.stage][0], STAGES[each.stage][1], number=False),
            *lengths(each.length),
        )
        for each in shown
    ]
    return Section(
        "waits", "Waiting times", "", ("On", "Task was", "Times", "Half within", "Mean"), tuple(rows)
    )


def _agents(it: Figures) -> Section:
    rows = [
        (
            Cell(each.name, "/agents", number=False),
            Cell("–" if each.acceptance is None else f"{each.acceptance:.0%}"),
            count(each.approved, DONE),
            count(each.sent_back, "/tasks?assignee=codex"),
            count(each.unreviewed, DONE),
        )
        for each in it.agents
    ]
    approved = sum(each.approved for each in it.agents)
    all_ = Share(approved, approved + sum(each.sent_back for each in it.agents))
    head = ("Agent", "Accepted", "Approved", "Sent back", "Without review")
    return Section("agents", "Results accepted", percent(all_), head, tuple(rows))


def _rounds(it: Figures) -> Section:
    words = [f"{n} or more" if n == "5" else n for n, _ in it.rounds]
    counts = [n for _, n in it.rounds]
    rows = [row(word, n, DONE) for word, n in zip(words, counts, strict=True)]
    first = Share(dict(it.rounds).get("1", 0), sum(counts))
    headline = f"{percent(first)} in the first round" if counts else ""
    plot = bars("rounds", "Results until approval", words, [Series("tasks", counts)]) if counts else None
    return Section("rounds", "Rounds", headline, ("Results until approval", "Tasks"), tuple(rows), plot)


def _deadlines(it: Figures) -> Section:
    met = it.deadlines
    rows = (row("in time", met.part, DONE), row("later", met.whole - met.part, DONE))
    return Section("deadlines", "Deadlines met", percent(met), ("Done", "Tasks"), rows if met.whole else ())


def _estimates(it: Figures) -> Section:
    shown = [each for each in it.estimates if each.met + each.late]
    rows = [
        (
            Cell(f"P{each.priority}", f"/tasks?priority={each.priority}", number=False),
            Cell(f"{each.days} d"),
            *(count(n, f"{DONE}&priority={each.priority}") for n in (each.met, each.late)),
            *lengths(each.length)[1:],
        )
        for each in shown
    ]
    all_ = Share(sum(each.met for each in shown), sum(each.met + each.late for each in shown))
    head = ("Priority", "Estimate", "In time", "Later", "Half within", "Mean")
    return Section("estimates", "Estimates and reality", percent(all_), head, tuple(rows))


def _sources(it: Figures) -> Section:
    shown = it.sources[:20]
    rows = [
        (
            Cell(each.origin, f"/tasks?origin={each.origin}", number=False),
            count(each.created, f"/tasks?origin={each.origin}&sort=created"),
            count(each.done, f"{DONE}&origin={each.origin}"),
        )
        for each in shown
    ]
    series = [Series("captured", [e.created for e in shown]), Series("done", [e.done for e in shown])]
    plot = (
        bars("sources", "Captured and done by origin", [e.origin for e in shown], series) if shown else None
    )
    return Section(
        "sources", "Sources", "", ("From", "Captured", "Done"), tuple(rows), plot, ("captured", "done")
    )


def _cost(it: Figures) -> Section:
    rows = [
        (
            Cell(each.agent, "/agents", number=False),
            Cell(money(dict(each.costs))),
            *(Cell(grouped(n)) for n in (each.input_tokens, each.output_tokens)),
            *(count(n, "/agents") for n in (each.attempts, each.handed_back)),
        )
        for each in it.cost or ()
    ]
    head = ("Agent", "Cost", "Tokens in", "Tokens out", "Attempts", "Handed back")
    return Section("cost", "Cost of agents", "", head, tuple(rows))


SECTIONS: tuple[Callable[[Figures], Section], ...] = (
    _routing, _delegated, _flow, _ages, _waits, _agents, _rounds, _deadlines, _estimates, _sources, _cost,
)  # fmt: skip
