"""Templates to answers: Jinja2, everything escaped, an unknown name is an error instead of an empty place."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from task_assistant.web.owner_label import agents
from task_assistant.web.static_files import StaticFiles

PRIVATE = (
    "no-store"  # pages show the person's own data, and the Back button must not show them after sign-out
)


@cache
def _environment() -> Environment:
    """The templates of this package, compiled once a process."""
    environment = Environment(
        loader=PackageLoader("task_assistant.web"),
        autoescape=True,  # every template, whatever its name ends in
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["n"] = grouped
    environment.globals["agents"] = agents
    return environment


def grouped(number: int) -> str:
    """A count as people read it: 12,345."""
    return f"{number:,}"


class Templates:
    """Renders pages, which name their files by `static(name)`."""

    def __init__(self, static: StaticFiles) -> None:
        self._static = static

    def text(self, name: str, **context: Any) -> str:
        """The page as HTML text."""
        return _environment().get_template(name).render(context, static=self._static.url)

    def answer(self, name: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page as an answer that nothing keeps."""
        return HTMLResponse(self.text(name, **context), status, headers={"cache-control": PRIVATE})
