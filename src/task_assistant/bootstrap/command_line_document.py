"""docs/cli.md, written from the help of `pta`; a test compares it with the file.

`python -m task_assistant.bootstrap.command_line_document` writes it, from the project's root.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from task_assistant.bootstrap.command_line import panels
from task_assistant.cli.frame import PROGRAM
from task_assistant.cli.main import make_app

DOCUMENT = Path("docs/cli.md")
WIDTH = 80

_HEAD = f"""\
# The command line

What `{PROGRAM} --help` says, command by command. Written from the commands themselves: change the text there, then run
`python -m task_assistant.bootstrap.command_line_document`.

Every command that answers takes `--json`. Colour and cutting to the width are for terminals: what goes into a pipe or a
file is plain and whole, tasks and keys with tabs between their columns. `NO_COLOR` is heeded.
`{PROGRAM} --install-completion` teaches your shell the commands. How agents use it: [agents.md](agents.md).

"""


def document() -> str:
    """The whole text of docs/cli.md."""
    root = make_app(panels())
    parts = [_HEAD, _block(root, PROGRAM)]
    for panel, names in panels().items():
        parts.append(f"\n## {panel}\n")
        parts += [f"\n### {PROGRAM} {path}\n\n{_block(command, f'{PROGRAM} {path}')}"
                  for name in names for path, command in _with_children(root, name)]  # fmt: skip
    return "".join(parts)


def _with_children(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    command = group.commands[name]
    yield name, command
    for child in getattr(command, "commands", {}):
        yield f"{name} {child}", command.commands[child]


def _block(command: Any, path: str) -> str:
    context = command.make_context(
        path, [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH
    )
    return f"```text\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
