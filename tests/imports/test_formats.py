"""Other tools' files, in the forms that those tools document: what is kept, mapped, and named as not mappable."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from task_assistant.domain import limits
from task_assistant.domain.imports import FORMATS, Frame, Imported, Unreadable, guess
from task_assistant.wire import recurrence
from task_assistant.wire.moving import read_items
from task_assistant.wire.problems import explain

FILES = Path(__file__).parent / "files"
FRAME = Frame(datetime(2026, 5, 7, 9, tzinfo=UTC), ZoneInfo("Europe/Zurich"))
KINDS = {
    "github-cli.json": "github", "github.json": "github", "taskwarrior.json": "taskwarrior", "todo.txt": "todotxt",
    "todoist.csv": "todoist", "trello.json": "trello",
}  # fmt: skip


def read(name: str) -> Imported:
    return FORMATS[KINDS[name]]((FILES / name).read_text("utf-8"), FRAME)


def titled(found: Imported, title: str) -> dict[str, Any]:
    return next(item for item in found.items if item["title"] == title)


def notes(found: Imported, verdict: str) -> dict[str, int]:
    return {note.field: note.count for note in found.notes if note.verdict == verdict}


@pytest.mark.parametrize("name", KINDS)
def test_every_item_is_a_task_that_the_contract_takes_and_has_an_id_of_its_own(name: str) -> None:
    found = read(name)
    batch = read_items(found.items, {"origin": found.origin}, explain, update=False)
    assert batch.rejected == []
    assert len({item["external_id"] for item in found.items}) == len(found.items) > 0
    assert read(name).items == found.items


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_known_by_its_contents_but_for_todo_txt(name: str) -> None:
    assert guess((FILES / name).read_bytes()) == (None if name == "todo.txt" else KINDS[name])


def test_our_own_files_are_known_by_their_contents() -> None:
    assert guess(b'{"header":{"counts":') == guess(b"\x1f\x8b\x08") == "dump"
    assert guess(b"") is None
    assert guess(b"[1, 2]") is None


# -- Todoist -----------------------------------------------------------------------------------------------------------


def test_todoist_tasks_keep_words_priority_and_order() -> None:
    found = read("todoist.csv")
    assert [item["title"] for item in found.items] == [
        "Renew the passport", "Prepare the talk", "Draft the slides", 'Ask Zoë for the "numbers"', "Water the plants",
        "Water the plants",
    ]  # fmt: skip
    assert [item["priority"] for item in found.items] == [1, 2, 3, 4, 4, 4]
    assert titled(found, "Renew the passport")["description"] == "Bring two photos"


def test_todoist_dates_are_read_as_the_person_typed_them() -> None:
    found = read("todoist.csv")
    assert titled(found, "Renew the passport")["due_at"] == "2026-06-01T15:00:00Z"
    assert titled(found, "Prepare the talk")["due_at"] == "2026-05-08T12:00:00Z"
    assert "due_at" not in titled(found, "Water the plants")


def test_todoist_sections_notes_and_parents_become_labels_and_context() -> None:
    found = read("todoist.csv")
    assert "The office opens at 8" in titled(found, "Renew the passport")["source_context"]
    assert titled(found, "Prepare the talk")["labels"] == ["conference", "writing", "Work"]
    deepest = titled(found, 'Ask Zoë for the "numbers"')["source_context"]
    assert deepest.startswith("Part of: Prepare the talk › Draft the slides\nSection: Work")


def test_todoist_says_what_has_no_place_here() -> None:
    assert notes(read("todoist.csv"), "not_mappable") == {
        "DATE, not understood": 1, "DURATION": 1, "DURATION_UNIT": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "again"),
    [("every friday", "every friday"), ("every! 3 days", "every 3 days after done"),
     ("every workday at 9am", "every workday at 9am"), ("every full moon", None), ("daily", None),
     ("every day from 10 May", None), ("every month 1 dec", None), ("every friday at noon 10 May", None)],
)  # fmt: skip
def test_todoist_dates_that_come_again_do_so_here_where_the_words_are_known(
    said: str, again: str | None
) -> None:
    found = FORMATS["todoist"](f"TYPE,CONTENT,DATE\ntask,Water the plants,{said}\n", FRAME)
    (item,) = found.items
    assert item.get("recurrence") == again
    assert item["source_context"] == f"Date: {said}"
    assert notes(found, "not_mappable") == ({} if again else {"DATE, recurring": 1})
    assert read_items(found.items, {"origin": "todoist"}, explain, update=False).rejected == []


# -- Trello ------------------------------------------------------------------------------------------------------------


def test_trello_cards_bring_their_list_labels_times_and_address() -> None:
    shed = titled(read("trello.json"), "Build the shed")
    assert shed["labels"] == ["Garden", "To do"]
    assert (shed["due_at"], shed["deferred_until"]) == ("2026-05-20T16:00:00Z", "2026-05-10T07:00:00Z")
    assert shed["source_url"] == "https://trello.com/c/XyZ98765"


def test_trello_check_lists_attachments_and_comments_stay_readable_in_order() -> None:
    shed = titled(read("trello.json"), "Build the shed")
    assert "Material:\n- [x] Wood\n- [ ] Nails" in shed["description"]
    assert "plan.pdf: https://trello.com/1/cards/x/attachments/plan.pdf" in shed["description"]
    assert shed["source_context"].index("Is 3 m enough?") < shed["source_context"].index("Ask the neighbour")


def test_trello_done_and_archived_cards_are_closed() -> None:
    found = read("trello.json")
    assert [item.get("status") for item in found.items] == [None, "done", "cancelled"]
    assert notes(found, "not_mappable") == {"address": 1, "customFieldItems": 1, "template cards": 1}


# -- Taskwarrior -------------------------------------------------------------------------------------------------------


def test_taskwarrior_fields_that_both_have_come_over() -> None:
    taxes = titled(read("taskwarrior.json"), "File the tax return")
    assert (taxes["priority"], taxes["due_at"]) == (1, "2026-05-31T15:00:00Z")
    assert taxes["labels"] == ["paper", "year2025", "Home.Money"]
    assert "https://tax.example.org" in taxes["source_context"]


def test_taskwarrior_states_become_states_here() -> None:
    found = read("taskwarrior.json")
    assert titled(found, "Find the receipts")["deferred_until"] == "2026-05-15T07:00:00Z"
    report = titled(found, "Write the report")
    assert (report["status"], report["assignee"]) == ("in_progress", "me")
    assert titled(found, "Call the bank")["status"] == "done"
    assert [item["title"] for item in found.items].count("Pay the rent") == 1
    assert "Never mind" not in [item["title"] for item in found.items]


def test_taskwarrior_dependencies_are_named_in_both_spellings() -> None:
    one, two, three = (
        f"taskwarrior:{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "123"
    )
    needs = read("taskwarrior.json").needs
    assert needs[one] == [two]
    assert needs[three][0] == two


def test_taskwarrior_one_object_a_line_is_read_as_well() -> None:
    one, two = '{"uuid":"a","description":"One"}', '{"uuid":"b","description":"Two"}'
    lines = f"{one},\n{two}\n"
    assert [item["title"] for item in FORMATS["taskwarrior"](lines, FRAME).items] == ["One", "Two"]


def test_taskwarrior_says_what_has_no_place_here() -> None:
    lost = notes(read("taskwarrior.json"), "not_mappable")
    assert {name: lost[name] for name in ("estimate", "recur", "status deleted", "status recurring")} == {
        "estimate": 1, "recur": 1, "status deleted": 1, "status recurring": 1,
    }  # fmt: skip


# -- todo.txt ----------------------------------------------------------------------------------------------------------


def test_todo_txt_signs_become_fields() -> None:
    mum = titled(read("todo.txt"), "Call Mum")
    assert (mum["priority"], mum["labels"], mum["due_at"]) == (1, ["Family", "phone"], "2026-05-09T15:00:00Z")
    reading = titled(read("todo.txt"), "Read https://example.org/page: chapter 3")
    assert reading["deferred_until"] == "2026-05-20T07:00:00Z"


def test_todo_txt_finished_lines_are_done_and_are_the_same_task_as_before() -> None:
    def only(line: str) -> dict[str, Any]:
        (item,) = FORMATS["todotxt"](line, FRAME).items
        return item

    open_, done = only("(A) Water +Home"), only("x 2026-05-03 2026-05-01 Water +Home pri:A")
    assert open_["external_id"] == done["external_id"]
    assert (done["status"], done["priority"]) == ("done", 1)
    assert [item.get("status") for item in read("todo.txt").items].count("done") == 2


@pytest.mark.parametrize(
    ("line", "again"),
    [("Pay rec:1m", "every month after done"), ("Pay rec:+2w due:2026-05-09", "every 2 weeks"), ("Pay rec:3b", None),
     ("x Pay rec:1m", None)],
)  # fmt: skip
def test_todo_txt_tasks_that_come_again_do_so_here(line: str, again: str | None) -> None:
    (item,) = FORMATS["todotxt"](line, FRAME).items
    assert item.get("recurrence") == again
    if again is not None:
        recurrence.read(again)


def test_todo_txt_equal_lines_are_counted_not_merged() -> None:
    assert [item["title"] for item in read("todo.txt").items].count("Buy milk") == 3
    assert notes(read("todo.txt"), "not_mappable") == {"est:": 1}


# -- GitHub ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["github.json", "github-cli.json"])
def test_github_issues_are_the_same_tasks_from_both_programs(name: str) -> None:
    bug = titled(read(name), "Found a bug")
    assert bug["external_id"] == "github:octo/hello#12"
    assert (bug["labels"], bug["due_at"]) == (["bug"], "2026-05-29T07:00:00Z")
    assert bug["source_url"] == "https://github.com/octo/hello/issues/12"
    assert "Milestone: v1.0" in bug["source_context"]


def test_github_closed_issues_are_done_or_cancelled_and_pull_requests_stay_behind() -> None:
    found = read("github.json")
    assert [item.get("status") for item in found.items] == [None, "done", "cancelled"]
    assert notes(found, "not_mappable") == {"comments": 1, "pull_request": 1, "type": 1}


def test_github_comments_come_over_where_the_file_has_them() -> None:
    assert (
        "ben, 2026-04-23T08:00:00Z: Same here"
        in titled(read("github-cli.json"), "Found a bug")["source_context"]
    )


# -- whatever comes ----------------------------------------------------------------------------------------------------


def test_what_is_too_long_is_cut_and_said() -> None:
    text = f"{'long ' * 100}\n"
    (item,) = (found := FORMATS["todotxt"](text, FRAME)).items
    assert len(item["title"]) == limits.TITLE
    assert item["description"] == text.strip()
    assert notes(found, "mapped") == {"title": 1}


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=40)
@given(
    text=st.one_of(
        st.text(), st.sampled_from(["[]", "{}", "[{}]", '{"lists":[]}', "[1]", "TYPE,CONTENT\ntask"])
    )
)
def test_no_text_is_more_than_unreadable(kind: str, text: str) -> None:
    try:
        found = FORMATS[kind](text, FRAME)
    except Unreadable:
        return
    read_items(found.items, {"origin": found.origin}, explain, update=False)
