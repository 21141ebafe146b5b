"""How commands look in `pta --help`, and what keeps them quick to start."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandFunctionType

SENTENCE = 200  # characters of a command's first sentence at most; it wraps, it is not cut
_TYPE = re.compile(r" <(?:list\[)?(\w+)[^>]*>$")
_WORDS = {"str": "text", "int": "number", "float": "number", "Path": "path", "Decimal": "amount"}


class Command(TyperCommand):
    """A command that starts without pydantic: Typer imports it for every value but a boolean, which takes 100 ms."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        for param in self.params:
            param.get_runtime_param = partial(Conversion, param, param.get_runtime_param)  # type: ignore[attr-defined]

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, off unless it is given."""
        return off(super().get_help_option(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """As manuals write it: `[OPTIONS] TASK [NAME]`."""
        return [
            piece.strip("{}").replace("}...", "...").upper() for piece in super().collect_usage_pieces(ctx)
        ]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments by their names alone; the values of options in words that are not Python's."""
        found: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            if record := param.get_help_record(ctx):
                section = "Arguments" if param.param_type_name == "argument" else "Options"
                found[section].append((_worded(record[0], section), record[1]))
        for section, lines in found.items():
            if lines:
                with formatter.section(section):
                    formatter.write_dl(lines)


def _worded(name: str, section: str) -> str:
    if section == "Arguments":
        return _TYPE.sub("", name).upper()
    return _TYPE.sub(lambda found: f" <{_WORDS.get(found[1], found[1])}>", name)


class Conversion:
    """Typer's conversion of a parameter's value, bothered only with what is not of its type yet."""

    def __init__(self, param: Any, typers: Callable[[], Any]) -> None:
        self._wanted, self._typers = param.type_descriptor, typers

    def coerce(self, value: Any, **place: Any) -> Any:
        """The value as the command takes it."""
        if value is None or self._fits(value):
            return value
        if (parser := self._wanted.parameter_info.parser) is not None:
            return parser(value)
        return self._typers().coerce(value, **place)

    def _fits(self, value: Any) -> bool:
        wanted = self._wanted.annotation
        if wanted == list[str]:
            return all(isinstance(each, str) for each in value)
        return isinstance(wanted, type) and isinstance(value, wanted)


class Group(TyperGroup):
    """Commands under one name. Its help says the whole first sentence of each."""

    def get_help_option(self, ctx: Any) -> Any:
        """As for a command."""
        return off(super().get_help_option(ctx))

    def format_commands(self, _: Any, formatter: Any) -> None:
        """Name and first sentence of each."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, each.get_short_help_str(SENTENCE)) for name, each in self.commands.items()]
            )


def off(flag: Any) -> Any:
    """This flag of Typer's own with the value False when it is not given: with none at all it wants converting."""
    if flag is not None:
        flag.default = False
    return flag


class Area(typer.Typer):
    """Commands under one name, such as `pta keys`; `alone` when the name by itself does something, too."""

    def __init__(self, says: str, *, alone: bool = False) -> None:
        super().__init__(cls=Group, help=says, no_args_is_help=not alone)

    def command(  # type: ignore[override]  # this is all of it that is used here
        self, name: str
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Adds a command that looks like all the others."""
        return super().command(name, cls=Command)
