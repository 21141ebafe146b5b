"""axe finds nothing to complain of on any page, light or dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.server import Running, load_samples, running

AXE = Axe()
EVERYWHERE = (
    "/", "/triage", "/triage/accept?sure=70", "/capture", "/board", "/tasks", "/tasks?lane=agent", "/search",
    "/search?q=acme", "/agents", "/sources", "/insights", "/settings",
    "/no-such-page",  # /docs is Swagger UI's own page
)  # fmt: skip
TASKS = {
    "a question": "Draft the release notes for 1.0",
    "a result with a table": "Summarise the Acme thread and draft a reply",
    "a result with a diff": "Add an auto_unmount option for fuse mounts",
    "work under way": "Find out why test_sync fails on Windows",
    "a block": "Sign the lease for the new office",
    "outside text": "Research standing desks under 600 €",
}
WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The sample tasks, keys of each role, a paused agent, and a source that fails."""
    data = tmp_path_factory.mktemp("samples")
    load_samples(data)
    with running(data) as server:
        server.key("agent", "scout")
        server.api("POST", "/api/agents/pause", {"name": "scribe"})
        said = {
            "source_id": "mail", "source_name": "Mail", "adapter_type": "imap", "status": "reauth_required",
            "error_message": "The token is no longer valid", "action_url": "https://mail.example.com/allow",
        }  # fmt: skip
        server.api("POST", "/api/agent/sources/report", said, key=server.key("adapter", "mail"))
        yield server


@pytest.fixture(scope="module")
def tab(chromium: Browser, samples: Running) -> Iterator[Page]:
    """One tab for all; without motion, so that colours are what they will be."""
    context = chromium.new_context(base_url=samples.url, viewport=WIDE, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def complaints(page: Page) -> list[str]:
    """What axe finds, light and then dark, one line each."""
    page.evaluate(AXE.axe_script)
    page.emulate_media(color_scheme="light")
    found = _found(page, {})
    page.emulate_media(color_scheme="dark")  # where only colours can differ
    return found + _found(page, {"runOnly": ["color-contrast"]})


def _found(page: Page, options: dict[str, Any]) -> list[str]:
    """What is inside Swagger UI is not ours."""
    around = {"exclude": [["#swagger > *"]]}
    run = "([around, options]) => axe.run(around, options).then((results) => results.violations)"
    violations = page.evaluate(run, [around, {"resultTypes": ["violations"], **options}])
    return [f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_axe_finds_nothing_on(tab: Page, path: str) -> None:
    tab.goto(path)
    assert complaints(tab) == []


@pytest.mark.parametrize("title", TASKS.values(), ids=TASKS)
def test_axe_finds_nothing_on_the_page_of(tab: Page, samples: Running, title: str) -> None:
    tab.goto(f"/tasks/{_id(samples, title)}")
    for details in tab.locator("main details:not([open]) > summary").all():
        if details.is_visible():
            details.click()
    assert complaints(tab) == []


@pytest.mark.parametrize("opened", ["c", "?", "Control+k", "e", "r", "d"])
def test_axe_finds_nothing_in_what_opens_with(tab: Page, opened: str) -> None:
    tab.goto("/")
    row = {"e": ".lane-blocked", "r": ".lane-review", "d": ".lane-human"}.get(opened, ".row")
    tab.locator(f"main {row}").first.focus()
    tab.keyboard.press(opened)
    tab.locator("dialog[open], [data-mine]").first.wait_for()
    assert complaints(tab) == []


@pytest.mark.parametrize("path", ["/", "/triage", "/board"])
def test_axe_finds_nothing_on_a_phone(tab: Page, path: str) -> None:
    tab.set_viewport_size(PHONE)
    tab.goto(path)
    found, wide = complaints(tab), tab.evaluate("document.documentElement.scrollWidth")
    tab.set_viewport_size(WIDE)
    assert found == []
    assert wide <= PHONE["width"], "nothing scrolls sideways"


def test_axe_finds_nothing_on_the_ways_in(chromium: Browser, samples: Running) -> None:
    elsewhere = chromium.new_page(base_url=samples.url, reduced_motion="reduce")
    for path in ("/sign-in", "/sign-in/an-old-link"):
        elsewhere.goto(path)
        assert complaints(elsewhere) == [], path
    elsewhere.context.close()


def _id(server: Running, title: str) -> int:
    found = server.api("GET", "/api/tasks?limit=100")
    return int(next(task["id"] for task in found if task["title"] == title))
