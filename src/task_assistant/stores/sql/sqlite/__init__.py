"""SQLite: connections, the writer thread, the signal of changes, and how a file is opened."""
