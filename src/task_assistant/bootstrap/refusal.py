"""What ends the start: one sentence for the person who starts the app."""

from __future__ import annotations


class SettingsRefused(ValueError):
    """The app cannot start with these settings; the message is one sentence that says what to change."""
