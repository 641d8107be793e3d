"""What searches have in common: where they begin, and what constants are with free numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from s3c.compiler import Diagnostic
from s3c.runtime import CompiledModel, columns_of

from ..errors import ExperimentError
from ..tree import Free

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Values: TypeAlias = Mapping[str, float | Floats]
    """Numbers, or arrays of them, by the names of variables."""

__all__ = ["by_element", "constants_of", "first_start", "latin_hypercube"]


def first_start(
    frees: Iterable[Free], model: CompiledModel, benchmark: Values
) -> tuple[float, ...]:
    """Where the first search begins: where each free number starts, or what it is now.

    Raises:
        ExperimentError: S3C708, the benchmark is not between the bounds.
    """
    found: list[float] = []
    wrong: list[Diagnostic] = []
    for free in frees:
        start = _present_value(free, model, benchmark) if free.start is None else free.start
        if not free.lower <= start <= free.upper:
            message = f"the benchmark value {start:g} of “{free.name}” is not between its bounds"
            hint = "give it a start, or move a bound"
            wrong.append(Diagnostic("S3C708", message, free.span, hint))
        found.append(start)
    if wrong:
        raise ExperimentError(wrong)
    return tuple(found)


def _present_value(free: Free, model: CompiledModel, benchmark: Values) -> float:
    """The present value of a constant; of an array, the mean; 1 of a factor."""
    import numpy as np

    if free.is_factor:
        return 1.0
    return float(np.mean(_present(free.constants[0], model, benchmark)))


def _present(name: str, model: CompiledModel, benchmark: Values) -> float | Floats:
    """What a constant, or an element of one, is in the benchmark."""
    import numpy as np

    selection = model.select(name)
    whole = benchmark[selection.variable.name]
    return whole if selection.place is None else np.asarray(whole)[selection.place]


def constants_of(
    frees: Iterable[Free], values: Iterable[float], model: CompiledModel, benchmark: Values
) -> dict[str, float | Floats]:
    """What the free constants are with these numbers, by name."""
    found: dict[str, float | Floats] = {}
    for free, value in zip(frees, values, strict=True):
        for name in free.constants:
            present = _present(name, model, benchmark) if free.is_factor else 1.0
            found[name] = value * present if free.is_factor else float(value)
    return found


def by_element(model: CompiledModel, constants: Values) -> dict[str, float]:
    """Constants with a number for each name: elements of arrays one by one."""
    import numpy as np

    found: dict[str, float] = {}
    for name, value in constants.items():
        selection = model.select(name)
        if selection.place is not None or not selection.variable.axes:
            found[name] = float(value)
            continue
        whole = np.broadcast_to(value, selection.variable.shape)
        for column in columns_of(selection.variable):
            found[column] = float(whole[model.select(column).place])
    return found


def latin_hypercube(
    lower: Sequence[float], upper: Sequence[float], count: int, seed: int
) -> list[tuple[float, ...]]:
    """So many points within the bounds, along each axis one in each part of them."""
    import numpy as np

    draws = np.random.default_rng(seed)
    ranks = np.array([draws.permutation(count) for _ in lower]).T
    shares = (ranks + draws.random(ranks.shape)) / max(count, 1)
    low, high = np.array(lower), np.array(upper)
    return [tuple(point) for point in (low + shares * (high - low)).tolist()]
