"""The passes that make a program smaller, in order: `optimise`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from .fold import fold_constants
from .reduce import reduce_strength
from .share import share_expressions
from .stocks import unite_stocks
from .tree import Program

__all__ = ["PASSES", "Pass", "optimise"]

Pass: TypeAlias = Callable[[Program], Program]

PASSES: Mapping[str, Pass] = MappingProxyType(
    {
        "fold": fold_constants,
        "reduce": reduce_strength,
        "stocks": unite_stocks,
        "share": share_expressions,
    }
)
"""All passes, in the order in which each finds most. Whatever passes a program goes through, each
variable keeps its slot, and a run gives it the same numbers, to the last bit."""


def optimise(program: Program, names: Iterable[str] = PASSES) -> Program:
    """A program after the passes of these names, in their order; all of them by default.

    It is the model as it is written: a setting that takes an equation's place, as that of an
    auxiliary by a number, must be made before.
    """
    for name in names:
        program = PASSES[name](program)
    return program
