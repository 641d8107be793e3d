"""Whether a claim holds, and the numbers that decide it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from s3c.experiments import BENCHMARK, Outcomes

from .numbers import decimals_for, shown, typeset
from .pieces import Verdict
from .running import check_within
from .tree import (
    Best,
    Claim,
    Early,
    Greater,
    Logarithmic,
    Order,
    Sign,
    Spread,
    Steady,
    Times,
    Value,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["decide"]

_TRIED = 400  # time constants of the exponential
_MOST_LISTED = 5


def decide(claim: Claim, outcomes: Outcomes) -> Verdict:
    """Hold a claim against what the model gives.

    Raises:
        RunError: S3C732, a time is outside the run.
    """
    import numpy as np

    with np.errstate(all="ignore"):  # what is no number holds nothing
        holds, numbers = _Held(outcomes, claim.variable).check(claim)
    return Verdict(claim.says, holds, numbers, claim.note)


class _Held:
    """What one variable does in the scenarios of an experiment."""

    def __init__(self, outcomes: Outcomes, variable: str) -> None:
        self._outcomes = outcomes
        self._column = outcomes.columns.index(variable)

    def check(self, claim: Claim) -> tuple[bool, str]:
        """Whether it holds, and why."""
        match claim.check:
            case Order(scenarios):
                return self._order(scenarios)
            case Greater(first, second):
                above, below = self._end(first), self._end(second)
                return above > below, _listed({first: above, second: below})
            case Best(scenario, among):
                ends = {name: self._end(name) for name in (scenario, *among)}
                others = [end for name, end in ends.items() if name != scenario]
                falling = dict(sorted(ends.items(), key=lambda pair: -pair[1]))
                return all(ends[scenario] > each for each in others), _listed(falling)
            case Logarithmic(scenario, times):
                return self._logarithmic(scenario, times)
            case Early(scenario, by, share):
                return self._early(scenario, by, share)
            case Steady(scenario, after, within):
                return self._steady(scenario, after, within)
            case Sign(first, second, share):
                return self._sign(first, second, share)
            case Spread(scenario, at_most):
                return self._spread(scenario, at_most)
            case Value(scenario, value, within):
                end = self._end(scenario)
                whole = value.is_integer() and end.is_integer()
                decimals = 0 if whole else len(f"{value:.9f}".rstrip("0").partition(".")[2]) + 1
                text = f"Computed: {shown(end, decimals)}; said: {value:.9g}"
                near = f" ± {within:.9f}".rstrip("0") if within else ""
                return abs(end - value) <= within, f"{text}{near}."

    def _ends(self, scenario: str) -> Floats:
        """(n_seeds,), the values at the end."""
        found: Floats = self._outcomes.outcome(scenario).values[:, self._column, -1]
        return found

    def _end(self, scenario: str) -> float:
        return float(self._ends(scenario).mean())

    def _curve(self, scenario: str, *within: float) -> tuple[Floats, Floats]:
        """Times and means over the seeds; the run must reach over some times."""
        outcome = self._outcomes.outcome(scenario)
        check_within(outcome.time, *within)
        return outcome.time, outcome.mean[self._column]

    def _order(self, scenarios: tuple[str, ...]) -> tuple[bool, str]:
        start = self._end(BENCHMARK)
        changes = {name: self._end(name) - start for name in scenarios}
        sizes = [abs(each) for each in changes.values()]
        holds = all(a > b for a, b in pairwise(sizes))
        return holds, "Changes from the benchmark: " + _listed(changes, signed=True)

    def _spread(self, scenario: str, at_most: float) -> tuple[bool, str]:
        ends = self._ends(scenario)
        mean, deviation = float(ends.mean()), float(ends.std())
        found = deviation / abs(mean) if mean else math.inf
        text = f"Over {len(ends)} seeds the standard deviation is {100 * found:.2g}\u00a0%"
        return found <= at_most, f"{text} of the mean."

    def _logarithmic(self, scenario: str, times: Times | None) -> tuple[bool, str]:
        import numpy as np

        time, values = self._curve(scenario, *(times or ()))
        if times is not None:
            kept = (time >= times[0]) & (time <= times[1])
            time, values = time[kept], values[kept]
        since = time - time[0]
        spans = np.geomspace(max(since[-1], 1e-9) / 100, max(since[-1], 1e-9) * 100, _TRIED)
        found = {
            "logarithm": _fit(np.log1p(since), values),
            "straight line": _fit(since, values),
            "exponential that comes to rest": max(_fit(np.exp(-since / c), values) for c in spans),
        }
        first, *others = found.values()
        text = ", ".join(f"{name} {share:.3f}" for name, share in found.items())
        return all(first > each for each in others), f"Share of variance (R²): {text}."

    def _early(self, scenario: str, by: float, share: float) -> tuple[bool, str]:
        import numpy as np

        time, values = self._curve(scenario, by)
        whole = float(values.max() - values[0])
        then = float(np.interp(by, time, values) - values[0])
        found = then / whole if whole else math.nan
        peak = time[int(values.argmax())]
        text = f"By time {by:g}, {100 * found:.0f}\u00a0% of the rise, which ends at time {peak:g}."
        return found >= share, text

    def _steady(self, scenario: str, after: float, within: float) -> tuple[bool, str]:
        import numpy as np

        time, values = self._curve(scenario, after)
        last = float(values[-1])
        late = np.append(values[time >= after], np.interp(after, time, values))
        far = float(np.abs(late - last).max())
        found = far / abs(last) if last else math.inf
        peak = int(values.argmax())
        text = f"After time {after:g}, up to {100 * found:.3g}\u00a0% from the last value"
        if 0 < peak < len(values) - 1:
            decimals = decimals_for([last])
            text += f"; highest at time {time[peak]:.3g} with {shown(values[peak], decimals)},"
            text += f" at the end {shown(last, decimals)}"
        return found <= within, f"{text}."

    def _sign(self, first: str, second: str, share: float) -> tuple[bool, str]:
        differences = self._ends(first) - self._ends(second)
        found = float((differences > 0).mean())
        mean = float(differences.mean())
        text = (
            f"Above with {100 * found:.0f}\u00a0% of {len(differences)} seeds;"
            f" mean difference {shown(mean, decimals_for([mean]), signed=True)},"
            f" its standard deviation {differences.std():.2g}."
        )
        return found >= share, text


def _fit(x: Floats, values: Floats) -> float:
    """R² of a + b x."""
    import numpy as np

    whole = float(((values - values.mean()) ** 2).sum())
    if not whole or not math.isfinite(whole):
        return math.nan
    basis = np.column_stack([np.ones_like(x), x])
    left = values - basis @ np.linalg.lstsq(basis, values, rcond=None)[0]
    return 1 - float((left**2).sum()) / whole


def _listed(numbers: dict[str, float], *, signed: bool = False) -> str:
    """Names with their numbers, the first ones of very many."""
    decimals = max(decimals_for(numbers.values()) - signed, 0)
    parts = [
        f"{typeset(name)} ({shown(number, decimals, signed=signed)})"
        for name, number in list(numbers.items())[:_MOST_LISTED]
    ]
    more = f"; and {len(numbers) - _MOST_LISTED} more" if len(numbers) > _MOST_LISTED else ""
    return f"{'; '.join(parts)}{more}."
