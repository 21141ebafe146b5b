"""Moving house: everything as one file of lines (docs/dump-format.md), and back into an empty store."""

from __future__ import annotations

from task_assistant.services.moving.dumping import dump as dump
from task_assistant.services.moving.dumping import summary_of as summary_of
from task_assistant.services.moving.kinds import Keys as Keys
from task_assistant.services.moving.loading import Lines as Lines
from task_assistant.services.moving.loading import Loaded as Loaded
from task_assistant.services.moving.loading import Progress as Progress
from task_assistant.services.moving.loading import half_loaded as half_loaded
from task_assistant.services.moving.loading import load as load
from task_assistant.services.moving.reading import Summary as Summary
from task_assistant.services.moving.reading import verify as verify
