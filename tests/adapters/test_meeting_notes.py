"""Meeting notes as their user runs it: a file or standard input, into a real app."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from task_assistant.bootstrap.scratch import Scratch, scratch_server
from task_assistant.client import Client, run

SCRIPT = Path("adapters/meeting_notes.py").resolve()
FIXTURES = Path("adapters/fixtures/meeting_notes").resolve()


class Notes:
    """A terminal in a directory of its own."""

    def __init__(self, scratch: Scratch, home: Path) -> None:
        self.person = Client.plain(scratch.url, scratch.owner_key)
        self.home = home
        self.environ = {
            **os.environ, "TASK_TRACKER_URL": scratch.url, "PTA_TIME_ZONE": "UTC", "PTA_ADAPTER_STATE": str(home),
            "TASK_TRACKER_API_KEY": run(self.person.create_key("adapter", "notes"))["key"],
        }  # fmt: skip

    def give(self, *words: str, text: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(SCRIPT), *words], input=text, capture_output=True, text=True, cwd=self.home,
            env=self.environ | environ, check=False,
        )  # fmt: skip

    def tasks(self) -> list[dict[str, Any]]:
        found = run(self.person.tasks(origin="meeting", include_done="true", full="true"))
        return [dict(task) for task in sorted(found, key=lambda task: task["id"])]


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    with scratch_server() as scratch:
        notes = Notes(scratch, tmp_path)
        yield notes
        run(notes.person.close())


def test_a_file_becomes_its_tasks_once_and_an_edit_changes_them(notes: Notes) -> None:
    file = notes.home / "2026-05-07-weekly.md"
    shutil.copy(FIXTURES / "created.md", file)
    os.utime(file, (1_000, 1_000))
    assert notes.give(file.name).returncode == 0
    assert notes.give(file.name).returncode == 0
    first = notes.tasks()
    assert [task["title"] for task in first] == ["Send Alice revised numbers", "Book the big room"]
    assert first[0]["due_at"] == "2026-12-04T17:00:00Z"
    assert "We spoke about the numbers" in first[0]["source_context"]
    shutil.copy(FIXTURES / "edited.md", file)
    os.utime(file, (2_000, 2_000))
    notes.give(file.name)
    assert [(t["id"], t["title"]) for t in notes.tasks()] == [
        (first[0]["id"], "Send Alice the revised numbers of May"), (first[1]["id"], "Book the big room"),
    ]  # fmt: skip


def test_a_box_that_was_ticked_since_asks_the_person(notes: Notes) -> None:
    notes.give(text="# Weekly\n- [ ] Book the room\n- [ ] Call Bob\n")
    notes.give(text="# Weekly\n- [x] Book the room\n- [ ] Call Bob\n")
    assert [(t["title"], t["source_state"], t["status"]) for t in notes.tasks()] == [
        ("Book the room", "closed", "blocked"), ("Call Bob", None, "backlog"),
    ]  # fmt: skip


def test_a_transcript_is_read_by_what_was_said(notes: Notes) -> None:
    shutil.copy(FIXTURES / "transcript.vtt", notes.home / "weekly.vtt")
    assert notes.give("weekly.vtt").returncode == 0
    (task,) = notes.tasks()
    assert task["title"] == "Go through: weekly.vtt"
    assert (
        task["description"]
        == "Alice: Good morning, shall we start?\nBob: Yes. todo: send the slides to Carol"
    )


def test_notes_from_standard_input_count_as_the_persons_when_they_say_so(notes: Notes) -> None:
    assert (
        notes.give(
            text="# Mine\nme: call Bob\ncodex: write the minutes\n", MEETING_NOTES_MINE="yes"
        ).returncode
        == 0
    )
    mine, agents = notes.tasks()
    assert (mine["assignee"], mine["lane"]) == ("me", "human")
    assert (agents["assignee"], agents["lane"]) == ("unassigned", "triage")


def test_what_the_person_notes_as_blocked_or_to_review_is_there_at_once(notes: Notes) -> None:
    notes.give(text="# Mine\nblocked: budget from Ann\nreview: the offer\n", MEETING_NOTES_MINE="yes")
    assert [(task["title"], task["lane"]) for task in notes.tasks()] == [
        ("budget from Ann", "blocked"), ("the offer", "review"),
    ]  # fmt: skip


def test_five_hundred_lines_with_a_long_text_are_taken_in_one_go(notes: Notes) -> None:
    points = "\n".join(f"- point number {n} of the long list" for n in range(500))
    assert notes.give(text=f"# Long\n{'words ' * 8_000}\n\nAction items:\n{points}\n").returncode == 0
    assert run(notes.person.sources())[0]["status"] == "healthy"
    assert run(notes.person.summary())["active"] == 500


def test_a_dry_run_says_what_it_would_do_and_does_nothing(notes: Notes) -> None:
    said = notes.give("--dry-run", text="# Weekly\ntodo: call Bob\n")
    assert "would ingest" in said.stderr
    assert '"title": "call Bob"' in said.stderr
    assert notes.tasks() == []
    assert run(notes.person.sources()) == []


def test_what_cannot_be_read_shows_with_what_to_do_until_it_is_mended(notes: Notes) -> None:
    file = notes.home / "weekly.md"
    file.write_bytes("todo: greet Zoë\n".encode("utf-16"))
    assert notes.give(file.name).returncode == 0
    (broken,) = run(notes.person.sources())
    assert (broken["status"], broken["error_code"]) == ("degraded", "unreadable")
    assert "log says why" in (broken["error_message"] or "")
    assert notes.tasks() == []
    file.write_text("todo: greet Zoë\n", "utf-8")
    assert notes.give(file.name).returncode == 0
    (mended,) = run(notes.person.sources())
    assert mended["status"] == "healthy"
    assert [task["title"] for task in notes.tasks()] == ["greet Zoë"]


def test_what_is_no_text_shows_and_the_exit_codes_tell_scripts_what_happened(notes: Notes) -> None:
    (notes.home / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\x00")
    assert notes.give("picture.png").returncode == 0
    assert run(notes.person.sources())[0]["status"] == "degraded"
    assert notes.give(text="todo: x", TASK_TRACKER_API_KEY="a-key-that-nobody-made").returncode == 5
    missing = notes.give("nowhere.md")
    assert (missing.returncode, missing.stderr) == (
        2,
        "nowhere.md cannot be read: No such file or directory.\n",
    )
    without = notes.give(text="todo: x", TASK_TRACKER_API_KEY="")
    assert without.returncode == 2
    assert "TASK_TRACKER_API_KEY is not set" in without.stderr
