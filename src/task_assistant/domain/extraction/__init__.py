"""Extraction: the tasks that a text from elsewhere names, found by rules that people can learn; no model, no I/O.

`extract` reads a message or notes, `own_words` leaves out what the writer only quoted. docs/adapters.md says the same
for people. A text without any recognised line is never lost: the caller makes one card of it.
"""

from __future__ import annotations

from task_assistant.domain.extraction.extracting import Extraction, Found, extract
from task_assistant.domain.extraction.quoting import own_words

__all__ = ["Extraction", "Found", "extract", "own_words"]
