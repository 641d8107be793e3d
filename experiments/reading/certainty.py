"""What `[calibrate]` says of how sure a fit is: intervals, and draws of the posterior."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..tree import Chain, IntervalMethod
from .entries import Entry

__all__ = ["read_certainty"]

_CHAIN_KEYS = ("walkers", "steps", "burn_in", "thin")
_MOST_DRAWS = 20_000_000
_WALKERS_EACH = 4  # for each free number


def read_certainty(fields: dict[str, Entry], n_free: int) -> dict[str, Any]:
    """The parts of a `Fit` that the keys `intervals`, `confidence` and `mcmc` say.

    Args:
        fields: of the section.
        n_free: how many numbers are free.
    """
    found: dict[str, Any] = {}
    if "intervals" in fields and (word := fields["intervals"].choice(IntervalMethod)) is not None:
        found["intervals"] = IntervalMethod(word)
    if "confidence" in fields and (share := fields["confidence"].number()) is not None:
        if 0 < share < 1:
            found["confidence"] = share
        else:
            message = f"a confidence of {share:g} is not between 0 and 1"
            fields["confidence"].wrong("S3C703", message, "write 0.95 for 95 %")
    found["chain"] = _chain(fields.get("mcmc"), n_free)
    return found


def _chain(entry: Entry | None, n_free: int) -> Chain:
    """How much is drawn."""
    usual = Chain(walkers=max(Chain().walkers, _WALKERS_EACH * n_free))
    if entry is None:
        return usual
    fields = entry.fields(_CHAIN_KEYS, (), "in “mcmc”")
    least = {"walkers": 2 * max(n_free, 1), "steps": 2, "burn_in": 0, "thin": 1}
    given = {key: each.whole(least[key]) for key, each in fields.items()}
    chain = replace(usual, **{key: number for key, number in given.items() if number is not None})
    if chain.walkers * chain.steps > _MOST_DRAWS:
        message = f"{chain.walkers} walkers with {chain.steps} steps draw too many points"
        entry.wrong("S3C711", message, f"draw at most {_MOST_DRAWS}")
    elif chain.steps < chain.burn_in + 2 * chain.thin:
        message = f"nothing is left of {chain.steps} steps after a burn-in of {chain.burn_in}"
        entry.wrong("S3C703", message, "draw more steps, or drop fewer")
    return chain
