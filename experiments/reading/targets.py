"""The `[calibrate]` section: what is free, and the targets, in the file or in tables beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from s3c.runtime import columns_of, did_you_mean, fold, printable

from ..sampling.distributions import HAVE_DENSITY, Distribution
from ..tree import Derivatives, Fit, FitMethod, Free, MeasuredSeries, Moment, Target
from .certainty import read_certainty
from .entries import Entry
from .names import Names
from .spreads import read_distribution
from .tables import read_rows

__all__ = ["USES", "column_of", "known_scenario", "read_fit", "read_free", "some_of"]

_COLUMNS = ("scenario", "variable", "at", "value", "weight", "use", "minus", "note")
_NEEDED = ("scenario", "variable", "value")
_NUMBERS = ("at", "value", "weight")
_TEXTS = ("scenario", "variable", "minus")
USES = ("fit", "hold out")
_KEYS = (
    *("free", "targets", "method", "starts", "seed", "derivatives"),
    *("intervals", "confidence", "mcmc"),
)
_LONGEST = 200  # of a name that is looked for among others
_MOST_NAMED = 6
_HEAVIEST = 1e12
_FARTHEST = 1e100  # bound
_MOST_STARTS = 10_000


def read_fit(
    entry: Entry,
    targets: Entry | None,
    folder: Path,
    names: Names,
    scenarios: Collection[str] | None,
    series: tuple[MeasuredSeries, ...] | None = None,
) -> Fit:
    """What `[calibrate]` and the `[[target]]`s say; mistakes are taken down.

    Args:
        entry: the section.
        targets: the array of `[[target]]`, if there is any.
        folder: of the experiment file.
        names: of the model and the groups.
        scenarios: their names; None if not all of them are known.
        series: what the `[[series]]` say, if there are any.
    """
    fields = entry.fields(_KEYS, ("free",), "in [calibrate]")
    free = tuple(read_free(fields["free"], names)) if "free" in fields else ()
    read = [] if targets is None else list(_in_file(targets, names, scenarios))
    if "targets" in fields:
        read += _in_tables(fields["targets"], folder, names, scenarios)
    elif targets is None and series is None:
        hint = 'add targets = "targets.csv", [[target]] or [[series]]'
        entry.wrong("S3C710", "there is nothing to fit to", hint)
    found = [each for each in read if each is not None]
    method = fields["method"].choice(FitMethod) if "method" in fields else None
    starts = fields["starts"].whole(1) if "starts" in fields else 1
    seed = fields["seed"].whole(0) if "seed" in fields else 0
    slopes = fields["derivatives"].choice(Derivatives) if "derivatives" in fields else None
    if starts is not None and starts > _MOST_STARTS:
        fields["starts"].wrong("S3C703", f"“starts” must be at most {_MOST_STARTS}", "take fewer")
    held_out = [each.held_out for each in found] + [each.held_out for each in series or ()]
    if not entry.page.found and all(held_out):
        entry.wrong("S3C710", "there is nothing to fit to", "add a target that is not held out")
    return Fit(
        *(free, tuple(found), FitMethod(method or FitMethod.LEAST_SQUARES)),
        *(starts or 1, seed or 0, series or ()),
        derivatives=Derivatives(slopes or Derivatives.DIFFERENCES),
        **read_certainty(fields, len(free)),
    )


# --- what is free ---


def read_free(entry: Entry, names: Names) -> Iterator[Free]:
    """The constants and groups that a search may change; mistakes are taken down."""
    owners: dict[str, str] = {}
    for name, each in entry.table().items():
        for free in _free(each, name, names):
            for constant in free.constants:
                if constant in owners:
                    message = f"“{constant}” is free twice, also as “{printable(owners[constant])}”"
                    each.wrong_key("S3C707", message, "leave out one of the two")
                owners[constant] = name
            yield free
    if isinstance(entry.value, dict) and not entry.value:
        entry.wrong("S3C710", "nothing is free", 'add "x" = { bounds = [0, 1] }')


def _free(entry: Entry, name: str, names: Names) -> Iterator[Free]:
    """One constant, one factor for a group, or each constant of a group."""
    constants = names.constants(entry, name)
    fields = entry.fields(("start", "bounds", "each", "prior"), ("bounds",), "of what is free")
    bounds = fields["bounds"].items(Entry.number) if "bounds" in fields else []
    start = fields["start"].number() if "start" in fields else None
    each = fields["each"].value if "each" in fields else False
    prior = _prior(fields["prior"], names) if "prior" in fields else None
    if not isinstance(each, bool):
        fields["each"].wrong("S3C703", "“each” must be true or false", "write each = true")
    if "bounds" not in fields or not isinstance(fields["bounds"].value, list):
        return
    if len(fields["bounds"].value) != 2:
        fields["bounds"].wrong("S3C703", "“bounds” are two numbers", "write [lowest, highest]")
        return
    if not constants or len(bounds) < 2:
        return
    lower, upper = bounds
    if max(abs(lower), abs(upper)) > _FARTHEST:
        message = f"bounds must be within {-_FARTHEST:g} and {_FARTHEST:g}"
        fields["bounds"].wrong("S3C708", message, "draw them closer")
        return
    if not lower < upper:
        hint = f"write [{upper:g}, {lower:g}]" if lower > upper else "leave room between them"
        message = f"the lower bound {lower:g} is not below the upper bound {upper:g}"
        fields["bounds"].wrong("S3C708", message, hint)
        return
    if start is not None and not lower <= start <= upper:
        message = f"the start {start:g} is not between the bounds {lower:g} and {upper:g}"
        fields["start"].wrong("S3C708", message, "move the start or a bound")
        return
    if each is True:
        for constant in constants:
            yield Free(constant, (constant,), lower, upper, start, span=entry.key_span, prior=prior)
        return
    is_factor = fold(name) in names.groups
    shown = name if is_factor else constants[0]
    yield Free(shown, constants, lower, upper, start, is_factor, entry.key_span, prior)


def _prior(entry: Entry, names: Names) -> Distribution | None:
    """What is known of a number before; None if it is wrong."""
    found = read_distribution(entry, names.model, ())
    if found is not None and not isinstance(found, HAVE_DENSITY):
        hint = "take one that has a density, such as the normal one"
        entry.wrong("S3C703", "a distribution of single numbers is no prior", hint)
        return None
    return found


# --- targets ---


def _in_file(
    entry: Entry, names: Names, scenarios: Collection[str] | None
) -> Iterator[Target | None]:
    """Those that stand in the experiment file."""
    for each in entry.items(lambda item: item):
        yield _target(each, names, scenarios)


def _in_tables(
    entry: Entry, folder: Path, names: Names, scenarios: Collection[str] | None
) -> Iterator[Target | None]:
    """Those that stand in tables beside it."""
    for file in entry.one_or_more(lambda item: item):
        name = file.text()
        if name is not None:
            for row in read_rows(file, folder / name, _COLUMNS, _NEEDED, _NUMBERS):
                target = _target(row, names, scenarios)
                note = str(row.value.get("note", "")).strip()
                yield target and replace(target, note=note)


def _target(entry: Entry, names: Names, scenarios: Collection[str] | None) -> Target | None:
    """One target; None if it is wrong."""
    before = len(entry.page.found)
    fields = entry.fields(_COLUMNS, _NEEDED, "in a target")
    texts = {key: each.text() or "" for key, each in fields.items() if key in _TEXTS}
    for key in ("scenario", "minus"):
        if texts.get(key):
            known_scenario(fields[key], texts[key], scenarios)
    value = fields["value"].number() if "value" in fields else None
    at = _at(fields["at"]) if "at" in fields else Moment.END
    weight = fields["weight"].number() if "weight" in fields else 1.0
    if weight is not None and not 0 < weight <= _HEAVIEST:
        message = f"a weight must be above 0, and at most {_HEAVIEST:g}"
        fields["weight"].wrong("S3C703", message, "to compare only, hold the target out")
    use = fields["use"].choice(USES) if "use" in fields else None
    variable = (
        column_of(fields["variable"], texts["variable"], names) if "variable" in texts else ""
    )
    if len(entry.page.found) > before or value is None or at is None or weight is None:
        return None
    return Target(
        *(texts["scenario"], variable, value, at, weight, use == "hold out"),
        minus=texts.get("minus"),
        span=entry.span,
    )


def known_scenario(entry: Entry, name: str, scenarios: Collection[str] | None) -> None:
    """Take down that there is no such scenario, if there is none."""
    if scenarios is not None and name not in scenarios:
        message = f"there is no scenario “{printable(name[:_LONGEST])}”"
        hint = did_you_mean(name[:_LONGEST], scenarios)
        entry.wrong("S3C709", message, hint or some_of(scenarios))


def _at(entry: Entry) -> float | Moment | None:
    """A time, or a word for one."""
    if not isinstance(entry.value, str):
        return entry.number()
    word = entry.choice(Moment)
    return None if word is None else Moment(word)


def column_of(entry: Entry, name: str, names: Names) -> str:
    """The name of a single number over time; nothing if it is wrong."""
    found = names.variable(entry, name)
    if found is None:
        return ""
    if found.place is None and found.variable.axes:
        hint = f"name one, such as “{columns_of(found.variable)[0]}”"
        entry.wrong("S3C705", f"“{found.name}” has many elements", hint)
    return found.name


def some_of(scenarios: Collection[str]) -> str:
    """A hint that names some scenarios."""
    names = [f"“{printable(name)}”" for name in list(scenarios)[:_MOST_NAMED]]
    more = " and others" if len(scenarios) > _MOST_NAMED else ""
    return f"there are {', '.join(names)}{more}"
