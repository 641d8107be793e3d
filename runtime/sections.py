"""Where a function stands in the reference of the language, and when its value is known."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Phase", "Section"]


class Section(StrEnum):
    """The sections of the reference of functions, in order.

    A group of `stdlib.mdl` that is named so holds the macros of that section.
    """

    ARITHMETIC = "Arithmetic and conditions"
    TIME = "Inputs that depend on time"
    STOCKS = "Stocks and initial values"
    CIRCLES = "Simultaneous equations"
    DELAYS = "Delays, smooths and trends"
    MEMORIES = "Discrete delays and queues"
    FINANCIAL = "Finance"
    LOOKUPS = "Lookups"
    ARRAYS = "Arrays"
    ALLOCATION = "Allocation and prices"
    RANDOM = "Random numbers"
    DATA = "Data"
    FILES = "Reading files"
    CHECKS = "Reality checks"


class Phase(StrEnum):
    """When a function's value is computed."""

    CONSTANT = "constant"  # known before a run
    INITIAL = "initial"  # when a run starts, and kept
    STEP = "step"  # at every step, and at each stage inside a step
    DISCRETE = "discrete"  # at whole time steps only: inside a step it keeps its value

    @property
    def meaning(self) -> str:
        """What it says, in a few words."""
        return _MEANINGS[self]


_MEANINGS = {
    Phase.CONSTANT: "known before a run",
    Phase.INITIAL: "computed when a run starts, and kept",
    Phase.STEP: "computed at every step, and at each stage inside a step",
    Phase.DISCRETE: "computed at whole time steps, and kept inside a step",
}
