"""Many runs of one model that differ in numbers: what they have in common is prepared once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import (
    NA,
    CompiledModel,
    Kind,
    RunError,
    Selection,
    Space,
    apply_changes,
    fold,
    on_top,
)

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
_APART = ("INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER", _SEED)
_MOST_HELD = 100  # models with replaced equations that are kept


class Simulations:
    """Runs an experiment's model with changes.

    Attributes:
        benchmark: the values of all constants in the benchmark, by name: numbers, or arrays. What
            the model reads from files is read once, for them.
        columns: the names of the numbers over time that `run` gives.
        size: how many numbers `run` gave of the benchmark.
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
        self._constants = tuple(each.name for each in parameters)
        first = self._with_constants({**self._given, **self._tables})
        self.benchmark: dict[str, float | Floats] = {
            each.name: first[each.name][0] for each in parameters
        }
        self.columns = tuple(
            dict.fromkeys(column for name in self._save for column in first.columns_of(name))
        )
        self.size = max(1, len(self.columns)) * len(first.time)
        read = {each.variable for each in model.readings if each.changeable}
        always = {model.select(name).variable.name for name in self._given}
        always |= {each.name for each in parameters if each.python_name in read}
        self._always = always & self.benchmark.keys()
        # Series and lookups that a run is given replace equations, too, and would undo it; native
        # code is that of the equations as they are.
        tables = {each.python_name for each in model.in_space(Space.TABLE)}
        self._can_hold = not (
            first.engine == "native"
            or any(each.kind is Kind.DATA for each in model.variables)
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
            run = self._with_constants(changes)
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

    def alike(self, changes: Sequence[Changes]) -> list[list[int]]:
        """The numbers of the runs that can be made together.

        Those are runs of the same model at the same times: they differ in constants alone, but
        for those of the clock and the seed.
        """
        found: dict[tuple[tuple[str, object], ...], list[int]] = {}
        for number, each in enumerate(changes):
            key = tuple((name, _key(each[name])) for name in each if not self._can_vary(name))
            found.setdefault(key, []).append(number)
        return list(found.values())

    def joined(
        self, changes: Sequence[Changes], seed: int | None
    ) -> list[tuple[Floats, Floats] | None] | None:
        """What `run` gives for each of some runs that are alike, by native code.

        None stands for a run without finite values; for all of them, if they cannot be made so.
        """
        import numpy as np

        benchmark = self.benchmark
        varied: dict[str, Floats] = {}
        also = {name: each for name, each in changes[0].items() if not self._can_vary(name)}
        for name in dict.fromkeys(name for each in changes for name in each):
            if not self._can_vary(name):
                continue
            given = [each.get(name, benchmark[name]) for each in changes]
            # What nobody has touched is the very same object in all of them.
            if all(each is benchmark[name] for each in given):
                also[name] = benchmark[name]
            else:
                varied[name] = np.array(given)
        if any(isinstance(each, str) for each in also.values()):
            return None  # what constants are then, the files say that texts name
        settings, seed = self._settings, self._seed(also, seed)
        try:
            found = self._model.ensemble(
                varied, n_runs=len(changes), save=self._save, times="all", also=also, seed=seed,
                data=settings.data or None, data_root=settings.data_root, method=settings.method,
                on_error="nan", engine="native", only_needed=False,
            )  # fmt: skip
        except RunError:  # a single run says what is wrong, if it does not work either
            return None
        if found.engine != "native" or np.isnan(found.time).any():
            return None
        values = np.stack([found.whole(column) for column in self.columns])
        values = np.where(values == NA, np.nan, values)
        failed = {each.run for each in found.failures}
        return [
            None if number in failed else (found.time, values[:, number])
            for number in range(len(changes))
        ]

    def _can_vary(self, name: str) -> bool:
        """Whether runs that differ in it can be made together."""
        return name in self.benchmark and fold(name) not in map(fold, _APART)

    def _seed(self, changes: Changes, seed: int | None) -> int | None:
        """The seed of a run; one that is a variable of the model is set as such."""
        return None if self._has_seed and fold(_SEED) in map(fold, changes) else seed

    def _with_constants(self, changes: Changes) -> Run:
        """A run of the first seed, with all constants."""
        save = (*self._save, *self._constants)
        return self._simulate(changes, self._settings.seeds[0], save)

    def _simulate(
        self, changes: Changes, seed: int | None, save: tuple[str, ...] | None = None
    ) -> Run:
        model, settings, wanted = self._model, self._settings, dict(changes)
        seed = self._seed(wanted, seed)
        if self._can_hold:
            model, wanted = self._holding(wanted)
        return model.run(
            wanted, data=settings.data or None, data_root=settings.data_root,
            method=settings.method, seed=seed, save=save or self._save,
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
            # Native code would be that of the equations as they were.
            self._held[held] = replace(self._model, equations=equations, native=None)
        names = {name for name, _ in held}
        return self._held[held], {name: each for name, each in changes.items() if name not in names}


def _key(value: object) -> object:
    """What equals that of the same number, text or points, or is the object's own."""
    return value if isinstance(value, float | int | str | tuple) else id(value)


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
