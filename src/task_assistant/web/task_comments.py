"""Comments on a task, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from task_assistant.domain.times import from_text
from task_assistant.services.dossier import Dossier
from task_assistant.web import moments
from task_assistant.web.moments import Moment
from task_assistant.web.task_words import Reader, kind_of_actor, who


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `actor` is the kind of who wrote it."""

    id: int
    who: str
    actor: str
    text: str
    when: Moment


def comments(dossier: Dossier, reader: Reader) -> tuple[Comment, ...]:
    """Those that the dossier has."""
    found = [record.data for record in dossier.records["comment"] if record.data]
    return tuple(
        Comment(
            int(data["id"]),
            who(data["by"]),
            kind_of_actor(data["by"]),
            str(data["text"]),
            moments.past(from_text(data["at"]), reader.now, reader.zone),
        )
        for data in found
    )
