"""The wizard: environment, `.env`, database, agent key, sample tasks, start, browser; each said in a line."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from scripts.first_run.application import Application, require_free, wait_until_ready
from scripts.first_run.env_files import filled_in, fresh_values, value_in, write_private
from scripts.first_run.environment import Environment
from scripts.first_run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000
AGENT_NAME = "my-agent"


def main(arguments: Sequence[str]) -> int:
    """Runs the wizard; 0 when all went well, 1 after one sentence that says what to do."""
    choices = parse(arguments)
    try:
        return Wizard(choices).run()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Run this again whenever you like.", file=sys.stderr)
    return 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The choices on the command line."""
    parser = argparse.ArgumentParser(
        prog="setup_wizard.py", description="Sets Personal Task Assistant up on this machine and starts it."
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing and take the defaults")
    parser.add_argument(
        "--start",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="start the app at the end (default)",
    )
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
    parser.add_argument(
        "--sample-tasks",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="add a few tasks to look at",
    )
    parser.add_argument(
        "--port", type=_port, help=f"the port of the app (default: PORT in .env, else {DEFAULT_PORT})"
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")


class Wizard:
    """One run. Whatever exists already is kept; what is missing is made."""

    def __init__(self, choices: argparse.Namespace, root: Path = ROOT) -> None:
        """Prepares a run in the project at `root`."""
        self.choices = choices
        self.root = root
        self.env_file = root / ".env"
        self.agent_file = root / ".env.agent"
        self.environment = Environment(root, root / ".venv", root / "requirements.lock")
        filed = value_in(self.env_file, "PORT")
        self.port: int = choices.port or (int(filed) if filed.isdigit() else DEFAULT_PORT)
        self.asks = not choices.yes and sys.stdin.isatty()

    def run(self) -> int:
        """All steps; returns the exit code of the app when it was started."""
        if self.choices.start is not False:
            require_free(self.port)
        self.install()
        is_new = self.write_settings()
        app = Application(self.root, self.environment.python, self._overrides())
        app.admin("migrate")
        print("The database is ready.")
        self.connect_agent(app)
        if self._wants("sample_tasks", is_new, "Add a few sample tasks to look at?", default=False):
            app.admin("sample-tasks")
            print("Sample tasks are on the board.")
        if not self._wants("start", True, "Start the app now?", default=True):
            print(f"\nStart it with: {self._start_command()}")
            return 0
        return self.serve(app)

    def install(self) -> None:
        """Makes the environment in `.venv`."""
        began = time.monotonic()
        print("Installing into .venv …", flush=True)
        changed = self.environment.prepare()
        print(
            f"Installed in {time.monotonic() - began:.0f} s."
            if changed
            else "Everything is installed already."
        )

    def write_settings(self) -> bool:
        """Writes `.env` with fresh secrets unless there is one; True when it is new."""
        if self.env_file.exists():
            print("Kept the settings in .env.")
            return False
        template = (self.root / ".env.example").read_text("utf-8")
        write_private(self.env_file, filled_in(template, fresh_values(self.port)))
        print("Wrote .env with fresh secrets; only you can read it.")
        return True

    def connect_agent(self, app: Application) -> None:
        """Makes an agent's key, keeps it apart from the owner's, and prints the line to paste.

        A key of an earlier run is kept; one whose data are gone is made anew.
        """
        kept = value_in(self.agent_file, "TASK_TRACKER_API_KEY")
        try:
            key = self._new_agent_key(app, value_in(self.agent_file, "TASK_TRACKER_AGENT") or AGENT_NAME)
        except (
            Trouble
        ):  # the name is taken, which only the data know: by this key, or by one that nobody kept
            key = kept or self._new_agent_key(app, f"{AGENT_NAME}-{secrets.token_hex(2)}")
        print(
            "\nTo connect an agent, paste this into its shell (the key is the agent's own; it closes nothing):"
        )
        print(f"  export TASK_TRACKER_URL={self._address()} TASK_TRACKER_API_KEY={key}")
        print("and let it ask for its work (the same values are in .env.agent):")
        print(
            '  curl -sX POST "$TASK_TRACKER_URL/api/agent/claim" -H "Authorization: Bearer $TASK_TRACKER_API_KEY"'
        )
        print("Codex CLI, Claude Code, any MCP client and any other command: docs/agents.md.")
        print("Your own command line is .venv/bin/pta: `pta next` says what needs you.\n")

    def _new_agent_key(self, app: Application, name: str) -> str:
        key = str(app.admin("create-key", "--role", "agent", "--name", name)["key"])
        values = {
            "TASK_TRACKER_AGENT": name,
            "TASK_TRACKER_URL": self._address(),
            "TASK_TRACKER_API_KEY": key,
        }
        self.agent_file.unlink(missing_ok=True)
        write_private(self.agent_file, filled_in("", values))
        return key

    def serve(self, app: Application) -> int:
        """Starts the app, opens the browser signed in, and stays until the app ends."""
        server = app.start(self.port)
        _pass_on_termination(server)
        try:
            wait_until_ready(server, self.port)
            self.show_board(app)
            return server.wait()
        except KeyboardInterrupt:
            server.wait()
            print(f"\nStopped. Start it again with: {self._start_command()}")
            return 0
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait()

    def show_board(self, app: Application) -> None:
        """Opens the board in a browser that is signed in there, or prints a link that signs one in."""
        print(f"Your board: {self._address()}  (Ctrl-C stops the app)", flush=True)
        shows = self.choices.browser and can_show_a_browser()
        if shows and self._signs_in_by_itself() and webbrowser.open(self._address()):
            return
        link = str(app.admin("sign-in-link")["url"])
        if not (shows and webbrowser.open(link)):
            print(f"This link signs one browser in, once: {link}", flush=True)

    def _signs_in_by_itself(self) -> bool:
        """Whether the app signs this machine's browser in without a link: local mode with `LOCAL_SIGN_IN=auto`."""
        mode, public = (
            os.environ.get(name) or value_in(self.env_file, name)
            for name in ("LOCAL_SIGN_IN", "PUBLIC_BASE_URL")
        )
        return mode.lower() != "link" and not public

    def _wants(self, choice: str, matters: bool, question: str, *, default: bool) -> bool:
        given: bool | None = getattr(self.choices, choice)
        if given is not None:
            return given
        if not (self.asks and matters):
            return default
        reply = input(f"{question} [{'Y/n' if default else 'y/N'}] ").strip().lower()
        return default if not reply else reply.startswith("y")

    def _overrides(self) -> dict[str, str]:
        """`--port` counts for this run even where `.env` says another."""
        return {"PORT": str(self.port), "TASK_TRACKER_URL": self._address()} if self.choices.port else {}

    def _address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _start_command(self) -> str:
        port = f" --port {self.choices.port}" if self.choices.port else ""
        return f"python3 scripts/setup_wizard.py{port}"


def can_show_a_browser() -> bool:
    """Whether there is a desktop; without one `webbrowser` would take the terminal with a text browser."""
    if os.name == "nt" or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _pass_on_termination(server: subprocess.Popen[bytes]) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
