"""A system as assignments to slots, and the passes over them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .expressions import whole
from .lower import lower
from .tree import (
    Assignment,
    Bank,
    Block,
    Call,
    CallAlong,
    Choice,
    DataBlock,
    Draw,
    Expression,
    Gather,
    Interpolate,
    List,
    Literal,
    Load,
    Make,
    Memory,
    Operation,
    Operator,
    Program,
    Search,
    Shown,
    Slot,
    Sweep,
    Table,
    Tell,
    Time,
    Turn,
    Way,
    assignments,
    loads,
    walk,
)
from .values import can_fail, free, is_truth
from .variables import places_along

if TYPE_CHECKING:
    from .congruence import Graph, congruent
    from .derivatives import differentiate
    from .giving import given
    from .passes import PASSES, optimise
    from .pruning import prune
    from .splitting import FIXED, Split, noise_seed_of, split, undivided
    from .stocks import equal_stocks
    from .tangents import Direction

__all__ = [
    "FIXED",
    "PASSES",
    "Assignment",
    "Bank",
    "Block",
    "Call",
    "CallAlong",
    "Choice",
    "DataBlock",
    "Direction",
    "Draw",
    "Expression",
    "Gather",
    "Graph",
    "Interpolate",
    "List",
    "Literal",
    "Load",
    "Make",
    "Memory",
    "Operation",
    "Operator",
    "Program",
    "Search",
    "Shown",
    "Slot",
    "Split",
    "Sweep",
    "Table",
    "Tell",
    "Time",
    "Turn",
    "Way",
    "assignments",
    "can_fail",
    "congruent",
    "differentiate",
    "equal_stocks",
    "free",
    "given",
    "is_truth",
    "loads",
    "lower",
    "noise_seed_of",
    "optimise",
    "places_along",
    "prune",
    "split",
    "undivided",
    "walk",
    "whole",
]

_HOMES = {
    "Graph": "congruence",
    "congruent": "congruence",
    "differentiate": "derivatives",
    "given": "giving",
    "PASSES": "passes",
    "optimise": "passes",
    "prune": "pruning",
    "FIXED": "splitting",
    "Split": "splitting",
    "noise_seed_of": "splitting",
    "split": "splitting",
    "undivided": "splitting",
    "equal_stocks": "stocks",
    "Direction": "tangents",
}
"""What takes programs further, by its module: who compiles to Python alone does without."""


def __getattr__(name: str) -> Any:
    """Import a pass when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value
