"""A system as assignments to slots, and the passes over them."""

from __future__ import annotations

from .lower import lower
from .tree import (
    Assignment,
    Bank,
    Call,
    Choice,
    Draw,
    Expression,
    Interpolate,
    Literal,
    Load,
    Memory,
    MemoryKind,
    Operation,
    Operator,
    Program,
    Slot,
    Time,
    loads,
    walk,
)

__all__ = [
    "Assignment",
    "Bank",
    "Call",
    "Choice",
    "Draw",
    "Expression",
    "Interpolate",
    "Literal",
    "Load",
    "Memory",
    "MemoryKind",
    "Operation",
    "Operator",
    "Program",
    "Slot",
    "Time",
    "loads",
    "lower",
    "walk",
]
