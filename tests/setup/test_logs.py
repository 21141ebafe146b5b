"""The access log tells which page was asked for, never the secret in its address."""

from __future__ import annotations

import logging

import pytest

from task_assistant.bootstrap.logs import WithoutLinks, keep_links_out_of_the_log


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/sign-in/s3cret-token", "/sign-in/…"),
        ("/sign-in/s3cret-token?next=/board", "/sign-in/…?next=/board"),
        ("/a/s3cret-token", "/a/…"),
        ("/calendar.ics?token=s3cret", "/calendar.ics?token=…"),
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
