"""Questions and reviews: nothing is blocked without its way out, and only the person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from task_assistant.domain import editing, moves, parking, working
from task_assistant.domain.errors import InvalidFields, NoAssessment, NoQuestion, ResultChanged, RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.parking import Limits
from task_assistant.domain.records import Step
from task_assistant.domain.task import Owner, Proposal, Question, QuestionKind, ReviewNeed, Status, Task
from tests.factories import NOW, agent, agent_task, claimed_task, later, owner, question, result, task

MOST = Limits(attempts=3, rounds=2)


def blocked(**fields: Any) -> Task:
    return agent_task(
        id=1, status=Status.BLOCKED, question=question(**fields), numbers={"question": 1}, failures=2
    )


def answered(there: Task, text: str, older: Question | None = None) -> Step:
    (step,) = moves.answer(there, owner(), {"answer": text}, later(hours=1), older=older)
    return step


def reviewed(**fields: Any) -> Task:
    usual = {"status": Status.WAITING_REVIEW, "result": result(), "numbers": {"result": 1}}
    return agent_task(id=1, **{**usual, **fields})


def test_an_agents_question_blocks_and_ends_its_claim() -> None:
    said = {"question": "Which?", "kind": "decision", "options": ["a", "b"], "recommendation": "a"}
    (step,) = working.ask(claimed_task(id=1), agent(), said, NOW)
    asked = step.task.question
    assert asked is not None
    assert (step.task.status, step.task.claim) == (Status.BLOCKED, None)
    assert (asked.text, asked.options, asked.asked_by, asked.kind) == (
        "Which?", ("a", "b"), "agent:alpha", QuestionKind.DECISION,
    )  # fmt: skip
    assert {record.kind for record in step.records} == {"attempt", "question"}


def test_an_answer_frees_the_task_for_the_next_claim_and_starts_attempts_anew() -> None:
    step = answered(blocked(), "1.0")
    assert (step.task.status, step.task.assignee, step.task.failures) == (Status.BACKLOG, Owner.CODEX, 0)
    assert step.task.question is not None
    assert (step.task.question.answer, step.task.question.answered_at) == ("1.0", later(hours=1))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.BLOCKED])
def test_a_late_answer_is_kept_and_moves_nothing(status: Status) -> None:
    step = answered(blocked().having(status=status), "1.0")
    assert step.task.status is status
    assert step.task.question is not None
    assert step.task.question.answer == "1.0"


def test_a_late_answer_to_an_older_question_is_kept_in_the_file() -> None:
    now_asked = blocked(id=2)
    step = answered(now_asked, "1.0", older=question(id=1))
    assert step.task == now_asked
    assert [(record.kind, record.n) for record in step.records] == [("question", 1)]
    assert step.extra["answer"][1]["answer"] == "1.0"


def test_a_question_is_answered_once() -> None:
    with pytest.raises(NoQuestion, match="answered already"):
        answered(blocked(answer="0.9", answered_at=NOW), "1.0")
    with pytest.raises(NoQuestion):
        answered(task(id=1), "1.0")


def test_an_agent_cannot_answer_late_either() -> None:
    for status in Status:
        with pytest.raises(RoleForbidden):
            moves.answer(blocked().having(status=status), agent(), {"answer": "yes"}, NOW, older=None)


@pytest.mark.parametrize(
    ("about", "text", "status", "assignee"),
    [
        ("parked", "Try again", Status.BACKLOG, Owner.CODEX),
        ("parked", "  i DO it ", Status.BACKLOG, Owner.ME),
        ("parked", "Cancel", Status.CANCELLED, Owner.CODEX),
        ("parked", "Cancel it please", Status.BACKLOG, Owner.CODEX),
        ("source_closed", "Mark it done", Status.DONE, Owner.CODEX),
        ("source_closed", "Keep it open", Status.BACKLOG, Owner.CODEX),
        ("source_closed", "I do it", Status.BACKLOG, Owner.CODEX),
        (None, "Cancel", Status.BACKLOG, Owner.CODEX),
    ],
)
def test_only_the_options_of_the_servers_own_questions_act(
    about: str | None, text: str, status: Status, assignee: Owner
) -> None:
    after = answered(blocked(about=about), text).task
    assert (after.status, after.assignee) == (status, assignee)
    assert (after.completed_at is not None) is (status is Status.DONE)


def test_the_servers_questions_offer_exactly_the_options_that_act() -> None:
    for about in ("parked", "source_closed"):
        for option in parking.options_for(about):
            assert (about, option) in parking.OPTIONS_ACT
    assert {about for about, _ in parking.OPTIONS_ACT} == {"parked", "source_closed"}


def test_an_external_block_may_carry_a_date_and_no_other_may() -> None:
    (step,) = moves.block(task(id=1), owner(), {"text": "Bank", "until": later(days=1)}, NOW)
    assert step.task.question is not None
    assert (step.task.question.kind, step.task.question.until) == (QuestionKind.EXTERNAL, later(days=1))
    with pytest.raises(InvalidFields):
        moves.block(task(id=1), owner(), {"text": "Which?", "kind": "decision", "until": later(days=1)}, NOW)


@pytest.mark.parametrize("verb", ["block", "edit"])
def test_whichever_way_a_task_is_blocked_it_has_a_way_out(verb: str) -> None:
    if verb == "block":
        steps = moves.block(task(id=1), owner(), {"text": "Bank"}, NOW)
    else:
        steps = editing.edit(task(id=1), owner(), {"status": Status.BLOCKED}, NOW)
    assert parking.has_way_out(steps[-1].task)
    assert steps[-1].task.status is Status.BLOCKED
    assert [record.kind for record in steps[-1].records] == ["question"]


def test_a_result_waits_for_the_person() -> None:
    artifacts = [
        {"name": "a.diff", "type": "text/x-diff", "text": "ä"},
        {"name": "b", "type": "text/plain", "text": ""},
    ]
    there = claimed_task(id=1, sent_back=True, numbers={"claim": 1, "artifact": 2, "result": 1})
    (step,) = working.submit(there, agent(), {"summary": "Done", "artifacts": artifacts}, NOW)
    handed = step.task.result
    assert handed is not None
    assert (step.task.status, step.task.claim, step.task.sent_back) == (Status.WAITING_REVIEW, None, False)
    assert (handed.round, [(a.n, a.name, a.size) for a in handed.artifacts]) == (
        2,
        [(3, "a.diff", 2), (4, "b", 0)],
    )
    assert [record.text for record in step.records if record.kind == "artifact"] == ["ä", ""]
    assert step.task.numbers == {"claim": 1, "artifact": 4, "result": 2}


def test_where_review_is_optional_a_submit_closes_and_says_by_which_policy() -> None:
    steps = working.submit(claimed_task(id=1, review=ReviewNeed.OPTIONAL), agent(), {"summary": "Done"}, NOW)
    assert [(step.type, step.actor) for step in steps] == [
        (EventType.SUBMITTED, None),
        (EventType.COMPLETED, "system"),
    ]
    assert (steps[-1].task.status, steps[-1].task.completed_at) == (Status.DONE, NOW)


def test_approval_closes_the_round_that_the_person_looked_at() -> None:
    (step,) = moves.approve(reviewed(), owner(), {"round": 1, "note": "Good"}, NOW)
    assert (step.task.status, step.task.completed_at, step.text) == (Status.DONE, NOW, "Good")


ROUND_TWO: list[Callable[[], list[Step]]] = [
    lambda: moves.approve(reviewed(), owner(), {"round": 2}, NOW),
    lambda: moves.send_back(reviewed(), owner(), {"round": 2, "feedback": "No"}, NOW, MOST),
]


@pytest.mark.parametrize("verb", ROUND_TWO, ids=["approve", "send back"])
def test_another_round_than_the_current_one_is_refused(verb: Callable[[], list[Step]]) -> None:
    with pytest.raises(ResultChanged) as refusal:
        verb()
    assert (refusal.value.given, refusal.value.current) == (2, 1)


def test_a_send_back_carries_feedback_to_the_next_worker() -> None:
    (step,) = moves.send_back(reviewed(assignee=Owner.ME), owner(), {"feedback": "Shorter"}, NOW, MOST)
    after = step.task
    assert (after.status, after.assignee, after.sent_back, after.rounds) == (
        Status.BACKLOG,
        Owner.CODEX,
        True,
        1,
    )
    assert [(record.kind, record.n) for record in step.records] == [("feedback", 1)]
    assert step.extra["feedback"][1]["text"] == "Shorter"


def test_too_many_rounds_park_the_task() -> None:
    steps = moves.send_back(reviewed(rounds=1), owner(), {"feedback": "No"}, NOW, MOST)
    assert [step.type for step in steps] == [EventType.SENT_BACK, EventType.PARKED]
    assert steps[-1].task.question is not None
    assert steps[-1].task.question.about == "parked"


@pytest.mark.parametrize("verb", [moves.done, moves.cancel, moves.approve], ids=lambda verb: verb.__name__)
def test_any_move_of_the_person_starts_attempts_and_rounds_anew(verb: Any) -> None:
    (step,) = verb(reviewed(failures=2, rounds=2), owner(), {}, NOW)
    assert (step.task.failures, step.task.rounds) == (0, 0)


def test_assigning_ends_a_claim_and_the_proposal() -> None:
    there = claimed_task(id=1, proposal=Proposal("agent:beta", Owner.CODEX))
    (step,) = moves.assign(there, owner(), {"assignee": "codex", "agent": "beta"}, NOW)
    after = step.task
    assert (after.status, after.claim, after.agent, after.proposal) == (Status.BACKLOG, None, "beta", None)
    with pytest.raises(InvalidFields):
        moves.assign(there, owner(), {"assignee": "me", "agent": "beta"}, NOW)


def test_accepting_does_what_was_proposed_but_never_lowers_review() -> None:
    there = task(id=1, proposal=Proposal("agent:beta", Owner.CODEX, ReviewNeed.OPTIONAL))
    (step,) = moves.accept_assessment(there, owner(), {}, NOW)
    assert (step.task.assignee, step.task.review) == (Owner.CODEX, ReviewNeed.REQUIRED)
    with pytest.raises(NoAssessment):
        moves.accept_assessment(task(id=1), owner(), {}, NOW)


def test_a_deferral_lies_ahead_or_ends() -> None:
    (step,) = moves.defer(claimed_task(id=1), owner(), {"until": later(days=1)}, NOW)
    assert (step.task.status, step.task.claim, step.task.deferred_until) == (
        Status.BACKLOG,
        None,
        later(days=1),
    )
    assert moves.defer(step.task, owner(), {"until": None}, NOW)[0].task.deferred_until is None
    with pytest.raises(InvalidFields):
        moves.defer(task(id=1), owner(), {"until": NOW}, NOW)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DONE])
def test_leaving_done_clears_when_it_was_completed(status: Status) -> None:
    done = task(id=1, status=Status.DONE, completed_at=NOW)
    (step,) = editing.edit(done, owner(), {"status": status}, later())
    assert (step.task.status, step.task.completed_at) == (status, None)


def test_an_edit_that_changes_nothing_is_nothing() -> None:
    there = task(id=1, labels=("a",))
    assert editing.edit(there, owner(), {"title": there.title, "labels": ("a",)}, NOW) == []


def test_an_edit_of_a_held_task_tells_its_holder_and_a_move_ends_the_claim() -> None:
    there = claimed_task(id=1)
    assert editing.edit(there, owner(), {"title": "New"}, NOW)[0].task.claimed().changed == ("title",)
    for fields in ({"assignee": Owner.ME}, {"status": Status.WAITING_REVIEW}, {"private": True}):
        assert editing.edit(there, owner(), fields, NOW)[0].task.claim is None


def test_the_persons_comment_reaches_the_holder_and_nobody_elses_does() -> None:
    there = claimed_task(id=1)
    assert [m.text for m in working.comment(there, owner(), "Stop", NOW)[0].task.claimed().messages] == [
        "Stop"
    ]
    assert working.comment(there, agent("beta"), "Obey", NOW)[0].task.claimed().messages == ()


def test_late_work_is_kept_as_a_comment_with_its_artifacts() -> None:
    said = {"summary": "Done", "artifacts": [{"name": "a.diff", "type": "text/x-diff", "text": "+1"}]}
    (step,) = working.keep_work(task(id=1), agent(), said, NOW)
    assert step.text is not None
    assert "Done" in step.text
    assert {record.kind for record in step.records} == {"comment", "artifact"}
    assert step.task.status is Status.BACKLOG
