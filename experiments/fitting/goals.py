"""What an optimisation seeks: the elements of a payoff, and how the best of it is sought."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic, Span

    from ..tree import Free

__all__ = [
    "Goal",
    "Optimization",
    "Optimizer",
    "PayoffElement",
    "PayoffForm",
    "PayoffKind",
    "PayoffTime",
    "Spread",
    "Surroundings",
    "Vary",
]


class PayoffKind(StrEnum):
    """What an element of a payoff looks at."""

    POLICY = "policy"  # a variable that should be large: Vensim's *P
    CALIBRATION = "calibration"  # how far a variable is from data: *C
    PRIOR = "prior"  # what was believed before: as a policy, and told apart from it: *R


class PayoffTime(StrEnum):
    """When a policy or a prior is looked at."""

    EVERY_STEP = "every step"  # times TIME STEP, summed up: an area
    START = "start"  # its value at INITIAL TIME: *PI
    END = "end"  # its value at FINAL TIME: *PF


class PayoffForm(StrEnum):
    """How a calibration counts the distance of the model m from a data point d; w is the weight."""

    SQUARES = "squares"  # -((m - d) w)^2
    GAUSSIAN = "gaussian"  # -((m - d) / w)^2 / 2 - ln w; w is a standard deviation: *CG
    VARIANCE = "variance"  # -((m - d)^2 / w + ln w) / 2; w is a variance: *CK
    ROBUST = "robust"  # -|m - d| / w - ln w; w is a scale: *CR
    POISSON = "poisson"  # w (d ln m - m - ln d!); counts: *CP


SCALED = frozenset({PayoffForm.GAUSSIAN, PayoffForm.VARIANCE, PayoffForm.ROBUST})
"""Forms whose weight is the size of an error, and must be positive."""


@dataclass(frozen=True, slots=True)
class PayoffElement:
    """One term of a payoff, of one number over time.

    Attributes:
        kind: what it looks at.
        variable: a variable or an element, as the model spells it.
        weight: a number, or the variable that is the weight at each time.
        data: of a calibration, the series that the variable is compared with.
        at: of a policy or prior, when it is looked at.
        form: of a calibration, how a distance counts.
        log: whether logarithms are taken of the variable, and of the data.
        scenario: in which it is run.
    """

    kind: PayoffKind
    variable: str
    weight: float | str = 1.0
    data: str = ""
    at: PayoffTime = PayoffTime.EVERY_STEP
    form: PayoffForm = PayoffForm.SQUARES
    log: bool = False
    scenario: str = "benchmark"
    span: Span | None = field(default=None, compare=False, repr=False)


class Goal(StrEnum):
    """Which payoff is the best."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"


class Optimizer(StrEnum):
    """How the best is sought, by scipy.optimize; `off` looks at the starts alone."""

    POWELL = "powell"
    NELDER_MEAD = "nelder-mead"
    L_BFGS_B = "l-bfgs-b"
    DIFFERENTIAL_EVOLUTION = "differential evolution"
    OFF = "off"


class Spread(StrEnum):
    """How several starts are spread over the bounds."""

    LATIN_HYPERCUBE = "latin hypercube"
    RANDOM = "random"
    GRID = "grid"  # so many values along each axis, every combination
    VECTOR = "vector"  # so many values along each axis, the others as in the first start


class Vary(StrEnum):
    """What is told of the surroundings of the best point, one number at a time."""

    PAYOFF = "payoff"  # within which it loses no more than so much
    PAYOFF_PERCENT = "payoff percent"  # … than so many hundredths of it
    PARAMETER_PERCENT = "parameter percent"  # the payoff where a free number is so much off
    CONSTANTS_PERCENT = "constants percent"  # the same of every constant of the model


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How far around the best point is looked, and by what it is measured."""

    vary: Vary
    amount: float


@dataclass(frozen=True, slots=True)
class Optimization:
    """What is free, the payoff, and how its best is sought.

    Attributes:
        free: what may be changed; bounds may be infinite.
        payoff: its elements, which are added up.
        goal: whether the best is the largest or the smallest.
        method: how it is sought.
        starts: how many searches; of a grid or vector, how many values along each axis.
        spread: of the starts after the first.
        seed: of what the search draws.
        iterations: at most so many in each search.
        tolerance: a search ends when it becomes better by less than this, in times of the payoff
            and of the free numbers.
        surroundings: what is told of the surroundings of the best point, if anything.
        doubts: warnings about what the file says, of which Vensim may make something else.
    """

    free: tuple[Free, ...]
    payoff: tuple[PayoffElement, ...]
    goal: Goal = Goal.MAXIMIZE
    method: Optimizer = Optimizer.POWELL
    starts: int = 1
    spread: Spread = Spread.LATIN_HYPERCUBE
    seed: int = 0
    iterations: int = 1000
    tolerance: float = 1e-8
    surroundings: Surroundings | None = None
    doubts: tuple[Diagnostic, ...] = field(default=(), compare=False)
