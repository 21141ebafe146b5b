"""Which lists a query or a claim looks through: for each source the names of lists that together hold all it may find.

A list may hold more than is meant (one index serves one narrowing at a time); what is read is judged with the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from task_assistant.domain.task import CLOSED, Lane
from task_assistant.ports.queries import Query, Wanted
from task_assistant.stores.firestore import lists

NARROW_IN_LANES = ("label=", "origin=")  # what lists of lanes and of claimable tasks are narrowed by
EVERY_LANE = frozenset(Lane)


@dataclass(frozen=True, slots=True)
class Source:
    """Names of lists. Smart order walks the `narrow` ones if there are any, which leave few tasks of many."""

    narrow: tuple[str, ...]
    broad: tuple[str, ...]


def sources(query: Query) -> list[Source]:
    """What a query without a text looks through."""
    if query.sight.creator is not None or query.sight.lanes is None:
        return _source(query, query.lanes, _narrowings(query))
    known = frozenset(query.lanes or EVERY_LANE) & query.sight.lanes
    found = _source(query, known, _narrowings(query)) if known else []
    if query.sight.worker is not None:
        found += _source(query, query.lanes, [f"worker={query.sight.worker}"])
    return found


def _narrowings(query: Query) -> list[str]:
    """The first that the query has, of those that leave few tasks before those that leave many; any of them fits."""
    sight = query.sight
    labels = [query.label] if query.label is not None else sorted(sight.labels)
    origins = [query.origin] if query.origin is not None else sorted(sight.origins)
    choices = (
        [f"by={sight.creator}"] if sight.creator is not None else [],
        [f"label={label}" for label in labels],
        [f"origin={origin}" for origin in origins],
        [f"owner={query.assignee}"] if query.assignee is not None else [],
        [f"priority={query.priority}"] if query.priority is not None else [],
    )
    return next((choice for choice in choices if choice), [])


def _source(query: Query, lanes: frozenset[Lane], narrowings: Sequence[str]) -> list[Source]:
    sight = lists.sights(query.sight.private)
    broad = _scopes(query, lanes)
    in_lanes = all(narrowing.startswith(NARROW_IN_LANES) for narrowing in narrowings)
    scopes = broad if not narrowings or (lanes and in_lanes) else _wide(query, lanes)
    if not scopes:
        return []
    narrow = tuple(lists.named(sight, scope, n) for scope in scopes for n in narrowings)
    return [Source(narrow, tuple(lists.named(sight, scope) for scope in broad))]


def _scopes(query: Query, lanes: frozenset[Lane]) -> list[str]:
    if lanes:
        return sorted(place.value for place in lanes)
    if query.statuses:
        return sorted(lists.status_scope(status) for status in query.statuses)
    return [lists.ACTIVE, lists.CLOSED] if query.include_closed else [lists.ACTIVE]


def _wide(query: Query, lanes: frozenset[Lane]) -> list[str]:
    """Active and closed as far as the query may find them: the scopes that have every narrowing."""
    if lanes:
        return [lists.ACTIVE]
    closed = bool(query.statuses & CLOSED) if query.statuses else query.include_closed
    active = bool(query.statuses - CLOSED) if query.statuses else True
    return [lists.ACTIVE] * active + [lists.CLOSED] * closed


# -- claims ------------------------------------------------------------------------------------------------------------


def claim_lists(wanted: Wanted) -> tuple[str, ...]:
    """The lists of what may be given to this agent: for anyone, narrowed by the first limit, and by its name."""
    sight = lists.sights(wanted.private)
    labels = wanted.labels or wanted.key_labels
    origins = frozenset({wanted.origin}) if wanted.origin is not None else wanted.key_origins
    narrowings: Iterable[str] = (
        [f"label={label}" for label in sorted(labels)]
        or [f"origin={origin}" for origin in sorted(origins)]
        or [""]
    )
    anyone = [lists.named(sight, lists.CLAIMABLE, narrowing) for narrowing in narrowings]
    return (*anyone, lists.named(sight, f"{lists.CLAIMABLE}@{wanted.agent}"))
