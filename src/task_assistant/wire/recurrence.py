"""The field `recurrence`: as words, as an RRULE, or as the object that answers have; and how answers say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from task_assistant.domain.quick_add import every
from task_assistant.domain.recurrence import Recurrence, Wish
from task_assistant.domain.recurrence_words import words
from task_assistant.domain.rrule import LONGEST, RuleRefused, parse
from task_assistant.wire.fields import read_time, refuse, whole

EXAMPLES = ("every friday at 9am", "every 2 weeks", "3 days after done", "FREQ=MONTHLY;BYDAY=-1FR")
AFTER_DONE = " after done"  # may end a rule that is sent as text
MEMBERS = ("rule", "zone", "starts_at", "after_done")
ABOUT = (
    "How the task comes again when it is done or cancelled: an RRULE (RFC 5545), words as in quick-add, or the object "
    "that answers have. Null ends the series. A task without a deadline gets the first date as its deadline."
)


@dataclass(frozen=True)
class _Wished:
    """What the field accepts."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        text = {"type": "string", "minLength": 1, "maxLength": LONGEST, "examples": list(EXAMPLES)}
        members = {name: {"type": "string"} for name in ("rule", "zone", "words")}
        members |= {"after_done": {"type": "boolean"}, "starts_at": {"type": "string", "format": "date-time"}}
        whole_ = {
            "type": "object",
            "required": ["rule"],
            "properties": members,
            "additionalProperties": False,
        }
        return {"anyOf": [text, whole_]}


Recurs = Annotated[Wish, _Wished(), Field(description=ABOUT)]


def read(value: Any) -> Wish:
    """The wish that the value says. Raises the refusal."""
    if isinstance(value, Wish):
        return value
    if isinstance(value, str):
        rule, after_done, _ = value.lower().partition(AFTER_DONE)
        return every.whole(whole(value)[:LONGEST]) or Wish(_rule(rule), bool(after_done))
    if not isinstance(value, dict):
        raise refuse(f"must be text such as {EXAMPLES[0]} or {EXAMPLES[-1]}, an object, or null")
    unknown = sorted(value.keys() - {*MEMBERS, "words"})
    if unknown or not isinstance(value.get("rule"), str):
        raise refuse(f"has the members {', '.join(MEMBERS)}; rule is required")
    after_done = value.get("after_done", False)
    if not isinstance(after_done, bool):
        raise refuse("must have true or false as after_done")
    starts = value.get("starts_at")
    return Wish(
        _rule(value["rule"]),
        after_done,
        _zone(value.get("zone")),
        None if starts is None else read_time(starts),
    )


def _rule(text: str) -> str:
    try:
        return str(parse(whole(text)))
    except RuleRefused as problem:
        raise refuse(f"{problem}; or say it as in {EXAMPLES[0]}") from None


def _zone(name: Any) -> str | None:
    if name is None:
        return None
    try:
        if not isinstance(name, str) or len(name) > 64:
            raise ValueError
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse("must have a time zone such as Europe/Zurich as zone") from None


def shown(it: Recurrence) -> dict[str, Any]:
    """The recurrence as an answer says it."""
    return {
        "rule": it.rule,
        "zone": it.zone,
        "starts_at": it.starts_at,
        "after_done": it.after_done,
        "words": words(it),
    }
