"""Drives any command over the queue: it claims, the command works, the outcome goes back. It speaks HTTP only."""
