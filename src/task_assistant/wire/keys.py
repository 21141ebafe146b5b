"""Bodies about keys and about the stop button."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from task_assistant.domain import limits
from task_assistant.wire.fields import AgentName, Flag, Labels, Slug, distinct
from task_assistant.wire.requests import Request


class NewKey(Request):
    """A key to mint. The limits are optional: labels and origins narrow it, the two `may_` flags widen it."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"role": "agent", "name": "alpha"},)

    role: Literal["owner", "agent", "adapter", "reader"]
    name: AgentName
    labels: Labels = ()
    origins: Annotated[
        tuple[Slug, ...],
        AfterValidator(distinct(limits.LABELS)),
        Field(json_schema_extra={"maxItems": limits.LABELS}),
    ] = ()
    may_assign: Annotated[
        Flag, Field(description="May put work into the agent lane and lower its review.")
    ] = False
    may_triage: Annotated[Flag, Field(description="May read the triage lane and propose assessments.")] = (
        False
    )
    may_relay: Annotated[
        Flag,
        Field(
            description="An adapter may show the person one-use buttons, and relay which one they pressed."
        ),
    ] = False


class AgentChoice(Request):
    """Which agent: a name, or all of them when it is left out."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ({"name": "alpha"}, {})

    name: AgentName | None = None
