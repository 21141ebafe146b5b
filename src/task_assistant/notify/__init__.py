"""Sends messages and webhooks to other servers."""
