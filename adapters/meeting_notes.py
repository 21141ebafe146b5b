"""Meeting notes from a file or from standard input: Markdown, plain text, or a WebVTT transcript.

    python adapters/meeting_notes.py 2026-05-07-weekly.md
    pbpaste | python adapters/meeting_notes.py

WebVTT as the W3C documents it at https://www.w3.org/TR/webvtt1/ (cues, voice spans, NOTE). Boxes, prefixes and points
under "Action items" or "Next steps" become tasks; notes without any become one card. The same file, edited and given
again, changes its tasks. Set MEETING_NOTES_MINE=yes when you write the notes yourself: then your prefixes count.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from pathlib import PurePath

from task_assistant.client.adapters import (
    Delivery,
    FileAdapter,
    Item,
    Malformed,
    Message,
    Setting,
    from_iso,
    main,
)

CUE_TIMES = re.compile(r"\s*(?:\d+:)?\d{2}:\d{2}\.\d{3}\s+-->\s")
VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
TAG = re.compile(r"</?[a-z][^>]*>|<[\d:.]+>")


class MeetingNotes(FileAdapter):
    """Files named on the command line, each one meeting."""

    name = "meeting"
    origin = "meeting"
    title = "Meeting notes"
    repair_url = "https://www.w3.org/TR/webvtt1/"
    settings = (Setting("MEETING_NOTES_MINE", "yes, when you write the notes yourself", default="no"),)

    def read(self, delivery: Delivery) -> Iterable[Item]:
        """The notes as one message. Raises Malformed for what is no text."""
        try:
            text = delivery.body.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as problem:
            raise Malformed("the notes are no UTF-8 text") from problem
        transcript = text.startswith("WEBVTT")
        text = spoken(text) if transcript else text
        if not text.strip():
            return
        title = next(line.strip("# ") for line in text.splitlines() if line.strip("# "))
        name = PurePath(delivery.path).name
        yield Message(
            id=name or hashlib.sha256(title.encode()).hexdigest()[:16],
            text=text,
            title=f"Go through: {name or title}",
            changed_at=from_iso(delivery.headers.get("last-modified", "")),
            context=f"Meeting notes, {name or 'from standard input'}",
            mine=self.config["MEETING_NOTES_MINE"].lower() in ("yes", "true", "1") and not transcript,
        )


def spoken(text: str) -> str:
    """A transcript as lines: who speaks, and what; without times, notes and styles."""
    lines: list[str] = []
    for block in re.split(r"\n{2,}", text)[1:]:
        rows = block.strip().splitlines()
        timed = next((n for n, row in enumerate(rows) if CUE_TIMES.match(row)), None)
        if timed is not None:
            said = " ".join(rows[timed + 1 :])
            lines.append(TAG.sub("", VOICE.sub(r"\1: ", said)).strip())
    return "\n".join(line for line in lines if line)


if __name__ == "__main__":
    sys.exit(main(MeetingNotes))
