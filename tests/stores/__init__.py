"""Stores prove themselves here."""
