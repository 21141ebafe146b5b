"""Example answers for the OpenAPI document; a test validates each against its model."""

from __future__ import annotations

from typing import Any

Example = dict[str, Any]

TASK: Example = {
    "id": 42,
    "title": "Send Alice revised numbers",
    "description": None,
    "status": "backlog",
    "assignee": "me",
    "agent": None,
    "lane": "human",
    "origin": "email",
    "priority": 2,
    "due_at": "2026-05-09T08:00:00Z",
    "due_is_estimated": True,
    "reminder_at": "2026-05-07T09:00:00Z",
    "reminder_last_sent_at": None,
    "source_name": "Gmail thread from Alice",
    "source_url": "https://mail.google.com/...",
    "source_context": "Alice asked for revised numbers by Friday.",
    "source_state": None,
    "external_id": None,
    "labels": [],
    "depends_on": [],
    "deferred_until": None,
    "recurrence": None,
    "review": "required",
    "private": False,
    "claimable": False,
    "claim": None,
    "question": None,
    "result": None,
    "assessment": None,
    "proposal": None,
    "version": 1,
    "created_at": "2026-05-06T08:00:00Z",
    "updated_at": "2026-05-06T08:00:00Z",
    "completed_at": None,
}
LISTED_TASK: Example = {**TASK, "truncated": []}
SUMMARY: Example = {
    "active": 42,
    "overdue": 3,
    "due_soon": 4,
    "codex_ready": 12,
    "human_input": 18,
    "review": 5,
    "blocked": 2,
    "unassigned": 1,
    "working": 2,
    "waiting": 9,
}
QUEUE: Example = {
    "summary": SUMMARY,
    "tasks": [
        {
            **LISTED_TASK,
            "rank": {
                "position": 1,
                "score": 115,
                "reasons": [
                    {"factor": "priority", "points": 75, "why": "Priority 2"},
                    {
                        "factor": "due",
                        "points": 40,
                        "why": "Due within 24 hours, by an estimate from its priority",
                    },
                ],
            },
        }
    ],
}
CLAIM: Example = {
    "agent": "alpha",
    "attempt": 1,
    "claimed_at": "2026-05-07T09:00:00Z",
    "expires_at": "2026-05-07T09:30:00Z",
    "note": None,
    "session": None,
}
CLAIMED_TASK: Example = {
    **TASK,
    "status": "in_progress",
    "assignee": "codex",
    "lane": "agent",
    "claim": CLAIM,
    "version": 3,
    "claim_token": "w3Jk…",
    "context": {
        "feedback": [{"round": 1, "text": "Please add a test.", "at": "2026-05-07T08:00:00Z"}],
        "answers": [],
        "previous": [
            {
                "attempt": 1,
                "agent": "beta",
                "outcome": "submitted",
                "note": None,
                "summary": "Revised the numbers.",
            }
        ],
        "dependencies": [],
        "comments": [],
    },
}
PULSE: Example = {
    "expires_at": "2026-05-07T09:45:00Z",
    "state": "continue",
    "changed": ["priority"],
    "messages": [{"id": 3, "text": "Use the numbers of Q2.", "at": "2026-05-07T09:14:00Z"}],
}
EVENT: Example = {
    "seq": 1207,
    "id": "019f3a6c3e9b1d4f7a8c5e2b6d9f",
    "type": "assigned",
    "task_id": 42,
    "actor": "human",
    "via": "browser",
    "at": "2026-05-07T09:00:00Z",
    "version": 2,
    "changes": {"assignee": ["unassigned", "codex"]},
    "request_id": "0f2a6c3e9b1d4f7a8c5e2b6d9f0a1c3e",
}
