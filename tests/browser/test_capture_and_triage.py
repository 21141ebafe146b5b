"""Capture in every way that a day brings, and triage of a full tray without the mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Errors
from tests.browser.server import Running

GONE = (
    "ERR_CONNECTION", "ERR_INCOMPLETE_CHUNKED", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "Failed to fetch",
    "htmx:afterRequest", "htmx:sendError", "occurred when fetching the script",
)  # fmt: skip


def titles(server: Running) -> list[str]:
    return sorted(task["title"] for task in server.api("GET", "/api/tasks?limit=100"))


def test_quick_add_shows_what_it_understood_before_anything_is_made(page: Page, server: Running) -> None:
    page.goto("/")
    page.keyboard.press("c")
    page.keyboard.type("Send Alice revised numbers !2 @me fri 9am #finance remind thu 8am")
    preview = page.locator("#capture .read")
    expect(preview.locator(".title")).to_have_text("Send Alice revised numbers")
    for typed in ("!2", "@me", "fri 9am", "#finance", "remind thu 8am"):
        expect(preview.locator("q", has_text=typed)).to_be_visible()
    assert titles(server) == []
    page.keyboard.press("Enter")
    expect(page.locator("main [data-row]")).to_contain_text("Send Alice revised numbers")
    expect(page.locator("#toasts")).to_contain_text("Captured")
    (task,) = server.api("GET", "/api/tasks")
    assert (task["priority"], task["assignee"], task["labels"]) == (2, "me", ["finance"])
    assert task["due_at"]
    assert task["reminder_at"]


def test_what_was_taken_for_a_date_goes_back_into_the_title_with_one_click(
    page: Page, server: Running
) -> None:
    page.goto("/")
    page.keyboard.press("c")
    page.keyboard.type("Watch Friday night lights @me fri")
    page.get_by_role("button", name="Keep “fri” in the title").click()
    expect(page.locator("#capture .read .title")).to_have_text("Watch Friday night lights fri")
    page.keyboard.press("Enter")
    expect(page.locator("main [data-row]")).to_be_visible()
    assert titles(server) == ["Watch Friday night lights fri"]


def test_several_lines_become_several_tasks(page: Page, server: Running) -> None:
    page.goto("/")
    page.keyboard.press("c")
    page.locator("#capture textarea[name=text]").fill("Call Bob @me\nBook a room !1\nWater the plants #home")
    expect(page.locator("#capture .read .title")).to_have_count(3)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("3 tasks captured")
    assert titles(server) == ["Book a room", "Call Bob", "Water the plants"]


def test_what_is_captured_while_the_server_is_down_is_sent_once_when_it_is_back(
    page: Page, server: Running, errors: Errors
) -> None:
    page.goto("/")
    server.stop()
    page.keyboard.press("c")
    page.keyboard.type("Ring the plumber")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("sent when it is back")
    expect(page.locator("#gone")).to_be_visible()
    server.start()
    expect(page.locator("#toasts")).to_contain_text("Sent what was kept here", timeout=20_000)
    expect(page.locator("#gone")).to_be_hidden()
    assert titles(server) == ["Ring the plumber"]
    errors.allow(*GONE)


def test_a_card_that_left_stays_away_though_an_earlier_change_of_it_is_answered_late(
    page: Page, server: Running
) -> None:
    server.create("Card")
    page.goto("/triage")
    held: list[Route] = []
    page.route("**/do/**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    page.keyboard.press("2")
    page.keyboard.press("m")
    expect(page.locator("#deck > .card:not(.going)")).to_have_count(0)
    urgent, mine = held
    page.evaluate(
        "() => { window.read = new Promise((done) => document.addEventListener('pta:refreshed', done)); }"
    )
    urgent.continue_()
    page.evaluate("() => window.read.then(() => true)")
    expect(page.locator("#deck > .card:not(.going)")).to_have_count(0)
    mine.continue_()
    expect(page.locator("#over")).to_contain_text("You answered 1")


def test_twenty_cards_are_triaged_by_keyboard_alone(page: Page, server: Running) -> None:
    for number in range(20):
        server.create(f"Card {number}", priority=1 + number % 5)
    page.goto("/triage")
    keys = {"m": 8, "a": 8, "Backspace": 2, "d": 2}
    answered = 0
    for key, times in keys.items():
        for _ in range(times):
            card = page.locator("#deck > .card:not(.going)").first
            expect(card).to_be_focused()
            here = card.get_attribute("id")
            if answered == 0:
                page.keyboard.press("1")
                expect(card.locator("[data-priority='1']")).to_have_attribute("aria-pressed", "true")
            page.keyboard.press(key)
            if key == "d":
                page.keyboard.press("2")
            answered += 1
            expect(page.locator(f"#{here}:not(.going)")).to_have_count(0)
    expect(page.locator("#over")).to_contain_text("You answered 20")
    tasks = server.api("GET", "/api/tasks?limit=100&include_done=true")
    assert sum(task["assignee"] == "me" for task in tasks) == 8
    assert sum(task["assignee"] == "codex" for task in tasks) == 8


def test_suggestions_are_accepted_by_one_key_and_many_after_a_look(page: Page, server: Running) -> None:
    for number in range(4):
        server.create(f"Find out why sync test {number} fails on Windows")
    page.goto("/triage")
    card = page.locator("#deck > .card:not(.going)").first
    expect(card.locator(".suggests")).to_contain_text("sure")
    expect(card).to_be_focused()
    page.keyboard.press("y")
    expect(page.locator("#toasts")).to_contain_text("Given to agents")
    page.keyboard.press("Shift+Y")
    expect(page).to_have_url(re.compile("/triage/accept"))
    boxes = page.locator("input[name=accept]")
    expect(boxes).to_have_count(3)
    boxes.nth(2).uncheck()
    page.keyboard.press("y")
    expect(page.locator("#toasts")).to_contain_text("2 given to agents")
    expect(boxes).to_have_count(1)
    owners = [task["assignee"] for task in server.api("GET", "/api/tasks?limit=100")]
    assert sorted(owners) == ["codex", "codex", "codex", "unassigned"]
    page.get_by_role("button", name="Undo").click()
    expect(boxes).to_have_count(3)
