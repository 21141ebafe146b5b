"""Where a query's rows lie: what its sight knows by lane or maker, and what its agent has worked on."""

from __future__ import annotations

from dataclasses import replace

from task_assistant.ports.queries import Query
from task_assistant.stores.sql.filters import Filters
from task_assistant.stores.sql.ranges import Source
from task_assistant.stores.sql.shelves import reach


def sources(query: Query) -> list[Source]:
    """The sources of a query without a task of its own; a row may be in two of them."""
    sight, shelves = query.sight, reach(query)
    label = frozenset[str]() if query.label is None else frozenset({query.label})
    wish = Filters(labels=label, origin=query.origin, priority=query.priority, due=query.due)
    if sight.creator is not None:
        return [Source(shelves.known, replace(wish, creator=sight.creator))]
    known = replace(wish, key_labels=sight.labels, key_origins=sight.origins)
    found = [Source(shelves.known, known)]
    if sight.worker is not None:
        found.append(Source(shelves.worked, replace(wish, worker=sight.worker), gathered="worker"))
    return found
