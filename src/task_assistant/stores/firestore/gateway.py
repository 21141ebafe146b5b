"""The only module that speaks to Firestore: reads, queries, counts and atomic batches, each metered.

Errors come out as what they mean here: Collision (somebody was faster; nothing was written), Unsure (no answer: written
or not), TooLarge, and StoreUnavailable.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from google.api_core import exceptions as google
from google.auth.exceptions import GoogleAuthError
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.firestore.batch import Batch, Do, Op, Stamp
from task_assistant.stores.firestore.meter import Meter

READ_SECONDS: Final = 20.0  # until the answer, and of a long one from row to row
STREAM_SECONDS: Final = 300.0  # a long answer in whole
COUNT_SECONDS: Final = (
    300.0  # looks at every entry in one go; the service itself gives up after 60, emulators do not
)
COMMIT_SECONDS: Final = 20.0
_LOST_THE_RACE = (google.FailedPrecondition, google.AlreadyExists, google.NotFound, google.Aborted)
_TOO_LARGE = ("exceeds", "too large", "too big", "larger than")


class Collision(Exception):
    """Another commit was faster, or a document is not as expected. Nothing was written."""


class Unsure(Exception):
    """No answer came back: the batch may have been written or not."""


class TooLarge(Exception):
    """Firestore takes less in one commit. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document as it was read; `seen` is its update time."""

    key: str
    fields: dict[str, Any]
    seen: Stamp


@dataclass(frozen=True, slots=True)
class Ask:
    """A query. `order` ends in the document's key by itself; `after` are the values of the last row, its key last."""

    collection: str
    where: tuple[tuple[str, str, Any], ...] = ()
    order: tuple[tuple[str, bool], ...] = ()  # field, descending
    limit: int | None = None
    after: tuple[Any, ...] | None = None
    fields: tuple[str, ...] | None = None


@dataclass(slots=True)
class Gateway:
    """One connection to one database. Where `at` is given, everything is read as it was then."""

    project: str
    database: str
    meter: Meter = field(default_factory=Meter)
    _client: Any = None
    at: Any = None

    async def open(self) -> None:
        """Connects. Credentials are looked for in another thread, as that may take long. Raises StoreUnavailable."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                self._client = await asyncio.to_thread(
                    firestore.AsyncClient, project=self.project, database=self.database
                )
        except (GoogleAuthError, TimeoutError) as problem:
            raise StoreUnavailable(
                f"Firestore needs credentials for the project {self.project}: {str(problem).rstrip('.')}. Run "
                "`gcloud auth application-default login`, or set FIRESTORE_EMULATOR_HOST to use an emulator."
            ) from problem

    async def close(self) -> None:
        """Lets go of the connection; the client has no public way to."""
        if self._client is not None:
            await self._client._firestore_api.transport.close()
            self._client = None

    async def get(self, collection: str, key: str) -> Row | None:
        """One document."""
        return (await self.get_many(collection, [key])).get(key)

    async def moment(self, collection: str, key: str) -> Any:
        """The database's own time, as of which it has read this document."""
        self.meter.reads[collection] += 1
        async with _translated():
            found = await self._client.document(collection, key).get(timeout=READ_SECONDS)
            return found.read_time

    async def get_many(
        self, collection: str, keys: Iterable[str], fields: tuple[str, ...] | None = None
    ) -> dict[str, Row]:
        """Those that exist, by key; a missing one costs a read as well."""
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return {}
        references = [self._client.document(collection, key) for key in wanted]
        self.meter.reads[collection] += len(wanted)
        async with _translated():
            found = self._client.get_all(
                references, field_paths=fields, timeout=READ_SECONDS, read_time=self.at
            )
            return {snap.id: _row(snap) async for snap in found if snap.exists}

    async def query(self, ask: Ask) -> list[Row]:
        """The rows of a query, however many: it is slow only when no further one comes."""
        found: list[Row] = []
        async with _translated() as deadline:
            async for snap in self._query(ask).stream(timeout=STREAM_SECONDS, read_time=self.at):
                found.append(_row(snap))
                deadline.reschedule(asyncio.get_running_loop().time() + READ_SECONDS)
        self.meter.found(ask.collection, len(found))
        return found

    async def count(self, ask: Ask) -> int:
        """How many rows a query has, no further than its limit."""
        async with _translated(COUNT_SECONDS):
            counted = await self._query(ask).count().get(timeout=COUNT_SECONDS, read_time=self.at)
        n = int(counted[0][0].value)
        self.meter.counted(ask.collection, n)
        return n

    def _query(self, ask: Ask) -> Any:
        query = self._client.collection(ask.collection)
        for name, op, value in ask.where:
            query = query.where(filter=FieldFilter(name, op, value))
        for name, descending in ask.order:
            query = query.order_by(name, direction="DESCENDING" if descending else "ASCENDING")
        if ask.after is not None:
            *values, key = ask.after
            last = "DESCENDING" if ask.order and ask.order[-1][1] else "ASCENDING"
            query = query.order_by("__name__", direction=last)
            query = query.start_after([*values, self._client.document(ask.collection, key)])
        if ask.fields is not None:
            query = query.select(ask.fields)
        return query if ask.limit is None else query.limit(ask.limit)

    async def commit(self, batch: Batch) -> list[Stamp]:
        """Writes the batch; the update time of each of its documents, in order. Raises Collision, Unsure, TooLarge."""
        request = self._client.batch()
        for op in batch.ops:
            self._write(request, op)
        try:
            results = await request.commit(retry=None, timeout=COMMIT_SECONDS)
        except _LOST_THE_RACE as refusal:
            raise Collision(str(refusal)) from refusal
        except (google.InvalidArgument, google.ResourceExhausted) as refusal:
            if any(words in str(refusal).lower() for words in _TOO_LARGE):
                raise TooLarge(str(refusal)) from refusal
            raise
        except (google.ServerError, google.RetryError, google.Cancelled) as problem:
            raise Unsure(str(problem)) from problem
        for op in batch.ops:
            (self.meter.deletes if op.do is Do.DROP else self.meter.writes)[op.collection] += 1
        return [result.update_time for result in results]

    def _write(self, request: Any, op: Op) -> None:
        reference = self._client.document(op.collection, op.key)
        kept = {name: value for name, value in op.fields.items() if value is not None}
        seen = None if op.seen is None else self._client.write_option(last_update_time=op.seen)
        if op.do is Do.CREATE:
            request.create(reference, kept)
        elif op.do is Do.PUT:
            request.set(reference, kept)
        elif op.do is Do.CHANGE:
            gone = dict.fromkeys(op.fields.keys() - kept.keys(), firestore.DELETE_FIELD)
            request.update(reference, kept | gone, option=seen)
        elif op.do is Do.ADD:
            unions = {name: firestore.ArrayUnion(values) for name, values in kept.items()}
            request.set(reference, unions, merge=True)
        else:
            request.delete(reference, option=seen)


def _row(snapshot: Any) -> Row:
    return Row(snapshot.id, snapshot.to_dict(), snapshot.update_time)


@asynccontextmanager
async def _translated(within: float | None = None) -> AsyncIterator[asyncio.Timeout]:
    """What goes wrong with a read, as one sentence; the client's own tries end with the deadline, too."""
    seconds = READ_SECONDS if within is None else within
    try:
        async with asyncio.timeout(seconds) as deadline:
            yield deadline
    except google.FailedPrecondition as problem:
        raise StoreUnavailable(
            f"Firestore misses an index: deploy deploy/firestore.indexes.json ({problem.message})."
        ) from problem
    except (google.PermissionDenied, google.NotFound) as problem:
        raise StoreUnavailable(f"Firestore refuses: {problem.message}.") from problem
    except TimeoutError as problem:
        raise StoreUnavailable(f"Firestore does not answer within {seconds:g} s.") from problem
    except (google.ServerError, google.RetryError, GoogleAuthError) as problem:
        raise StoreUnavailable(f"Firestore does not answer: {problem}.") from problem
