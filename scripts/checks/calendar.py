"""Reads the calendar feed with other people's programs: vdirsyncer fetches it over HTTP, khal shows it.

They stand in an environment of their own (requirements-calendar.lock), with two readers of iCalendar that refuse what
RFC 5545 does not allow. The dates lie on both sides of the clock changes of Europe/Zurich in 2027, so that an hour lost
or won shows; a task is then moved, closed and hidden, and fetched again.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.checks.fuzz import free_port, fresh_settings
from scripts.first_run.application import HOST, Application, wait_until_ready
from scripts.first_run.environment import Environment
from scripts.first_run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
# Summer time begins on 28 March and ends on 31 October 2027; all of it is nine and five on the clocks of Zurich.
TASKS: tuple[dict[str, Any], ...] = (
    {"title": "Before spring", "due_at": "2027-03-27T09:00:00+01:00"},
    {"title": "After spring", "due_at": "2027-03-29T09:00:00+02:00"},
    {
        "title": "Before autumn",
        "due_at": "2027-10-30T09:00:00+02:00",
        "reminder_at": "2027-10-30T08:00:00+02:00",
    },
    {"title": "After autumn", "due_at": "2027-11-01T09:00:00+01:00", "labels": ["a, b; c"]},
    {"title": "Hidden", "due_at": "2027-03-29T09:00:00+02:00", "private": True},
    {"title": "Zürich; Ünïcödé, 🗓 " + "long " * 30, "due_at": "2027-03-28T17:00:00+02:00"},
)
SHOWN = {
    "2027-03-27 09:00 Due: Before spring",
    "2027-03-29 09:00 Due: After spring",
    "2027-10-30 08:00 Remember: Before autumn",
    "2027-10-30 09:00 Due: Before autumn",
    "2027-11-01 09:00 Due: After autumn",
    "2027-03-28 17:00 Due: " + TASKS[5]["title"].strip(),
}
LATER = (SHOWN - {"2027-03-29 09:00 Due: After spring", "2027-11-01 09:00 Due: After autumn"}) | {
    "2027-04-02 10:30 Due: After spring"
}
VDIRSYNCER = """\
[general]
status_path = "{here}/status"

[pair tasks]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"

[storage here]
type = "filesystem"
path = "{here}/calendar"
fileext = ".ics"

[storage there]
type = "http"
url = "{url}"
"""
KHAL = """\
[calendars]
[[tasks]]
path = {here}/calendar

[sqlite]
path = {here}/khal.db

[locale]
local_timezone = Europe/Zurich
default_timezone = Europe/Zurich
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
timeformat = %H:%M
"""
# `ical` and `vobject` each refuse in their own way: unknown values and types, and missing or doubled properties.
VALIDATE = """\
import sys
import vobject
from ical.calendar_stream import IcsCalendarStream
text = sys.stdin.read()
events = IcsCalendarStream.calendar_from_ics(text).events
vobject.readOne(text).validate(raiseException=True)
print(len(events), sum(len(event.alarm) for event in events))
"""


class Wrong(Exception):
    """The calendar is not what it should be; the text says how."""


@dataclass(frozen=True)
class Reader:
    """The programs, and a folder in which their configuration and data are."""

    programs: Path
    here: Path

    def run(self, name: str, *arguments: str, stdin: str | None = None) -> str:
        """What the program prints. Raises Wrong when it fails."""
        environ = {
            **os.environ, "HOME": str(self.here), "XDG_CONFIG_HOME": str(self.here), "TZ": "Europe/Zurich",
            "VDIRSYNCER_CONFIG": str(self.here / "vdirsyncer.conf"), "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        command = (str(self.programs / name), *arguments)
        done = subprocess.run(
            command, input=stdin, env=environ, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        if done.returncode != 0:
            raise Wrong(f"{name} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def subscribe(self, url: str) -> None:
        """Tells both programs where the calendar is."""
        (self.here / "vdirsyncer.conf").write_text(VDIRSYNCER.format(here=self.here, url=url), "utf-8")
        (self.here / "khal.conf").write_text(KHAL.format(here=self.here), "utf-8")
        (self.here / "calendar").mkdir()
        self.run("vdirsyncer", "discover")

    def shown(self) -> set[str]:
        """What the person sees after fetching anew: day, time and title on the clocks of Zurich."""
        self.run("vdirsyncer", "sync")
        line = "{start-date} {start-time} {title}"
        listed = self.run(
            "khal", "-c", str(self.here / "khal.conf"), "list", "--once", "--day-format", "", "--format", line,
            "2027-01-01", "365d",
        )  # fmt: skip
        return {text.strip() for text in listed.splitlines() if text.strip()}


@dataclass(frozen=True)
class Server:
    """The app under test, asked as its owner."""

    address: str
    key: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of one call."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")


def main() -> int:
    """0 when both programs show what they should and neither reader finds an error."""
    tool = Environment(ROOT, ROOT / ".venv-calendar", ROOT / "requirements-calendar.lock", with_project=False)
    try:
        tool.prepare()
        with tempfile.TemporaryDirectory() as data:
            served(tool.python.parent, Path(data))
    except (Trouble, Wrong) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def served(programs: Path, data: Path) -> None:
    """Starts the app with its data in `data`, and reads its calendar."""
    key, port = secrets.token_urlsafe(32), free_port()
    server = Application(ROOT, Path(sys.executable), fresh_settings(data, key, port)).start(port)
    try:
        wait_until_ready(server, port)
        here = data / "reader"
        here.mkdir()
        check(Server(f"http://{HOST}:{port}", key), Reader(programs, here))
    finally:
        server.terminate()
        server.wait()


def check(server: Server, reader: Reader) -> None:
    """The story; raises Wrong where it does not hold."""
    ids = [server.ask("POST", "/api/tasks", task)["id"] for task in TASKS]
    url = server.ask("POST", "/api/calendar")["url"]
    reader.subscribe(url)
    expect(reader.shown(), SHOWN)
    server.ask("PATCH", f"/api/tasks/{ids[1]}", {"due_at": "2027-04-02T10:30:00+02:00"})
    server.ask("POST", f"/api/tasks/{ids[3]}/done")
    expect(reader.shown(), LATER)
    with urllib.request.urlopen(f"{url}&estimates=true") as answer:
        found = reader.run("python", "-c", VALIDATE, stdin=answer.read().decode()).split()
    if found != ["5", "5"]:
        raise Wrong(f"the validators count {found} events and alarms, not 5 and 5")
    print(f"vdirsyncer and khal show {len(SHOWN)} entries, then {len(LATER)}; two validators find no error.")


def expect(found: set[str], wanted: set[str]) -> None:
    """Raises Wrong with the difference."""
    if found != wanted:
        raise Wrong(f"missing: {sorted(wanted - found)}; unexpected: {sorted(found - wanted)}")


if __name__ == "__main__":
    sys.exit(main())
