"""A small stand-in project: what the wizard finds in a checkout, with an application that answers at once."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.first_run.wizard import Wizard, parse

ROOT = Path(__file__).resolve().parents[2]

ADMIN = """
import json, os, sys
from pathlib import Path
with Path("admin.log").open("a") as log:
    print(*sys.argv[1:], os.environ.get("PORT", "-"), file=log)
name = sys.argv[-1]
if sys.argv[1] == "create-key":
    names = Path("key-names").read_text().split() if Path("key-names").exists() else []
    if name in names:
        sys.exit("That name is taken.")
    Path("key-names").write_text(" ".join([*names, name]))
if sys.argv[1] == "migrate" and Path("broken").exists():
    sys.exit("Traceback of some depth\\nThe database is newer than this version.")
answers = {"migrate": {}, "sample-tasks": {"created": 3},
           "create-key": {"key": "pta_agent_" + name + os.urandom(2).hex()},
           "sign-in-link": {"url": "http://127.0.0.1/sign-in/once"}}
print(json.dumps(answers[sys.argv[1]]))
"""

APP = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ready"})
"""


@dataclass
class Prepared:
    """An environment that is there already: the one that runs the tests."""

    python: Path = Path(sys.executable)

    def prepare(self) -> bool:
        return False


def make_project(folder: Path) -> Path:
    """Lays the stand-in down and returns its root."""
    (folder / "task_assistant/bootstrap").mkdir(parents=True)
    (folder / "task_assistant/__init__.py").touch()
    (folder / "task_assistant/bootstrap/__init__.py").touch()
    (folder / "task_assistant/bootstrap/admin.py").write_text(ADMIN, "utf-8")
    (folder / "app").mkdir()
    (folder / "app/main.py").write_text(APP, "utf-8")
    for name in (".env.example", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def make_wizard(root: Path, *arguments: str) -> Wizard:
    """The wizard in that project, with nothing to install."""
    wizard = Wizard(parse(arguments), root)
    wizard.environment = Prepared()  # type: ignore[assignment]
    return wizard


if __name__ == "__main__":
    sys.exit(make_wizard(Path(sys.argv[1]), *sys.argv[2:]).run())
