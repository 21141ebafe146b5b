"""Assessors that are not built in: what the person connects by settings, behind `ports/assessor.py`."""
