"""What a fit holds a model against, as vectors of numbers, and how far off the model is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ..running.scenarios import at_moment, slope_at_moment
from ..tree import ErrorModel, MeasuredSeries, Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .model_slopes import RunSlopes

    Floats: TypeAlias = NDArray[np.float64]
    Look: TypeAlias = Callable[[str, str], tuple[Floats, Floats]]
    """The save times of a scenario, and what its runs give for a variable, (n_seeds, n_times)."""
    SlopesOf: TypeAlias = Callable[[str, str], RunSlopes]
    """What the runs of a scenario give for a variable, with slopes."""

__all__ = ["Group", "Observations"]

_FAR_OFF = 1e6  # of a point without a finite value, in times of the size of what is observed
_LARGEST = 1e100  # of what has a square


@dataclass(frozen=True, slots=True)
class Group:
    """Observations that scatter alike: a measured series, or all targets together."""

    where: slice
    """Of them among all."""
    error: ErrorModel
    sd: float | None
    """The standard deviation, of a weight of 1; None is to be estimated."""

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.where.stop) - int(self.where.start)


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Targets first, and then the measurements of each series.

    Attributes:
        values: (n,), what was observed, in units of the variables.
        roots: (n,), the square roots of the weights.
        groups: which of them scatter alike.
    """

    targets: tuple[Target, ...]
    series: tuple[MeasuredSeries, ...]
    values: Floats
    roots: Floats
    groups: tuple[Group, ...]

    @staticmethod
    def of(targets: Iterable[Target], series: Iterable[MeasuredSeries]) -> Observations:
        """What these are together."""
        import numpy as np

        targets, series = tuple(targets), tuple(series)
        values = [each.value for each in targets]
        groups = [Group(slice(0, len(values)), ErrorModel.NORMAL, None)] if targets else []
        for each in series:
            sd = 1.0 if each.error is ErrorModel.POISSON else each.sd
            groups.append(Group(slice(len(values), len(values) + len(each.values)), each.error, sd))
            values.extend(each.values)
        weights = [each.weight for each in targets] + [1.0] * (len(values) - len(targets))
        return Observations(targets, series, np.array(values), np.sqrt(weights), tuple(groups))

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Those that must be run."""
        names = [each.scenario for each in self.targets] + [each.scenario for each in self.series]
        others = [each.minus for each in self.targets if each.minus is not None]
        return tuple(dict.fromkeys(names + others))

    def simulated(self, look: Look) -> Floats:
        """(n,), what the model gives in their place; the mean over the runs of each scenario."""
        import numpy as np

        def value(scenario: str, target: Target) -> float:
            return at_moment(target.at, *look(scenario, target.variable))

        found = [
            value(each.scenario, each) - (value(each.minus, each) if each.minus else 0.0)
            for each in self.targets
        ]
        parts = [np.array(found)]
        for each in self.series:
            time, runs = look(each.scenario, each.variable)
            parts.append(np.interp(each.times, time, runs.mean(axis=0)))
        return np.concatenate(parts)

    def slopes(self, of: SlopesOf) -> Floats:
        """(n, n_free), how `simulated` changes with what is free."""
        import numpy as np

        def slope(scenario: str, target: Target) -> Floats:
            runs = of(scenario, target.variable)
            return slope_at_moment(target.at, runs.time, runs.runs, runs.slopes)

        found = [
            slope(each.scenario, each) - (slope(each.minus, each) if each.minus else 0.0)
            for each in self.targets
        ]
        for each in self.series:
            runs = of(each.scenario, each.variable)
            means = runs.slopes.mean(axis=1)
            # Not `found +=`, which numpy takes for a sum.
            found.extend(np.transpose([np.interp(each.times, runs.time, mean) for mean in means]))
        return np.array(found)

    def errors(self, simulated: Floats) -> Floats | None:
        """(n,), how far off that is, in times of the root of the weight; None if nobody can say.

        That is simulated less observed; of `log`, the difference of the logarithms; of `poisson`,
        the signed root of the deviance.
        """
        import numpy as np

        if not (np.abs(simulated) < _LARGEST).all():  # NaN, too
            return None
        found = np.empty_like(simulated)
        for group in self.groups:
            model, data = simulated[group.where], self.values[group.where]
            if group.error is not ErrorModel.NORMAL and not (model > 0).all():
                return None
            match group.error:
                case ErrorModel.NORMAL:
                    found[group.where] = model - data
                case ErrorModel.LOG:
                    found[group.where] = np.log(model / data)
                case ErrorModel.POISSON:
                    found[group.where] = _poisson(model, data)
        return found * self.roots

    def error_slopes(self, simulated: Floats) -> Floats:
        """(n,), how each of `errors` changes with what is simulated; there must be errors."""
        import numpy as np

        found = np.ones_like(simulated)
        for group in self.groups:
            model, data = simulated[group.where], self.values[group.where]
            match group.error:
                case ErrorModel.NORMAL:
                    pass
                case ErrorModel.LOG:
                    found[group.where] = 1 / model
                case ErrorModel.POISSON:
                    found[group.where] = _poisson_slope(model, data)
        return found * self.roots

    def far_off(self) -> Floats:
        """(n,), the errors of a point without finite values."""
        import numpy as np

        sizes = np.ones_like(self.values)
        for group in self.groups:
            if group.error is ErrorModel.NORMAL:
                sizes[group.where] = max(1.0, float(np.max(np.abs(self.values[group.where]))))
        return self.roots * _FAR_OFF * sizes

    def scales(self, sds: Iterable[float]) -> Floats:
        """(n,), a number for each group, for each observation."""
        import numpy as np

        return np.repeat(list(sds), [each.size for each in self.groups])

    def first_sds(self) -> tuple[float, ...]:
        """What errors are measured in while a search begins: the known sd, or the data's spread."""
        import numpy as np

        if len(self.groups) == 1:  # one unknown number does not matter
            return (self.groups[0].sd or 1.0,)

        def spread(group: Group) -> float:
            values = self.values[group.where]
            if group.error is ErrorModel.LOG:
                values = np.log(values)
            found = float(np.std(values)) or float(np.max(np.abs(values)))
            return found if 0 < found < math.inf else 1.0

        return tuple(spread(each) if each.sd is None else each.sd for each in self.groups)


def _poisson(model: Floats, data: Floats) -> Floats:
    """The signed roots of the deviance, whose squares are 2 (m - y + y ln(y / m))."""
    import numpy as np

    ratio = (model - data) / np.where(data > 0, data, 1.0)
    # m/y = 1 + r: 2 y (r - ln(1 + r)), which would cancel where r is small.
    small = np.abs(ratio) < 1e-4
    near = ratio**2 * (1 - ratio * 2 / 3 + ratio**2 / 2)
    logarithm = np.log(np.where(data > 0, model / np.where(data > 0, data, 1.0), 1.0))
    deviance = np.where(small, data * near, 2 * (model - data - data * logarithm))
    deviance = np.where(data > 0, deviance, 2 * model)
    found: Floats = np.sign(model - data) * np.sqrt(np.maximum(deviance, 0.0))
    return found


def _poisson_slope(model: Floats, data: Floats) -> Floats:
    """d(`_poisson`)/d(model): (1 - y/m) / r, and 1/√y where both are equal."""
    import numpy as np

    root = _poisson(model, data)
    is_same = root == 0
    slope: Floats = (model - data) / model / np.where(is_same, 1.0, root)
    return np.where(is_same, 1 / np.sqrt(model), slope)
