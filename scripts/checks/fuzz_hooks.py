"""What schemathesis cannot know from the OpenAPI document, for requests that are meant to be valid.

Requests that are meant to be invalid go out untouched and are judged by its own checks alone.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import schemathesis

# Why a request that fits the document may still be 422, by a pattern for `field: message`. No other reason is good.
EXPLAINED = {
    "must be a whole number": "JSON Schema counts 2.0 among the integers, the API does not",
    "must not be blank": "white space beyond ASCII, which a pattern of JSON Schema cannot name",
    "must be in the future": "the document knows no clock",
    "only a task of codex can be meant for one agent": "a rule over two fields",
    "only an external block carries a date": "a rule over two fields",
    "for the verb": "a rule over two fields: each verb of a bulk change has a body of its own",
    'must have either "change" or "verb"': "a rule over two fields",
    'must have "verb" when it has "body"': "a rule over two fields",
    "must not contain the character NUL": "no text may hold it; saying so takes a pattern on every field",
    "must be a link that begins with http": "which addresses are links is said in words",
    "there is no task": "the document does not know the board",
    'must have "question" when': "a rule over two fields",
    "is a name that the server uses itself": "the names that are taken are said in words",
    "must be an address such as https": "which addresses are taken is said in words",
    "must be left out: this link": "the document does not know what the link is for",
    "would be webhook": "the document does not know how many there are",
    "recurrence: ": "which words and rules say a recurrence is said in words",
    r"actions\[\d+\]\.body\.": "a rule over two fields: each verb of a button has a body of its own",
    "file: cannot be imported": "no schema says what is in a file",
    "line: This is not the whole": "no schema says what is in a file",
}


@schemathesis.hook  # type: ignore[untyped-decorator]
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Changes a valid request so that values which only make sense once, or only from the server, do not refuse it."""
    del context, kwargs
    if _is_meant_to_fail(case):
        return
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex  # used with another body it is refused, rightly
    if case.query:
        case.query.pop("cursor", None)  # only one that this server handed out is good
    for place, name in ((case.query, "wait"), (case.body, "wait_seconds")):
        if isinstance(place, dict) and name in place:
            place[name] = 0  # waiting for news would spend the time; its own tests wait


@schemathesis.check  # type: ignore[untyped-decorator]
def refusal_is_explained(_context: Any, response: Any, case: Any) -> None:
    """A valid request is 422 only for a reason of the table above."""
    if response.status_code != 422 or _is_meant_to_fail(case):
        return
    errors = response.json().get("errors", [])
    said = [f"{error['field']}: {error['message']}" for error in errors] or [response.text]
    unexplained = [text for text in said if not re.search("|".join(EXPLAINED), text)]
    if unexplained:
        raise AssertionError(f"a request that fits the document was refused: {'; '.join(unexplained)}")


def _is_meant_to_fail(case: Any) -> bool:
    return case.meta is not None and bool(case.meta.generation.mode.is_negative)
