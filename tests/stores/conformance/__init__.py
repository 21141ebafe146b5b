"""What every store must keep, one topic a file. A backend subclasses `StoreContract` and says how it is made."""

from __future__ import annotations

from tests.stores.conformance.backend import Capabilities as Capabilities
from tests.stores.conformance.backend import Home as Home
from tests.stores.conformance.claims import Claims
from tests.stores.conformance.commit import Commit
from tests.stores.conformance.dependencies import Dependencies
from tests.stores.conformance.documents import Documents
from tests.stores.conformance.durability import Durability
from tests.stores.conformance.events import EventsFeed
from tests.stores.conformance.external_ids import ExternalIds
from tests.stores.conformance.ids import Ids
from tests.stores.conformance.moving import Moving
from tests.stores.conformance.properties import Properties
from tests.stores.conformance.purge import Purge
from tests.stores.conformance.queries import Queries
from tests.stores.conformance.races import Races
from tests.stores.conformance.records import Records
from tests.stores.conformance.reminders import Reminders
from tests.stores.conformance.search import Search
from tests.stores.conformance.sight import Sights
from tests.stores.conformance.signals import Signals
from tests.stores.conformance.sorts import Sorts
from tests.stores.conformance.tally import Tallies
from tests.stores.conformance.time_band import TimeBands
from tests.stores.conformance.waking import Waking


class StoreContract(
    Claims, Commit, Dependencies, Documents, Durability, EventsFeed, ExternalIds, Ids, Moving, Properties, Purge,
    Queries, Races, Records, Reminders, Search, Sights, Signals, Sorts, Tallies, TimeBands, Waking,
):  # fmt: skip
    """All topics. A subclass gives `capabilities` and `make`."""
