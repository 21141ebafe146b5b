"""The one error shape (RFC 9457), and validation errors in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError


class FieldError(BaseModel):
    """One wrong field: where it is, such as `tasks[57].title`, and what is allowed."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong and what to do. Facts about it (`holder`, `expires_at`, `allowed`, …) are further members."""

    model_config = ConfigDict(extra="allow")
    EXAMPLE: ClassVar[dict[str, Any]] = {}

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None = None


class ValidationProblem(Problem):
    """A request whose fields are not all valid; nothing was changed."""

    errors: list[FieldError]


BODY = "body"  # the name of the whole, where an error is about no single field
Words = Callable[[Mapping[str, Any]], str]


def _fixed(sentence: str) -> Words:
    return lambda _: sentence


# From Pydantic's kind of error to the end of a sentence about the field.
WORDS: dict[str, Words] = {
    "wire": lambda ctx: str(ctx["sentence"]),
    "missing": _fixed("is required"),
    "extra_forbidden": _fixed("is not a field here"),
    "string_type": _fixed("must be text"),
    "string_unicode": _fixed("must be valid Unicode, without lone surrogates"),
    "int_type": _fixed("must be a whole number"),
    "int_parsing": _fixed("must be a whole number"),
    "int_from_float": _fixed("must be a whole number"),
    "int_parsing_size": _fixed("must be a whole number of a smaller size"),
    "bool_type": _fixed("must be true or false"),
    "bool_parsing": _fixed("must be true or false"),
    "list_type": _fixed("must be a list"),
    "tuple_type": _fixed("must be a list"),
    "dict_type": _fixed("must be an object"),
    "model_type": _fixed("must be an object"),
    "model_attributes_type": _fixed("must be an object"),
    "enum": lambda ctx: f"must be one of {_listed(ctx['expected'])}",
    "literal_error": lambda ctx: f"must be one of {_listed(ctx['expected'])}",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']:,}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']:,}",
    "too_long": lambda ctx: f"must have at most {ctx['max_length']:,} entries",
    "too_short": lambda ctx: f"must have at least {ctx['min_length']:,} entries",
}


def _listed(expected: str) -> str:
    """Pydantic's "'a', 'b' or 'c'" as "a, b, c"."""
    return expected.replace("'", "").replace(" or ", ", ")


def field_errors(errors: Iterable[Any]) -> list[dict[str, str]]:
    """Pydantic's errors as `{"field","message"}`; what was sent is never echoed."""
    return [{"field": field_name(error["loc"]), "message": message(error)} for error in errors]


def message(error: Mapping[str, Any]) -> str:
    """What is allowed, as the end of a sentence about the field."""
    kind = error["type"]
    if error.get("input", ...) is None and kind not in ("wire", "missing"):
        return "must not be null"
    words = WORDS.get(kind)
    if words is None:
        return str(error["msg"]).encode(errors="replace").decode()
    return words(error.get("ctx") or {})


def field_name(location: Sequence[int | str]) -> str:
    """`("tasks", 57, "title")` as `tasks[57].title`; the body itself is `body`."""
    name = ""
    for part in location:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return (name or BODY).encode(errors="backslashreplace").decode()


def explain(problem: ValidationError) -> list[dict[str, str]]:
    """The field errors of a model that was validated outside of a route."""
    return field_errors(problem.errors(include_url=False))
