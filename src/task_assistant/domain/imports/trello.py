"""Trello: the JSON of a board (board menu → Print, export, and share → Export as JSON)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from task_assistant.domain.imports.notes import Frame, Imported, Unreadable, moment, parsed, rows_of

DONE_LISTS = frozenset({"done", "complete", "completed", "finished"})
READ = {
    "id", "name", "desc", "due", "dueComplete", "closed", "idList", "labels", "shortUrl", "url", "start", "attachments",
    "idMembers",
}  # fmt: skip
# What says the same again, how the card looks, or when somebody last saw it.
DERIVED = {
    "idShort", "shortLink", "idBoard", "idLabels", "idChecklists", "pos", "badges", "dateLastActivity", "cover",
    "idMembersVoted", "checkItemStates", "subscribed", "manualCoverAttachment", "idAttachmentCover", "email",
    "limits", "isTemplate", "cardRole", "nodeId", "mirrorSourceId", "dueReminder", "descData", "pinned",
    "customFieldItems", "pluginData",
}  # fmt: skip


def read(text: str, _: Frame) -> Imported:
    """All cards but templates, with their list as a label, check lists as check boxes, comments as context."""
    board = parsed(text)
    if not isinstance(board, dict) or not isinstance(board.get("lists"), list):
        raise Unreadable("it is no Trello board: `lists` and `cards` are missing")
    found = Imported("trello", f"Trello board {board.get('name', '')}".strip())
    beside = _Beside(board)
    for card in rows_of(board.get("cards"), "cards"):
        if card.get("isTemplate"):
            found.lost("template cards", "a template is no task")
        else:
            _add(found, card, beside)
    return found


class _Beside:
    """What belongs to cards and lies beside them in the file."""

    def __init__(self, board: dict[str, Any]) -> None:
        self.lists = {each["id"]: str(each.get("name", "")) for each in rows_of(board["lists"], "lists")}
        self.members = {
            each["id"]: each.get("fullName") or each.get("username") for each in board.get("members", ())
        }
        self.checklists: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for each in board.get("checklists", ()):
            self.checklists[each.get("idCard", "")].append(each)
        self.comments: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for action in sorted(board.get("actions", ()), key=lambda each: str(each.get("date", ""))):
            if action.get("type") == "commentCard":
                self.comments[action.get("data", {}).get("card", {}).get("id", "")].append(action)


def _add(found: Imported, card: dict[str, Any], beside: _Beside) -> None:
    where = beside.lists.get(card.get("idList", ""), "")
    labels = [each.get("name") or each.get("color") or "" for each in card.get("labels", ())]
    for _ in labels:
        found.kept("labels", "labels")
    if where:
        found.mapped("list", "a label, and part of the source context")
    found.kept("name", "title")
    found.add(
        f"trello:{card.get('id')}",
        str(card.get("name", "")),
        [f"List: {where}" if where else None, *_people(found, card, beside), *_comments(found, card, beside)],
        labels=[*labels, where],
        description=_description(found, card, beside),
        **_status(found, card, where),
        **_times(found, card),
        **({"source_url": url} if (url := card.get("shortUrl") or card.get("url")) else {}),
    )
    if card.get("shortUrl") or card.get("url"):
        found.kept("url", "source_url")
    if card.get("customFieldItems"):
        found.lost("customFieldItems", "there are no custom fields here")
    found.left(card, READ | DERIVED, "there is no such field")


def _status(found: Imported, card: dict[str, Any], where: str) -> dict[str, str]:
    if card.get("dueComplete") or where.casefold() in DONE_LISTS:
        found.mapped("dueComplete, list Done", "status done, completed now")
        return {"status": "done"}
    if card.get("closed"):
        found.mapped("closed (archived)", "status cancelled")
        return {"status": "cancelled"}
    return {}


def _times(found: Imported, card: dict[str, Any]) -> dict[str, str]:
    said: dict[str, str] = {}
    for name, into in (("due", "due_at"), ("start", "deferred_until")):
        if at := moment(card.get(name) or ""):
            found.kept(name, into)
            said[into] = at
    return said


def _description(found: Imported, card: dict[str, Any], beside: _Beside) -> str:
    parts = [str(card.get("desc") or "")]
    if parts[0]:
        found.kept("desc", "description")
    for checklist in beside.checklists[card.get("id", "")]:
        found.mapped("checklists", "check boxes at the end of the description")
        items = sorted(checklist.get("checkItems", ()), key=lambda item: item.get("pos", 0))
        boxes = [
            f"- [{'x' if item.get('state') == 'complete' else ' '}] {item.get('name', '')}" for item in items
        ]
        parts.append("\n".join([f"{checklist.get('name', 'Checklist')}:", *boxes]))
    for file in card.get("attachments") or ():
        found.mapped("attachments", "links at the end of the description; the files stay behind")
        parts.append(f"{file.get('name', '')}: {file.get('url', '')}")
    return "\n\n".join(part for part in parts if part)


def _people(found: Imported, card: dict[str, Any], beside: _Beside) -> list[str]:
    names = [str(beside.members.get(member, member)) for member in card.get("idMembers", ())]
    if names:
        found.mapped("members", "part of the source context")
    return [f"Members: {', '.join(names)}"] if names else []


def _comments(found: Imported, card: dict[str, Any], beside: _Beside) -> list[str]:
    lines = []
    for action in beside.comments[card.get("id", "")]:
        found.mapped("comments", "part of the source context")
        who = action.get("memberCreator", {}).get("fullName", "somebody")
        lines.append(f"{who}, {action.get('date', '')}: {action.get('data', {}).get('text', '')}")
    return lines
