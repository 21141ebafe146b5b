"""The server assigns only what a rule of the person names, while it was right, and from whom the person let in."""

from __future__ import annotations

from typing import Any

import pytest

from task_assistant.domain.delegating import ENOUGH, AssignRule, Measured, chosen, reached
from task_assistant.domain.measures import Precision
from task_assistant.domain.task import Owner, Task
from tests.factories import NOW, assessment, later, task

GOOD, NONE = Precision(50, 50), Precision(0, 0)
FINE = Measured(GOOD, GOOD)


def rule(**fields: Any) -> AssignRule:
    """A rule for e-mail, switched on an hour ago."""
    usual = {"id": "r", "by": "origin", "what": "email", "precision": 0.95, "since": later(hours=-1)}
    return AssignRule(**{**usual, "keys": ("adapter:mail",), "senders": ("alice",), **fields})


def mail(**fields: Any) -> Task:
    """What an adapter brought from Alice, where an agent is suggested."""
    usual: dict[str, Any] = {
        "id": 7, "origin": "email", "created_by": "adapter:mail", "source_name": "Alice",
        "assessment": assessment("builtin", NOW),
    }  # fmt: skip
    return task(**{**usual, **fields})


def test_what_a_rule_names_is_assigned_as_suggested_and_why_is_said() -> None:
    assert chosen(mail(), [(rule(), FINE)], NOW) == (
        Owner.CODEX,
        "50 of your last 50 decisions on origin email agreed",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"created_by": "adapter:other"}, {"created_by": "agent:alpha"}, {"source_name": "Mallory"},
        {"source_name": None, "source_context": "Alice"}, {"origin": "slack"}, {"private": True}, {"version": 2},
        {"assignee": Owner.ME}, {"created_at": later(hours=-2)}, {"deleted_at": NOW}, {"assessment": None},
        {"assessment": assessment("builtin", NOW, suggested_assignee=None)},
        {"created_by": "human"},
    ],
    ids=str,
)  # fmt: skip
def test_anything_else_is_left_to_the_person(fields: dict[str, Any]) -> None:
    if fields == {"created_by": "human"}:
        fields = {
            "created_by": "human",
            "source_name": "Mallory",
        }  # pasted by the person, written by somebody else
    assert chosen(mail(**fields), [(rule(), FINE)], NOW) is None


def test_without_a_rule_nothing_is_assigned() -> None:
    assert chosen(mail(), [], NOW) is None


def test_the_persons_own_words_need_no_permission() -> None:
    own = mail(created_by="human", source_name=None)
    assert chosen(own, [(rule(keys=(), senders=()), FINE)], NOW) is not None


def test_every_sender_of_a_key_is_let_in_only_by_saying_so() -> None:
    there = mail(source_name="Mallory")
    assert chosen(there, [(rule(senders=("*",)), FINE)], NOW) is not None
    assert chosen(there, [(rule(senders=()), FINE)], NOW) is None


def test_a_rule_holds_for_what_came_after_it_was_switched_on() -> None:
    assert chosen(mail(), [(rule(since=later(minutes=1)), FINE)], NOW) is None


def test_the_precision_of_the_suggested_owner_counts() -> None:
    assert chosen(mail(), [(rule(), Measured(NONE, GOOD))], NOW) is None
    mine = mail(assessment=assessment("builtin", NOW, suggested_assignee=Owner.ME))
    assert chosen(mine, [(rule(), Measured(NONE, GOOD))], NOW) is not None


@pytest.mark.parametrize(
    ("precision", "holds"),
    [
        (Precision(ENOUGH, ENOUGH), True),
        (Precision(ENOUGH - 1, ENOUGH - 1), False),
        (Precision(95, 100), True),
        (Precision(94, 100), False),
        (NONE, False),
    ],
)
def test_enough_decisions_must_have_agreed(precision: Precision, holds: bool) -> None:
    assert reached(rule(), precision) is holds


def test_a_label_is_a_place_as_well() -> None:
    by_label = rule(by="label", what="ops")
    assert chosen(mail(labels=("ops",)), [(by_label, FINE)], NOW) is not None
    assert chosen(mail(), [(by_label, FINE)], NOW) is None
