"""The memory store keeps what the port promises."""

from __future__ import annotations

from pathlib import Path

from task_assistant.stores.memory import MemoryStore
from tests.stores.conformance import Capabilities, StoreContract


class TestMemory(StoreContract):
    capabilities = Capabilities(consecutive_seq=True, shared=False)

    def make(self, place: Path) -> MemoryStore:
        return MemoryStore()
