"""Identity providers behind `ports.identity`. Imported only where one is configured: its libraries are slow to load."""
