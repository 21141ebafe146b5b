"""Long runs against real server processes: `python -m tests.soak --full` runs their whole length."""
