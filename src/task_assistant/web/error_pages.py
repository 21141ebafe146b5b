"""What a person reads in the browser when something is not there, not allowed or broken."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from task_assistant.api.guards import PROGRAM_PATHS, HttpRefusal, as_problem
from task_assistant.api.sessions import header
from task_assistant.web.templating import Templates

TITLES = {
    403: "Not from here",
    404: "There is nothing here",
    405: "This page cannot do that",
    421: "Not a name of this server",
    500: "This did not work",
    503: "Not ready yet",
}
DETAILS = {
    404: "The address may be mistyped, or what it named is gone.",
    405: "Go back and use the page's own buttons.",
    500: "The error is on our side and is noted in the log. What you had saved is safe.",
}
OTHERWISE = "This request could not be answered"


def wants_page(scope: Scope) -> bool:
    """True if a person's browser opens a page; what programs read stays problem+json, whoever reads it."""
    path: str = scope["path"]
    return not path.startswith(PROGRAM_PATHS) and b"text/html" in (header(scope, b"accept") or b"")


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Makes the page for a status. It knows nothing of the person, so that it may be shown to anybody."""

    templates: Templates

    def answer(
        self,
        status: int,
        *,
        title: str | None = None,
        detail: str | None = None,
        request_id: str | None = None,
    ) -> Response:
        """The page; `title` and `detail` default to sentences for the status."""
        return self.templates.answer(
            "error.html",
            status,
            code=status,
            title=title or TITLES.get(status, OTHERWISE),
            detail=detail or DETAILS.get(status, ""),
            request_id=request_id,
        )

    async def refuse(self, refusal: HttpRefusal, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a refused request in the form that its sender reads (a `guards.Refuse`)."""
        if not wants_page(scope):
            await as_problem(refusal, scope, receive, send)
            return
        request_id = scope.get("state", {}).get("request_id")
        answer = self.answer(
            refusal.status, title=refusal.title, detail=refusal.detail, request_id=request_id
        )
        await answer(scope, receive, send)
