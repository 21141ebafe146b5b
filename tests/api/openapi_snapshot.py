"""The committed copy of the OpenAPI document. `python -m tests.api.openapi_snapshot` writes it anew."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from task_assistant.api import documents
from tests.api.server import Server

SNAPSHOT = Path(__file__).with_name("openapi.json")


@cache
def made() -> dict[str, Any]:
    """The document as it is now."""
    return documents.openapi(Server().app)


def text() -> str:
    """The document as it is committed. The version says nothing about the contract."""
    return (
        json.dumps({**made(), "info": {**made()["info"], "version": "…"}}, indent=1, ensure_ascii=False)
        + "\n"
    )


if __name__ == "__main__":
    SNAPSHOT.write_text(text(), encoding="utf-8")
