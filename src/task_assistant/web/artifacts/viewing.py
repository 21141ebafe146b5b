"""Which view an artifact gets: by its type, its name, and for plain text by what it plainly is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from task_assistant.web.artifacts import diffs, json_text, tables
from task_assistant.web.artifacts.blocks import Block, Listing, Prose, View
from task_assistant.web.artifacts.plain_text import lines_of, shown

# (kind, types, ends of names). The first line that fits decides.
KINDS: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
    ("diff", frozenset({"text/x-diff", "text/x-patch", "text/diff"}), (".diff", ".patch")),
    ("csv", frozenset({"text/csv", "application/csv"}), (".csv",)),
    ("tsv", frozenset({"text/tab-separated-values"}), (".tsv", ".tab")),
    ("json", frozenset({"application/json"}), (".json",)),
    ("markdown", frozenset({"text/markdown", "text/x-markdown"}), (".md", ".markdown")),
    ("log", frozenset({"text/x-log", "text/x-python-traceback"}), (".log", ".out", ".err")),
)
PLAIN_NAMES = (".txt", ".text", ".eml")


def view(name: str, kind_given: str, text: str, most: int) -> View:
    """The artifact as it is shown, at most `most` lines or rows of it. Never raises, whatever the text is."""
    lines = lines_of(text)
    kind = kind_of(name, kind_given, lines)
    made = _READERS[kind](lines, most) if kind in _READERS else None
    return made or _listing(lines, most, "log" if kind == "log" else "text")


def kind_of(name: str, kind_given: str, lines: list[str]) -> str:
    """One of the kinds above, `prose`, or `text` for what is shown as it is."""
    media, ending = kind_given.lower(), name.lower()
    for kind, types, ends in KINDS:
        if media in types or (media in ("text/plain", "application/octet-stream") and ending.endswith(ends)):
            return kind
    if media.endswith("+json"):
        return "json"
    if media == "text/plain" and diffs.is_diff(lines):
        return "diff"
    plain = media == "text/plain" and (ending.endswith(PLAIN_NAMES) or "." not in ending)
    return "prose" if plain else "text"


def _diff(lines: list[str], most: int) -> View:
    made, left_out = diffs.parse(lines, most)
    return View("diff", (made,), left_out)


def _separated(*, tabs: bool) -> Callable[[list[str], int], View | None]:
    def read(lines: list[str], most: int) -> View | None:
        found = tables.separated(lines, most, tabs=tabs)
        return View("table", (found[0],), found[1]) if found else None

    return read


def _json(lines: list[str], most: int) -> View | None:
    pretty = json_text.set_out("\n".join(lines))
    return _listing(pretty.split("\n"), most, "JSON") if pretty is not None else None


def _prose(lines: list[str], most: int) -> View:
    text = "\n".join(map(shown, lines[:most]))
    return View("text", (Prose(text),), max(0, len(lines) - most))


def _listing(lines: list[str], most: int, kind: str) -> View:
    text = "\n".join(map(shown, lines[:most]))
    return View(kind, (Listing(text),), max(0, len(lines) - most))


def _markdown(lines: list[str], most: int) -> View:
    return View("Markdown", tuple(_markdown_blocks(lines[:most])), max(0, len(lines) - most))


def _markdown_blocks(lines: list[str]) -> Iterator[Block]:
    """Tables as tables, fenced code as a listing, the rest as the text that it is."""
    start = at = 0
    while at < len(lines):
        fenced, table = _fence(lines, at), tables.piped_length(lines, at)
        if not (fenced or table):
            at += 1
            continue
        yield from _text(lines[start:at])
        if fenced:
            yield _code(lines[at : at + fenced])
        else:
            yield tables.piped(lines[at : at + table])
        start = at = at + (fenced or table)
    yield from _text(lines[start:])


def _text(lines: list[str]) -> Iterator[Block]:
    text = "\n".join(map(shown, lines)).strip("\n")
    if text.strip():
        yield Prose(text)


def _fence(lines: list[str], start: int) -> int:
    """How many lines a fenced block that begins here has, both fences included; an open one goes to the end."""
    mark = lines[start].lstrip()[:3]
    if mark not in ("```", "~~~"):
        return 0
    for at in range(start + 1, len(lines)):
        if lines[at].lstrip().startswith(mark):
            return at + 1 - start
    return len(lines) - start


def _code(lines: list[str]) -> Block:
    closed = len(lines) > 1 and lines[-1].lstrip()[:3] in ("```", "~~~")
    language, inner = lines[0].strip(" `~").lower(), lines[1:-1] if closed else lines[1:]
    if language in ("diff", "patch"):
        return diffs.parse(inner, len(inner))[0]
    return Listing("\n".join(map(shown, inner)))


_READERS: dict[str, Callable[[list[str], int], View | None]] = {
    "diff": _diff,
    "csv": _separated(tabs=False),
    "tsv": _separated(tabs=True),
    "json": _json,
    "markdown": _markdown,
    "prose": _prose,
}
