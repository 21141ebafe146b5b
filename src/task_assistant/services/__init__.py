"""Use cases: each verb lives here once, and every surface only translates to it."""
