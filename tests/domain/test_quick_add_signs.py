"""Priority, owner, labels, private; and the fields that a line gives."""

from __future__ import annotations

import pytest

from task_assistant.domain.capture import create
from task_assistant.domain.quick_add import Kind
from task_assistant.domain.quick_add.result import FIELDS
from task_assistant.domain.quick_add.spoken import NAMES
from task_assistant.domain.task import Owner
from tests.domain.quick_add_desk import NOW, local, quick, reasons
from tests.factories import owner

FIELD: dict[str, tuple[str, object]] = {
    "!1": ("priority", 1),
    "!5,": ("priority", 5),
    "p1": ("priority", 1),
    "P5": ("priority", 5),
    "@me": ("assignee", Owner.ME),
    "@Me.": ("assignee", Owner.ME),
    "@codex": ("assignee", Owner.CODEX),
    "@agent": ("assignee", Owner.CODEX),
    "@ai": ("assignee", Owner.CODEX),
    "@nobody": ("assignee", Owner.UNASSIGNED),
    "!private": ("private", True),
    "!Private": ("private", True),
    "#finance": ("labels", ("finance",)),
    "#Finance;": ("labels", ("finance",)),
    "#2026-q4": ("labels", ("2026-q4",)),
    "#a_b/c-d": ("labels", ("a_b/c-d",)),
    "#Zähne": ("labels", ("zähne",)),
    "#Za\u0308hne": ("labels", ("zähne",)),  # the same, with the dots as a character of their own
    "#हिन्दी": ("labels", ("हिन्दी",)),
    "#a #B #A": ("labels", ("a", "b")),
    "!2 p2": ("priority", 2),
}


@pytest.mark.parametrize("signs", FIELD)
def test_a_sign_sets_its_field_and_leaves_the_title(signs: str) -> None:
    read = quick(f"Pay rent {signs}")
    name, value = FIELD[signs]
    assert (read.title, getattr(read, name), read.unsure) == ("Pay rent", value, ())


@pytest.mark.parametrize("sign", ["!2", "@me", "#home", "!private"])
def test_a_sign_counts_anywhere_in_the_line(sign: str) -> None:
    for line in (f"{sign} Pay rent", f"Pay {sign} rent", f"Pay rent {sign}"):
        read = quick(line)
        assert read.title == "Pay rent"
        assert [line[p.start : p.end] for p in read.understood] == [sign]


@pytest.mark.parametrize(
    "word", ["#", "#118", "#12-34", "#a.b", "#a!", "##a", "!", "!!", "@", "@me@home", "me@home"]
)
def test_other_words_with_a_sign_are_words(word: str) -> None:
    read = quick(f"Pay {word} rent")
    assert (read.title, read.understood, read.unsure) == (f"Pay {word} rent", (), ())


def test_a_label_has_40_characters_at_most() -> None:
    assert quick("Pay #" + "x" * 40).labels == ("x" * 40,)
    assert reasons(quick("Pay #" + "x" * 41)) == ["a label has at most 40 characters; this one has 41"]


def test_a_task_has_20_labels_at_most() -> None:
    read = quick("Pay " + " ".join(f"#x{n}" for n in range(21)) + " #x0")
    assert len(read.labels) == 20
    assert (read.title, reasons(read)) == ("Pay #x20", ["a task has at most 20 labels"])


def test_given_says_what_the_line_says_and_nothing_else() -> None:
    assert quick("Pay rent").given() == {"title": "Pay rent"}
    line = "Pay rent !2 @ai #home !private due fri remind thu defer wed"
    assert quick(line).given() == {
        "title": "Pay rent",
        "priority": 2,
        "assignee": Owner.CODEX,
        "labels": ("home",),
        "due": local("2026-11-27 17:00"),
        "reminder_at": local("2026-11-26 09:00"),
        "deferred_until": local("2026-11-25 09:00"),
        "private": True,
    }


def test_nobody_is_said_and_not_left_out() -> None:
    assert quick("Pay rent @nobody").given() == {"title": "Pay rent", "assignee": Owner.UNASSIGNED}


def test_what_is_given_creates_the_task() -> None:
    read = quick("Pay rent !2 @me #home fri")
    task = create(read.given(), owner(), NOW).task
    assert (task.title, task.priority, task.assignee, task.labels, task.due) == (
        *("Pay rent", 2, Owner.ME, ("home",)),
        local("2026-11-27 17:00"),
    )


def test_every_kind_of_piece_has_a_field_and_a_name() -> None:
    assert set(FIELDS) == set(NAMES) == set(Kind)
