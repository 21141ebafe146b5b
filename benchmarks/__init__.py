"""How fast the app is, as ratios against baselines of the same run: `python -m benchmarks` (README.md beside this)."""
