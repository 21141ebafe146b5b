"""Text made safe to look at: nothing in it can hide, reorder or erase what the person reads before approving it.

Characters that turn the reading direction or have no width can make code or a sentence look like another one
("Trojan Source", CVE-2021-42574), so they are named where they stand. The download has the text as it was handed back.
"""

from __future__ import annotations

import re

LONGEST_LINE = 2_000  # characters; more of one line helps nobody and costs the page
# What terminals take as colour and cursor moves (ECMA-48).
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)


def lines_of(text: str) -> list[str]:
    """The lines, however they end; a last line break begins no line. Nothing else (form feed, U+2028) ends a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def visible(text: str) -> str:
    """The text without terminal colours, with every hidden character named; tabs and line breaks stay."""
    return _HIDDEN.sub(_named, _COLOURS.sub("", text))


def shown(line: str) -> str:
    """One line as it is shown: visible, and cut where it is too long."""
    if len(line) <= LONGEST_LINE:
        return visible(line)
    return f"{visible(line[:LONGEST_LINE])} … {len(line) - LONGEST_LINE:,} more characters"


def _named(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"
