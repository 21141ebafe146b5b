"""What must not reach the log: one-use links are secrets, and the server's access log writes addresses down."""

from __future__ import annotations

import logging
import re

_LINK = re.compile(r"(/sign-in/|/a/|token=)[^\s?&#\"]+")


class WithoutLinks(logging.Filter):
    """Masks the secret part of addresses in the access log, whatever the record's shape."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: the line stays, the secret does not."""
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(argument) for argument in record.args)
        return True


def _masked(argument: object) -> object:
    return _LINK.sub(r"\1…", argument) if isinstance(argument, str) else argument


def keep_links_out_of_the_log() -> None:
    """Installs the filter once a process."""
    access = logging.getLogger("uvicorn.access")
    if not any(isinstance(each, WithoutLinks) for each in access.filters):
        access.addFilter(WithoutLinks())
