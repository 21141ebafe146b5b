"""The contract suite: what every adapter must stand, tried on a real server with the source's own payloads.

`examples` finds the payloads beside the adapter's file, `bench` delivers them, `cases` are the trials, `suite` runs
them.
"""

from __future__ import annotations

from task_assistant.client.adapters.contract.suite import Verdict, hold

__all__ = ["Verdict", "hold"]
