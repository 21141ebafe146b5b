"""Bodies of the person's verbs, in bulk and one by one."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from task_assistant.domain import limits
from task_assistant.domain.task import Owner, QuestionKind
from task_assistant.wire.fields import AgentName, Flag, TaskId, Text, Time, distinct, refuse
from task_assistant.wire.requests import UNSENT, Request
from task_assistant.wire.tasks import TaskPatch

Note = Annotated[str, Text(limits.NOTE)]
Round = Annotated[
    int, Field(strict=True, ge=1, le=limits.ID, description="The round of the result you looked at.")
]


class Answer(Request):
    """The answer to the task's question (or to an older one by `question_id`)."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"answer": "1.0", "question_id": 7},)

    answer: Annotated[str, Text(limits.ANSWER, blank=False)]
    question_id: Annotated[int, Field(strict=True, ge=1, le=limits.ID)] = UNSENT


class Approve(Request):
    """The person's yes to a result."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"round": 1},)

    note: Note | None = None
    round: Round = UNSENT


class SendBack(Request):
    """What the next worker is to do differently."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"feedback": "Please add a test.", "round": 1},)

    feedback: Annotated[str, Text(limits.FEEDBACK, blank=False)]
    round: Round = UNSENT


class Assign(Request):
    """Who does the next step; `agent` names the one agent key that may claim it."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"assignee": "codex"},)

    assignee: Owner
    agent: AgentName | None = None


class Defer(Request):
    """Until when there is nothing to do; null ends a deferral."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"until": "2026-06-01T08:00:00Z"},)

    until: Time | None


class Block(Request):
    """What is missing. Only a block of kind `external` may carry a date."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"text": "Waiting for the signed contract", "kind": "external", "until": "2026-06-01T08:00:00Z"},
    )

    text: Annotated[str, Text(limits.QUESTION, blank=False)]
    kind: QuestionKind = QuestionKind.EXTERNAL
    until: Time | None = None


class Done(Request):
    """Closes the task."""

    note: Note | None = None


class Cancel(Request):
    """Drops the task."""

    reason: Note | None = None


class Nothing(Request):
    """No fields: an empty object, or no body at all."""


class Accept(Request):
    """Accepts the suggestion; `assignee` is the one that you looked at, and another one by now is 409."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"assignee": "codex"},)

    assignee: Literal["codex", "me"] = UNSENT


class Undo(Request):
    """`force` undoes even where newer work would be overwritten."""

    force: Flag = False


BULK_VERBS: dict[str, type[Request]] = {
    "approve": Approve,
    "send-back": SendBack,
    "assign": Assign,
    "defer": Defer,
    "block": Block,
    "done": Done,
    "cancel": Cancel,
    "reopen": Nothing,
    "accept-assessment": Accept,
    "answer": Answer,
    "delete": Nothing,
}
BulkVerb = Literal[
    "approve",
    "send-back",
    "assign",
    "defer",
    "block",
    "done",
    "cancel",
    "reopen",
    "accept-assessment",
    "answer",
    "delete",
]


class Bulk(Request):
    """One change or one verb for many tasks: `change` as in PATCH, or `verb` with the `body` that it takes alone."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"ids": [42, 43], "verb": "assign", "body": {"assignee": "codex"}},
        {"ids": [42, 43], "change": {"priority": 1}},
    )

    ids: Annotated[tuple[TaskId, ...], Field(min_length=1, max_length=limits.BATCH)]
    change: TaskPatch = UNSENT
    verb: BulkVerb = UNSENT
    body: dict[str, Any] = UNSENT

    @model_validator(mode="after")
    def _one_thing_to_do(self) -> Self:
        sent = self.model_fields_set
        if ("change" in sent) == ("verb" in sent):
            raise refuse('must have either "change" or "verb"')
        if "body" in sent and "verb" not in sent:
            raise refuse('must have "verb" when it has "body"')
        object.__setattr__(self, "ids", distinct(limits.BATCH)(self.ids))
        return self
