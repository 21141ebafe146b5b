"""Reads `.env` files: `NAME=value`, one a line, as shells and other tools write them."""

from __future__ import annotations

import re
from pathlib import Path

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_SINGLE = re.compile(r"'([^']*)'\s*(?:#.*)?")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class EnvFileBroken(ValueError):
    """A line of the file is no `NAME=value`; the message names the line, never its text, which may be a secret."""


def parse_env(text: str) -> dict[str, str]:
    """The values by name; of a name given twice the last counts. Nothing is expanded.

    Raises:
        EnvFileBroken: a line is neither empty, a comment nor `NAME=value`.
    """
    found: dict[str, str] = {}
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if line and not line.startswith("#"):
            name, value = _assignment(line, number)
            found[name] = value
    return found


def read_env_file(path: Path) -> dict[str, str]:
    """The values of a file; nothing when there is no such file.

    Raises:
        EnvFileBroken: it cannot be read, is not UTF-8, or a line is no `NAME=value`.
    """
    try:
        return parse_env(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise EnvFileBroken("the file is not UTF-8 text") from error
    except OSError as error:
        raise EnvFileBroken(f"the file cannot be read ({error.strerror})") from error


def _assignment(line: str, number: int) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise EnvFileBroken(f"line {number} is not NAME=value")
    name, rest = match.groups()
    return name, _value(rest, number)


def _value(rest: str, number: int) -> str:
    if not rest.startswith(("'", '"')):
        return _COMMENT.sub("", rest).strip()
    single, double = _SINGLE.fullmatch(rest), _DOUBLE.fullmatch(rest)
    if single:
        return single.group(1)
    if double:
        return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), double.group(1))
    raise EnvFileBroken(f"line {number} has a quote that does not close")
