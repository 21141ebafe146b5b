"""A row says what kind of decision it is and why it is here, in the words of whoever needs it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from task_assistant.domain.task import (
    ArtifactInfo,
    Lane,
    Owner,
    Proposal,
    Question,
    QuestionKind,
    Status,
    Task,
)
from task_assistant.web.rows import WORDS, row, safe_link, short
from tests.factories import NOW, agent_task, claimed_task, later, question, result, task


def blocked(asked: Question | None, **fields: Any) -> Task:
    return task(status=Status.BLOCKED, question=asked, **fields)


def reviewed(**fields: Any) -> Task:
    return agent_task(status=Status.WAITING_REVIEW, result=result(**fields))


EXTERNAL = question("The bank opens.", kind=QuestionKind.EXTERNAL, asked_by="human", until=later(days=1))
DRAFT = ArtifactInfo(1, "draft.md", "text/markdown", 9)


@pytest.mark.parametrize(
    ("shown", "lane", "why"),
    [
        (blocked(question()), Lane.BLOCKED, "alpha asks “Which version number?”"),
        (
            blocked(question(recommendation="1.0")),
            Lane.BLOCKED,
            "alpha asks “Which version number?” · suggests “1.0”",
        ),
        (blocked(question(asked_by="human")), Lane.BLOCKED, "you noted “Which version number?”"),
        (
            blocked(EXTERNAL),
            Lane.BLOCKED,
            "waits for something outside until tomorrow: “The bank opens.”",
        ),
        (blocked(None), Lane.BLOCKED, "blocked without an open question"),
        (
            blocked(question(answer="1.0", answered_at=NOW)),
            Lane.BLOCKED,
            "blocked without an open question",
        ),
        (reviewed(), Lane.REVIEW, "alpha handed back · “Drafted it.”"),
        (
            reviewed(round=2, artifacts=(DRAFT,), not_done="the table"),
            Lane.REVIEW,
            "alpha handed back, round 2 · draft.md · not done: “the table”",
        ),
        (task(status=Status.WAITING_REVIEW), Lane.REVIEW, "waits for your verdict"),
        (task(assignee=Owner.ME), Lane.HUMAN, ""),
        (task(assignee=Owner.ME, created_by="agent:alpha"), Lane.HUMAN, "captured by alpha"),
        (task(assignee=Owner.ME, created_by="adapter:mail", source_name="Gmail"), Lane.HUMAN, ""),
        (task(), Lane.TRIAGE, ""),
        (task(created_by="adapter:mail"), Lane.TRIAGE, "captured by mail"),
        (
            task(proposal=Proposal("adapter:mail", Owner.CODEX)),
            Lane.TRIAGE,
            "mail suggests agents · source “the owner came with the task”",
        ),
        (
            task(proposal=Proposal("agent:alpha", Owner.ME)),
            Lane.TRIAGE,
            "alpha suggests you · source “the owner came with the task”",
        ),
        (agent_task(), Lane.AGENT, "ready"),
        (agent_task(agent="beta"), Lane.AGENT, "ready for beta"),
        (agent_task(sent_back=True), Lane.AGENT, "ready, sent back with your feedback"),
        (claimed_task("alpha", later(minutes=-12)), Lane.AGENT, "alpha is working on it, 12 min"),
        (claimed_task("alpha", later(hours=-2)), Lane.AGENT, "ready"),
        (task(deferred_until=later(days=1)), Lane.WAITING, "deferred until tomorrow"),
        (task(open_dependencies=1), Lane.WAITING, "needs an unfinished task first"),
        (task(open_dependencies=3), Lane.WAITING, "needs 3 unfinished tasks first"),
    ],
)
def test_why_a_task_is_in_its_lane(shown: Task, lane: Lane, why: str) -> None:
    view = row(shown, NOW, UTC)
    assert view.words.lane is lane
    assert "".join(f"“{piece.text}”" if piece.quoted else piece.text for piece in view.why) == why


def test_every_lane_has_words_of_its_own_and_no_two_read_alike() -> None:
    assert set(WORDS) == set(Lane)
    for part in ("label", "glyph", "act", "empty"):
        assert len({getattr(words, part) for words in WORDS.values()}) == len(Lane), part


def test_a_closed_task_says_how_it_ended_and_can_be_reopened() -> None:
    view = row(task(status=Status.DONE, completed_at=later(hours=-3)), NOW, UTC)
    assert (view.words.label, view.due.text) == ("Done", "3 h ago")
    assert [act.label for act in view.acts] == ["Reopen"]


def test_the_digest_differs_when_anything_shown_does() -> None:
    shown = task(assignee=Owner.ME)
    same, other = row(shown, NOW, UTC), row(shown.having(title="else"), NOW, UTC)
    assert row(shown, NOW, UTC).digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/x", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        (" https://example.org", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, link: bool) -> None:
    assert safe_link(url) == (url if link else None)


def test_long_texts_are_cut_at_a_word_and_lines_joined() -> None:
    assert short("one\n two\tthree") == "one two three"
    cut = short("word " * 100, 40)
    assert len(cut) <= 40
    assert cut.endswith("word…")


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({}, ""),
        ({"origin": "email"}, "email"),
        ({"origin": "email", "source_name": "Gmail thread from Alice"}, "Gmail thread from Alice"),
    ],
)
def test_where_it_came_from(fields: dict[str, str], source: str) -> None:
    assert row(task(**fields), NOW, UTC).source == source
