"""Seeking constants: what fits best, and how sure that is."""
