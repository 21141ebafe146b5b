"""The payloads that an adapter brings along, in `fixtures/NAME/` beside its file.

`created.*` is the source's documented payload of a new item, `edited.*` the same item later with another title,
`unknown.*` something that is no concern of the adapter. `X.headers.json` are headers that belong to it, and
`X.replies.json` what the source answers when asked, by method and path. `:path` among the headers is where it was sent;
`handshake.*` comes first, for sources that begin with one.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from task_assistant.client.adapters.adapter import Adapter
from task_assistant.client.adapters.delivery import Delivery


class NotCheckable(Exception):
    """The file is no adapter, or a payload is missing; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Example:
    """One payload, and what the source answers meanwhile."""

    delivery: Delivery
    replies: dict[str, Any] = field(default_factory=dict)

    def saying(self, old: str, new: str) -> Example:
        """The same with another text in it, wherever the old one stands."""
        body, plain = self.delivery.body, _escaped if self.delivery.body.lstrip()[:1] == b"{" else str
        body = body.replace(plain(old).encode(), plain(new).encode())
        replies = json.loads(json.dumps(self.replies).replace(_ascii(old), _ascii(new)))
        return Example(replace(self.delivery, body=body), replies)


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _ascii(text: str) -> str:
    return json.dumps(text)[1:-1]


def load_adapter(path: Path) -> type[Adapter]:
    """The adapter that a file defines. Raises NotCheckable."""
    spec = importlib.util.spec_from_file_location(f"adapter_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise NotCheckable(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for the module of their class
    spec.loader.exec_module(module)
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Adapter) and kind.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        raise NotCheckable(f"{path} defines {len(kinds)} adapters; one is wanted.")
    if missing := sorted(getattr(kinds[0], "__abstractmethods__", ())):
        raise NotCheckable(f"{path}: {kinds[0].__name__} lacks {', '.join(missing)}; write it.")
    return kinds[0]


def load_examples(directory: Path) -> dict[str, Example]:
    """The payloads by their name. Raises NotCheckable when `created` or `unknown` is missing."""
    found = {}
    for path in sorted(directory.glob("*")) if directory.is_dir() else ():
        if path.name.count(".") == 1:
            headers = {n.lower(): v for n, v in _beside(path, "headers").items()}
            where = str(headers.pop(":path", path.name))
            found[path.stem] = Example(Delivery(path.read_bytes(), headers, where), _beside(path, "replies"))
    for name in ("created", "unknown"):
        if name not in found:
            raise NotCheckable(
                f"{directory} has no {name}.json (or .eml, .md …): put the source's own payload there."
            )
    return found


def _beside(path: Path, what: str) -> dict[str, Any]:
    beside = path.with_name(f"{path.stem}.{what}.json")
    return dict(json.loads(beside.read_text("utf-8"))) if beside.is_file() else {}
