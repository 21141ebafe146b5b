"""Stores with one broken promise each: the shared suite must notice every one of them."""

from __future__ import annotations

# Importing a file enters its stores in the table.
from tests.stores.broken import claims, commits, history, moving, reading, texts
from tests.stores.broken.registry import BROKEN as BROKEN
from tests.stores.broken.registry import Broken as Broken

FILES = (claims, commits, history, moving, reading, texts)
