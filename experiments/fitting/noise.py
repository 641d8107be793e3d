"""How much observations scatter around a fit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from .problem import Problem
from .searching import Found, least_squares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Noise", "noise_of", "weighed"]

_MOST_ROUNDS = 50
_SAME = 1e-7  # change of all sd in times of them, after which they are what they are
_LEAST = 1e-9  # sd, in times of what errors are measured in at first
_UNTOLD = 1e-6  # of the largest singular value: directions that nothing is told of
_FREEDOM = 1e-6  # what is less of it is none


@dataclass(frozen=True, slots=True)
class Noise:
    """How much each group of observations scatters.

    Attributes:
        sds: of each group, as given, or estimated; NaN where too little is observed for that.
        freedom: the degrees of freedom of what is estimated; infinite where all is given.
    """

    sds: tuple[float, ...]
    freedom: float

    @property
    def is_known(self) -> bool:
        """Whether intervals can be told from it."""
        return all(0 < each < math.inf for each in self.sds) and self.freedom > _FREEDOM


def noise_of(problem: Problem, found: Found) -> Noise:
    """The scatter of the residuals at a fit.

    That of a group is sqrt(sum of squares / (n - f)), where f is how many of the free numbers the
    group determines: the trace of its part of the projection on what the fit can reach. For one
    group alone f is the number of what is free.
    """
    import numpy as np

    lengths = np.linalg.norm(found.jacobian, axis=0)
    known = found.jacobian[:, lengths > 0] / lengths[lengths > 0]
    axes, sizes, _ = np.linalg.svd(known, full_matrices=False)
    reached = axes[:, sizes > _UNTOLD * sizes[:1].sum()] ** 2
    sds: list[float] = []
    freedom = 0.0
    for group, present in zip(problem.observations.groups, problem.sds, strict=True):
        if group.sd is not None:
            sds.append(group.sd)
            continue
        left = group.size - float(reached[group.where].sum())
        squares = float(np.sum(found.residuals[group.where] ** 2))
        sds.append(present * math.sqrt(squares / left) if left > _FREEDOM else math.nan)
        freedom += max(left, 0.0)
    is_given = all(group.sd is not None for group in problem.observations.groups)
    return Noise(tuple(sds), math.inf if is_given else freedom)


def weighed(problem: Problem, found: Found) -> tuple[Found, Noise]:
    """The fit in which every group has the weight that its own scatter gives it.

    The problem's sds become these. Where nothing is estimated, or one number for all, the fit is
    what it was.
    """
    import numpy as np

    noise = noise_of(problem, found)
    first = problem.observations.first_sds()
    for _ in range(_MOST_ROUNDS):
        if len(noise.sds) == 1 or all(each.sd is not None for each in problem.observations.groups):
            break
        before = np.array(problem.sds)
        sds = np.where(np.isnan(noise.sds), before, noise.sds)
        problem.sds = tuple(np.maximum(sds, _LEAST * np.array(first)).tolist())
        if np.allclose(problem.sds, before, rtol=_SAME, atol=0.0):
            break
        found = least_squares(problem, found.point, is_last=True)
        noise = noise_of(problem, found)
    return found, noise


def in_sds(problem: Problem, found: Found, noise: Noise) -> Found:
    """The same fit, with residuals in times of what was found to be their sd."""
    ratio = problem.observations.scales(problem.sds) / problem.observations.scales(noise.sds)
    problem.sds = noise.sds
    return replace(
        found, residuals=found.residuals * ratio, jacobian=found.jacobian * ratio[:, None]
    )
