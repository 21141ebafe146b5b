"""The adapters that come along, one file a source; README.md says how to run them. Each stands alone."""

from __future__ import annotations
