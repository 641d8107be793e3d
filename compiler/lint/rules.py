"""The table of rules, and what all of them say of a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..diagnostics import Diagnostic
from .bounds import outside_range
from .clock import inexact_step, long_step
from .equations import hidden_numbers, undocumented
from .model import Model
from .names import alike, unused
from .stocks import nameless_flows, without_flows

__all__ = ["RULES", "Rule", "lint_model"]

Pass: TypeAlias = Callable[[Model], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the one code that it gives, and the pass that finds it."""

    code: str
    find: Pass


RULES = (
    Rule("S3C801", unused),
    Rule("S3C802", hidden_numbers),
    Rule("S3C803", alike),
    Rule("S3C804", without_flows),
    Rule("S3C805", nameless_flows),
    Rule("S3C806", long_step),
    Rule("S3C807", inexact_step),
    Rule("S3C808", undocumented),
    Rule("S3C810", outside_range),
)


def lint_model(model: Model) -> tuple[Diagnostic, ...]:
    """What the rules say of a model, in the order of its file; comments suppress none of it yet.

    What only a run can tell is told by `leaves_range`.
    """
    found = (each for rule in RULES for each in rule.find(model))
    return tuple(sorted(found, key=_place))


def _place(diagnostic: Diagnostic) -> tuple[float, str]:
    return (diagnostic.span.start if diagnostic.span else math.inf, diagnostic.code)
