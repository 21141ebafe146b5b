"""What a wished recurrence becomes when it is captured or edited: a series in the person's zone."""

from __future__ import annotations

from typing import Any

from task_assistant.domain.following import begin
from task_assistant.domain.recurrence import Wish
from task_assistant.domain.task import Task
from task_assistant.services.desk import Desk
from task_assistant.services.instances import zone
from task_assistant.services.preferences import KIND as PREFERENCES


async def settled(desk: Desk, fields: dict[str, Any], task: Task | None = None) -> dict[str, Any]:
    """The fields with a wished recurrence made whole: in the person's zone, with a deadline to begin from.

    Raises InvalidFields.
    """
    wish = fields.get("recurrence")
    if not isinstance(wish, Wish):
        return fields
    name = wish.zone or await _zone_of_person(desk)
    due = fields.get("due", task.due if task is not None else None)
    series = begin(wish, name, zone(name), due, desk.now())
    return {**fields, "recurrence": series, "due": due or series.starts_at}


async def _zone_of_person(desk: Desk) -> str:
    chosen = await desk.store.document(PREFERENCES, "zone", desk.now())
    return str((chosen.data or {}).get("value") or "UTC") if chosen is not None else "UTC"
