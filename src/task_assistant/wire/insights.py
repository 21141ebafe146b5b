"""The figures as an answer."""

from __future__ import annotations

from typing import Any

from task_assistant.services import figures as of
from task_assistant.services.figures import DEFINITIONS, Figures


def insights(it: Figures) -> dict[str, Any]:
    """The whole answer of `GET /api/insights`."""
    return {
        "first": it.first,
        "last": it.today,
        "behind": it.behind,
        "routing": {**_share(it.routing), "open": it.routing_open},
        "delegated": _share(it.delegated),
        "flow": [_week(week) for week in it.flow],
        "ages": [_ages(each) for each in it.ages],
        "waits": [{"stage": each.stage, "on": each.on, **_length(each.length)} for each in it.waits],
        "agents": [_agent(each) for each in it.agents],
        "rounds": dict(it.rounds),
        "deadlines": _share(it.deadlines),
        "estimates": [_estimate(each) for each in it.estimates],
        "sources": [{"origin": o.origin, "created": o.created, "done": o.done} for o in it.sources],
        "cost": None if it.cost is None else [_cost(each) for each in it.cost],
        "definitions": DEFINITIONS,
    }


def _share(it: of.Share) -> dict[str, Any]:
    return {"part": it.part, "whole": it.whole, "share": it.share}


def _week(it: of.Week) -> dict[str, Any]:
    counts = {"created": it.created, "done": it.done, "cancelled": it.cancelled, "reopened": it.reopened}
    return {"week": it.starts, **counts}


def _ages(it: of.Ages) -> dict[str, Any]:
    bands = {"today": it.day, "under_a_week": it.week, "under_30_days": it.month, "older": it.older}
    return {"stage": it.stage, "on": it.on, "tasks": it.tasks, **bands, "oldest_days": it.oldest_days}


def _length(it: of.Length) -> dict[str, Any]:
    return {"n": it.n, "mean_seconds": it.mean_seconds, "half_within_seconds": it.half_within_seconds}


def _agent(it: of.AgentFigures) -> dict[str, Any]:
    counts = {"approved": it.approved, "sent_back": it.sent_back, "unreviewed": it.unreviewed}
    return {"agent": it.name, **counts, "acceptance": it.acceptance}


def _estimate(it: of.Estimate) -> dict[str, Any]:
    said = {"priority": it.priority, "days": it.days, "met": it.met, "late": it.late}
    return {**said, **_length(it.length)}


def _cost(it: of.AgentCost) -> dict[str, Any]:
    return {
        "agent": it.agent,
        "attempts": it.attempts,
        "handed_back": it.handed_back,
        "input_tokens": it.input_tokens,
        "output_tokens": it.output_tokens,
        "costs": {currency: str(cost) for currency, cost in it.costs},
    }
