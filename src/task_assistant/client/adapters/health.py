"""How a source is, told to the server after each round: a silent one shows as stale, a broken one says what to do."""

from __future__ import annotations

import logging
from typing import Any

from task_assistant.client import Client, Problem, Unreachable, run
from task_assistant.client.adapters.adapter import Adapter
from task_assistant.client.adapters.intake import Counts
from task_assistant.client.adapters.redaction import Redactor
from task_assistant.client.adapters.trouble import SourceTrouble

log = logging.getLogger("pta.adapter")


class Health:
    """Reports of one source; `way` tells its way back out from its way in. A failing report is logged, nothing more."""

    def __init__(
        self, adapter: Adapter, client: Client, redactor: Redactor, *, dry: bool = False, way: str = ""
    ) -> None:
        self._adapter, self._client, self._redactor, self._dry = adapter, client, redactor, dry
        self._way = way

    def beat(self, counts: Counts) -> None:
        """The source works; it is degraded when the server rejected some of what it brought."""
        if counts.rejected:
            self._report("degraded", counts, "item_rejected", "; ".join(counts.rejected))
        else:
            self._report("healthy", counts)

    def degraded(self, code: str, message: str) -> None:
        """The source works in part: what is wrong, and what to do."""
        self._report("degraded", Counts(), code, message)

    def broken(self, trouble: SourceTrouble) -> None:
        """The source does not work."""
        self._report(trouble.status, Counts(), trouble.code, str(trouble))

    def _report(
        self, status: str, counts: Counts, code: str | None = None, message: str | None = None
    ) -> None:
        said: dict[str, Any] = {
            "source_id": f"{self._adapter.source_id}{self._way and '-' + self._way}",
            "source_name": f"{self._adapter.source_name}{self._way and ', ' + self._way}",
            "adapter_type": self._adapter.name, "status": status, **counts.as_report(),
        }  # fmt: skip
        if message is not None:
            said |= {"error_code": code, "error_message": self._redactor.clean(message)[:4_000]}
            said["action_url"] = self._adapter.repair_url
        if self._dry:
            log.info("would report %s", said)
            return
        try:
            run(self._client.report_source(**said))
        except (Problem, Unreachable) as problem:
            log.warning("the report did not reach the server: %s", problem)
