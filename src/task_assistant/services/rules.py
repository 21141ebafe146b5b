"""The person's rules about suggestions: what needs review, and where the server may assign by itself.

Each rule is a small document of its own. All are off until the person makes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from task_assistant.domain import limits
from task_assistant.domain.claims import digest
from task_assistant.domain.delegating import ANYBODY, AssignRule
from task_assistant.domain.errors import NotFound, RoleForbidden, invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.readiness import ReviewRules
from task_assistant.domain.roles import Caller
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.services.desk import Desk

REVIEW, ASSIGN = "review_rule", "assign_rule"
By = Literal["label", "origin", "words"]
Need = Literal["required", "optional"]
MOST, ALLOWED = 50, 50  # rules of a kind; keys and senders of one
PRECISIONS = (0.9, 0.95, 0.98, 1.0)


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """Tasks with this label, of this origin, or with these words are advised to be reviewed, or not."""

    id: str
    by: By
    what: str
    review: Need


@dataclass(frozen=True, slots=True)
class Known:
    """All rules, in the order of their names."""

    review: tuple[ReviewRule, ...] = ()
    assign: tuple[AssignRule, ...] = ()


class Rules:
    """Reads and changes the rules. Reading costs nothing while the store does not change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: tuple[int, Known] = (-1, Known())

    async def read(self) -> Known:
        """The rules as they are; the assessor goes by them from here on."""
        stamp = await self._desk.store.stamp()
        if self._known[0] != stamp:
            now = self._desk.now()
            review = [_review(each) for each in await self._desk.store.documents(REVIEW, now) if each.data]
            assign = [_assign(each) for each in await self._desk.store.documents(ASSIGN, now) if each.data]
            known = Known(
                tuple(sorted(review, key=lambda rule: (rule.by, rule.what))),
                tuple(sorted(assign, key=lambda rule: (rule.by, rule.what))),
            )
            self._known = (stamp, known)
            self._desk.assessor.rules = _for_assessor(known.review)
        return self._known[1]

    async def keep_review(self, caller: Caller, by: str, what: str, review: str) -> ReviewRule:
        """Makes a rule about review; the same place again replaces it. Raises RoleForbidden, InvalidFields."""
        self._check_owner(caller)
        if by not in get_args(By):
            raise invalid("by", "must be label, origin or words")
        if review not in get_args(Need):
            raise invalid("review", "must be required or optional")
        what = _words("what", what).lower() if by == "words" else _words("what", what)
        data = {"by": by, "what": what, "review": review}
        rule = _review(Document(REVIEW, _key(by, what), data))
        await self._keep(caller, REVIEW, rule.id, data, f"review {review} for {by} {what}")
        return rule

    async def keep_assign(
        self,
        caller: Caller,
        by: str,
        what: str,
        precision: float,
        keys: Iterable[str],
        senders: Iterable[str],
    ) -> AssignRule:
        """Switches on assigning for an origin or a label, for what is captured from now on.

        Raises RoleForbidden, InvalidFields.
        """
        self._check_owner(caller)
        if by not in ("origin", "label"):
            raise invalid("by", "must be origin or label")
        if precision not in PRECISIONS:
            raise invalid("precision", f"must be one of {', '.join(map(str, PRECISIONS))}")
        what = _words("what", what)
        data = {
            "by": by, "what": what, "precision": precision, "since": to_plain(self._desk.now()),
            "keys": _listed("keys", keys), "senders": [name.lower() for name in _listed("senders", senders)],
        }  # fmt: skip
        rule = _assign(Document(ASSIGN, _key(by, what), data))
        await self._keep(
            caller, ASSIGN, rule.id, data, f"assigning switched on for {by} {what} from {precision:.0%}"
        )
        return rule

    async def drop(self, caller: Caller, rule_id: str) -> None:
        """Forgets a rule of either kind. Raises RoleForbidden, NotFound."""
        self._check_owner(caller)
        known = await self.read()
        for kind, rules in ((REVIEW, known.review), (ASSIGN, known.assign)):
            for rule in rules:
                if rule.id == rule_id:
                    text = (
                        f"{'review rule' if kind == REVIEW else 'assigning'} for {rule.by} {rule.what} ended"
                    )
                    await self._commit(caller, text, Document(kind, rule_id, None))
                    return
        raise NotFound("rule", rule_id)

    async def _keep(self, caller: Caller, kind: str, key: str, data: dict[str, Any], text: str) -> None:
        known = await self.read()
        there = {rule.id for rule in (known.review if kind == REVIEW else known.assign)}
        if len(there) >= MOST and key not in there:
            raise invalid("what", f"would be rule {MOST + 1}; forget one of the {MOST} first")
        await self._commit(caller, text, Document(kind, key, data))

    async def _commit(self, caller: Caller, text: str, document: Document) -> None:
        event = self._desk.board_event(caller, EventType.PREFERENCES_CHANGED, text)
        await self._desk.commit(caller, events=[event], documents=[document])
        await self.read()

    def _check_owner(self, caller: Caller) -> None:
        if not caller.owner:
            raise RoleForbidden(caller.role.value, "change rules about suggestions")


def _words(name: str, value: str) -> str:
    text = " ".join(value.split())
    if not 1 <= len(text) <= limits.LABEL or not text.isprintable():
        raise invalid(name, f"must have 1 to {limits.LABEL} characters")
    return text


def _listed(name: str, values: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(" ".join(value.split()) for value in values if value.strip()))
    if len(found) > ALLOWED or any(len(one) > limits.SOURCE_NAME or not one.isprintable() for one in found):
        raise invalid(name, f"must be at most {ALLOWED} names of at most {limits.SOURCE_NAME} characters")
    return found


def _key(by: str, what: str) -> str:
    return digest(f"{by}:{what}")[:16]


def _review(document: Document) -> ReviewRule:
    data = document.data or {}
    return ReviewRule(document.key, data["by"], data["what"], data["review"])


def _assign(document: Document) -> AssignRule:
    data = document.data or {}
    return AssignRule(
        document.key, data["by"], data["what"], data["precision"], from_text(data["since"]), tuple(data["keys"]),
        tuple(data["senders"]),
    )  # fmt: skip


def _for_assessor(rules: Iterable[ReviewRule]) -> ReviewRules:
    places: dict[str, dict[str, Need]] = {"label": {}, "origin": {}, "words": {}}
    for rule in rules:
        places[rule.by][rule.what] = rule.review
    return ReviewRules(places["label"], places["origin"], places["words"])


__all__ = ["ANYBODY", "PRECISIONS", "Known", "ReviewRule", "Rules"]
