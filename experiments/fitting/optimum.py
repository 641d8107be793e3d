"""What an optimisation found: the best point, its payoff, its surroundings, every evaluation."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from s3c.runtime import write_whole

from ..running.scenarios import write_rows
from ..tree import Experiment, Free
from .calibration import Fitted
from .goals import Optimization, Optimizer, PayoffKind, Spread
from .payoff import ElementPayoff

if TYPE_CHECKING:
    from s3c.compiler import Diagnostic

__all__ = ["Optimum", "PayoffEvaluation", "Surrounding"]

_PLAIN = re.compile(r"[^\W\d]\w*(?: \w+)*(?:\[[\w ,]+\])?")  # a name that needs no quotes
_OPTIMIZERS = frozenset({Optimizer.POWELL, Optimizer.OFF})
_SPREADS = frozenset({Spread.RANDOM, Spread.GRID, Spread.VECTOR})
_SUBSCRIPTED = re.compile(r"(.*?)(\[[^\[\]]*\])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PayoffEvaluation:
    """One point that the search looked at."""

    start: int
    """Which start it belongs to, from 1; 0 is a population, or what lies around the best."""
    values: tuple[float, ...]
    """Of what is free, in its order."""
    payoff: float
    """NaN if the model has no finite value there."""


@dataclass(frozen=True, slots=True)
class Surrounding:
    """How the payoff falls when one number leaves its best value, the others as they are.

    Attributes:
        name: of what is free, or of a constant.
        value: its best value.
        lower, upper: how far it may go; a bound of what is free may come before.
        payoff_lower, payoff_upper: the payoff there; NaN if the model has no finite value.
    """

    name: str
    value: float
    lower: float
    upper: float
    payoff_lower: float
    payoff_upper: float


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best payoff that was found, and how it was found.

    Attributes:
        experiment: what was optimised.
        optimization: what was sought, and how.
        found: what was free.
        constants: the constants at the best point by name, elements of arrays one by one.
        elements: what each element adds to the payoff, in their order.
        evaluations: every point that the search looked at, in order.
        converged: whether the best search ended where it could not become better.
        surroundings: what lies around the best point, if that was asked for.
        doubts: warnings: what may be otherwise than somebody thinks.
    """

    experiment: Experiment
    optimization: Optimization
    found: tuple[Fitted, ...]
    constants: Mapping[str, float]
    elements: tuple[ElementPayoff, ...]
    evaluations: tuple[PayoffEvaluation, ...]
    converged: bool
    surroundings: tuple[Surrounding, ...] = ()
    doubts: tuple[Diagnostic, ...] = ()

    @property
    def payoff(self) -> float:
        """The sum of all elements."""
        return math.fsum(each.value for each in self.elements)

    @property
    def prior(self) -> float:
        """What priors add to it."""
        priors = (each for each in self.elements if each.element.kind is PayoffKind.PRIOR)
        return math.fsum(each.value for each in priors)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the constants at the best point.

        `.out` is Vensim's file of results, which is a changes file, too; another ending is that of
        a table `name,value`, which `constants_from` reads.

        Raises:
            RunError: S3C606, its name does not end in one of .out, .csv, .tab, .tsv, or it cannot
                be written.
        """
        if Path(path).suffix.lower() == ".out":
            write_whole(Path(path), self.text.encode("utf-8"))
            return
        rows = [(name, repr(value)) for name, value in self.constants.items()]
        write_rows(path, (("name", "value"), *rows))

    @property
    def text(self) -> str:
        """What was found as Vensim writes it: options, and `min <= CONSTANT = best <= max`.

        Source: Vensim reference, results of optimisation.
        """
        return "\n".join((*self._head(), *self._constants(), ""))

    def _head(self) -> Iterator[str]:
        sought = self.optimization
        yield f":COMMENT best payoff {self.payoff!r} after {len(self.evaluations)} evaluations"
        if any(each.element.kind is PayoffKind.PRIOR for each in self.elements):
            yield f":COMMENT of which priors {self.prior!r}"
        # Words that Vensim knows; the others stand in comments.
        is_known = sought.method in _OPTIMIZERS
        yield f":OPTIMIZER={sought.method}" if is_known else f":COMMENT {sought.method}"
        is_known = sought.spread in _SPREADS
        if sought.starts > 1:
            yield f":MULTIPLE_START={sought.spread}" if is_known else f":COMMENT {sought.spread}"
        yield f":MAX_ITERATIONS={sought.iterations}"
        yield f":FRACTIONAL_TOLERANCE={sought.tolerance!r}"

    def _constants(self) -> Iterator[str]:
        bounds = {
            each.free.constants[0]: each.free
            for each in self.found
            if len(each.free.constants) == 1 and not each.free.is_factor
        }
        for name, value in self.constants.items():
            free = bounds.get(name)
            lower, upper = _bounds(free) if free is not None else ("", "")
            yield f"{lower}{_quoted(name)} = {value!r}{upper}"

    def save_record(self, path: str | PathLike[str]) -> None:
        """Write every evaluation as a table: its start, what was free, and the payoff.

        Raises:
            RunError: as `save`.
        """
        names = [each.free.name for each in self.found]
        write_rows(path, (("start", *names, "payoff"), *self._record()))

    def _record(self) -> Iterable[tuple[str, ...]]:
        for each in self.evaluations:
            payoff = "" if math.isnan(each.payoff) else repr(each.payoff)
            yield (str(each.start), *map(repr, each.values), payoff)


def _bounds(free: Free) -> tuple[str, str]:
    """What stands before and after a constant; nothing for a bound that is infinite."""
    lower = f"{free.lower!r} <= " if math.isfinite(free.lower) else ""
    return lower, f" <= {free.upper!r}" if math.isfinite(free.upper) else ""


def _quoted(name: str) -> str:
    """A name as Vensim's files take it: in quotes if it holds other signs than letters."""
    if _PLAIN.fullmatch(name):
        return name
    whole = _SUBSCRIPTED.fullmatch(name)
    base, subscripts = (whole[1], whole[2] or "") if whole else (name, "")
    if _PLAIN.fullmatch(base):
        return name
    return '"' + base.replace('"', '\\"') + '"' + subscripts
