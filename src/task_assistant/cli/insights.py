"""`pta insights`: the numbers of the board, each with what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

import typer

from task_assistant.cli.frame import AsJson, client, emit
from task_assistant.cli.terminal import clean, say
from task_assistant.client import run

Figures = dict[str, Any]


def insights(
    weeks: Annotated[int, typer.Option("--weeks", "-w", min=1, max=52, help="So many weeks.")] = 12,
    as_json: AsJson = False,
) -> None:
    """How well work is routed, how it flows, what waits, and what agents make of it."""
    found = run(client().insights(weeks))
    emit(found, as_json, lambda: _show(found))


def _show(found: Figures) -> None:
    for told in _lines(found):
        say((told, ""))


def _lines(found: Figures) -> Iterator[str]:
    yield f"{found['first']} to {found['last']}" + (
        f", {found['behind']} events not counted yet" if found["behind"] else ""
    )
    for name, words in found["definitions"].items():
        lines = list(_FIGURES[name](found[name]) if name in _FIGURES and found[name] else ())
        if lines:
            yield from ("", f"{name.upper()}  {words}", *(f"  {line}" for line in lines))


def _share(it: Figures) -> Iterator[str]:
    if it["whole"]:
        open_ = f", {it['open']} open" if it.get("open") else ""
        yield f"{it['share']:.0%}  ({it['part']} of {it['whole']}{open_})"


def _flow(weeks: list[Figures]) -> Iterator[str]:
    for it in weeks:
        counts = [f"{it[name]} {name}" for name in ("created", "done", "cancelled", "reopened") if it[name]]
        if counts:
            yield f"{it['week']}  {', '.join(counts)}"


def _ages(stages: list[Figures]) -> Iterator[str]:
    for it in stages:
        if it["tasks"]:
            old = f"{it['older']} for 30 days or more, the oldest {it['oldest_days']} d"
            yield f"{it['stage']:9} {it['tasks']:6} open, {old}"


def _waits(stages: list[Figures]) -> Iterator[str]:
    for it in stages:
        if it["n"]:
            yield f"{it['stage']:9} on {it['on']:7} {_length(it)}"


def _length(it: Figures) -> str:
    half = (
        "half in over 30 d"
        if it["half_within_seconds"] is None
        else f"half within {_span(it['half_within_seconds'])}"
    )
    return f"{it['n']} {'time' if it['n'] == 1 else 'times'}, {half}, mean {_span(it['mean_seconds'])}"


def _span(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds} s"


def _agents(agents: list[Figures]) -> Iterator[str]:
    for it in agents:
        share = "–" if it["acceptance"] is None else f"{it['acceptance']:.0%}"
        yield f"{clean(it['agent']):24} {share:>5}  {it['approved']} approved, {it['sent_back']} sent back"


def _estimates(priorities: list[Figures]) -> Iterator[str]:
    for it in priorities:
        if it["met"] + it["late"]:
            yield f"P{it['priority']}  {it['met']} within {it['days']} d, {it['late']} later; {_length(it)}"


def _cost(agents: list[Figures]) -> Iterator[str]:
    for it in agents:
        costs = ", ".join(f"{cost} {currency}" for currency, cost in it["costs"].items()) or "not reported"
        tokens = it["input_tokens"] + it["output_tokens"]
        yield f"{clean(it['agent']):24} {costs}, {tokens} tokens, {it['attempts']} attempts"


_FIGURES: dict[str, Callable[[Any], Iterable[str]]] = {
    "routing": _share, "delegated": _share, "flow": _flow, "ages": _ages, "waits": _waits, "agents": _agents,
    "rounds": lambda it: (f"{n} in round {r}" for r, n in it.items()), "deadlines": _share, "estimates": _estimates,
    "sources": lambda it: (f"{o['origin']:16} {o['created']} captured, {o['done']} done" for o in it), "cost": _cost,
}  # fmt: skip
