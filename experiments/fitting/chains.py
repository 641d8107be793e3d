"""What the posterior of a fit is, drawn by emcee's walkers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import RunError

from ..running.scenarios import write_rows
from ..tree import Free
from .priors import log_prior
from .problem import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Posterior", "draw_posterior"]

_FEW_TIMES = 50  # autocorrelation times that a chain should be long (emcee's own rule)
_ALIKE = 1.05  # R-hat up to which walkers agree
_MOST_TRIES = 100
_SHARE = 0.01  # of the distance between the bounds, where walkers begin if nothing is known


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Draws of what is free, of the probability that it has given what was observed.

    Attributes:
        free: what they are of.
        draws: (n_kept, n_walkers, n_free), in order, without the burn-in.
        log_density: (n_kept, n_walkers), of each, up to a constant.
        acceptance: the share of proposals that were accepted.
        autocorrelation_times: (n_free,), in steps that were kept.
        split_r_hat: (n_free,), how unlike the halves of all walkers are; 1 where they agree.
    """

    free: tuple[Free, ...]
    draws: Floats
    log_density: Floats
    acceptance: float
    autocorrelation_times: Floats
    split_r_hat: Floats

    @property
    def effective_draws(self) -> Floats:
        """(n_free,), how many independent draws would tell as much."""
        n_kept, n_walkers, _ = self.draws.shape
        found: Floats = n_kept * n_walkers / self.autocorrelation_times
        return found

    def quantile(self, share: float) -> tuple[float, ...]:
        """The number below which each is with that probability."""
        import numpy as np

        found: list[float] = np.quantile(self.draws, share, axis=(0, 1)).tolist()
        return tuple(found)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the draws as a table: walker and step, what is free, and the log density.

        Raises:
            RunError: S3C606, its name does not end in one of .csv, .tab, .tsv, or it cannot be
                written.
        """
        names = [each.name for each in self.free]
        rows = (
            (str(walker + 1), str(step + 1), *map(repr, point), repr(density))
            for step, (points, densities) in enumerate(
                zip(self.draws.tolist(), self.log_density.tolist(), strict=True)
            )
            for walker, (point, density) in enumerate(zip(points, densities, strict=True))
        )
        write_rows(path, (("walker", "step", *names, "log density"), *rows))

    def doubts(self) -> list[str]:
        """Why the draws may not be enough."""
        found: list[str] = []
        times = float(self.autocorrelation_times.max())
        if not times * _FEW_TIMES <= len(self.draws):
            found.append(
                f"the chain is {len(self.draws) / times:.0f} autocorrelation times long, and should"
                f" be {_FEW_TIMES}: draw more steps"
            )
        if not (self.split_r_hat <= _ALIKE).all():
            worst = float(self.split_r_hat.max())
            found.append(f"the walkers do not agree yet (split R-hat {worst:.3g}): draw more steps")
        return found


def draw_posterior(
    problem: Problem,
    best: tuple[float, ...],
    covariance: Floats,
    progress: Callable[[float], None] | None = None,
) -> Posterior:
    """Draw what is free from its posterior.

    Formula: the prior times the likelihood of all that is fitted. A standard deviation that is not
    given has the prior 1/sd, and is integrated out: the likelihood of such a group of n
    observations is (sum of squares)^(-n/2).

    All walkers that move at the same time are run together.

    Raises:
        RunError: S3C606, emcee is not installed.
    """
    try:
        import emcee  # type: ignore[import-untyped]
    except ImportError:
        message = "a posterior cannot be drawn without emcee"
        raise RunError("S3C606", message, "pip install 's3c[experiments]'") from None
    import numpy as np

    chain, free = problem.fit.chain, problem.fit.free
    random = np.random.RandomState(problem.fit.seed)
    sampler = emcee.EnsembleSampler(
        chain.walkers, len(free), lambda points: log_density(problem, points), vectorize=True
    )
    begin = emcee.State(_begin(problem, best, covariance, random), random_state=random.get_state())
    for number, _ in enumerate(sampler.sample(begin, iterations=chain.steps)):
        if progress is not None:
            progress(number / chain.steps)
    kept = slice(chain.burn_in + chain.thin - 1, None, chain.thin)
    draws: Floats = np.asarray(sampler.get_chain())[kept]
    times = emcee.autocorr.integrated_time(draws, tol=0) if len(draws) > 1 else math.nan
    return Posterior(
        *(free, draws, np.asarray(sampler.get_log_prob())[kept]),
        float(np.mean(sampler.acceptance_fraction)),
        np.broadcast_to(times, len(free)),
        split_r_hat(draws),
    )


def log_density(problem: Problem, points: Floats) -> Floats:
    """(n_points,), the logarithm of the posterior's density, up to a constant."""
    import numpy as np

    lower, upper = problem.bounds
    found = np.full(len(points), -np.inf)
    inside = np.flatnonzero(((points >= lower) & (points <= upper)).all(axis=1)).tolist()
    errors = problem.looked_at([tuple(points[each].tolist()) for each in inside])
    for number, each in zip(inside, errors, strict=True):
        if each is not None:
            prior = sum(map(log_prior, problem.fit.free, points[number].tolist()))
            found[number] = prior + _log_likelihood(problem, each)
    return found


def _log_likelihood(problem: Problem, errors: Floats) -> float:
    """Up to a constant."""
    total = 0.0
    for group in problem.observations.groups:
        squares = float(errors[group.where] @ errors[group.where])
        if group.sd is None:
            total -= group.size / 2 * math.log(max(squares, 1e-300))
        else:
            total -= squares / group.sd**2 / 2
    return total


def _begin(
    problem: Problem, best: tuple[float, ...], covariance: Floats, random: np.random.RandomState
) -> Floats:
    """(n_walkers, n_free), around the best point, as far as the covariance says."""
    import numpy as np

    lower, upper = problem.bounds
    known = np.isfinite(covariance).all() and (covariance.diagonal() > 0).all()
    spread = covariance if known else np.diag((_SHARE * (upper - lower)) ** 2)
    found: list[Floats] = []
    for _ in range(problem.fit.chain.walkers):
        point = random.multivariate_normal(best, spread)
        for _ in range(_MOST_TRIES):
            if ((point >= lower) & (point <= upper)).all():
                break
            point = random.multivariate_normal(best, spread)
        else:
            point = np.clip(best + _SHARE * (upper - lower) * random.uniform(-1, 1, len(best)),
                            lower, upper)  # fmt: skip
        found.append(point)
    return np.array(found)


def split_r_hat(draws: Floats) -> Floats:
    """(n_free,), Gelman and Rubin's R-hat of the halves of each walker's draws.

    Formula: sqrt((n - 1) / n + B / (n W)) of 2 n_walkers chains of n draws, where W is the mean of
        their variances, and B is n times the variance of their means.
    Source: Gelman et al., Bayesian Data Analysis, 3rd edition, section 11.4.
    """
    import numpy as np

    half = len(draws) // 2
    if half < 2:
        return np.full(draws.shape[-1], np.nan)
    chains = np.concatenate([draws[:half], draws[-half:]], axis=1)
    within = chains.var(axis=0, ddof=1).mean(axis=0)
    between = half * chains.mean(axis=0).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.sqrt((half - 1) / half + between / (half * within))
    return found
