"""From an experiment file to an `Experiment`, with all that is wrong in it told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any

import s3c
from s3c.runtime import (
    CompiledModel,
    Kind,
    Method,
    RunError,
    Space,
    fold,
    on_top,
    printable,
)

from ..fitting.goals import Optimization
from ..tree import (
    BENCHMARK,
    Experiment,
    Fit,
    MeasuredSeries,
    RunSettings,
    Scenario,
    Sensitivity,
)
from .changes import read_changes_in
from .entries import Entry, read_page
from .names import Names
from .payoffs import read_optimization
from .products import Product, read_list, read_product
from .sensitivity import read_sensitivity
from .series import read_series
from .tables import read_rows
from .targets import read_fit

__all__ = ["load_named", "read_experiment", "usual_save"]

_KEYS = (
    *("model", "save", "run", "groups", "constants", "constants_from"),
    *("changes", "lookups", "texts", "scenario", "product", "list"),
    *("calibrate", "target", "series", "sensitivity", "optimize", "payoff"),
)
_TIMES = {
    "initial_time": "INITIAL TIME",
    "final_time": "FINAL TIME",
    "time_step": "TIME STEP",
    "saveper": "SAVEPER",
}
_RUN_KEYS = (*_TIMES, "method", "seed", "seeds", "data", "data_root")
_MOST_RUNS = 100_000
_UNCOUNTED = 1_000_000_000
_MOST_CHANGES = 5_000_000  # all that scenarios scale and set
_LONGEST_NAME = 200


def read_experiment(path: str | PathLike[str]) -> Experiment:
    """Read an experiment file, which is TOML, and load its model.

    Names of variables may be spelled as Vensim accepts them. Files are named from the folder of the
    experiment file.

    Args:
        path: the file.

    Raises:
        RunError: S3C606, it cannot be read.
        ExperimentError: S3C7xx, it has mistakes; all of them are in it.
        CompileError: its model has errors; all of them are in it.
    """
    file = Path(path)
    top = read_page(file)
    fields = top.fields(_KEYS, ("model",), "in an experiment")
    settings = _settings(fields["run"], file) if "run" in fields else RunSettings()
    model = _load(fields["model"], file, settings) if "model" in fields else None
    if model is None:
        top.page.stop()
    assert model is not None
    names = Names(model, {})
    groups = dict(_groups(fields["groups"], names)) if "groups" in fields else {}
    names = Names(model, {fold(name): constants for name, constants in groups.items()})
    changes = read_changes_in(fields, file.parent, names)
    constants = on_top(dict(_fitted(fields, names, file)), dict(changes.set))
    _given_twice(fields, constants)
    before = len(top.page.found)
    scenarios = _scenarios(fields, names, file.parent, len(settings.seeds))
    # Which there are is not known if one of them is wrong.
    known = {each.name for each in scenarios} if len(top.page.found) == before else None
    fit: Fit | None = None
    if "calibrate" in fields:
        targets, series = fields.get("target"), fields.get("series")
        measured: tuple[MeasuredSeries, ...] | None = None
        if series is not None:
            measured = tuple(read_series(series, file.parent, settings.data, names, known))
        fit = read_fit(fields["calibrate"], targets, file.parent, names, known, measured)
    for key in ("target", "series"):
        if key in fields and "calibrate" not in fields:
            message = f"“{key}” needs a section [calibrate]"
            fields[key].wrong_key("S3C704", message, "add [calibrate]")
    sensitivity: Sensitivity | None = None
    if "sensitivity" in fields:
        sensitivity = read_sensitivity(fields["sensitivity"], file.parent, names)
    optimization: Optimization | None = None
    if "optimize" in fields:
        optimization = read_optimization(fields["optimize"], fields.get("payoff"), names, known)
    elif "payoff" in fields:
        fields["payoff"].wrong_key("S3C704", "a payoff needs a section [optimize]", "add it")
    save = _save(fields.get("save"), names)
    is_idle = len(scenarios) == 1 and not (fit or sensitivity or optimization)
    if is_idle and not top.page.found:
        hint = "add [[scenario]], [[product]], [calibrate], [sensitivity] or [optimize]"
        fields["model"].wrong_key("S3C710", "the experiment has nothing to run", hint)
    top.page.stop()
    return Experiment(
        *(file, model, save, settings, groups, constants, scenarios, fit),
        sensitivity=sensitivity,
        lookups=changes.lookups,
        texts=changes.texts,
        warnings=tuple(top.page.doubts),
        optimization=optimization,
    )


def _load(entry: Entry, file: Path, settings: RunSettings) -> CompiledModel | None:
    """The model; None if it cannot be loaded.

    Raises:
        CompileError: the model has errors.
    """
    name = entry.text()
    if name is None:
        return None
    try:
        return load_named(file.parent / name, settings.data_root)
    except RunError as error:
        entry.wrong(error.code, printable(error.message), error.hint)
    except ValueError:  # a name with a zero in it
        entry.wrong("S3C606", "the model cannot be read", "check the file's name")
    return None


def load_named(path: Path, data_root: Iterable[str | PathLike[str]] = ()) -> CompiledModel:
    """Load a model that a file names, which may be a stranger's: its text, and never Python.

    Raises:
        CompileError: the model has errors. RunError: S3C606, it cannot be read, or is a module.
    """
    if path.suffix.lower() == ".py":
        message = f"“{path}” is a module of Python, which would be executed"
        raise RunError("S3C606", message, "name the model file that it was compiled from")
    return s3c.load(path, data_root=data_root)


# --- what all runs have in common ---


def _settings(entry: Entry, file: Path) -> RunSettings:
    """The section `[run]`."""
    fields = entry.fields(_RUN_KEYS, (), "in [run]")
    given: dict[str, Any] = {}
    for key in _TIMES:
        if key in fields and (number := fields[key].number()) is not None:
            given[key] = number
    if "method" in fields:
        given["method"] = fields["method"].choice(Method)
    for key in ("data", "data_root"):
        if key in fields:
            given[key] = tuple(file.parent / name for name in fields[key].one_or_more(Entry.text))
    seeds = _seeds(fields)
    return RunSettings(**given, seeds=seeds) if seeds else RunSettings(**given)


def _seeds(fields: dict[str, Entry]) -> tuple[int, ...]:
    """The seeds of all runs of a scenario; nothing if the file does not say."""
    first = fields["seed"].whole(0) if "seed" in fields else None
    if "seeds" not in fields:
        return () if first is None else (first,)
    entry = fields["seeds"]
    if isinstance(entry.value, list):
        if first is not None:
            message = "“seed” and a list of “seeds” contradict one another"
            fields["seed"].wrong_key("S3C707", message, "leave out one of the two")
        seeds = entry.items(lambda item: item.whole(0))
        if not entry.value or len(set(seeds)) < len(seeds):
            entry.wrong("S3C703", "“seeds” must be numbers, each once", "write seeds = 20")
        return tuple(seeds)
    count = entry.whole(1)
    if count is None or count > _MOST_RUNS:
        if count is not None:
            entry.wrong("S3C711", f"more than {_MOST_RUNS} seeds are too many", "take fewer")
        return ()
    start = 1 if first is None else first
    return tuple(range(start, start + count))


def _given_twice(fields: dict[str, Entry], constants: dict[str, float]) -> None:
    """Take down what `[run]` and the constants both say."""
    run = fields["run"].value if "run" in fields else {}
    known = {fold(name) for name in constants}
    for key, name in _TIMES.items():
        if isinstance(run, dict) and key in run and fold(name) in known:
            message = f"“{name}” is also among the constants"
            fields["run"].below(key, run[key]).wrong_key("S3C707", message, "leave out one of them")


# --- names and numbers ---


def _groups(entry: Entry, names: Names) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Groups and their constants."""
    seen: set[str] = set()
    for name, each in entry.table().items():
        folded = fold(name[:_LONGEST_NAME])
        variable = names.model.find(folded)
        # A computed variable may be called as the group of its constants: only these are scaled.
        if folded in seen or (variable is not None and variable.space is Space.PARAMETER):
            what = "a group" if folded in seen else "a constant"
            message = f"“{printable(name[:_LONGEST_NAME])}” is the name of {what} already"
            each.wrong_key("S3C707", message, "choose another")
        seen.add(folded)
        found: list[str] = []
        for item in each.items(lambda item: item):
            constant = item.text()
            found += names.constants(item, constant, on_key=False) if constant is not None else ()
        if isinstance(each.value, list) and not each.value:
            each.wrong("S3C703", "a group must have a constant", "name its constants in quotes")
        for twice in {constant for constant in found if found.count(constant) > 1}:
            each.wrong("S3C707", f"“{twice}” is in the group twice", "leave it out once")
        yield name, tuple(found)


def _fitted(fields: dict[str, Entry], names: Names, file: Path) -> Iterator[tuple[str, float]]:
    """What the tables of `constants_from` set."""
    if "constants_from" not in fields:
        return
    for each in fields["constants_from"].one_or_more(lambda item: item):
        name = each.text()
        if name is None:
            continue
        columns = ("name", "value", "note")
        for row in read_rows(each, file.parent / name, columns, columns[:2], ("value",)):
            cells = row.fields(columns, columns[:2], "in a row")
            if "name" in cells and "value" in cells:
                found = names.settable(row, str(cells["name"].value))
                value = cells["value"].number()
                if found is not None and value is not None:
                    yield found, value


def usual_save(model: CompiledModel) -> tuple[str, ...]:
    """What is looked at if nobody says: the stocks, or else all that changes."""
    shown = [each for each in model.variables if not each.hidden]
    stocks = tuple(each.name for each in shown if each.kind is Kind.STOCK)
    return stocks or tuple(each.name for each in shown if each.space is Space.AUXILIARY)


def _save(entry: Entry | None, names: Names) -> tuple[str, ...]:
    """What is looked at: what `save` names, or what is usual."""
    if entry is None:
        return usual_save(names.model)
    found: list[str] = []
    for each in entry.one_or_more(lambda item: item):
        name = each.text()
        selection = None if name is None else names.variable(each, name)
        found += [] if selection is None else [selection.name]
    if entry.value == []:
        entry.wrong("S3C710", "“save” names nothing to look at", "leave it out, or name variables")
    return tuple(dict.fromkeys(found))


# --- scenarios ---


def _scenarios(
    fields: dict[str, Entry], names: Names, folder: Path, seeds: int
) -> tuple[Scenario, ...]:
    """The benchmark, the scenarios, and those that products and lists make."""
    owners: dict[str, Entry | None] = {BENCHMARK: None}
    found = [Scenario(BENCHMARK)]

    def add(scenario: Scenario, entry: Entry) -> None:
        if scenario.name in owners:
            what = "the run without changes" if owners[scenario.name] is None else "a scenario"
            message = f"“{printable(scenario.name)}” is the name of {what} already"
            entry.wrong("S3C707", message, "choose another name")
            return
        scaled = {name for name, _ in scenario.scale}
        for name in {name for name, _ in scenario.set} & scaled:
            message = f"“{name}” is both scaled and set in “{printable(scenario.name)}”"
            entry.wrong("S3C714", message, "leave out one of the two")
        owners[scenario.name] = entry
        found.append(scenario)

    for each in fields["scenario"].items(lambda item: item) if "scenario" in fields else ():
        scenario = _scenario(each, folder, names)
        if scenario is not None:
            add(scenario, _named(each))
    read = [
        product
        for key, how in (("product", read_product), ("list", read_list))
        for each in (fields[key].items(lambda item: item) if key in fields else ())
        if (product := how(each, names)) is not None
    ]
    if _too_many(read, len(found), seeds):
        return tuple(found)
    for product in read:
        for scenario in product.scenarios():
            add(scenario, _named(product.entry))
    return tuple(found)


def _named(entry: Entry) -> Entry:
    """The name of a scenario, or the scenario itself if it has none."""
    return entry.below("name", entry.value["name"]) if "name" in entry.value else entry


def _too_many(products: list[Product], others: int, seeds: int) -> bool:
    """Whether there are more runs than is sensible; then it is taken down."""
    count = others + sum(each.count for each in products)
    changes = sum(each.count * len(side.constants) for each in products for side in each.sides)
    if count * seeds <= _MOST_RUNS and changes <= _MOST_CHANGES:
        return False
    largest = max(products, key=lambda each: each.count, default=None)
    shown = str(count) if count < _UNCOUNTED else "thousands of millions of"
    message = f"the experiment has {shown} scenarios, with {seeds} seeds each: too many"
    hint = f"at most {_MOST_RUNS} runs: combine fewer numbers, or take fewer seeds"
    if largest is not None:
        largest.entry.wrong("S3C711", message, hint)
    return largest is not None


def _scenario(entry: Entry, folder: Path, names: Names) -> Scenario | None:
    """A `[[scenario]]`; None if it is wrong."""
    keys = ("name", "scale", "set", "lookups", "texts", "changes")
    fields = entry.fields(keys, ("name",), "in a scenario")
    name = fields["name"].text() if "name" in fields else None
    scale: list[tuple[str, float]] = []
    if "scale" in fields:
        for key, each in fields["scale"].table().items():
            factor = each.number()
            scale += [(constant, factor or 0.0) for constant in names.constants(each, key)]
    changes = read_changes_in(fields, folder, names, constants="set")
    if name is None:
        return None
    if not name.strip() or len(name) > _LONGEST_NAME:
        message = f"a scenario's name must have 1 to {_LONGEST_NAME} letters"
        fields["name"].wrong("S3C703", message, "choose a short one")
        return None
    return Scenario(name, tuple(scale), changes.set, changes.lookups, changes.texts)
