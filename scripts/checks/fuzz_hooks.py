"""What schemathesis cannot know from the OpenAPI document, for requests that are meant to be valid.

It repeats a value that a server may see once, invents one that only a server makes, and takes an example's waiting
time at its word. Requests that are meant to be invalid go out untouched.
"""

from __future__ import annotations

import uuid
from typing import Any

import schemathesis


@schemathesis.hook  # type: ignore[untyped-decorator]
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Changes a valid request so that its own meaning, not its shape, cannot make the server refuse it."""
    del context, kwargs
    if case.meta is not None and case.meta.generation.mode.is_negative:
        return
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex  # used with another body it is refused, rightly
    if case.query:
        case.query.pop("cursor", None)  # only one that this server handed out is good
    for place, name in ((case.query, "wait"), (case.body, "wait_seconds")):
        if isinstance(place, dict) and name in place:
            place[name] = 0
