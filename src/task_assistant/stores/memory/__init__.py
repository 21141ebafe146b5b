"""The memory store: the port on plain dicts, simple and obviously right. For tests and for trying things out."""

from __future__ import annotations

from task_assistant.stores.memory.store import MemoryStore as MemoryStore
