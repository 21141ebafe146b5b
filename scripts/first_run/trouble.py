"""What can go wrong while setting up, as one sentence for the person."""

from __future__ import annotations


class Trouble(Exception):
    """Setting up cannot go on; the message is one sentence that says what to do."""
