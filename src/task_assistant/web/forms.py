"""What a posted form of ours holds, and where to go afterwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from task_assistant.api.guards import Refused
from task_assistant.api.problems import HttpProblem

LONGEST = 16_384  # bytes; a form at the door holds a key and a token
LONGEST_INSIDE = (
    1_000_000  # bytes; 50,000 characters of a source, percent-encoded, and a page of other fields
)
FORM_TYPE = "application/x-www-form-urlencoded"
HOME = "/"
# A path of this server in visible ASCII. `//host`, `/\host` and anything with a scheme lead elsewhere.
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2047}")

NOT_A_FORM = HttpProblem(
    415, "form_expected", "Not a form", f"Send this as {FORM_TYPE}, or use the page that has the button."
)
TOO_LONG = HttpProblem(413, "body_too_large", "Too large", "That is more than this form takes; shorten it.")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a posted form in the order in which they were sent."""

    pairs: Sequence[tuple[str, str]]

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self.pairs if key == name]

    def names(self) -> set[str]:
        """The fields that were sent."""
        return {name for name, _ in self.pairs}


async def read_form(request: Request) -> dict[str, str]:
    """The fields, each once (the last one counts). Raises Refused for another type or too much of it."""
    return dict((await read_fields(request, LONGEST)).pairs)


async def read_fields(request: Request, longest: int = LONGEST_INSIDE) -> Form:
    """All fields of a form of at most so many bytes. Raises Refused for another type or too much of it."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise Refused(NOT_A_FORM)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            raise Refused(TOO_LONG)
    return Form(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def own_path(text: str) -> str:
    """`text` if it is a page of this server to go on to, else the first page."""
    leads_back = text.startswith(("/sign-in", "/sign-out"))
    return text if _OWN_PATH.fullmatch(text) and not leads_back else HOME


def came_from(request: Request) -> str:
    """The page of ours that the form stood on, by Referer; the first page when it does not say."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return HOME
    if parts.netloc != request.headers.get("host", ""):
        return HOME
    return own_path(parts.path + (f"?{parts.query}" if parts.query else ""))


def here(request: Request) -> str:
    """The page that was asked for, to return to after signing in."""
    query = f"?{request.url.query}" if request.url.query else ""
    return own_path(request.url.path + query) if request.method in ("GET", "HEAD") else HOME
