"""The store on SQLite, by SQLAlchemy Core and plain statements."""
