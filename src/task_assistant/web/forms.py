"""What a posted form of ours holds, and where to go afterwards."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from starlette.requests import Request

from task_assistant.api.guards import Refused
from task_assistant.api.problems import HttpProblem

LONGEST = 16_384  # bytes; our forms hold a key and a token
FORM_TYPE = "application/x-www-form-urlencoded"
HOME = "/"
# A path of this server in visible ASCII. `//host`, `/\host` and anything with a scheme lead elsewhere.
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2047}")

NOT_A_FORM = HttpProblem(
    415, "form_expected", "Not a form", f"Send this as {FORM_TYPE}, or use the page that has the button."
)
TOO_LONG = HttpProblem(413, "body_too_large", "Too large", f"A form here is at most {LONGEST} bytes.")


async def read_form(request: Request) -> dict[str, str]:
    """The fields, each once (the last one counts). Raises Refused for another type or too much of it."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise Refused(NOT_A_FORM)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            raise Refused(TOO_LONG)
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs)


def own_path(text: str) -> str:
    """`text` if it is a page of this server to go on to, else the first page."""
    leads_back = text.startswith(("/sign-in", "/sign-out"))
    return text if _OWN_PATH.fullmatch(text) and not leads_back else HOME


def here(request: Request) -> str:
    """The page that was asked for, to return to after signing in."""
    query = f"?{request.url.query}" if request.url.query else ""
    return own_path(request.url.path + query) if request.method in ("GET", "HEAD") else HOME
