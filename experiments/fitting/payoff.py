"""What a payoff is of one run (reference E.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .goals import PayoffElement, PayoffForm, PayoffKind, PayoffTime

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Points: TypeAlias = tuple[Floats, Floats]
    """Times (n_points,), rising, and values."""

__all__ = ["ElementPayoff", "element_payoff", "steps_with_data"]

_ROUNDING = 1e-9  # of a time step: a time so near to the middle between two is there


@dataclass(frozen=True, slots=True)
class ElementPayoff:
    """What an element adds to the payoff, in its weight's times its variable's units.

    `skipped` counts the values that have no logarithm, or are no counts.
    """

    element: PayoffElement
    value: float
    skipped: int = 0
    compared: int = 0
    """Of a calibration, with how many points."""


def element_payoff(
    element: PayoffElement,
    time: Floats,
    columns: Mapping[str, Floats],
    points: Points | None = None,
) -> ElementPayoff:
    """The value of an element of a payoff in a run that was saved at every time step.

    A policy is summed up by Euler's method, as a stock would, whatever the run's own: the value at
    each step times the step, without that at FINAL TIME. A calibration looks at the points that lie
    within half a step of a time.

    Args:
        element: what is looked at.
        time: (n_times,), of every step, in the model's time unit.
        columns: by name, (n_times,): its variable, and its weight if that is one.
        points: of a calibration, what is compared with.

    Returns:
        Its value; NaN or infinite where the model has none that is finite.

    Source: Vensim reference, payoff definitions.
    """
    import numpy as np

    model = columns[element.variable]
    weight = element.weight
    weights = columns[weight] if isinstance(weight, str) else np.full(len(time), float(weight))
    with np.errstate(all="ignore"):
        if element.kind is PayoffKind.CALIBRATION:
            assert points is not None
            return _calibration(element, time, model, weights, points)
        return _policy(element, time, model, weights)


def _policy(element: PayoffElement, time: Floats, model: Floats, weights: Floats) -> ElementPayoff:
    import numpy as np

    match element.at:
        case PayoffTime.START:
            amount = np.where(np.arange(len(time)) == 0, weights, 0.0)
        case PayoffTime.END:
            amount = np.where(np.arange(len(time)) == len(time) - 1, weights, 0.0)
        case PayoffTime.EVERY_STEP:
            amount = np.append(weights[:-1] * np.diff(time), 0.0)
    counts = amount != 0
    kept = counts & ~(model <= 0) if element.log else counts
    values = np.log(model[kept]) if element.log else model[kept]
    return ElementPayoff(element, float(np.sum(amount[kept] * values)), int(np.sum(counts & ~kept)))


def _calibration(
    element: PayoffElement, time: Floats, model: Floats, weights: Floats, points: Points
) -> ElementPayoff:
    import numpy as np

    steps, data = steps_with_data(time, points)
    there = ~np.isnan(model[steps])  # the model may be :NA: there, too
    steps, data = steps[there], data[there]
    m, w, d = model[steps], weights[steps], data
    kept = np.ones(len(d), np.bool_)
    if element.log:
        kept = (m > 0) & (d > 0)
        m, w, d = np.log(m[kept]), w[kept], np.log(d[kept])
    elif element.form is PayoffForm.POISSON:
        kept = d >= 0
        m, w, d = m[kept], w[kept], d[kept]
    value = float(np.sum(_likelihood(element.form, m, w, d)))
    return ElementPayoff(element, value, int(np.sum(~kept)), len(d))


def _likelihood(form: PayoffForm, m: Floats, w: Floats, d: Floats) -> Floats:
    """(n_points,), how likely each point is, up to a constant, as `PayoffForm` says."""
    import numpy as np

    found: Floats
    match form:
        case PayoffForm.SQUARES:
            found = -(((m - d) * w) ** 2)
        case PayoffForm.GAUSSIAN:
            found = -(((m - d) / w) ** 2) / 2 - np.log(w)
        case PayoffForm.VARIANCE:
            found = -((m - d) ** 2 / w + np.log(w)) / 2
        case PayoffForm.ROBUST:
            found = -np.abs(m - d) / w - np.log(w)
        case PayoffForm.POISSON:
            from scipy.special import gammaln, xlogy

            found = w * (xlogy(d, m) - m - gammaln(d + 1))
    return found


def steps_with_data(time: Floats, points: Points) -> tuple[NDArray[np.intp], Floats]:
    """The steps at which there are data, and these: (n_found,) each.

    A point belongs to the step that is nearest, if it is within half a step; of several at one
    step, the nearest counts. A run of one time alone has no step: it is taken as 1.
    """
    import numpy as np

    times, values = points
    if not len(times) or not len(time):
        return np.zeros(0, np.intp), np.zeros(0)
    gaps = np.diff(time)
    first, last = (gaps[:1], gaps[-1:]) if len(gaps) else (np.ones(1), np.ones(1))
    before, after = np.append(first, gaps), np.append(gaps, last)
    right = np.clip(np.searchsorted(times, time), 0, len(times) - 1)
    left = np.maximum(right - 1, 0)
    nearest = np.where(np.abs(times[left] - time) <= np.abs(times[right] - time), left, right)
    distance = times[nearest] - time
    # In the middle between two steps, it is the earlier step that has the point.
    near = (distance <= after * (0.5 + _ROUNDING)) & (distance > -before * (0.5 - _ROUNDING))
    steps = np.flatnonzero(near)
    return steps, values[nearest[steps]]
