"""What reaches an adapter, from a webhook or from a poll: bytes with headers, read with care."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from task_assistant.client.adapters.trouble import Malformed


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that arrived. Header names are lower case; `path` is where a webhook was sent to."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    path: str = "/"
    method: str = "POST"

    @property
    def json(self) -> Fields:
        """The body as a JSON object. Raises Malformed."""
        try:
            read = json.loads(self.body)
        except (ValueError, RecursionError) as problem:
            raise Malformed("the body is no JSON") from problem
        if not isinstance(read, dict):
            raise Malformed("the body is no JSON object")
        return Fields(read)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook's sender is told."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Fields:
    """A JSON object from outside: every read says which type it wants, and anything else counts as not there.

    `at("issue", "user")` goes inward; a missing step gives empty fields, so that no payload can break a reader.
    """

    def __init__(self, value: Any) -> None:
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def at(self, *names: str) -> Fields:
        """The object at this path."""
        here = self
        for name in names:
            here = Fields(here._value.get(name))
        return here

    def text(self, name: str) -> str:
        """A text; numbers count as their digits; empty when there is none."""
        value = self._value.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return value if isinstance(value, str) else ""

    def need(self, name: str) -> str:
        """A text that must be there. Raises Malformed."""
        found = self.text(name).strip()
        if not found:
            raise Malformed(f"there is no {name}")
        return found

    def number(self, name: str) -> float | None:
        """A number."""
        value = self._value.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool:
        """True only for true."""
        return self._value.get(name) is True

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self._value.get(name)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

    def each(self, name: str) -> list[Fields]:
        """The objects of a list."""
        value = self._value.get(name)
        return [Fields(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []
