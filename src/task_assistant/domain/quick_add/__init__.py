"""Quick-add: one line as a person types it, turned into the fields of a task, with nothing guessed silently.

`parse` reads one line, `parse_lines` a pasted list, `keep` makes a line keep what was taken from it in its title. Pure:
`now` and the person's zone are passed in. docs/quick-add.md is the same grammar for people; its examples are executed.

The rule against surprises: a word with a sign (`!2 @me #finance`) counts anywhere, a word without one (`fri 9am`, `p1`)
only at the end of the line, where nothing but recognised words follows. Whatever looks like either and is not taken
stays in the title and is reported as unsure, with the reason.
"""

from __future__ import annotations

from task_assistant.domain.quick_add.lines import Line, Pasted, parse_lines
from task_assistant.domain.quick_add.parsing import keep, parse
from task_assistant.domain.quick_add.result import Kind, Piece, QuickAdd

__all__ = ["Kind", "Line", "Pasted", "Piece", "QuickAdd", "keep", "parse", "parse_lines"]
