"""Making and revoking keys. The secret is shown once, in the answer itself; it is never in an address or a cookie."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request

from task_assistant.domain.errors import InvalidFields
from task_assistant.domain.roles import Role
from task_assistant.web.acting import Told, by_script
from task_assistant.web.connect import base_url, lines
from task_assistant.web.forms import Form
from task_assistant.web.frame import show
from task_assistant.web.key_rows import ROLES, limits_of
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit
from task_assistant.wire.keys import NewKey
from task_assistant.wire.problems import explain

LISTS, FLAGS = ("labels", "origins"), ("may_assign", "may_triage", "may_relay")


async def create(site: Site, request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/keys with `role`, `name` and limits. A script gets what shows the secret as `shown`.

    Raises NameTaken, InvalidFields.
    """
    body = _body(form)
    given = {name: getattr(body, name) for name in (*LISTS, *FLAGS)}
    key, secret = await site.services.keys.create(visit.caller, Role(body.role), body.name, **given)
    context: dict[str, Any] = {
        "key": key,
        "secret": secret,
        "limits": limits_of(key),
        "words": next(words for words in ROLES if words.role is key.role),
        "lines": lines(key.role, secret, base_url(site, request)),
    }
    toast = f"Key {key.name} is made"
    if by_script(request):
        return Told(toast, facts={"shown": site.templates.text("parts/new_key.html", **context)})
    page = await show(site, request, visit, "new_key.html", here="agents", **context)
    return Told(toast, page=page)


async def revoke(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/keys/{id}/revoke: ends it for good. Raises NotFound."""
    await site.services.keys.revoke(visit.caller, request.path_params["id"])
    return Told("Key revoked. Whoever has it is refused from now on")


def _body(form: Form) -> NewKey:
    """The API's own model, from the texts of a form: lists have commas or spaces between their parts."""
    said: dict[str, Any] = {"role": form.get("role"), "name": form.get("name")}
    said |= {name: _parts(form.get(name)) for name in LISTS}
    said |= {name: form.get(name) in ("true", "on", "1") for name in FLAGS}
    try:
        return NewKey.model_validate(said)
    except ValidationError as problem:
        raise InvalidFields(tuple(explain(problem))) from None


def _parts(text: str) -> list[str]:
    return [part.strip().lstrip("#") for part in text.replace(",", " ").split() if part.strip().lstrip("#")]
