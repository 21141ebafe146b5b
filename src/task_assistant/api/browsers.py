"""What signed in, in a few words for the person who looks at the list of sessions: "Firefox on Linux"."""

from __future__ import annotations

from starlette.types import Scope

from task_assistant.api.sessions import header

# In this order: most browsers also name the ones that they want to be taken for.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_of(scope: Scope) -> str:
    """Browser and system as its User-Agent claims; "" for anything that is no known browser."""
    agent = (header(scope, b"user-agent") or b"").decode("latin-1")
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if browser and system else browser or system
