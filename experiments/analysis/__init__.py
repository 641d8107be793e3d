"""What many runs tell: percentiles, which constants matter, and the charts of both."""
