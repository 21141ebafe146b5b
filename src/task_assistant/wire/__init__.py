"""Pydantic models of the wire contract, shared by every surface that speaks it."""
