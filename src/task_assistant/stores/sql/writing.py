"""What the parts of one commit share: the connection, its time, and what they leave for the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from task_assistant.stores.sql.ledger import Ledger
from task_assistant.stores.sql.statements import Connection


@dataclass(slots=True)
class Writing:
    """One commit under way.

    `affected`: whose derived counts may change; `turned`: who became active or ceased to be; `connected`: new edges;
    `ages`: the last search id given to a time of creation.
    """

    connection: Connection
    now: datetime
    ledger: Ledger = field(default_factory=Ledger)
    affected: set[int] = field(default_factory=set)
    turned: list[int] = field(default_factory=list)
    ages: dict[datetime, int] = field(default_factory=dict)
    connected: dict[int, tuple[int, ...]] = field(default_factory=dict)
