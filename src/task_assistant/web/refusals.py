"""What a person reads when a rule says no: one table, from the code of the refusal to a sentence.

The API words the same facts for those who write programs. A test holds the table to the list of all refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from task_assistant.api import problems
from task_assistant.api.problems import HttpProblem
from task_assistant.domain.errors import Refusal

# None: the rule's own sentence says it to a person, too.
WORDS: Mapping[str, str | None] = {
    "not_signed_in": "You are signed out. Reload the page to sign in; what you typed stays here until then.",
    "role_forbidden": None,
    "field_forbidden": None,
    "outside_key_limits": None,
    "scoped_key": None,
    "task_not_found": "Task #{task_id} is not there any more.",
    "not_found": None,
    "action_link_gone": None,
    "action_link_outdated": "Task #{task_id} has moved on since this link was made. Nothing was changed.",
    "no_claimable_task": None,
    "paused": None,
    "illegal_move": "This task is {status} by now, so that is not possible from here. Nothing was changed.",
    "claim_held": "{holder} holds this task. Nothing was changed.",
    "not_claimable": None,
    "claim_lost": None,
    "never_held": None,
    "no_question": "This question was answered already. Nothing was changed.",
    "result_changed": "There is a newer result than the one that you looked at. Look again, then decide.",
    "no_assessment": "There is no suggestion to accept any more; choose an owner yourself.",
    "already_triaged": None,
    "version_mismatch": "This changed while you were at it. Your text is kept; look at what is new, then save again.",
    "external_id_taken": "Task #{task_id} has this external id already.",
    "dependency_cycle": "These tasks would wait for each other in a circle. Leave one of them out.",
    "name_taken": None,
    "undo_conflict": "Newer work stands in the way of this undo. Nothing was changed.",
    "not_undoable": "This cannot be undone: {why}.",
    "idempotency_key_reused": "This was sent before with other contents. Reload the page and try again.",
    "busy": "Too many changes at once; nothing was changed. Try again in a moment.",
    "dump_refused": None,
    "store_not_empty": None,
    "not_the_same": None,
    "validation_error": None,
    "invalid_batch": None,
}
STATUS = {"in_progress": "in progress", "waiting_review": "waiting for review"}
FIELDS = {
    "due_at": "the due time",
    "until": "the time",
    "reminder_at": "the reminder",
    "deferred_until": "the deferral",
    "source_url": "the link",
    "source_name": "the name of the source",
    "source_context": "the text of the source",
    "depends_on": "what it waits for",
    "question_id": "the question",
    "external_id": "the external id",
}


def for_person(refusal: Refusal) -> HttpProblem:
    """The problem that the refusal is over HTTP, in words for the person."""
    problem = problems.of_refusal(refusal)
    words = WORDS[refusal.code]
    if words is None:
        return replace(problem, detail=_fields(refusal) or problem.detail)
    facts = refusal.facts()
    status = str(facts.get("status"))
    return replace(problem, detail=words.format(**{**facts, "status": STATUS.get(status, status)}))


def _fields(refusal: Refusal) -> str:
    """Wrong fields as one sentence, without the names that only programs know."""
    errors = getattr(refusal, "errors", ())
    said = [f"{FIELDS.get(e['field'], e['field']).capitalize()} {e['message']}" for e in errors[:3]]
    return f"{'. '.join(said)}." if said else ""
