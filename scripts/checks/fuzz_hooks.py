"""What schemathesis cannot know from the OpenAPI document, for requests that are meant to be valid.

Requests that are meant to be invalid go out untouched and are judged by its own checks alone.
"""

from __future__ import annotations

import uuid
from typing import Any

import schemathesis

from scripts.checks.fuzz_excuses import explained


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
    """A valid request is 422 only for a reason that `fuzz_excuses` lists."""
    if response.status_code != 422 or _is_meant_to_fail(case):
        return
    errors = response.json().get("errors", [])
    said = [f"{error['field']}: {error['message']}" for error in errors] or [response.text]
    unexplained = [text for text in said if not explained(text)]
    if unexplained:
        raise AssertionError(f"a request that fits the document was refused: {'; '.join(unexplained)}")


def _is_meant_to_fail(case: Any) -> bool:
    return case.meta is not None and bool(case.meta.generation.mode.is_negative)
