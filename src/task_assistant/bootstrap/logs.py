"""How the log is written, and what must not reach it.

One-use links are secrets, and the server's access log writes addresses down. In hosted mode each line is one JSON
object with the names that Cloud Logging knows (`severity`, `message`, `httpRequest`) and the request's id.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from task_assistant.api import request_ids
from task_assistant.api.secret_addresses import masked

ACCESS = "uvicorn.access"


class WithoutLinks(logging.Filter):
    """Masks the secret part of addresses in the access log, whatever the record's shape."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: the line stays, the secret does not."""
        if isinstance(record.args, tuple):
            record.args = tuple(masked(each) if isinstance(each, str) else each for each in record.args)
        return True


def keep_links_out_of_the_log() -> None:
    """Installs the filter once a process."""
    access = logging.getLogger(ACCESS)
    if not any(isinstance(each, WithoutLinks) for each in access.filters):
        access.addFilter(WithoutLinks())


class AsJson(logging.Formatter):
    """A record as one line of JSON. Times are RFC 3339 in UTC; a stack trace is a field, never more lines."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": at.replace("+00:00", "Z"),
            "severity": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (request_id := request_ids.CURRENT.get()) is not None:
            line["request_id"] = request_id
        if record.name == ACCESS and isinstance(record.args, tuple) and len(record.args) == 5:
            _, method, address, _, status = record.args
            line["httpRequest"] = {"requestMethod": method, "requestUrl": address, "status": status}
        if record.exc_info:
            line["stack_trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def write_json() -> None:
    """Everything that is logged from now on, the server's own lines included, is JSON on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(AsJson())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", ACCESS):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True
