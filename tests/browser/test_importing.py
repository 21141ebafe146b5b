"""Bringing in a file on the settings page: a look first, then for good, and once however often it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Running

FILES = Path(__file__).parents[1] / "imports" / "files"


@pytest.mark.parametrize(
    ("name", "said", "tasks"),
    [("todoist.csv", "", 6), ("trello.json", "", 3), ("taskwarrior.json", "", 5), ("todo.txt", "todotxt", 8),
     ("github.json", "", 3)],
)  # fmt: skip
def test_a_file_is_looked_at_and_then_brought_in_once(
    page: Page, server: Running, name: str, said: str, tasks: int
) -> None:
    page.goto("/settings")
    form, told = page.locator("#importing"), page.locator("#imported")
    form.locator("[name=file]").set_input_files(FILES / name)
    form.locator("[name=format]").select_option(said)
    expect(form.get_by_role("button", name="Bring it in")).to_be_disabled()
    form.get_by_role("button", name="Look first").click()
    expect(told).to_contain_text(f"{tasks} would be created, 0 here already.")
    expect(told).to_contain_text("Not mappable")
    assert server.api("GET", "/api/tasks?include_done=true") == []
    form.get_by_role("button", name="Bring it in").click()
    expect(told).to_contain_text(f"{tasks} created")
    assert len(server.api("GET", "/api/tasks?include_done=true")) == tasks
    form.get_by_role("button", name="Look first").click()
    expect(told).to_contain_text(f"0 would be created, {tasks} here already.")
    expect(form.get_by_role("button", name="Bring it in")).to_be_disabled()
