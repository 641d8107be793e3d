"""The `[sensitivity]` section: what varies between very many runs, how, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from s3c.runtime import columns_of, fold

from ..sampling.designs import too_many_runs
from ..tree import Parameter, Sampling, Sensitivity, Streams
from .entries import Entry
from .names import Names
from .samples import claim, read_samples
from .spreads import read_distribution

__all__ = ["read_sensitivity", "refuse_too_many", "usual_runs"]

_KEYS = (
    *("sampling", "runs", "seed", "streams", "table", "parameters"),
    *("times", "percentiles", "confidence", "levels", "second_order"),
)
_OF_ONE = {
    "table": Sampling.FILE,
    "levels": Sampling.MORRIS,
    "second_order": Sampling.SOBOL_INDICES,
}
_USUAL_RUNS = {
    Sampling.SOBOL: 256,
    Sampling.GRID: 5,
    Sampling.UNIVARIATE: 20,
    Sampling.SOBOL_INDICES: 512,
    Sampling.MORRIS: 20,
}
_MOST_LEVELS = 1000
_MOST_PERCENTILES = 100


def usual_runs(sampling: Sampling) -> int:
    """How many runs there are if nobody says."""
    return _USUAL_RUNS.get(sampling, 200)


def read_sensitivity(entry: Entry, folder: Path, names: Names) -> Sensitivity:
    """What `[sensitivity]` says; mistakes are taken down.

    Args:
        entry: the section.
        folder: of the experiment file.
        names: of the model and the groups.
    """
    fields = entry.fields(_KEYS, (), "in [sensitivity]")
    word = fields["sampling"].choice(Sampling) if "sampling" in fields else None
    sampling = Sampling(word) if word else Sampling.LATIN_HYPERCUBE
    for key, only in _OF_ONE.items():
        if key in fields and sampling is not only:
            message = f'“{key}” is for sampling = "{only}", and this is "{sampling}"'
            fields[key].wrong_key("S3C702", message, "leave it out, or change the sampling")
    given: dict[str, Any] = dict(_numbers(fields, sampling))
    if "streams" in fields and (streams := fields["streams"].choice(Streams)):
        given["streams"] = Streams(streams)
    runs = given.pop("runs", usual_runs(sampling))
    if sampling is Sampling.FILE:
        parameters, rows, table = _of_table(entry, fields, folder, names)
        return Sensitivity(parameters, sampling, len(rows), table=table, rows=rows, **given)
    parameters = tuple(_parameters(fields["parameters"], names)) if "parameters" in fields else ()
    if not parameters and not entry.page.found:
        hint = 'add [sensitivity.parameters], and "x" = { distribution = "uniform", … } to it'
        entry.wrong("S3C710", "nothing varies", hint)
    found = Sensitivity(parameters, sampling, runs, **given)
    refuse_too_many(found, fields.get("runs", entry))
    return found


def refuse_too_many(sensitivity: Sensitivity, entry: Entry) -> None:
    """Take down that there are more runs than can be kept."""
    if message := too_many_runs(sensitivity):
        entry.wrong("S3C711", message, "take fewer runs, or another sampling")


# --- numbers ---


def _numbers(fields: dict[str, Entry], sampling: Sampling) -> Iterator[tuple[str, Any]]:
    """What the section says in numbers, each only if it is right."""
    if "runs" in fields and (runs := fields["runs"].whole(1)) is not None:
        if sampling is Sampling.SOBOL_INDICES and runs & (runs - 1):
            below = 1 << (runs.bit_length() - 1)
            message = f"the base sample of Sobol' indices is a power of 2, and not {runs}"
            fields["runs"].wrong("S3C703", message, f"take {below} or {2 * below}")
        yield "runs", runs
    if "seed" in fields and (seed := fields["seed"].whole(0)) is not None:
        yield "seed", seed
    if "levels" in fields and (levels := fields["levels"].whole(2)) is not None:
        if levels % 2 or levels > _MOST_LEVELS:
            message = f"“levels” must be even, and at most {_MOST_LEVELS}"
            fields["levels"].wrong("S3C703", message, "4 is usual")
        yield "levels", levels
    if "second_order" in fields:
        value = fields["second_order"].value
        if isinstance(value, bool):
            yield "second_order", value
        else:
            message = "“second_order” must be true or false"
            fields["second_order"].wrong("S3C703", message, "write second_order = true")
    if "confidence" in fields and (share := fields["confidence"].number()) is not None:
        if not 0 < share < 1:
            message = "“confidence” must be between 0 and 1"
            fields["confidence"].wrong("S3C703", message, "write confidence = 0.95")
        yield "confidence", share
    if "times" in fields and (times := fields["times"].items(Entry.number)):
        if sorted(set(times)) != times:
            fields["times"].wrong("S3C703", "“times” must rise", "give each time once, in order")
        yield "times", tuple(times)
    elif "times" in fields and fields["times"].value == []:
        fields["times"].wrong("S3C710", "“times” names no time", "leave it out to keep all")
    if "percentiles" in fields:
        yield "percentiles", tuple(_percentiles(fields["percentiles"]))


def _percentiles(entry: Entry) -> list[float]:
    found = entry.items(Entry.number)
    if isinstance(entry.value, list) and not entry.value:
        entry.wrong("S3C710", "“percentiles” names none", "write percentiles = [5, 50, 95]")
    if any(not 0 <= each <= 100 for each in found) or sorted(set(found)) != found:
        message = "“percentiles” must rise, from 0 to 100"
        entry.wrong("S3C703", message, "write percentiles = [5, 50, 95]")
    if len(found) > _MOST_PERCENTILES:
        entry.wrong("S3C703", f"at most {_MOST_PERCENTILES} percentiles are told", "take fewer")
    return found


# --- parameters ---


def _parameters(entry: Entry, names: Names) -> Iterator[Parameter]:
    """What varies, with its distribution."""
    owners: dict[str, str] = {}
    for name, each in entry.table().items():
        for parameter in _parameter(each, name, names):
            claim(each, parameter, owners)
            yield parameter


def _parameter(entry: Entry, name: str, names: Names) -> Iterator[Parameter]:
    """One constant, one factor for some, or each constant of a group or array by itself."""
    constants = names.constants(entry, name)
    distribution = read_distribution(entry, names.model, ("factor", "each"))
    factor, apart = _flag(entry, "factor"), _flag(entry, "each")
    if factor and apart:
        message = "“factor” and “each” contradict one another"
        entry.wrong("S3C707", message, "one factor is for all; each = true varies every value")
    if not constants or distribution is None or factor is None or apart is None:
        return
    if apart:
        for constant in _elements(constants, names):
            yield Parameter(constant, (constant,), distribution, span=entry.key_span)
        return
    is_group = fold(name) in names.groups
    selection = None if is_group else names.model.select(constants[0])
    if selection and selection.place is None and selection.variable.axes and not factor:
        first = columns_of(selection.variable)[0]
        hint = f"name one, such as “{first}”; or add each = true, or factor = true"
        entry.wrong_key("S3C705", f"“{constants[0]}” has many elements", hint)
        return
    shown = name if is_group else constants[0]
    yield Parameter(shown, constants, distribution, factor or is_group, entry.key_span)


def _elements(constants: tuple[str, ...], names: Names) -> Iterator[str]:
    """The constants, of arrays their elements."""
    for constant in constants:
        found = names.model.select(constant)
        yield from columns_of(found.variable) if found.place is None else (constant,)


def _flag(entry: Entry, key: str) -> bool | None:
    """Whether a table has a key that is true; None if it is neither true nor false."""
    value = entry.value.get(key, False) if isinstance(entry.value, dict) else False
    if isinstance(value, bool):
        return value
    message = f"“{key}” must be true or false"
    entry.below(key, value).wrong("S3C703", message, f"write {key} = true")
    return None


# --- tables of samples ---


def _of_table(
    entry: Entry, fields: dict[str, Entry], folder: Path, names: Names
) -> tuple[tuple[Parameter, ...], tuple[tuple[float | None, ...], ...], Path | None]:
    """What the rows of a table vary, the rows, and the table's path."""
    if "runs" in fields:
        message = "the runs are the rows of the table"
        fields["runs"].wrong_key("S3C702", message, "leave “runs” out")
    factors: list[str] = []
    for name, each in fields["parameters"].table().items() if "parameters" in fields else ():
        each.fields(("factor",), (), "of a parameter whose values are in a table")
        constants = names.constants(each, name)
        if _flag(each, "factor"):
            factors += constants
    if "table" not in fields:
        entry.wrong("S3C704", "“table” is missing in [sensitivity]", 'add table = "samples.csv"')
        return (), (), None
    file = fields["table"].text()
    if file is None:
        return (), (), None
    path = folder / file
    return *read_samples(fields["table"], path, names, frozenset(factors)), path
