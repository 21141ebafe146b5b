"""What a captured task begins with when its line does not say: the owner and priority of the person's settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from task_assistant.domain.task import Owner
from task_assistant.services.preferences import Preferences
from task_assistant.web.owner_label import agents
from task_assistant.web.quick_preview import Draft, Reading, lands

SHIPPED = Preferences()


def begun(reading: Reading, chosen: Preferences, now: datetime) -> Reading:
    """The same drafts with what is chosen; each says so, since nothing is added silently."""
    return replace(reading, drafts=tuple(_begun(draft, chosen, now) for draft in reading.drafts))


def missing(fields: dict[str, Any], chosen: Preferences) -> dict[str, Any]:
    """What the settings add to these fields; nothing where they are as the server ships them."""
    wanted = {"assignee": chosen.assignee, "priority": chosen.priority}
    return {n: value for n, value in wanted.items() if n not in fields and value != getattr(SHIPPED, n)}


def _begun(draft: Draft, chosen: Preferences, now: datetime) -> Draft:
    added = missing(draft.fields, chosen)
    if not added:
        return draft
    fields = draft.fields | added
    owners = {Owner.ME: "yours", Owner.CODEX: f"for {agents()}"}
    said = [owners[value] if name == "assignee" else f"P{value}" for name, value in added.items()]
    return replace(draft, fields=fields, words=lands(fields, now), usual=", ".join(said))
