"""`pta adapter new NAME`: an adapter that works as it is written, for its author to change line by line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template
from typing import Any, Final

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_ADAPTER: Final = Template('''"""$title: say here what it brings in.

Say where the payload and its signature are documented, by the source's own pages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from task_assistant.client.adapters import Delivery, Hmac, Item, Setting, Ticket, WebhookAdapter, from_iso, main


class $kind(WebhookAdapter):
    """What sends, and what of it becomes a task."""

    name = "$name"
    origin = "$name"
    title = "$title"
    repair_url = "https://example.com/settings/webhooks"
    settings = (Setting("${upper}_WEBHOOK_SECRET", "the secret that deliveries are signed with", secret=True),)
    signature = Hmac("X-Signature-256", "${upper}_WEBHOOK_SECRET", prefix="sha256=")

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The item of a delivery; nothing for other events."""
        payload = delivery.json
        item = payload.at("item")
        if not payload.text("event").startswith("item."):
            return
        yield Ticket(
            id=item.need("id"),
            title=item.need("title"),
            text=item.text("text"),
            changed_at=from_iso(item.text("updated_at")),
            url=item.text("url") or None,
            context=f"From $title, item {item.text('id')}",
            closed=payload.text("event") == "item.closed",
        )


if __name__ == "__main__":
    sys.exit(main($kind))
''')  # fmt: skip
_ITEM: Final = {
    "id": "42", "title": "Send Alice revised numbers", "text": "She asked for them by Friday.",
    "updated_at": "2026-05-07T09:00:00Z", "url": "https://example.com/items/42",
}  # fmt: skip
_EDITED: Final = {**_ITEM, "title": "Send Alice the revised numbers", "updated_at": "2026-05-07T10:00:00Z"}
_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "created": {"event": "item.created", "item": _ITEM},
    "edited": {"event": "item.updated", "item": _EDITED},
    "unknown": {"event": "ping"},
}


class Refused(Exception):
    """The skeleton cannot be written; the text says why."""


def write(name: str, directory: Path) -> list[Path]:
    """Writes the adapter and its payloads; the files. Raises Refused for a bad name or a file that is there."""
    if not NAME.fullmatch(name):
        raise Refused(f"{name!r} is no name: small letters, digits and _, at most 31, such as basecamp.")
    words = name.replace("_", " ")
    named = {
        "name": name, "upper": name.upper(), "title": words.capitalize(), "kind": words.title().replace(" ", ""),
    }  # fmt: skip
    files = {directory / f"{name}.py": _ADAPTER.substitute(named)}
    for example, payload in _EXAMPLES.items():
        files[directory / "fixtures" / name / f"{example}.json"] = json.dumps(payload, indent=2) + "\n"
    taken = [path for path in files if path.exists()]
    if taken:
        raise Refused(f"{taken[0]} is there already.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return list(files)
