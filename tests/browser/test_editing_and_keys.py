"""Editing while somebody else does, and keys for programs."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Errors
from tests.browser.server import Running


def test_a_text_that_changed_under_edit_is_shown_beside_it_and_never_overwritten(
    page: Page, server: Running, errors: Errors
) -> None:
    task = server.create("Call the dentist", assignee="me", description="About Thursday")
    page.goto(f"/tasks/{task['id']}")
    page.locator("details:has(textarea[name=description]) > summary").click()
    page.keyboard.type(", and the bill")
    server.api("PATCH", f"/api/tasks/{task['id']}", {"description": "About Friday"})
    note = page.locator(".meanwhile:visible")
    expect(note).to_contain_text("About Friday")
    mine = page.locator("textarea[name=description]")
    expect(mine).to_have_value("About Thursday, and the bill")
    note.get_by_role("button", name="Keep mine").click()
    page.locator(
        "form.text:has(textarea[name=description]) button.first, form.text:has(textarea[name=description]) button"
    ).last.click()
    expect(page.locator("#task")).to_contain_text("About Thursday, and the bill")
    assert server.api("GET", f"/api/tasks/{task['id']}")["description"] == "About Thursday, and the bill"
    assert errors == []


def test_a_key_is_made_shown_once_used_and_revoked(page: Page, server: Running) -> None:
    task = server.create("Draft the release notes", assignee="codex")
    page.goto("/agents")
    page.keyboard.press("n")
    page.locator("#key-form input[name=name]").fill("alpha")
    page.keyboard.press("Enter")
    secret = page.locator("#new-secret").inner_text()
    assert server.api("POST", "/api/agent/claim", key=secret)["id"] == task["id"]
    expect(page.locator("#holdings")).to_contain_text("alpha")
    page.reload()
    expect(page.locator("main")).not_to_contain_text(secret)
    row = page.locator("[data-row].key", has_text="alpha")
    expect(row).to_contain_text("used")
    row.focus()
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="Revoke for good").click()
    expect(row).to_have_count(0)
    server.api("GET", "/api/me", key=secret, expect=401)
