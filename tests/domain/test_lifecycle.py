"""The life of a task is closed: every command × role × status leads to a known status or to a named refusal."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given

from task_assistant.domain.errors import (
    AlreadyTriaged,
    IllegalMove,
    InvalidFields,
    NoAssessment,
    NoQuestion,
    Refusal,
    RoleForbidden,
)
from task_assistant.domain.lifecycle import TABLE, Command, allowed_from, check_role, lead, outcome, roles_for
from task_assistant.domain.roles import Role
from task_assistant.domain.task import CLOSED, Owner, Proposal, ReviewNeed, Status, Task
from tests.domain.plays import BY_ROLE, EDITS, PLAYS, Story, attempt, stories
from tests.factories import NOW, claim, question, result, task

EVERYWHERE = [
    Command.EDIT, Command.UNDO, Command.COMMENT, Command.REMIND, Command.DELETE, Command.SOURCE_UPDATE, Command.ANSWER,
    Command.SOURCE_CLOSE,
]  # fmt: skip
FOR_A_REASON = (
    NoQuestion,
    NoAssessment,
    AlreadyTriaged,
    InvalidFields,
)  # not the status but something else of the task forbids it


def typical(status: Status, **fields: Any) -> Task:
    """A task as it usually is in this status."""
    usual: dict[Status, dict[str, Any]] = {
        Status.IN_PROGRESS: {"claim": claim(), "numbers": {"claim": 1}},
        Status.WAITING_REVIEW: {"result": result(), "numbers": {"claim": 1, "result": 1}},
        Status.BLOCKED: {"question": question(), "numbers": {"question": 1}},
        Status.DONE: {"completed_at": NOW},
    }
    return task(**{"id": 1, "assignee": Owner.CODEX, "status": status, **usual.get(status, {}), **fields})


VARIANTS: list[dict[str, Any]] = [
    {}, {"assignee": Owner.ME}, {"assignee": Owner.UNASSIGNED, "proposal": Proposal("agent:alpha", Owner.CODEX)},
    {"review": ReviewNeed.OPTIONAL}, {"failures": 9, "rounds": 9}, {"private": True},
    {"question": question(about="parked"), "numbers": {"question": 1, "claim": 1}},
    {"question": question(about="source_closed"), "numbers": {"question": 1, "claim": 1}},
]  # fmt: skip


def reached(command: Command, status: Status) -> set[Status]:
    """Where the table says that the command may lead from this status."""
    line = TABLE[command]
    return {line.leads[status], *(line.instead or {})}


def test_every_command_is_in_the_table_and_can_be_played() -> None:
    assert set(TABLE) == set(Command) == set(PLAYS)


@pytest.mark.parametrize(("command", "role"), list(product(Command, Role)))
def test_every_command_has_an_outcome_or_a_named_refusal_from_every_status(
    command: Command, role: Role
) -> None:
    for status in Status:
        said = outcome(command, role, status)
        if role not in roles_for(command):
            assert said is RoleForbidden
        elif status in TABLE[command].leads:
            assert isinstance(said, Status)
        else:
            assert said is IllegalMove


@pytest.mark.parametrize(("command", "role"), list(product(Command, Role)))
def test_every_command_does_what_the_table_says(command: Command, role: Role) -> None:
    for status, variant, n in product(Status, VARIANTS, range(len(EDITS))):
        before = typical(status, created_by=BY_ROLE[role].actor, **variant)
        said = outcome(command, role, status)
        done = attempt(partial(PLAYS[command], before, BY_ROLE[role], NOW, n))
        if isinstance(done, Refusal):
            assert type(done) is said or (isinstance(done, FOR_A_REASON) and isinstance(said, Status)), str(
                done
            )
        else:
            assert isinstance(said, Status), (status, variant)
            assert (done[-1].task if done else before).status in reached(command, status), (status, variant)


@pytest.mark.parametrize("command", Command)
def test_a_refusal_names_what_is_allowed_instead(command: Command) -> None:
    role = next(iter(roles_for(command)))
    for status in set(Status) - set(TABLE[command].leads):
        with pytest.raises(IllegalMove) as refusal:
            lead(command, role, typical(status))
        assert command.value not in refusal.value.allowed
        assert refusal.value.allowed == allowed_from(status, role)


@pytest.mark.parametrize("command", [c for c, line in TABLE.items() if line.roles == frozenset({Role.OWNER})])
@pytest.mark.parametrize("role", [Role.AGENT, Role.ADAPTER, Role.READER])
def test_the_persons_commands_are_refused_to_others_with_advice(command: Command, role: Role) -> None:
    with pytest.raises(RoleForbidden) as refusal:
        check_role(command, role)
    assert refusal.value.advice
    assert role.value in str(refusal.value)


@pytest.mark.parametrize("status", Status)
def test_from_every_status_the_person_can_go_on(status: Status) -> None:
    ways = set(allowed_from(status)) - {command.value for command in EVERYWHERE}
    assert ways, "a dead end"


def test_only_the_person_closes() -> None:
    for command, line in TABLE.items():
        closes = {to for start, to in line.leads.items() if start not in CLOSED and to in CLOSED}
        if closes:
            assert line.roles == frozenset({Role.OWNER}), command


@given(stories())
def test_no_story_leaves_a_task_where_the_rules_do_not_allow(story: Story) -> None:
    there = story.task
    assert there.status is not Status.BLOCKED or (
        there.question is not None and there.question.answer is None
    )
    assert (there.completed_at is not None) is (there.status is Status.DONE)
    assert there.claim is None or (there.status is Status.IN_PROGRESS and there.active and not there.private)
    assert (there.external_id, there.id, there.created_by) == ("m-1", 1, "human")


@given(stories())
def test_numbers_in_the_file_are_used_once(story: Story) -> None:
    for kind, n in story.file:
        assert n <= story.task.numbers.get(kind if kind != "attempt" else "claim", 0)


@given(stories())
def test_an_agent_closes_only_where_the_person_made_review_optional(story: Story) -> None:
    told = [(one.type.value, one.changes.get("status", ("", ""))[1]) for one in story.events]
    closing = {kind for kind, status in told if status in CLOSED}
    assert closing <= {"completed", "cancelled", "approved", "answered"}
