"""Getting a database ready: a look at how it was written, and the one row that begins an empty one."""

from __future__ import annotations

from typing import Final

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.firestore.batch import Batch
from task_assistant.stores.firestore.feed import HEAD
from task_assistant.stores.firestore.gateway import Collision, Gateway, Row
from task_assistant.stores.firestore.stock import META

LAYOUT: Final = 2  # how documents look; a database of another one is not opened
NEWER: Final = "The Firestore database was written by a newer version of the app; update it."
OLDER: Final = (
    "The Firestore database was written by an older version of the app, whose lists this one would not find. Write an "
    "export with that version (`pta export`), and take it in with this one into an empty database (`pta import`)."
)


async def head(gateway: Gateway) -> Row | None:
    """The row that begins a database, None in an empty one. Raises StoreUnavailable for that of another version."""
    row = await gateway.get(META, HEAD)
    if row is not None and row.fields["layout"] != LAYOUT:
        raise StoreUnavailable(NEWER if row.fields["layout"] > LAYOUT else OLDER)
    return row


async def begin(gateway: Gateway) -> None:
    """Begins an empty database, unless another process has just done so. Raises StoreUnavailable."""
    if await head(gateway) is None:
        batch = Batch()
        batch.create(META, HEAD, {"seq": 0, "beat": 0, "layout": LAYOUT})
        try:
            await gateway.commit(batch)
        except Collision:
            return
