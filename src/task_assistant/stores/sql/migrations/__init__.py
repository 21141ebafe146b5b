"""Alembic migrations of the SQL stores, run from the installed package."""
