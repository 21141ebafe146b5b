"""The digest: what needs the person and what agents do, as Markdown, or as HTML that mail programs show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")
INK, SOFT = "#1c1c1a", "#6b6b66"
FONT = "font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Entry:
    """One task: its title, a few words about it, its page, and its id unless nothing but its number is told."""

    title: str
    note: str
    url: str
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Tasks of one kind, the first few; `count` is how many there are, `url` where they all are."""

    heading: str
    count: int
    entries: Sequence[Entry]
    url: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A day's overview: its headline and the sections that are not empty."""

    headline: str
    sections: Sequence[Section]
    url: str

    @property
    def tasks(self) -> tuple[int, ...]:
        """Those whose texts it holds."""
        entries = [entry for section in self.sections for entry in section.entries]
        return tuple(sorted({entry.task_id for entry in entries if entry.task_id is not None}))


def markdown(digest: Digest) -> str:
    """As Markdown. Titles are escaped: text from outside makes no links and no headings."""
    lines = [f"# {_plain(digest.headline)}", ""]
    for section in digest.sections:
        lines += [f"## {section.heading} ({section.count})", ""]
        for entry in section.entries:
            note = f" – {_plain(entry.note)}" if entry.note else ""
            lines.append(f"- [{_plain(entry.title)}]({entry.url}){note}")
        lines += _rest(section)
        lines.append("")
    return "\n".join([*lines, f"[Open the board]({digest.url})", ""])


def _rest(section: Section) -> list[str]:
    more = section.count - len(section.entries)
    return [f"- [and {more} more]({section.url})"] if more > 0 else []


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def html(digest: Digest) -> str:
    """As an HTML document for mail programs: inline styles, no scripts, no images, nothing loaded from anywhere."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">',
        f"<title>{escape(digest.headline)}</title></head>",
        f'<body style="margin:0;padding:24px;{FONT};font-size:15px;line-height:1.45;color:{INK};background:#ffffff">',
        f'<div style="max-width:560px;margin:0 auto"><h1 style="font-size:20px">{escape(digest.headline)}</h1>',
    ]
    for section in digest.sections:
        parts.append(
            f'<h2 style="font-size:15px;margin:20px 0 6px">{escape(section.heading)} '
            f'<span style="color:{SOFT};font-weight:400">{section.count}</span></h2>'
            '<ul style="margin:0;padding-left:20px">'
        )
        parts += [_item(entry) for entry in section.entries]
        more = section.count - len(section.entries)
        parts += [f"<li>{_link(f'and {more} more', section.url)}</li>"] if more > 0 else []
        parts.append("</ul>")
    parts.append(
        f'<p style="margin-top:24px">{_link("Open the board", digest.url)}</p></div></body></html>\n'
    )
    return "".join(parts)


def _item(entry: Entry) -> str:
    note = f' <span style="color:{SOFT}">{escape(entry.note)}</span>' if entry.note else ""
    return f'<li style="margin:4px 0">{_link(entry.title, entry.url)}{note}</li>'


def _link(text: str, url: str) -> str:
    return f'<a href="{escape(url)}" style="color:{INK}">{escape(text)}</a>'
