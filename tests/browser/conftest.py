"""A browser for the run, a fresh server and profile for each test, and no error that goes unseen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.checks.chromium import find_chromium
from tests.browser.server import Running, running

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
TRACES = Path("test-results")
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.fail("Chromium is missing: apt-get install chromium, or name one in PTA_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "data") as server:
        yield server


@pytest.fixture
def context(chromium: Browser, server: Running, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A profile of its own. With `PTA_TRACE=1` a trace is kept, to be opened with `playwright show-trace`."""
    made = chromium.new_context(
        base_url=server.url,
        viewport={"width": 1280, "height": 860},
        timezone_id="Europe/Berlin",
        locale="en-GB",
    )
    made.set_default_timeout(10_000)
    traced = bool(os.environ.get("PTA_TRACE"))
    if traced:
        made.tracing.start(screenshots=True, snapshots=True)
    yield made
    if traced:
        made.tracing.stop(path=TRACES / f"{request.node.name}.zip")
    made.close()


class Errors(list[str]):
    """What the page complained of. A test that takes the server away says so with `allow`."""

    def allow(self, *parts: str) -> None:
        """Forgets complaints that hold one of these parts."""
        self[:] = [error for error in self if not any(part in error for part in parts)]


@pytest.fixture
def errors() -> Errors:
    return Errors()


@pytest.fixture
def page(context: BrowserContext, errors: Errors) -> Iterator[Page]:
    """A tab in which no console error, no broken policy and no failed request goes unseen."""
    yield heard(context.new_page(), errors)
    assert errors == []


def heard(tab: Page, errors: Errors) -> Page:
    """The tab, whose every complaint goes to `errors`."""
    tab.on(
        "console",
        lambda message: errors.append(message.text) if message.type in ("error", "warning") else None,
    )
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("response", lambda r: errors.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    return tab
