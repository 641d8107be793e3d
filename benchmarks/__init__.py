"""Claims about speed, as comparisons within one run: `python -m benchmarks`.

The scripts `arrays.py`, `big_data.py` and `cold_start.py` stand for themselves.
"""
