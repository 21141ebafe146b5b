"""A file or e-mail as the source of a task: who it is from, what it says, and a title taken from it word for word.

Text from outside is only ever text: its subject is a title as it stands, never read as quick-add.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import Parser
from html.parser import HTMLParser

from task_assistant.domain import limits

EMAIL = "email"
_HEADER = re.compile(r"(?P<name>[A-Za-z][A-Za-z-]{1,40}):[ \t]*(?P<value>.*)")
_NEWS = frozenset({"from", "to", "subject", "date", "sent", "cc", "reply-to", "message-id"})
_GIST = frozenset({"from", "subject"})
LOOKED_AT = 200  # lines in which a header ends
BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Source:
    """What a task is given of its source. `length` counts the whole text, of which `context` may be the beginning."""

    name: str
    context: str
    title: str = ""
    origin: str = ""
    length: int = 0

    @property
    def cut(self) -> bool:
        """True if the text is longer than a task keeps."""
        return self.length > len(self.context)


def looks_like_email(text: str) -> bool:
    """True for text that begins with the lines of an e-mail's head, `From:` or `Subject:` among at least two."""
    names = [name for name, _ in _head(text)]
    return len(names) >= 2 and bool(_GIST & set(names))


def read_source(name: str, text: str) -> Source:
    """The file or pasted text. `name` is the file's, empty for what was pasted."""
    text = _clean(text)
    if looks_like_email(text):
        return _email(text)
    title = name.rpartition(".")[0] or name
    return _source(name or "Pasted text", text, title, "")


def _email(text: str) -> Source:
    try:
        message: Message = Parser(policy=policy.default).parsestr(text)
        sender, subject = _said(message, "from"), _said(message, "subject")
        body = _body(message)
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):  # what is no e-mail after all
        head = dict(_head(text))
        sender, subject, body = head.get("from", ""), head.get("subject", ""), text
    who = re.sub(r"\s*<[^>]*>", "", sender).strip(' "') or sender
    return _source(f"E-mail from {who}" if who else "E-mail", _clean(body), subject, EMAIL)


def _said(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _body(message: Message) -> str:
    """The text of an e-mail; of one in HTML its words."""
    if not isinstance(message, EmailMessage):
        return str(message.get_payload())
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return words_of(content) if part.get_content_subtype() == "html" else content


def _source(name: str, text: str, title: str, origin: str) -> Source:
    context = text[: limits.SOURCE_CONTEXT]
    shown = " ".join(title.split())[: limits.TITLE]
    return Source(" ".join(name.split())[: limits.SOURCE_NAME], context, shown, origin, len(text))


def _clean(text: str) -> str:
    """Without what no database keeps: NUL and halves of surrogate pairs."""
    whole = "".join("�" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
    return whole.replace("\r\n", "\n").strip("\n\ufeff")


def _head(text: str) -> list[tuple[str, str]]:
    """Header lines at the beginning; unknown names count only between known ones, a line that is none ends it."""
    found: list[tuple[str, str]] = []
    for line in text.lstrip().split("\n", LOOKED_AT)[:LOOKED_AT]:
        if found and line[:1] in (" ", "\t") and line.strip():
            continue
        match = _HEADER.fullmatch(line.rstrip())
        if match is None:
            break
        found.append((match["name"].lower(), match["value"].strip()))
    return [(name, value) for name, value in found if name in _NEWS]


class _Words(HTMLParser):
    """Collects text outside of scripts and styles, with line breaks where blocks end."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "blockquote"})
    SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in self.SILENT))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def words_of(html: str) -> str:
    """The text of an HTML page as somebody reads it, for a mail that has no plain part."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return BLANKS.sub("\n\n", "\n".join(lines)).strip()
