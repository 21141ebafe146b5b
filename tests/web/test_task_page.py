"""The page of one task: what it shows, and that everything on it can be decided, edited and taken back in place."""

from __future__ import annotations

import pytest

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Status, Task
from tests.factories import NOW, later
from tests.web.task_visit import ALPHA, MAIL, PERSON, Desk

DIFF = "--- a/notes.md\n+++ b/notes.md\n@@ -1 +1 @@\n-0.9\n+1.0\n"


def artifact(name: str, text: str, kind: str = "text/plain") -> dict[str, str]:
    return {"name": name, "type": kind, "text": text}


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_task_says_what_it_is_where_it_comes_from_and_what_it_needs(desk: Desk) -> None:
    first = await desk.task("Get the contract", assignee=Owner.ME)
    there = await desk.task(
        "Draft the notes", by=PERSON, description="One screen.", labels=("release",), depends_on=(first.id,),
        origin="github", source_name="Issue 118", source_url="https://example.org/118", source_context="Cut 1.0.",
    )  # fmt: skip
    page = await desk.page(f"/tasks/{there.id}")
    for words in (
        "Draft the notes",
        "One screen.",
        "release",
        "Cut 1.0.",
        "Get the contract #1, backlog, you",
    ):
        assert words in page.said
    assert "Outside text, brought in by you" in page.said
    assert "https://example.org/118" in page.values("href")
    assert "Draft the notes" in (await desk.page("/tasks/1")).said, "the other task names who waits for it"


async def test_a_deadline_and_an_estimate_look_different(desk: Desk) -> None:
    given = await desk.task(due=later(days=1))
    guessed = await desk.task()
    assert 'class="estimate">~ ' not in (await desk.page(f"/tasks/{given.id}")).html
    assert 'class="estimate">~ ' in (await desk.page(f"/tasks/{guessed.id}")).html


@pytest.mark.parametrize(
    ("field", "sent", "attribute", "expected"),
    [
        ("title", "Better", "title", "Better"),
        ("description", "Two\r\nlines", "description", "Two\nlines"),
        ("description", "", "description", None),
        ("priority", "1", "priority", 1),
        ("assignee", "me", "assignee", Owner.ME),
        ("agent", "alpha", "agent", "alpha"),
        ("labels", "one, two words", "labels", ("one", "two words")),
        ("labels", "two words,", "labels", ("two words",)),
        ("labels", "", "labels", ()),
        ("due_at", "2026-05-09 10:00", "due", later(hours=49)),
        ("due_at", "tomorrow", "due", None),
        ("private", "true", "private", True),
        ("review", "optional", "review", "optional"),
        ("status", "done", "status", Status.DONE),
    ],
)
async def test_every_property_is_changed_by_a_form_of_the_page(
    desk: Desk, field: str, sent: str, attribute: str, expected: object
) -> None:
    there = await desk.task(description="Before", labels=("old",))
    page = await desk.page(f"/tasks/{there.id}")
    assert field in page.values("name")
    answer = await desk.post(f"/do/tasks/{there.id}/edit", **{field: sent})
    assert answer.status_code == 200, answer.text
    now = getattr(await desk.now(there), attribute)
    assert now == expected if sent != "tomorrow" else now > NOW


async def test_the_label_field_gives_back_the_labels_that_it_shows(desk: Desk) -> None:
    for labels in (("two words",), ("a", "b c"), ("a", "b")):
        there = await desk.task(labels=labels)
        page = await desk.page(f"/tasks/{there.id}")
        shown = next(
            given["value"] for tag, given in page.tags if tag == "input" and given.get("name") == "labels"
        )
        await desk.post(f"/do/tasks/{there.id}/edit", labels=shown)
        assert (await desk.now(there)).labels == labels


async def test_a_text_that_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    there = await desk.task()
    page = await desk.page(f"/tasks/{there.id}")
    seen = page.form(f"/do/tasks/{there.id}/edit")["version"]
    await desk.doorstep.services.tasks.edit(PERSON, there.id, {"title": "Theirs"})
    answer = await desk.post(f"/do/tasks/{there.id}/edit", title="Mine", version=seen)
    assert answer.status_code == 412
    assert "Your text is kept" in answer.json()["detail"]
    assert (await desk.now(there)).title == "Theirs"


async def test_a_question_is_answered_by_its_options_or_in_words(desk: Desk) -> None:
    there = await desk.asked(await desk.task(), options=("1.0", "0.9"), recommendation="1.0")
    page = await desk.page(f"/tasks/{there.id}")
    assert "alpha needs a decision" in page.said
    answers = [fields for action, fields in page.forms if action == f"/do/tasks/{there.id}/answer"]
    assert [fields.get("answer") for fields in answers] == ["1.0", "0.9", None]
    await desk.post(f"/do/tasks/{there.id}/answer", **answers[1])
    page = await desk.page(f"/tasks/{there.id}")
    assert "0.9" in page.said.split("Questions")[1]
    assert (await desk.now(there)).status is Status.BACKLOG


async def test_a_question_for_access_says_not_to_write_the_secret_down(desk: Desk) -> None:
    there = await desk.asked(await desk.task(), kind="credential")
    assert "never the secret itself" in (await desk.page(f"/tasks/{there.id}")).said


async def test_a_result_is_reviewed_with_its_artifacts_open(desk: Desk) -> None:
    there = await desk.handed_back(
        await desk.task(),
        not_done="The price table.", links=("https://example.org/pr",), refs=("app@notes",), evidence="all green",
        artifacts=(artifact("change.diff", DIFF), artifact("prices.csv", "What,Price\nDesk,600\n")),
        usage={"input_tokens": 1200, "output_tokens": 300, "cost": "0.12", "currency": "USD", "model": "m"},
    )  # fmt: skip
    page = await desk.page(f"/tasks/{there.id}")
    for words in (
        "Not done The price table.",
        "app@notes",
        "all green",
        "1,500 tokens · 0.12 USD · m",
        "notes.md",
    ):
        assert words in page.said
    assert [given["class"] for tag, given in page.tags if tag == "tr" and "class" in given] == [
        "hunk",
        "removed",
        "added",
    ]
    assert "Desk 600" in page.said
    await desk.post(f"/do/tasks/{there.id}/approve", **page.form(f"/do/tasks/{there.id}/approve"))
    assert (await desk.now(there)).status is Status.DONE


async def test_rounds_are_told_apart_with_the_feedback_between_them(desk: Desk) -> None:
    there = await desk.handed_back(await desk.task(), "First draft")
    page = await desk.page(f"/tasks/{there.id}")
    fields = page.form(f"/do/tasks/{there.id}/send-back")
    await desk.post(f"/do/tasks/{there.id}/send-back", **fields, feedback="Shorter.")
    await desk.handed_back(there, "Second draft")
    page = await desk.page(f"/tasks/{there.id}")
    assert page.said.index("Second draft") < page.said.index("Round 1") < page.said.index("Shorter.")
    late = await desk.post(f"/do/tasks/{there.id}/approve", round="1")
    assert late.status_code == 409
    assert "newer result" in late.json()["detail"]


async def test_what_all_attempts_used_is_added_up_by_currency(desk: Desk) -> None:
    there = await desk.task()
    for currency in ("USD", "EUR", "USD"):
        usage = {"input_tokens": 1000, "cost": "0.10", "currency": currency}
        await desk.handed_back(there, usage=usage)
        await desk.post(f"/do/tasks/{there.id}/send-back", feedback="Again")
    assert "3,000 tokens · 0.20 USD · 0.10 EUR in all" in (await desk.page(f"/tasks/{there.id}")).said


async def test_who_works_on_it_is_said_with_the_lease_that_is_left(desk: Desk) -> None:
    there = await desk.task()
    token = await desk.claimed(there)
    await desk.doorstep.services.work.progress(ALPHA, there.id, token, {"note": "halfway"})
    page = await desk.page(f"/tasks/{there.id}")
    assert "alpha is working on it, attempt 1" in page.said
    assert "alpha is on it, lease left: 30 min" in page.said
    assert "halfway" in page.said


async def test_history_shows_which_words_changed(desk: Desk) -> None:
    there = await desk.task(description="Send the old numbers to Alice")
    await desk.post(f"/do/tasks/{there.id}/edit", description="Send the new numbers to Alice and Bob")
    html = (await desk.page(f"/tasks/{there.id}")).html
    assert "<del>old</del><ins>new</ins>" in html
    assert "<ins> and Bob</ins>" in html
    assert "you edited text" in html


async def test_an_entry_is_taken_back_in_place(desk: Desk) -> None:
    there = await desk.task()
    await desk.post(f"/do/tasks/{there.id}/edit", title="Wrong")
    page = await desk.page(f"/tasks/{there.id}")
    (action,) = [action for action in page.actions() if action.startswith("/do/undo/")]
    await desk.post(action, **page.form(action))
    assert (await desk.now(there)).title == there.title
    assert "undid: you edited title" in (await desk.page(f"/tasks/{there.id}")).said


async def test_an_undo_over_newer_work_says_what_it_would_overwrite_first(desk: Desk) -> None:
    there = await desk.task("One")
    for title in ("Two", "Three"):
        await desk.post(f"/do/tasks/{there.id}/edit", title=title)
    page = await desk.page(f"/tasks/{there.id}")
    assert "changed again since: you edited title" in page.said
    assert "Title from Three back to One" in page.said
    forced = [(action, fields) for action, fields in page.forms if fields.get("force") == "true"]
    assert len(forced) == 1
    await desk.post(forced[0][0], **forced[0][1])
    assert (await desk.now(there)).title == "One"


async def test_a_deleted_task_is_brought_back_from_its_page(desk: Desk) -> None:
    there = await desk.task()
    await desk.post(f"/do/tasks/{there.id}/delete")
    page = await desk.page(f"/tasks/{there.id}")
    assert "This task is deleted. It can be brought back for 30 days." in page.said
    action = next(action for action in page.actions() if action.startswith("/do/undo/"))
    await desk.post(action)
    assert (await desk.now(there)).deleted_at is None


async def test_erasing_for_good_wants_the_number_typed(desk: Desk) -> None:
    there = await desk.task("A secret", description="of mine")
    refused = await desk.post(f"/do/tasks/{there.id}/purge", confirm="yes")
    assert refused.status_code == 422
    assert (await desk.now(there)).title == "A secret"
    answer = await desk.post(f"/do/tasks/{there.id}/purge", confirm=f"#{there.id}")
    assert answer.json()["go"] == "/"
    assert answer.json()["undo"] is None
    assert (await desk.now(there)).purged
    assert (await desk.answer(f"/tasks/{there.id}")).status_code == 404


async def test_comments_are_added_and_paged(desk: Desk) -> None:
    there = await desk.task()
    for n in range(1, 51):
        await desk.doorstep.services.tasks.comment(PERSON if n % 2 else ALPHA, there.id, f"comment {n:02}")
    await desk.post(f"/do/tasks/{there.id}/comment", text="mine")
    seen, path = list[str](), f"/tasks/{there.id}"
    while path:
        page = await desk.page(path)
        seen += [value for value in page.values("id") if value.startswith("comment-") and value[8:].isdigit()]
        path = next((href for href in page.values("href") if "/comments?before=" in href), "")
    assert seen == [f"comment-{n}" for n in range(51, 0, -1)]


async def test_history_is_paged_to_its_beginning(desk: Desk) -> None:
    there = await desk.task()
    for n in range(50):
        await desk.doorstep.services.tasks.edit(PERSON, there.id, {"title": f"Title {n}"})
    seen, last, path = list[str](), "", f"/tasks/{there.id}"
    while path:
        page = await desk.page(path)
        seen += [value for value in page.values("id") if value.startswith("event-")]
        last = page.said
        path = next((href for href in page.values("href") if "/history?before=" in href), "")
    assert len(seen) == len(set(seen)) == 51
    assert "captured it" in last


async def test_a_dependency_is_found_by_number_or_words_and_taken_away_again(desk: Desk) -> None:
    there = await desk.task("Draft")
    one, two = await desk.task("Get the contract"), await desk.task("Ask Bob")
    assert "Get the contract" in (await desk.page(f"/tasks/{there.id}/candidates?q=contract")).said
    page = await desk.page(f"/tasks/{there.id}/candidates?q=%23{two.id}")
    await desk.post(f"/do/tasks/{there.id}/edit", **page.form(f"/do/tasks/{there.id}/edit"))
    await desk.post(f"/do/tasks/{there.id}/edit", depends_on=[str(two.id), str(one.id)])
    assert (await desk.now(there)).depends_on == (two.id, one.id)
    page = await desk.page(f"/tasks/{there.id}")
    removing = [fields["depends_on"] for _, fields in page.forms if "depends_on" in fields]
    assert removing == [str(one.id), str(two.id)]
    assert "No active task fits" in (await desk.page(f"/tasks/{there.id}/candidates?q=nothing+of+that")).said


async def test_the_pane_is_the_same_as_a_fragment(desk: Desk) -> None:
    there = await desk.asked(await desk.task())
    page = await desk.page(f"/tasks/{there.id}?pane=1")
    assert not {"html", "head", "body", "nav"} & {tag for tag, _ in page.tags}
    assert "Which version?" in page.said
    assert f"/do/tasks/{there.id}/answer" in page.actions()


@pytest.mark.parametrize(
    "path", ["/tasks/99", "/tasks/99/history?before=1", "/tasks/99/artifacts/1", "/tasks/1/artifacts/9"]
)
async def test_what_is_not_there_is_a_page_that_says_so(desk: Desk, path: str) -> None:
    await desk.task()
    answer = await desk.answer(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


async def test_a_proposal_from_outside_is_named_and_done_as_suggested(desk: Desk) -> None:
    there = await desk.task(by=MAIL)
    page = await desk.page(f"/tasks/{there.id}")
    assert "mail suggests agents" in page.said
    await desk.post(f"/do/tasks/{there.id}/accept-assessment")
    assert (await desk.now(there)).assignee is Owner.CODEX


async def _waiting(desk: Desk) -> Task:
    there = await desk.task(assignee=Owner.ME)
    return await desk.doorstep.services.tasks.move(PERSON, there.id, Command.DEFER, {"until": later(days=2)})


async def test_every_button_of_the_page_leads_somewhere(desk: Desk) -> None:
    """In each lane, every verb that a form names is one that the lifecycle takes from there."""
    for there in (
        await desk.task(assignee=Owner.ME), await desk.task(), await desk.task(assignee=Owner.UNASSIGNED),
        await desk.asked(await desk.task()), await desk.handed_back(await desk.task()), await _waiting(desk),
        await desk.doorstep.services.tasks.move(PERSON, (await desk.task()).id, Command.DONE, {}),
    ):  # fmt: skip
        page = await desk.page(f"/tasks/{there.id}")
        extra = {"until": "tomorrow", "text": "no key", "answer": "yes", "feedback": "more", "confirm": "no"}
        for action, fields in page.forms:
            verb = action.rpartition("/")[2]
            if not action.startswith(f"/do/tasks/{there.id}/") or verb in ("edit", "purge"):
                continue
            needs = {
                "defer": "until",
                "block": "text",
                "answer": "answer",
                "send-back": "feedback",
                "comment": "text",
            }
            given = {needs[verb]: extra[needs[verb]]} if verb in needs else {}
            before = await desk.doorstep.store.get(there.id)
            answer = await desk.post(action, **{**given, **fields})
            assert answer.status_code == 200, (before and before.status, action, answer.text)
            await desk.post(f"/do/undo/{answer.json()['undo']}", force="true")
