"""What the person changes about suggestions: rules about review, rules that assign, and forgetting what was learned."""

from __future__ import annotations

import re

from starlette.requests import Request

from task_assistant.domain.errors import invalid
from task_assistant.web.acting import Told
from task_assistant.web.forms import Form
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit


async def keep_review(site: Site, _request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/rules/review with `by`, `what` and `review`."""
    rule = await site.services.rules.keep_review(
        visit.caller, form.get("by"), form.get("what"), form.get("review")
    )
    return Told(f"Review is {rule.review} for {rule.by} {rule.what}; captures are looked at again")


async def keep_assign(site: Site, _request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/rules/assign with `by`, `what`, `precision`, `keys` (repeated) and `senders` (one a line)."""
    senders = re.split(r"[\n,]", form.get("senders"))
    rule = await site.services.rules.keep_assign(
        visit.caller,
        form.get("by"),
        form.get("what"),
        _precision(form.get("precision")),
        form.all("keys"),
        senders,
    )
    return Told(f"Assigning is on for {rule.by} {rule.what}, for what arrives from now on")


async def drop(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/rules/{id}/forget. Raises NotFound."""
    await site.services.rules.drop(visit.caller, request.path_params["id"])
    return Told("That rule is gone")


async def reset(site: Site, _request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/learned/reset."""
    await site.services.learning.reset(visit.caller)
    return Told("Forgotten. Suggestions begin again as they came")


def _precision(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise invalid("precision", "must be a number such as 0.95") from None
