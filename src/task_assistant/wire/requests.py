"""What every request body has in common: unknown fields are refused by name, and absent differs from null.

`given()` is what the use cases take: only the fields that were sent, in domain names and types.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails

from task_assistant.wire.fields import refuse

# The default of a field that may be left out and must not be null: nothing is sent, so nothing is given.
UNSENT: Any = None


class Request(BaseModel):
    """A request body. Optional fields whose value may be empty accept null; all others refuse it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ()
    DOMAIN_NAMES: ClassVar[dict[str, str]] = {}

    def given(self) -> dict[str, Any]:
        """The fields that were sent, by domain name, as domain values (enums, tuples, aware times in UTC)."""
        sent = self.model_fields_set
        names = self.DOMAIN_NAMES
        return {names.get(n, n): _plain(getattr(self, n)) for n in type(self).model_fields if n in sent}

    @model_validator(mode="wrap")
    @classmethod
    def _name_unknown_fields(cls, data: Any, validate: ModelWrapValidatorHandler[Request]) -> Request:
        try:
            return validate(data)
        except ValidationError as problem:
            errors = problem.errors(include_url=False)
            if not any(error["type"] == "extra_forbidden" for error in errors):
                raise
            known = ", ".join(cls.model_fields) or "none"
            unknown = refuse(f"is not a field here; known fields: {known}")
            details = [_detail(error, unknown) for error in errors]
            raise ValidationError.from_exception_data(cls.__name__, details) from problem

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        named = handler(core)
        schema = handler.resolve_ref_schema(named)
        for name, spec in schema.get("properties", {}).items():
            if cls.model_fields[name].default is UNSENT:
                spec.pop("default", None)
        if cls.EXAMPLES:
            schema["examples"] = list(cls.EXAMPLES)
        return named


def _plain(value: Any) -> Any:
    if isinstance(value, Request):
        return value.given()
    if isinstance(value, tuple) and value and isinstance(value[0], Request):
        return tuple(item.given() for item in value)
    return value


def _detail(error: Any, unknown: Any) -> InitErrorDetails:
    """The same error for a second raising; one about an unknown field says what is known."""
    kind = unknown if error["type"] == "extra_forbidden" and len(error["loc"]) == 1 else error["type"]
    if error["type"] == "wire":
        kind = refuse(error["ctx"]["sentence"])
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=error.get("ctx", {}))
