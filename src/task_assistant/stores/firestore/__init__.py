"""The store on Cloud Firestore: documents for our queries, compare-and-set commits, a feed numbered afterwards.

Imported only when `TASK_STORE=firestore` asks for it; needs google-cloud-firestore (requirements-hosted.txt).
How it works and what it costs: docs/firestore.md and docs/decisions/.
"""

from __future__ import annotations

from task_assistant.stores.firestore.store import FirestoreStore as FirestoreStore
