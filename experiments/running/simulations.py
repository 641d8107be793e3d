"""Many runs of one model that differ in numbers: what they have in common is prepared once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import NA, CompiledModel, Kind, Selection, Space, apply_changes, fold, on_top

from ..tree import Experiment, Held, Scenario, Texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from s3c.runtime import Run

    Floats: TypeAlias = NDArray[np.float64]
    Values: TypeAlias = Mapping[str, float | Floats]
    """Numbers, or arrays of them, by the names of variables."""
    Changes: TypeAlias = Mapping[str, Held | Floats]
    """Points of lookups and texts, too."""

__all__ = ["Simulations"]

_SEED = "NOISE SEED"
_MOST_HELD = 100  # models with replaced equations that are kept


class Simulations:
    """Runs an experiment's model with changes.

    Attributes:
        benchmark: the values of all constants in the benchmark, by name: numbers, or arrays. What
            the model reads from files is read once, for them.
        columns: the names of the numbers over time that `run` gives.
    """

    def __init__(self, experiment: Experiment, save: Iterable[str]) -> None:
        self._model = model = experiment.model
        self._settings = settings = experiment.settings
        self._save = tuple(dict.fromkeys(save))
        self._has_seed = model.find(_SEED) is not None
        times = {
            "INITIAL TIME": settings.initial_time,
            "FINAL TIME": settings.final_time,
            "TIME STEP": settings.time_step,
            "SAVEPER": settings.saveper,
        }
        given = {name: value for name, value in times.items() if value is not None}
        self._given = {**experiment.constants, **given}
        self._tables: dict[str, Held] = {**dict(experiment.lookups), **dict(experiment.texts)}
        self._held: dict[tuple[tuple[str, float], ...], CompiledModel] = {}
        self._can_hold = False
        self._with_texts: dict[Texts, dict[str, float | Floats]] = {}
        parameters = model.in_space(Space.PARAMETER)
        first = self._simulate({**self._given, **self._tables}, settings.seeds[0])
        self.benchmark: dict[str, float | Floats] = {
            each.name: first[each.name][0] for each in parameters
        }
        self.columns = tuple(
            dict.fromkeys(column for name in self._save for column in first.columns_of(name))
        )
        read = {each.variable for each in model.readings if each.changeable}
        always = {model.select(name).variable.name for name in self._given}
        always |= {each.name for each in parameters if each.python_name in read}
        self._always = always & self.benchmark.keys()
        # Series and lookups that a run is given replace equations, too, and would undo it.
        tables = {each.python_name for each in model.in_space(Space.TABLE)}
        self._can_hold = not (
            any(each.kind is Kind.DATA for each in model.variables)
            or any(each.variable in tables for each in model.readings)
            or any((self._tables, *(each.lookups or each.texts for each in experiment.scenarios)))
        )

    def changes(self, scenario: Scenario, fitted: Values | None = None) -> dict[str, Held | Floats]:
        """All that a scenario sets, by name.

        Args:
            scenario: what it scales is taken times its benchmark value, or its fitted one.
            fitted: values of constants or elements that stand in the place of the benchmark's; of
                an array one number for all, or an array of its shape.
        """
        values = self._benchmark_with(scenario.texts)
        touched = set(self._always)
        others = {
            name: value
            for name, value in self._given.items()
            if self._model.select(name).variable.name not in values
        }
        for name, value in (fitted or {}).items():
            touched.add(_put(self._model.select(name), values, value, times=False))
        for name, factor in scenario.scale:
            touched.add(_put(self._model.select(name), values, factor, times=True))
        for name, value in scenario.set:
            selection = self._model.select(name)
            if selection.variable.name in values:
                touched.add(_put(selection, values, value, times=False))
            else:
                others.pop(name, None)  # so that it goes on top of what was there
                others[name] = value
        numbers = {name: values[name] for name in values if name in touched}
        tables = on_top(self._tables, dict(scenario.lookups), dict(scenario.texts))
        return {**numbers, **others, **tables}

    def _benchmark_with(self, texts: Texts) -> dict[str, float | Floats]:
        """The benchmark, its constants read from the files that these texts name."""
        if not texts:
            return dict(self.benchmark)
        if texts not in self._with_texts:
            changes = {**self._given, **self._tables, **dict(texts)}
            run = self._simulate(changes, self._settings.seeds[0])
            self._with_texts[texts] = {name: run[name][0] for name in self.benchmark}
        return dict(self._with_texts[texts])

    def run(self, changes: Changes, seed: int | None) -> tuple[Floats, Floats]:
        """The save times (n_times,), and the columns over them (n_columns, n_times).

        Where a value is `:NA:`, it is NaN.

        Raises:
            SimulationError: an equation has no finite value.
            RunError: something cannot be set so.
        """
        import numpy as np

        run = self._simulate(changes, seed)
        found = np.array([run[column] for column in self.columns]).reshape(-1, len(run.time))
        return run.time, np.where(found == NA, np.nan, found)

    def _simulate(self, changes: Changes, seed: int | None) -> Run:
        model, settings, wanted = self._model, self._settings, dict(changes)
        if self._has_seed and fold(_SEED) in map(fold, wanted):
            seed = None
        if self._can_hold:
            model, wanted = self._holding(wanted)
        return model.run(
            wanted, data=settings.data or None, data_root=settings.data_root,
            method=settings.method, seed=seed, save=self._save,
        )  # fmt: skip

    def _holding(
        self, changes: dict[str, Held | Floats]
    ) -> tuple[CompiledModel, dict[str, Held | Floats]]:
        """A model whose equations are replaced already, and what is left to change.

        To replace an equation takes several times as long as to run a small model; what differs
        between the runs of an experiment is mostly constants, which are given to a run as they are.
        """
        held = tuple(
            (name, float(each))  # type: ignore[arg-type]  # points are never held
            for name, each in changes.items()
            if self._model.select(name).variable.space is not Space.PARAMETER
        )
        if not held:
            return self._model, changes
        if held not in self._held:
            if len(self._held) >= _MOST_HELD:
                self._held.pop(next(iter(self._held)))
            equations = apply_changes(self._model, dict(held)).equations
            self._held[held] = replace(self._model, equations=equations)
        names = {name for name, _ in held}
        return self._held[held], {name: each for name, each in changes.items() if name not in names}


def _put(
    selection: Selection,
    values: dict[str, float | Floats],
    number: float | Floats,
    *,
    times: bool,
) -> str:
    """Give a constant, or an element of one, a number, or take it times the number; its name."""
    import numpy as np

    name = selection.variable.name
    whole = np.array(values[name], dtype=np.float64)
    place = ... if selection.place is None else selection.place
    whole[place] = whole[place] * number if times else number
    values[name] = whole if selection.variable.axes else float(whole)
    return name
