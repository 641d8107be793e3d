"""How sure a fit is: standard errors and intervals of what is free."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ..tree import Free, IntervalMethod

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .chains import Posterior
    from .noise import Noise
    from .searching import Found

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Interval", "Intervals", "covariance_of", "deviate", "from_covariance"]

_UNTOLD = 1e-8  # of the largest singular value: directions that nothing is told of


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which numbers something lies, as far as the observations tell.

    NaN where nothing can be said. Of an end that is open the number is the bound of the search: the
    observations do not exclude it.
    """

    free: Free
    lower: float
    upper: float
    open_below: bool = False
    open_above: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """How sure a fit is.

    Attributes:
        method: how that was found.
        confidence: of how many such intervals the share is that hold the true number; of `mcmc`,
            the probability that the number lies in it.
        of: one for each that is free.
        covariance: (n_free, n_free), of what is free, from the slopes at the best fit; infinite
            where the observations tell nothing of a number, and NaN of one at its bound.
        posterior: what was drawn, of `mcmc`.
        notes: what is doubtful about them.
    """

    method: IntervalMethod
    confidence: float
    of: tuple[Interval, ...]
    covariance: Floats
    posterior: Posterior | None = None
    notes: tuple[str, ...] = ()

    @property
    def standard_errors(self) -> tuple[float, ...]:
        """The roots of the variances."""
        return tuple(math.sqrt(each) for each in self.covariance.diagonal().tolist())


def covariance_of(found: Found, at_bound: NDArray[np.bool_]) -> Floats:
    """(n_free, n_free), the inverse of J'J, J being the slopes of the residuals in times of sd.

    What stopped at a bound is held there. Numbers that nothing is told of have infinite variances.
    """
    import numpy as np

    count = len(found.point)
    whole = np.full((count, count), np.nan)
    moving = np.flatnonzero(~at_bound)
    jacobian = found.jacobian[:, moving]
    lengths = np.linalg.norm(jacobian, axis=0)
    told = np.flatnonzero(lengths > 0)
    _, sizes, axes = np.linalg.svd(jacobian[:, told] / lengths[told], full_matrices=False)
    is_told = sizes > _UNTOLD * sizes[:1].sum()
    inner = (axes[is_told].T / sizes[is_told] ** 2) @ axes[is_told]
    # Along an axis that is not told, whatever has a part in it may be anything.
    missing = 1 - np.sum(axes[is_told] ** 2, axis=0)
    inner[np.diag_indices_from(inner)] = np.where(missing > _UNTOLD, np.inf, inner.diagonal())
    found_here = np.zeros((len(moving), len(moving)))
    found_here[np.diag_indices_from(found_here)] = np.inf
    found_here[np.ix_(told, told)] = inner / np.outer(lengths[told], lengths[told])
    whole[np.ix_(moving, moving)] = found_here
    return whole


def deviate(noise: Noise, confidence: float) -> float:
    """Student's t for two sides; of the normal distribution where the scatter is given."""
    from scipy.stats import norm, t

    share = (1 + confidence) / 2
    return float(norm.ppf(share) if math.isinf(noise.freedom) else t.ppf(share, noise.freedom))


def from_covariance(
    free: tuple[Free, ...], found: Found, covariance: Floats, times: float
) -> tuple[Interval, ...]:
    """So many standard errors to both sides, whatever the bounds."""
    import numpy as np

    errors = times * np.sqrt(covariance.diagonal())
    return tuple(
        Interval(each, value - error, value + error)
        for each, value, error in zip(free, found.point, errors.tolist(), strict=True)
    )
