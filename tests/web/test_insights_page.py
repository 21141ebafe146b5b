"""The insights page: each figure with its definition and its table, every number a way to its list, nothing inline."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.task import Owner
from task_assistant.services.figures import DEFINITIONS
from task_assistant.web.figure_tables import span
from task_assistant.web.plots import Series, bars
from tests.api.server import Server
from tests.factories import owner
from tests.moving.lived_in import live_in
from tests.web.doorstep import TYPED, Doorstep


async def page(doorstep: Doorstep, path: str = "/insights") -> str:
    await doorstep.services.insights.count()
    async with await doorstep.signed_in() as browser:
        answer = await browser.get(path, headers=TYPED)
    assert answer.status_code == 200
    return answer.text


async def busy() -> Doorstep:
    doorstep = Doorstep()
    for n in range(3):
        fields = {"title": f"Task {n}", "assignee": Owner.ME, "origin": "email"}
        await doorstep.services.capture.create(owner(), fields)
    return doorstep


async def test_an_empty_board_says_that_there_is_nothing_yet() -> None:
    assert "Nothing has happened in these weeks" in await page(Doorstep())


async def test_each_figure_has_its_definition_and_its_table() -> None:
    shown = await page(await busy())
    for name in ("delegated", "flow", "ages", "sources"):
        assert f'<section id="{name}"' in shown
        assert DEFINITIONS[name] in shown
    assert shown.count("<table") == shown.count("<section id=")
    assert "3 captured, 0 done" in shown


async def test_numbers_lead_to_what_they_count() -> None:
    shown = await page(await busy())
    assert '<a href="/tasks?lane=human">3</a>' in shown
    assert '<a href="/tasks?origin=email&amp;sort=created">3</a>' in shown
    assert '<a href="/tasks?sort=created">3</a>' in shown


async def test_every_count_of_tasks_leads_somewhere() -> None:
    """Not so percentages, durations, tokens, and stretches of waiting, of which there is no list."""
    doorstep = Doorstep()
    await live_in(Server(doorstep.store, doorstep.clock))
    shown = await page(doorstep, "/insights?weeks=52")
    bare = set(re.findall(r'<td class="n">([1-9][0-9,]*)</td>', shown.split('<section id="waits"')[0]))
    assert bare == set()
    assert shown.count('<td class="n"><a href=') > 20


async def test_plots_need_nothing_that_the_policy_forbids_and_are_told_in_words() -> None:
    shown = await page(await busy())
    plots = re.findall(r"<svg class=\"plot.*?</svg>", shown, re.DOTALL)
    assert len(plots) >= 2
    for plot in plots:
        assert "style" not in plot
        drawn = ElementTree.fromstring(plot)  # our own page
        assert drawn.attrib["role"] == "img"
        named = drawn.attrib["aria-labelledby"].split()
        assert {each.attrib.get("id") for each in drawn} >= set(named)


async def test_what_is_not_counted_yet_is_said() -> None:
    doorstep = await busy()
    async with await doorstep.signed_in() as browser:
        assert "events are not counted yet" in (await browser.get("/insights", headers=TYPED)).text


@pytest.mark.parametrize("weeks", ["4", "52", "0", "x"])
async def test_any_number_of_weeks_has_a_page(weeks: str) -> None:
    await page(await busy(), f"/insights?weeks={weeks}")


groups = st.integers(1, 60)


@given(groups, st.integers(1, 4), st.booleans(), st.data())
def test_bars_stay_inside_the_plot(n: int, k: int, stacked: bool, data: st.DataObject) -> None:
    values = st.lists(st.integers(0, 10**7), min_size=n, max_size=n)
    series = [Series(f"s{i} <&>", data.draw(values)) for i in range(k)]
    drawn = ElementTree.fromstring(bars("x", "A & B", ["<g>"] * n, series, stacked=stacked))
    width, height = (float(part) for part in drawn.attrib["viewBox"].split()[2:])
    for bar in drawn.iter("rect"):
        x, y, wide, high = (float(bar.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= width + 0.2
        assert -2 <= y <= y + high <= height
    assert len(list(drawn.iter("rect"))) == sum(value > 0 for each in series for value in each.values)


def test_durations_are_worded_in_the_unit_that_fits() -> None:
    assert [span(n) for n in (59, 60, 5_400, 3_600, 90_000, 864_000)] == [
        "59 s", "1 min", "90 min", "1 h", "25 h", "10 d",
    ]  # fmt: skip
