"""The HTTP client of Personal Task Assistant: what the command line, the runner and adapters speak.

    async with Client() as pta:                      # address and key from the environment or `.env`
        task = await pta.claim(wait_seconds=30)

Without an event loop, and without the time that a full HTTP library takes to import:

    pta = Client.plain()
    task = run(pta.claim())

Answers are the JSON of the contract as dictionaries, typed in `shapes`; refusals are the exceptions of `problems`.
"""

from __future__ import annotations

from task_assistant.client.blocking import each, run
from task_assistant.client.calls import Client
from task_assistant.client.problems import Problem, Unreachable

__all__ = ["Client", "Problem", "Unreachable", "each", "run"]
