"""What a person reads in the browser when something is not there, not allowed or broken."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Scope

from task_assistant.api import request_ids
from task_assistant.api.guards import PROGRAM_PATHS
from task_assistant.api.problems import HttpProblem
from task_assistant.api.sessions import header
from task_assistant.web.templating import Templates

# Where the problem's own words are for those who write programs: title and sentence for everybody else.
WORDS = {
    404: ("There is nothing here", "The address may be mistyped, or what it named is gone."),
    405: ("This page cannot do that", "Go back and use the page's own buttons."),
    500: (
        "This did not work",
        "The error is on our side and is noted in the log. What was saved before is safe.",
    ),
}


def wants_page(scope: Scope) -> bool:
    """True if a person's browser opens a page; what programs read stays problem+json, whoever reads it."""
    path: str = scope["path"]
    return not path.startswith(PROGRAM_PATHS) and b"text/html" in (header(scope, b"accept") or b"")


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Makes the page for a problem. It knows nothing of the person, so that it may be shown to anybody."""

    templates: Templates

    def page_for(self, scope: Scope, problem: HttpProblem) -> Response | None:
        """The page if a person's browser asked, None for a program (see `guards.PageFor`)."""
        if not wants_page(scope):
            return None
        title, detail = WORDS.get(problem.status, (problem.title, problem.detail))
        answer = self.templates.answer(
            "error.html",
            problem.status,
            code=problem.status,
            title=title,
            detail=detail,
            request_id=request_ids.of(scope),
        )
        answer.headers.update(problem.headers)
        return answer
