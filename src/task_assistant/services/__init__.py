"""The use cases: each verb once, for every surface."""
