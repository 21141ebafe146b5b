"""Board, lists and search by mouse and by keyboard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.server import Running


def column(page: Page, status: str) -> Locator:
    return page.locator(f"[data-column={status}]")


def test_a_card_is_dragged_into_another_column_and_the_move_is_undone(page: Page, server: Running) -> None:
    server.create("Call the dentist", assignee="me")
    page.goto("/board")
    page.get_by_text("Call the dentist").drag_to(column(page, "in_progress"))
    expect(column(page, "in_progress")).to_contain_text("Call the dentist")
    page.keyboard.press("u")
    expect(column(page, "backlog")).to_contain_text("Call the dentist")


def test_a_card_moves_by_keyboard_alone(page: Page, server: Running) -> None:
    task = server.create("Call the dentist", assignee="me")
    page.goto("/board")
    page.keyboard.press("Shift+ArrowRight")
    expect(column(page, "in_progress")).to_contain_text("Call the dentist")
    page.locator(f"#task-{task['id']}").focus()
    page.keyboard.press("v")
    page.get_by_role("button", name="Done", exact=True).last.press("Enter")
    expect(page.locator(f"#task-{task['id']}:visible")).to_have_count(0)
    assert server.api("GET", f"/api/tasks/{task['id']}")["status"] == "done"


def test_an_illegal_move_says_why_and_where_the_card_can_go(page: Page, server: Running) -> None:
    task = server.create("Call the dentist", assignee="me")
    page.goto("/board")
    page.get_by_text("Call the dentist").drag_to(column(page, "waiting_review"))
    expect(page.locator("#toasts")).to_contain_text("It can go to In progress, Blocked, Done or Cancelled")
    expect(column(page, "backlog").locator(f"#task-{task['id']}")).to_be_visible()


def test_blocking_asks_what_it_waits_for(page: Page, server: Running) -> None:
    task = server.create("Sign the lease", assignee="me")
    page.goto("/board")
    page.get_by_text("Sign the lease").drag_to(column(page, "blocked"))
    page.keyboard.type("The landlord sends the contract")
    page.keyboard.press("Control+Enter")
    expect(column(page, "blocked")).to_contain_text("The landlord sends the contract")
    assert (
        server.api("GET", f"/api/tasks/{task['id']}")["question"]["text"] == "The landlord sends the contract"
    )


def test_a_selection_is_given_to_agents_at_once_and_undone_at_once(page: Page, server: Running) -> None:
    for n in range(4):
        server.create(f"Task {n}", assignee="me")
    page.goto("/tasks?lane=human")
    for key in ("x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-selected]")).to_have_text("3 selected")
    page.get_by_role("toolbar").get_by_role("button", name="To agents").click()
    expect(page.locator("#toasts")).to_contain_text("3 given to agents")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.locator("#content").focus()
    page.keyboard.press("u")
    expect(page.locator("[data-row]")).to_have_count(4)


def test_search_from_anywhere_finds_words_and_marks_them(page: Page, server: Running) -> None:
    server.create("Send Alice revised numbers", description="She wants the budget by Friday")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("budget")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/search?q=budget")
    expect(page.locator("mark")).to_have_text(["budget"])


def test_a_filter_acts_when_it_changes_and_the_address_keeps_it(page: Page, server: Running) -> None:
    server.create("Urgent", priority=1)
    server.create("Later", priority=4)
    page.goto("/tasks")
    page.locator("select[name=priority]").select_option("1")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_url(f"{server.url}/tasks?priority=1")
