"""Plots as SVG, drawn by the server: bars in one or more series, with nothing inline that the page's CSP forbids.

Pure: numbers in, text out. Colours come from classes (`plot-0` …) in the style sheet, so that light and dark are the
page's. Each plot has a title and a description for who does not see it, and every page puts the table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 180, 40, 24, 10
SHORTEST = 1.5  # what a bar of one among thousands is drawn with, so that it is seen
LABELS = 13  # of the horizontal axis at most
FEW = 6  # groups whose labels have room on a phone


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar: its name, and a number for each group."""

    name: str
    values: Sequence[int]


def bars(
    name: str, title: str, groups: Sequence[str], series: Sequence[Series], *, stacked: bool = False
) -> Markup:
    """A bar chart; `name` makes its ids unique on the page. Stacked bars stand on each other, others side by side."""
    top = _round_up(max(_heights(series, len(groups), stacked=stacked), default=0))
    parts = [_axis(top), *_groups(groups)]
    for n in range(len(groups)):
        parts += (
            _stack(n, len(groups), series, top) if stacked else _side_by_side(n, len(groups), series, top)
        )
    about = Markup("{} Highest: {}.").format(", ".join(each.name for each in series) + ".", top)
    return Markup(
        '<svg class="plot{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-about">'
        '<title id="{}-title">{}</title><desc id="{}-about">{}</desc>{}</svg>'
    ).format(
        " plot-many" if len(groups) > FEW else "", WIDTH, HEIGHT, name, name, name, title, name, about,
        Markup("").join(parts),
    )  # fmt: skip


def _heights(series: Sequence[Series], groups: int, *, stacked: bool) -> list[int]:
    if stacked:
        return [sum(each.values[n] for each in series) for n in range(groups)]
    return [value for each in series for value in each.values]


def _round_up(value: int) -> int:
    """The next number that an axis may end with: 1, 2, 5, 10, 20, 50 and so on."""
    step = 1
    while step < value:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return max(step, 1)


def _axis(top: int) -> Markup:
    lines = [
        Markup(
            '<line class="plot-line" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="plot-y" x="{}" y="{}">{}</text>'
        ).format(LEFT, WIDTH, y, y, LEFT - 6, y + 4, value)
        for value, y in ((0, _y(0, top)), (top, _y(top, top)))
    ]
    return Markup("").join(lines)


def _groups(groups: Sequence[str]) -> list[Markup]:
    every = -(-len(groups) // LABELS)
    return [
        Markup('<text class="plot-x" x="{}" y="{}">{}</text>').format(
            round(_left(n, len(groups)) + _step(len(groups)) / 2, 1), HEIGHT - 6, label
        )
        for n, label in enumerate(groups)
        if n % every == 0
    ]


def _stack(n: int, groups: int, series: Sequence[Series], top: int) -> list[Markup]:
    found, base = [], 0
    for k, each in enumerate(series):
        value = each.values[n]
        if value:
            found.append(
                _bar(
                    k,
                    _left(n, groups) + _step(groups) * 0.15,
                    _step(groups) * 0.7,
                    base,
                    value,
                    top,
                    each.name,
                )
            )
        base += value
    return found


def _side_by_side(n: int, groups: int, series: Sequence[Series], top: int) -> list[Markup]:
    wide = _step(groups) * 0.8 / len(series)
    return [
        _bar(
            k,
            _left(n, groups) + _step(groups) * 0.1 + k * wide,
            wide * 0.9,
            0,
            each.values[n],
            top,
            each.name,
        )
        for k, each in enumerate(series)
        if each.values[n]
    ]


def _bar(k: int, x: float, wide: float, base: int, value: int, top: int, name: str) -> Markup:
    upper, lower = _y(base + value, top), _y(base, top)
    high = max(lower - upper, SHORTEST)
    return Markup(
        '<rect class="plot-{}" x="{}" y="{}" width="{}" height="{}" rx="1.5"><title>{}: {}</title></rect>'
    ).format(k, round(x, 1), round(lower - high, 1), round(wide, 1), round(high, 1), name, value)


def _y(value: int, top: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)


def _step(groups: int) -> float:
    return (WIDTH - LEFT) / max(groups, 1)


def _left(n: int, groups: int) -> float:
    return LEFT + n * _step(groups)
