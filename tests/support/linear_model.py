"""A model that is linear in its constants, so that the best fit to it is known."""

from __future__ import annotations

__all__ = ["LINEAR"]

LINEAR = """\
{UTF-8}
x = 2 ~~|
y = 3 ~~|
twice x = 2 * x ~~|
fixed == 1 ~~|
Region: East, West ~~|
w[Region] = 1, 2 ~~|
level = INTEG(x + 10 * y + w[East] - w[West] * 2, 5) ~ people ~|
hump = x - (Time - 1)^2 ~~|
noise = RANDOM UNIFORM(0, 1, 7) ~~|
wave = noise + x ~~|
table((0, 0), (1, 1)) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = TIME STEP ~~|
"""
