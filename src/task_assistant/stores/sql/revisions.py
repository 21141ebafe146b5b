"""The schema's revisions that this program knows, oldest first; a test compares them with the migrations."""

from __future__ import annotations

REVISIONS = ("0001", "0002", "0003")
CURRENT = REVISIONS[-1]
