"""Behaviour of the use cases, one file each, on the memory store with a clock that goes only when told."""
