"""GitHub issues: the JSON of the REST API (GET /repos/{owner}/{repo}/issues) or of `gh issue list --json …`."""

from __future__ import annotations

import re
from typing import Any

from task_assistant.domain.imports.notes import Frame, Imported, Unreadable, moment, parsed, rows_of

ISSUE = re.compile(r"https?://[^/]+/([^/]+/[^/]+)/issues/\d+")
READ = {
    "number", "title", "body", "state", "state_reason", "stateReason", "labels", "html_url", "url", "assignees",
    "assignee", "milestone", "comments", "created_at", "createdAt", "user", "author", "pull_request", "closed",
}  # fmt: skip
DERIVED = {
    "id", "node_id", "repository_url", "labels_url", "comments_url", "events_url", "timeline_url", "updated_at",
    "updatedAt", "closed_at",
    "closedAt", "closed_by", "author_association", "locked", "active_lock_reason", "reactions",
    "performed_via_github_app", "score", "sub_issues_summary", "issue_dependencies_summary", "repository", "isPinned",
    "draft",
}  # fmt: skip


def read(text: str, _: Frame) -> Imported:
    """All issues; pull requests, which the REST API lists among them, stay behind."""
    found = Imported("github", "GitHub issues")
    for row in rows_of(parsed(text), "issues"):
        address = str(row.get("html_url") or row.get("url") or "")
        repository = ISSUE.fullmatch(address)
        if "pull_request" in row:
            found.lost("pull_request", "a pull request is no issue")
        elif not isinstance(row.get("number"), int) or repository is None:
            raise Unreadable("an issue has no number, or no html_url (with gh: --json number,title,url,…)")
        else:
            _add(found, row, repository[1], address)
    return found


def _add(found: Imported, row: dict[str, Any], repository: str, address: str) -> None:
    labels = [
        each if isinstance(each, str) else str(each.get("name", "")) for each in row.get("labels") or ()
    ]
    for _ in labels:
        found.kept("labels", "labels")
    found.kept("title", "title")
    found.kept("url", "source_url")
    if row.get("body"):
        found.kept("body", "description")
    found.add(
        f"github:{repository}#{row['number']}",
        str(row.get("title") or ""),
        _context(found, row, repository),
        labels=labels,
        description=row.get("body"),
        source_url=address,
        source_name=f"{repository}#{row['number']}",
        **_status(found, row),
        **_due(found, row),
    )
    found.left(row, READ | DERIVED, "there is no such field")


def _status(found: Imported, row: dict[str, Any]) -> dict[str, str]:
    if str(row.get("state", "")).lower() != "closed":
        return {}
    reason = str(row.get("state_reason") or row.get("stateReason") or "").lower()
    if reason in ("not_planned", "duplicate"):
        found.mapped("state closed, not planned", "status cancelled")
        return {"status": "cancelled"}
    found.mapped("state closed", "status done, completed now")
    return {"status": "done"}


def _due(found: Imported, row: dict[str, Any]) -> dict[str, str]:
    """The milestone's, in both spellings."""
    milestone = row.get("milestone") or {}
    at = moment(milestone.get("due_on") or milestone.get("dueOn") or "")
    if at is None:
        return {}
    found.mapped("milestone due date", "due_at")
    return {"due_at": at}


def _context(found: Imported, row: dict[str, Any], repository: str) -> list[str]:
    lines = [f"{repository}#{row['number']}"]
    author = (row.get("user") or row.get("author") or {}).get("login")
    if author:
        found.mapped("author", "part of the source context")
        lines.append(
            f"Opened by {author}, {row.get('created_at') or row.get('createdAt') or ''}".rstrip(", ")
        )
    people = [str(each.get("login")) for each in row.get("assignees") or ()]
    if people:
        found.mapped("assignees", "part of the source context")
        lines.append(f"Assignees: {', '.join(people)}")
    if (row.get("milestone") or {}).get("title"):
        found.mapped("milestone", "part of the source context")
        lines.append(f"Milestone: {row['milestone']['title']}")
    return [*lines, *_comments(found, row)]


def _comments(found: Imported, row: dict[str, Any]) -> list[str]:
    comments = row.get("comments")
    if isinstance(comments, int) and comments:
        found.lost(
            "comments", "the REST list only counts them; `gh issue list --json comments` has their texts"
        )
    lines = []
    for each in comments if isinstance(comments, list) else ():
        found.mapped("comments", "part of the source context")
        who = (each.get("author") or {}).get("login", "somebody")
        lines.append(f"{who}, {each.get('createdAt', '')}: {each.get('body', '')}")
    return lines
