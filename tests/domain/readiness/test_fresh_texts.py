"""Texts that the model was neither trained nor measured on, with a reader's owner: no confident nonsense.

They were used to mend classes of mistakes, so they prove nothing about quality; they hold what was mended.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.routing.data import texts
from task_assistant.domain.readiness import Matter, assess

OWNER = {"codex": "agent", "me": "human", None: "needs_input"}
WRONG, FOUND = (
    2,
    0.6,
)  # suggestions for the wrong side that are borne, and the share of owners that are suggested


def fresh(*kinds: str) -> list[tuple[str, str]]:
    """The owner and the text of each line of these kinds."""
    with (Path(__file__).parent / "fresh.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["owner"], row["text"]) for row in rows if row["kind"] in kinds]


def test_they_are_no_training_texts() -> None:
    known = {text.text.strip().lower() for text in texts()}
    assert [text for _, text in fresh("todo", "mail", "odd") if text.lower() in known] == []


@pytest.mark.parametrize("kind", ["todo", "mail"])
def test_hardly_one_is_suggested_for_the_wrong_side(kind: str) -> None:
    found = [(owner, OWNER[assess(Matter(text)).suggested_assignee], text) for owner, text in fresh(kind)]
    wrong = [(text, said) for owner, said, text in found if said not in ("needs_input", owner)]
    assert len(wrong) <= WRONG, wrong


def test_most_items_with_an_owner_get_it() -> None:
    owned = [(owner, text) for owner, text in fresh("todo") if owner != "needs_input"]
    got = [OWNER[assess(Matter(text)).suggested_assignee] == owner for owner, text in owned]
    assert sum(got) >= FOUND * len(got)


@pytest.mark.parametrize("text", [text for _, text in fresh("odd")])
def test_what_is_no_task_as_it_stands_is_asked_about(text: str) -> None:
    found = assess(Matter(text))
    assert found.suggested_assignee is None
    assert found.question
    assert found.agent_probability <= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "Renew the passport", "Renew my driving licence", "Apply for a new ID card", "Passport for the baby",
        "Get a copy of my birth certificate",
    ],
)  # fmt: skip
def test_papers_of_a_person_are_not_handed_to_an_agent(text: str) -> None:
    found = assess(Matter(text))
    assert found.suggested_assignee != "codex"
    assert "own papers" in [reason.signal for reason in found.reasons]


def test_an_error_that_somebody_wants_mended_is_work() -> None:
    assert (
        assess(Matter("Fix TypeError: cannot read properties of undefined in cart.js")).suggested_assignee
        == "codex"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Run the migration on staging", "Drop the users table in staging", "Call the function twice in the loop",
        "Cut the intro video to 30 seconds", "Install Docker on the build server", "Run payroll",
    ],
)  # fmt: skip
def test_a_verb_of_the_body_is_none_where_it_is_done_in_a_computer(text: str) -> None:
    found = assess(Matter(text))
    assert found.suggested_assignee != "me"
    assert not {"body", "voice", "place"} & {reason.signal for reason in found.reasons}


@pytest.mark.parametrize(
    "text", ["Look after Tim's kids", "Pay attention to Anna", "Return call from lawyer"]
)
def test_what_a_verb_means_with_the_next_word_goes_before_what_it_means_alone(text: str) -> None:
    assert assess(Matter(text)).suggested_assignee == "me"
