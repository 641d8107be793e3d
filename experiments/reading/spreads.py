"""Distributions as an experiment file writes them: { distribution = "normal", min = 0, … }."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from itertools import pairwise
from typing import Any, TypeAlias

from s3c.runtime import CompiledModel, RunError, did_you_mean, lookup_points, printable

from ..sampling import distributions
from ..sampling.distributions import Distribution, Table
from ..sampling.quantiles import flaw, leaves_nothing
from .entries import Entry

__all__ = [
    "DISTRIBUTIONS",
    "judged",
    "keys_of",
    "named_points",
    "points_in",
    "read_distribution",
]

_Kind: TypeAlias = type[Distribution]

DISTRIBUTIONS: Mapping[str, _Kind] = {
    "uniform": distributions.Uniform,
    "normal": distributions.Normal,
    "triangular": distributions.Triangular,
    "exponential": distributions.Exponential,
    "gamma": distributions.Gamma,
    "beta": distributions.Beta,
    "binomial": distributions.Binomial,
    "negative binomial": distributions.NegativeBinomial,
    "poisson": distributions.Poisson,
    "weibull": distributions.Weibull,
    "lookup": distributions.Table,
    "vector": distributions.Vector,
}
"""By the words that files use, which are those of Vensim's random functions."""

_LONGEST = 200


def keys_of(kind: _Kind) -> tuple[str, ...]:
    """The arguments of a distribution, in Vensim's order."""
    return tuple(each.name for each in fields(kind))


def read_distribution(
    entry: Entry, model: CompiledModel, others: tuple[str, ...]
) -> Distribution | None:
    """The distribution in a table of an experiment file; None if it is wrong.

    Args:
        entry: the table.
        model: whose lookups may be named.
        others: what else may stand in the table.
    """
    every = dict.fromkeys(key for kind in DISTRIBUTIONS.values() for key in keys_of(kind))
    known = tuple(each for each in every if each != "points")
    asked = entry.value.get("distribution") if isinstance(entry.value, dict) else None
    kind = DISTRIBUTIONS.get(asked) if isinstance(asked, str) else None
    allowed = _written(kind) if kind else (*known, "points", "lookup")
    what = f"of a distribution that is {asked}" if kind else "of a distribution"
    needed = ("distribution", *(_needed(kind) if kind else ()))
    before = len(entry.page.found)
    given = entry.fields(("distribution", *allowed, *others), needed, what)
    if "distribution" in given:
        given["distribution"].choice(DISTRIBUTIONS)
    if kind is None:
        return None
    arguments: dict[str, Any] = {
        key: each.number()
        for key, each in given.items()
        if key in keys_of(kind) and key != "points"
    }
    if kind is Table:
        arguments["points"] = _points(entry, given, model)
    if len(entry.page.found) > before:
        return None
    found = kind(**arguments)
    if found.min >= found.max:
        hint = "write the smaller one first" if found.min > found.max else "leave room between them"
        message = f"min = {found.min:g} is not below max = {found.max:g}"
        given["max"].wrong("S3C708", message, hint)
        return None
    return found if judged(found, entry) else None


def judged(distribution: Distribution, entry: Entry) -> bool:
    """Whether there is such a distribution; it is taken down why not, or what is doubtful."""
    if why := flaw(distribution):
        entry.wrong("S3C760", why, "change its arguments")
        return False
    if leaves_nothing(distribution):
        message = (
            f"nothing of the distribution lies from {distribution.min:g} to {distribution.max:g}: "
            "values are uniform between them"
        )
        entry.doubtful("S3C761", message, "move the bounds, or say “uniform”")
    return True


def _written(kind: _Kind) -> tuple[str, ...]:
    """The keys of a table."""
    return (*keys_of(kind), *(("lookup",) if kind is Table else ()))


def _needed(kind: _Kind) -> tuple[str, ...]:
    return tuple(
        each.name for each in fields(kind) if each.default is MISSING and each.name != "points"
    )


def _points(entry: Entry, given: dict[str, Entry], model: CompiledModel) -> distributions.Points:
    """The points of a density: in the file, or of a lookup of the model."""
    if ("points" in given) == ("lookup" in given):
        message = "a density is given by “points”, or by the name of a “lookup”"
        entry.wrong("S3C704", message, "such as points = [[0, 0], [1, 2], [2, 0]]")
        return ()
    if "points" in given:
        return points_in(given["points"])
    name = given["lookup"].text()
    return () if name is None else named_points(given["lookup"], name, model)


def named_points(entry: Entry, name: str, model: CompiledModel) -> distributions.Points:
    """The points of a lookup of the model; it is taken down why there are none."""
    try:
        return lookup_points(model, name[:_LONGEST])
    except RunError as error:
        hint = error.hint or did_you_mean(name[:_LONGEST], model.names)
        entry.wrong("S3C705", printable(error.message), hint)
        return ()


def points_in(entry: Entry) -> distributions.Points:
    """The points (x, y) that an array of pairs holds; mistakes are taken down."""
    found = entry.items(_pair)
    if not found and entry.value == []:
        entry.wrong("S3C704", "there are no points", "write [[0, 0], [1, 2]]")
    for (left, _), (right, _) in pairwise(found):
        if right < left:
            message = f"the points go backwards: x = {right:g} follows {left:g}"
            entry.wrong("S3C703", message, "give points in the order of x")
            break
    return tuple(found)


def _pair(entry: Entry) -> tuple[float, float] | None:
    if not isinstance(entry.value, list) or len(entry.value) != 2:
        entry.wrong("S3C703", "a point is two numbers", "write [x, y]")
        return None
    numbers = entry.items(Entry.number)
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None
