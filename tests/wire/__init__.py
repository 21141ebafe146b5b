"""Requests as models, answers as rendered, and that both say the same as the contract."""
