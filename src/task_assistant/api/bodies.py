"""Reading a request body: at most 5 MB, JSON only, and nothing that JSON text or UTF-8 cannot carry."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import IO, Any, cast

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from task_assistant.api import problems
from task_assistant.api.sessions import header
from task_assistant.domain import limits
from task_assistant.wire.problems import field_name

MOST_DEPTH = 64  # nothing in the contract nests deeper than 5


async def read(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises the problem 413 as soon as it is known to be too large."""
    declared = header(scope, b"content-length")
    if declared is not None and declared.isdigit() and int(declared[:20]) > limits.BODY_BYTES:
        raise problems.of_status(413)
    return b"".join([chunk async for chunk in _chunks(receive, limits.BODY_BYTES)])


async def spooled(receive: Receive, most: int) -> IO[bytes]:
    """A body that is a file, in a temporary file that goes when it is closed. Raises the problem 413 beyond `most`."""
    file = tempfile.SpooledTemporaryFile(max_size=limits.BODY_BYTES)  # noqa: SIM115  # whoever asked closes it
    try:
        async for chunk in _chunks(receive, most, "The file is too large to be imported."):
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return cast(IO[bytes], file)


async def _chunks(receive: Receive, most: int, refusal: str | None = None) -> AsyncIterator[bytes]:
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most:
            raise problems.of_status(413, refusal)
        yield chunk
        more = message.get("more_body", False)


async def digest(file: IO[bytes]) -> bytes:
    """What tells this file from another one; it is read from its beginning next."""
    found = (await asyncio.to_thread(hashlib.file_digest, file, "sha256")).digest()  # type: ignore[arg-type]  # a binary file, spooled or not
    file.seek(0)
    return found


def check_content_type(scope: Scope) -> None:
    """Raises the problem 415 unless a body was announced as JSON, uncompressed."""
    if header(scope, b"content-encoding") not in (None, b"identity"):
        raise problems.of_status(415, "Send the body uncompressed, without a Content-Encoding header.")
    kind = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
    if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
        raise problems.of_status(415)


def parse(body: bytes) -> Any:
    """The JSON value. Raises the problem 400 for what is no JSON, 422 for names that are no valid Unicode."""
    try:
        value = json.loads(body.decode(), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"The body is not valid JSON: {error.msg} at {where}.") from None
    except UnicodeDecodeError:
        raise _malformed("The body is not valid UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise _malformed(f"The body is not valid JSON: {_sentence(error)}.") from None
    _check_depth(body, value)
    if b"\\u" in body:
        _check_names(value)
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _sentence(error: ValueError) -> str:
    text = str(error)
    return "a number has too many digits" if "int string conversion" in text else text


def _malformed(detail: str) -> problems.HttpProblem:
    return problems.HttpProblem(400, "malformed_json", "Malformed JSON", detail)


def _too_deep() -> problems.HttpProblem:
    return _malformed(f"The body nests deeper than {MOST_DEPTH} levels.")


def _check_depth(body: bytes, value: Any) -> None:
    if body.count(b"[") + body.count(b"{") <= MOST_DEPTH:
        return
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise _too_deep()
        level = [inner for outer in level for inner in _inside(outer)]


def _inside(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (item for item in inner if isinstance(item, dict | list))


def _check_names(value: Any, at: tuple[int | str, ...] = ()) -> None:
    """Field names with lone surrogates: validation could not name them. Texts are judged by their own fields."""
    if isinstance(value, dict):
        for name, inner in value.items():
            here = (*at, name)
            try:
                name.encode()
            except UnicodeEncodeError:
                error = {"field": field_name(here), "message": "is not a field name: it is not valid Unicode"}
                raise problems.invalid([error]) from None
            _check_names(inner, here)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_names(inner, (*at, index))
