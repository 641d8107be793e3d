"""Inputs that nobody wrote, led by coverage: `python -m fuzz`. It takes hours, and is no test.

What it found stands in `tests/hostile`, and is tried by every run of the tests.
"""
