"""Where lines go: in colour and wrapped to a terminal, whole and plain into a pipe or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Words = tuple[str, str]  # some text, and its style in the words of Rich; empty is the terminal's own


def clean(text: str) -> str:
    """Text without control characters, which could drive the reader's terminal; line breaks and tabs stay."""
    return "".join(mark for mark in text if mark in "\n\t" or mark.isprintable())


def line(text: str) -> str:
    """Text on one line: what somebody else wrote begins no lines of its own."""
    return clean(" ".join(text.split()))


def say(*parts: Words) -> None:
    """Prints the parts as one paragraph. Nothing in them is taken for markup."""
    if _is_terminal():
        _console().print(_text(*parts))
    else:
        typer.echo(_plain(parts))


def table(rows: Sequence[Sequence[Words]], *, wide: int) -> None:
    """Prints a line for each row: in a terminal in columns, the `wide` one cut to fit, else with tabs between them."""
    if not _is_terminal():
        for row in rows:
            typer.echo("\t".join(line(text) for text, _ in row))
        return
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, show_header=False, expand=True)
    for column in range(len(rows[0]) if rows else 0):
        if column == wide:
            shown.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        else:
            shown.add_column(no_wrap=True, justify="right" if column == 0 else "left")
    for row in rows:
        shown.add_row(*(_text((line(text), style)) for text, style in row))
    _console().print(shown)


def _is_terminal() -> bool:
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _console() -> Console:
    # Imported late: programs and pipes need none of it.
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _text(*parts: Words) -> Text:
    from rich.text import Text

    return Text.assemble(*((clean(text), style) for text, style in parts))


def _plain(parts: Sequence[Words]) -> str:
    return "".join(clean(text) for text, _ in parts)
