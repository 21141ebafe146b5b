"""The list of what needs the person: acting by key, undo, and agents' changes appearing by themselves."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.server import Running


def test_a_task_is_done_by_one_key_and_brought_back_by_another(page: Page, server: Running) -> None:
    first = server.create("Send Alice revised numbers", assignee="me", priority=1)
    second = server.create("Call the dentist", assignee="me")
    page.goto("/")
    expect(page.locator(f"#task-{first['id']}")).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator(f"#task-{first['id']}")).to_have_count(0)
    expect(page.locator(f"#task-{second['id']}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(f"#task-{first['id']}")).to_be_visible()
    assert server.api("GET", f"/api/tasks/{first['id']}")["status"] == "backlog"


def test_an_agents_work_appears_live_and_is_answered_sent_back_and_approved(
    page: Page, server: Running
) -> None:
    task = server.create("Draft the release notes", assignee="codex")
    key = server.key("agent", "alpha")
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Nothing needs you")
    here, row = f"/api/agent/tasks/{task['id']}", page.locator(f"#task-{task['id']}")

    token = server.api("POST", "/api/agent/claim", key=key)["claim_token"]
    asked = {
        "claim_token": token,
        "question": "Which version?",
        "kind": "decision",
        "options": ["1.0", "0.9"],
    }
    server.api("POST", f"{here}/ask", asked, key=key)
    expect(row).to_contain_text("alpha asks Which version?")
    row.focus()
    page.keyboard.press("1")
    expect(row).to_have_count(0)

    claimed = server.api("POST", "/api/agent/claim", key=key)
    assert claimed["context"]["answers"][0]["answer"] == "1.0"
    handed = {"claim_token": claimed["claim_token"], "summary": "First draft"}
    server.api("POST", f"{here}/submit", handed, key=key)
    expect(row).to_contain_text("First draft")
    row.focus()
    page.keyboard.press("r")
    page.keyboard.type("Shorter, please")
    page.keyboard.press("Control+Enter")
    expect(row).to_have_count(0)

    claimed = server.api("POST", "/api/agent/claim", key=key)
    assert claimed["context"]["feedback"][0]["text"] == "Shorter, please"
    server.api(
        "POST", f"{here}/submit", {"claim_token": claimed["claim_token"], "summary": "Second draft"}, key=key
    )
    expect(row).to_contain_text("round 2")
    row.focus()
    page.keyboard.press("a")
    expect(row).to_have_count(0)
    assert server.api("GET", f"/api/tasks/{task['id']}")["status"] == "done"


def test_a_live_change_takes_neither_focus_nor_what_is_being_typed(page: Page, server: Running) -> None:
    mine = server.create("Call the dentist", assignee="me")
    asked = server.create("Sign the lease", assignee="me")
    server.api("POST", f"/api/tasks/{asked['id']}/block", {"text": "Which flat?", "kind": "decision"})
    page.goto("/")
    page.locator(f"#task-{asked['id']}").focus()
    page.keyboard.press("e")
    page.keyboard.type("The one with the gar")
    server.create("Something else arrives", assignee="me", priority=1)
    expect(page.locator("main")).to_contain_text("Something else arrives")
    page.keyboard.type("den")
    expect(page.locator("[data-mine] textarea[name=answer]")).to_have_value("The one with the garden")
    expect(page.locator("[data-mine] textarea[name=answer]")).to_be_focused()
    expect(page.locator(f"#task-{mine['id']}")).to_be_visible()


def test_the_title_counts_what_needs_the_person(page: Page, server: Running) -> None:
    server.create("One", assignee="me")
    page.goto("/")
    expect(page).to_have_title("(1) Needs you · Task Assistant")
    server.create("Two", assignee="me")
    expect(page).to_have_title("(2) Needs you · Task Assistant")


def test_every_key_is_listed_and_the_palette_finds_a_command(page: Page, server: Running) -> None:
    server.create("Call the dentist", assignee="me")
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_contain_text("Undo" if page.locator(".toast").count() else "Done")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("board")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/board")


def test_sample_tasks_come_with_one_click(page: Page, server: Running) -> None:
    page.goto("/")
    page.get_by_role("button", name="sample tasks").first.click()
    expect(page.locator("[data-row]").first).to_be_visible()
    assert server.api("GET", "/api/agent/queue/summary")["active"] > 10
