"""Makes the pictures of the documentation from the sample tasks: `.venv/bin/python -m scripts.screenshots`.

It starts the app over a fresh folder, opens the pages in Chromium and writes docs/images/*.png.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts.checks.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.server import Running, load_samples, running

IMAGES = Path("docs/images")


@dataclass(frozen=True)
class Shot:
    """One picture: of which page, in which light, on a phone or a wide screen; `keys` are pressed first."""

    name: str
    path: str
    dark: bool = False
    phone: bool = False
    keys: tuple[str, ...] = ()


SHOTS = (
    Shot("needs-you", "/"),
    Shot("needs-you-dark", "/", dark=True, keys=("j",)),
    Shot("needs-you-phone", "/", phone=True),
    Shot("triage", "/triage"),
    Shot("board", "/board"),
    Shot("task", "/tasks/5"),
)


def hide_first_steps(browser: Browser, server: Running) -> None:
    """A board in use has no checklist any more."""
    page = browser.new_page(base_url=server.url)
    page.goto("/")
    page.get_by_role("button", name="Hide this").click()
    page.locator(".steps").wait_for(state="detached")
    page.context.close()


def take(browser: Browser, server: Running, shot: Shot) -> None:
    """Writes one picture."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": 390, "height": 844} if shot.phone else {"width": 1360, "height": 860},
        color_scheme="dark" if shot.dark else "light",
        has_touch=shot.phone,
        is_mobile=shot.phone,
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(shot.path)
    for key in shot.keys:
        page.keyboard.press(key)
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")
    if not shot.phone and page.locator("#pane").count():
        page.locator("#pane:not([hidden])").wait_for()
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    context.close()


def main() -> int:
    """All pictures; 1 without a Chromium."""
    path = find_chromium()
    if path is None:
        print("Chromium is missing: on Debian, apt-get install chromium", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        load_samples(data)
        with running(data) as server:
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            hide_first_steps(browser, server)
            for shot in SHOTS:
                take(browser, server, shot)
            browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
