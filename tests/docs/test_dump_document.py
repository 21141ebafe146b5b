"""docs/dump-format.md shows a dump that is one, and docs/moving.md commands that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from task_assistant.bootstrap.command_line import panels
from task_assistant.cli.main import make_app
from task_assistant.services.moving import verify
from task_assistant.stores.memory import MemoryStore
from tests.services.moving.houses import each, loaded

DOCS = Path(__file__).parents[2] / "docs"


def example() -> bytes:
    (block,) = re.findall(r"^```json\n(.*?)^```$", (DOCS / "dump-format.md").read_text("utf-8"), re.M | re.S)
    return str(block).encode()


async def test_the_example_is_whole_and_can_be_loaded() -> None:
    content = example()
    summary = await verify(each(content.splitlines(keepends=True)))
    assert summary.counts == {"task": 1, "entry": 1, "event": 2, "document": 1}
    store = MemoryStore()
    await loaded(store, content)
    task = await store.get(42)
    assert task is not None
    assert task.title == "Send Alice revised numbers"


def test_the_commands_of_the_pages_are_there_with_these_options() -> None:
    root: Any = make_app(panels())
    shown = "\n".join((DOCS / name).read_text("utf-8") for name in ("moving.md", "backup.md"))
    for words in re.findall(r"^pta (.+)$|`pta ([^`]+)`", shown, re.M):
        name, *rest = "".join(words).split()
        command = root.commands[name]
        if name == "db" and rest:
            command, rest = command.commands[rest[0]], rest[1:]
        known = {option for param in getattr(command, "params", []) for option in param.opts}
        assert {word for word in rest if word.startswith("--")} <= known
