"""The `[optimize]` section: what is free, the payoff, and how its best is sought."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from s3c.runtime import Kind, UnknownNameError, did_you_mean, fold, printable

from ..fitting.goals import (
    SCALED,
    Goal,
    Optimization,
    Optimizer,
    PayoffElement,
    PayoffForm,
    PayoffKind,
    PayoffTime,
    Spread,
    Surroundings,
    Vary,
)
from ..tree import BENCHMARK
from .entries import Entry
from .names import Names
from .targets import column_of, read_free, some_of

__all__ = ["read_optimization"]

_KEYS = (
    *("free", "goal", "method", "starts", "spread", "seed", "iterations", "tolerance"),
    "surroundings",
)
_ELEMENT_KEYS = ("kind", "variable", "data", "weight", "at", "form", "log", "scenario")
_OF_POLICIES: tuple[str, ...] = ("at",)
_OF_CALIBRATIONS: tuple[str, ...] = ("data", "form")
_MOST_STARTS = 100_000
_MOST_ITERATIONS = 10_000_000
_HEAVIEST = 1e100
_LONGEST = 200  # of a name that is looked for among others

_Choice = TypeVar("_Choice", Goal, Optimizer, Spread, PayoffTime, PayoffForm, PayoffKind)


def read_optimization(
    entry: Entry, payoff: Entry | None, names: Names, scenarios: Collection[str] | None
) -> Optimization:
    """What `[optimize]` and the `[[payoff]]`s say; mistakes are taken down.

    Args:
        entry: the section.
        payoff: the array of `[[payoff]]`, if there is any.
        names: of the model and the groups.
        scenarios: their names; None if not all of them are known.
    """
    fields = entry.fields(_KEYS, ("free",), "in [optimize]")
    free = tuple(read_free(fields["free"], names)) if "free" in fields else ()
    if payoff is None:
        hint = 'add [[payoff]] with kind = "policy" and variable = "…"'
        entry.wrong("S3C710", "there is no payoff", hint)
    elements = [] if payoff is None else payoff.items(lambda item: item)
    found = [_element(each, names, scenarios) for each in elements]
    tolerance = fields["tolerance"].number() if "tolerance" in fields else None
    if tolerance is not None and not 0 < tolerance < 1:
        fields["tolerance"].wrong("S3C703", "“tolerance” must be between 0 and 1", "write 1e-8")
    return Optimization(
        free,
        tuple(each for each in found if each is not None),
        goal=_choice(fields, "goal", Goal.MAXIMIZE),
        method=_choice(fields, "method", Optimizer.POWELL),
        starts=_whole(fields, "starts", 1, 1, _MOST_STARTS),
        spread=_choice(fields, "spread", Spread.LATIN_HYPERCUBE),
        seed=_whole(fields, "seed", 0, 0, 2**32 - 1),
        iterations=_whole(fields, "iterations", 1000, 1, _MOST_ITERATIONS),
        tolerance=1e-8 if tolerance is None else tolerance,
        surroundings=_surroundings(fields["surroundings"]) if "surroundings" in fields else None,
    )


def _choice(fields: dict[str, Entry], key: str, usual: _Choice) -> _Choice:
    """One of some words; the usual one if nothing is said, or it is wrong."""
    words = type(usual)
    word = fields[key].choice(words) if key in fields else None
    return words(word) if word in {str(each) for each in words} else usual


def _whole(fields: dict[str, Entry], key: str, usual: int, least: int, most: int) -> int:
    """A whole number; the usual one if nothing is said, or it is wrong."""
    found = fields[key].whole(least) if key in fields else usual
    if found is not None and found > most:
        fields[key].wrong("S3C703", f"“{key}” must be at most {most}", "take fewer")
        return usual
    return usual if found is None else found


def _surroundings(entry: Entry) -> Surroundings | None:
    """`{ "payoff percent" = 10 }`, and the like."""
    fields = entry.fields(Vary, (), "in surroundings")
    if isinstance(entry.value, dict) and len(entry.value) != 1:
        entry.wrong("S3C703", "“surroundings” says one thing", 'write { "payoff percent" = 10 }')
        return None
    for key, each in fields.items():
        amount = each.number()
        if amount is not None and amount > 0:
            return Surroundings(Vary(key), amount)
        if amount is not None:
            each.wrong("S3C703", f"“{key}” must be above 0", f'write {{ "{key}" = 10 }}')
    return None


# --- elements of the payoff ---


def _element(entry: Entry, names: Names, scenarios: Collection[str] | None) -> PayoffElement | None:
    """One element; None if it is wrong."""
    before = len(entry.page.found)
    fields = entry.fields(_ELEMENT_KEYS, ("kind", "variable"), "in a payoff")
    kind = _choice(fields, "kind", PayoffKind.POLICY)
    _check_keys(fields, kind)
    variable = ""
    if "variable" in fields and (name := fields["variable"].text()) is not None:
        variable = column_of(fields["variable"], name, names)
    data = variable
    if "data" in fields and (name := fields["data"].text()) is not None:
        data = _series(fields["data"], name, names)
    form = _choice(fields, "form", PayoffForm.SQUARES)
    weight = _weight(fields["weight"], names, form) if "weight" in fields else 1.0
    log = fields["log"].value if "log" in fields else False
    if not isinstance(log, bool):
        fields["log"].wrong("S3C703", "“log” must be true or false", "write log = true")
    if log and form is PayoffForm.POISSON:
        fields["log"].wrong_key("S3C714", "counts have no logarithm here", "leave out “log”")
    scenario = fields["scenario"].text() if "scenario" in fields else BENCHMARK
    if scenarios is not None and scenario is not None and scenario not in scenarios:
        message = f"there is no scenario “{printable(scenario[:_LONGEST])}”"
        hint = did_you_mean(scenario[:_LONGEST], scenarios) or some_of(scenarios)
        fields["scenario"].wrong("S3C709", message, hint)
    if len(entry.page.found) > before or weight is None or scenario is None:
        return None
    return PayoffElement(
        kind,
        variable,
        weight,
        data if kind is PayoffKind.CALIBRATION else "",
        at=_choice(fields, "at", PayoffTime.EVERY_STEP),
        form=form,
        log=bool(log),
        scenario=scenario,
        span=entry.span,
    )


def _check_keys(fields: dict[str, Entry], kind: PayoffKind) -> None:
    """Whether the keys are those of such an element."""
    if kind is PayoffKind.CALIBRATION:
        others, what, hint = _OF_POLICIES, "a calibration", "it looks at all times that have data"
    else:
        others, what, hint = _OF_CALIBRATIONS, f"a {kind}", 'write kind = "calibration"'
    for key in others:
        if key in fields:
            fields[key].wrong_key("S3C702", f"“{key}” means nothing in {what}", hint)


def _weight(entry: Entry, names: Names, form: PayoffForm) -> float | str | None:
    """A number, or the name of what is one at each time; None if it is wrong."""
    if isinstance(entry.value, str):
        return column_of(entry, entry.value, names) or None
    weight = entry.number()
    if weight is None or abs(weight) > _HEAVIEST:
        if weight is not None:
            entry.wrong("S3C703", f"a weight must be within {_HEAVIEST:g}", "scale the payoff")
        return None
    if form in SCALED and weight <= 0:
        what = f"the weight of “{form}” is the size of an error"
        entry.wrong("S3C703", f"{what}: it must be above 0", "give the error's usual size")
        return None
    return weight


def _series(entry: Entry, name: str, names: Names) -> str:
    """The name of a series: a data variable, or something in the data of the run."""
    if not name.strip() or len(name) > _LONGEST:
        entry.wrong("S3C703", "“data” must name a series", "name a data variable, or a column")
        return ""
    found = names.model.find(name)
    if found is not None and found.kind is Kind.DATA and found.axes:
        return column_of(entry, name, names)
    try:
        return names.model.select(name).name
    except UnknownNameError:
        return fold(name)
