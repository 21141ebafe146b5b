"""The Firestore store keeps what the port promises, on Google's own emulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from task_assistant.stores.firestore import FirestoreStore
from tests.stores.conformance import Capabilities, StoreContract
from tests.stores.firestore_only.emulator import project

pytestmark = pytest.mark.firestore


class TestFirestore(StoreContract):
    capabilities = Capabilities(consecutive_seq=True, shared=True)

    def make(self, place: Path) -> FirestoreStore:
        return FirestoreStore(project(place), fresh=0.05)
