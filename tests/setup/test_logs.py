"""The access log tells which page was asked for, never the secret in its address."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import pytest

from task_assistant.api import request_ids
from task_assistant.bootstrap.logs import AsJson, WithoutLinks, keep_links_out_of_the_log


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/sign-in/s3cret-token", "/sign-in/…"),
        ("/sign-in/s3cret-token?next=/board", "/sign-in/…?next=/board"),
        ("/a/s3cret-token", "/a/…"),
        ("/calendar.ics?token=s3cret", "/calendar.ics?token=…"),
        ("/sign-in/callback?code=s3cret&state=s3cret", "/sign-in/…?code=…&state=…"),
        (
            "/elsewhere?state=s3cret&iss=https%3A//id.example&code=s3cret",
            "/elsewhere?state=…&iss=https%3A//id.example&code=…",
        ),
        ("/tasks/42", "/tasks/42"),
    ],
)
def test_secrets_in_addresses_are_masked(path: str, logged: str) -> None:
    line = '%s - "%s %s HTTP/%s" %d'
    record = logging.LogRecord(
        "uvicorn.access", 20, __file__, 1, line, ("::1", "GET", path, "1.1", 200), None
    )
    assert WithoutLinks().filter(record)
    assert record.getMessage() == f'::1 - "GET {logged} HTTP/1.1" 200'


def test_the_filter_is_installed_once() -> None:
    for _ in range(3):
        keep_links_out_of_the_log()
    assert [type(each) for each in logging.getLogger("uvicorn.access").filters].count(WithoutLinks) == 1


def as_json(record: logging.LogRecord) -> dict[str, Any]:
    line = AsJson().format(record)
    assert "\n" not in line
    said: dict[str, Any] = json.loads(line)
    return said


def test_a_line_of_json_has_the_request_id_and_the_names_that_cloud_logging_reads() -> None:
    args = ("203.0.113.5:1", "GET", "/tasks/42", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", 20, __file__, 1, '%s - "%s %s HTTP/%s" %d', args, None)
    token = request_ids.CURRENT.set("a-request-id")
    try:
        said = as_json(record)
    finally:
        request_ids.CURRENT.reset(token)
    assert (said["severity"], said["request_id"]) == ("INFO", "a-request-id")
    assert said["httpRequest"] == {"requestMethod": "GET", "requestUrl": "/tasks/42", "status": 200}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said["time"])


def test_a_stack_trace_stays_in_its_line() -> None:
    try:
        raise RuntimeError("broken\nin two lines")
    except RuntimeError:
        record = logging.LogRecord("task_assistant", 40, __file__, 1, "it failed", (), sys.exc_info())
    said = as_json(record)
    assert said["message"] == "it failed"
    assert "RuntimeError: broken" in said["stack_trace"]
    assert "request_id" not in said
