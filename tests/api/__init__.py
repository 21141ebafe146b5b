"""The JSON API over real ASGI: one file an area, and what every endpoint has in common."""
