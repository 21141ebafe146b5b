"""What an action tells the page after it, for browsers without scripts: a short-lived cookie that only we can make."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.requests import Request

from task_assistant.services.sessions import Session
from task_assistant.web.site import Site

NAME = "pta_told"
SECONDS = 30
MOST_UNDO = 40  # event ids that fit into a cookie; more than that is undone from the history
FORGET = f"{NAME}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"


@dataclass(frozen=True, slots=True)
class Note:
    """A toast and the events that its Undo takes back."""

    toast: str
    undo: tuple[str, ...] = ()

    @property
    def events(self) -> str:
        """As the field of a form."""
        return ",".join(self.undo)


def keep(site: Site, session: Session, note: Note) -> str:
    """The Set-Cookie value that carries the note to the next page of this session."""
    undo = note.undo if len(note.undo) <= MOST_UNDO else ()
    text = f"{quote(note.toast[:400], safe='')}|{','.join(undo)}"
    secure = "; Secure" if site.door.addresses.https else ""
    proof = _proof(site, session, text)
    return f"{NAME}={proof}|{text}; Max-Age={SECONDS}; Path=/; HttpOnly; SameSite=Lax{secure}"


def read(site: Site, session: Session, request: Request) -> Note | None:
    """The note that the last action left; None without one, and for a cookie that we did not make."""
    proof, _, text = request.cookies.get(NAME, "").partition("|")
    toast, _, undo = text.partition("|")
    if not toast or not hmac.compare_digest(proof.encode(), _proof(site, session, text).encode()):
        return None
    return Note(unquote(toast), tuple(undo.split(",")) if undo else ())


def _proof(site: Site, session: Session, text: str) -> str:
    return site.services.desk.secrets.derive("told", session.id, text)
