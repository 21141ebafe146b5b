"""How commands look in `pta --help`, and what keeps them quick to start."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

SENTENCE = 200  # characters of a command's first sentence at most; it wraps, it is not cut
_TYPE = re.compile(r" <(?:list\[)?(\w+)[^>]*>$")
_WORDS = {"str": "text", "int": "number", "float": "number", "Path": "path", "Decimal": "amount"}


class Command(TyperCommand):
    """A command without arguments starts without pydantic, which Typer imports for every value but a boolean."""

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, not given unless it is given: Typer's own has no value at all then, which costs 100 ms."""
        return _plain(super().get_help_option(ctx))

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
        return _TYPE.sub("", name)
    return _TYPE.sub(lambda found: f" <{_WORDS.get(found[1], found[1])}>", name)


class Group(TyperGroup):
    """Its help lists the commands by what they are for."""

    def get_help_option(self, ctx: Any) -> Any:
        """As for a command."""
        return _plain(super().get_help_option(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """A section for each panel, in the order of the table."""
        for panel, lines in self.panels(ctx).items():
            with formatter.section(panel):
                formatter.write_dl(lines)

    def panels(self, ctx: Any) -> dict[str, list[tuple[str, str]]]:
        """Name and first sentence of each command, by panel."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            line = (name, command.get_short_help_str(SENTENCE))
            found.setdefault(command.rich_help_panel or "Commands", []).append(line)
        return found


def _plain(option: Any) -> Any:
    if option is not None:
        option.default = False
    return option
