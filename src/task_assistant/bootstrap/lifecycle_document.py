"""docs/lifecycle.md, written from the lifecycle table; a test compares it with the file.

`python -m task_assistant.bootstrap.lifecycle_document` writes it, from the project's root.
"""

from __future__ import annotations

from pathlib import Path

from task_assistant.domain.lifecycle import TABLE, Command, Line, mermaid

DOCUMENT = Path("docs/lifecycle.md")

_HEAD = """\
# The life of a task

Written from the table in `src/task_assistant/domain/lifecycle.py`: change it there, then run
`python -m task_assistant.bootstrap.lifecycle_document`.

"""

_TABLE_HEAD = """\

## Every command

A command that is not listed for a status is refused with 409 `illegal_move`, which names what that status takes.
A role that is not listed is refused with 403 before anything else is looked at. "Resets" marks a move by the person:
attempts and rounds count from zero again.

| command | who | from → to | resets |
| --- | --- | --- | --- |
"""


def _row(command: Command, line: Line) -> str:
    who = ", ".join(sorted(role.value for role in line.roles))
    targets: dict[str, list[str]] = {}
    for before, after in line.leads.items():
        targets.setdefault("stays" if before is after else after.value, []).append(before.value)
    moves = [f"{', '.join(sources)} → {target}" for target, sources in targets.items()]
    moves += [
        f"or {status.value} ({why})"
        for status, why in (line.instead or {}).items()
        if len(line.instead or {}) < 6
    ]
    if len(line.instead or {}) >= 6:
        moves.append("or any (" + next(iter((line.instead or {}).values())) + ")")
    return f"| {command.value} | {who} | {'; '.join(moves)} | {'yes' if line.moves else ''} |"


def document() -> str:
    """The whole text of docs/lifecycle.md."""
    rows = "\n".join(_row(command, line) for command, line in TABLE.items())
    return f"{_HEAD}```mermaid\n{mermaid()}```\n{_TABLE_HEAD}{rows}\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
