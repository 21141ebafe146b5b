"""Field types of the wire contract: what each accepts, in which words it refuses, and how OpenAPI describes it.

Values arrive as `json.loads` gives them, so a lone surrogate or a NUL can be refused by name. Sizes are those of
`domain.limits`; characters are Unicode code points unless a name says bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from task_assistant.domain import limits, times


def refuse(sentence: str) -> PydanticCustomError:
    """A validation error whose message is this end of a sentence about the field ("must not be blank")."""
    return PydanticCustomError("wire", "{sentence}", {"sentence": sentence})


def whole(value: str) -> str:
    """The same text; refuses NUL and lone surrogates, which no database and no UTF-8 answer can carry."""
    if "\0" in value:
        raise refuse("must not contain the character NUL")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise refuse("must be valid Unicode, without lone surrogates") from None
    return value


@dataclass(frozen=True)
class Text:
    """Text of at most `limit` characters without NUL; `trim` takes white space off both ends first.

    `blank=False` refuses text that is empty or only white space. A `pattern` must match the whole text; `shape` then
    says in words what is allowed.
    """

    limit: int
    trim: bool = False
    blank: bool = True
    pattern: str | None = None
    shape: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema: JsonSchemaValue = {"type": "string", "maxLength": self.limit}
        if not self.blank:
            schema |= {"minLength": 1}
        if self.pattern or not self.blank:
            schema |= {"pattern": f"^{self.pattern}$" if self.pattern else r"\S"}
        return schema

    def check(self, value: str) -> str:
        """The text as it is kept; raises the refusal."""
        value = whole(value.strip() if self.trim else value)
        if not self.blank and not value.strip():
            raise refuse("must not be blank")
        if len(value) > self.limit:
            raise refuse(f"must have at most {self.limit:,} characters; it has {len(value):,}")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise refuse(f"must be {self.shape}")
        return value


@dataclass(frozen=True)
class Utf8:
    """Text of at most `limit` bytes of UTF-8, without NUL."""

    limit: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "description": f"At most {self.limit:,} bytes of UTF-8."}

    def check(self, value: str) -> str:
        """The same text; raises the refusal."""
        if (size := len(whole(value).encode())) > self.limit:
            raise refuse(f"must have at most {self.limit:,} bytes of UTF-8; it has {size:,}")
        return value


TIME_SHAPE = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)
TIME_EXAMPLE = "2026-05-07T09:00:00Z"


@dataclass(frozen=True)
class Moment:
    """An RFC 3339 time with any offset (naive is UTC), kept as an aware datetime in UTC to the microsecond."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(read_time)

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": "date-time", "examples": [TIME_EXAMPLE]}


def read_time(value: Any) -> datetime:
    """The time that the text says, in UTC; raises the refusal for what is no time or lies outside of years 1–9999."""
    if isinstance(value, datetime):  # a frozen example or a default, never a request
        return value
    if not isinstance(value, str) or not TIME_SHAPE.fullmatch(value):
        raise refuse(f"must be a time such as {TIME_EXAMPLE}")
    try:
        return times.from_text(value.upper().replace(" ", "T").replace(",", "."))
    except ValueError as problem:
        raise refuse(f"is not a possible time ({problem}); write it as {TIME_EXAMPLE}") from problem


# No user name or password fits in, because "@" cannot be part of the host.
LINK_PATTERN = (
    r"[Hh][Tt][Tt][Pp][Ss]?://(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@\\:\[\]]+)(?::[0-9]{1,5})?(?:[/?#]\S*)?"
)
LINK_SHAPE = "a link that begins with http:// or https:// and has no user name, password or white space in it"
SLUG_PATTERN = r"[a-z0-9_-]{1,32}"
SLUG_SHAPE = "1 to 32 of the characters a-z, 0-9, _ and -, such as manual, email or github"


Entry = TypeVar("Entry", bound=Hashable)


def distinct(most: int) -> Callable[[tuple[Entry, ...]], tuple[Entry, ...]]:
    """Repeated entries count once, in the order of their first; more than `most` different ones are refused."""

    def check(values: tuple[Entry, ...]) -> tuple[Entry, ...]:
        once = tuple(dict.fromkeys(values))
        if len(once) > most:
            raise refuse(f"must have at most {most} entries; it has {len(once)}")
        return once

    return check


Flag = Annotated[bool, Strict()]
Time = Annotated[datetime, Moment()]
Count = Annotated[int, Field(strict=True, ge=0, le=limits.ID)]
TaskId = Annotated[int, Field(strict=True, ge=1, le=limits.ID)]
Priority = Annotated[int, Field(strict=True, ge=1, le=5)]
Title = Annotated[str, Text(limits.TITLE, trim=True, blank=False)]
Slug = Annotated[str, Text(32, pattern=SLUG_PATTERN, shape=SLUG_SHAPE)]
Link = Annotated[str, Text(limits.SOURCE_URL, trim=True, pattern=LINK_PATTERN, shape=LINK_SHAPE)]
Label = Annotated[str, Text(limits.LABEL, trim=True, blank=False)]
Labels = Annotated[
    tuple[Label, ...],
    AfterValidator(distinct(limits.LABELS)),
    Field(json_schema_extra={"maxItems": limits.LABELS}),
]
Dependencies = Annotated[
    tuple[TaskId, ...],
    AfterValidator(distinct(limits.DEPENDENCIES)),
    Field(json_schema_extra={"maxItems": limits.DEPENDENCIES}),
]
AgentName = Annotated[str, Text(limits.KEY_NAME, trim=True, blank=False)]
