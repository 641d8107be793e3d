"""What a run is asked for, and all that is made of it before its first step."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from operator import index
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from .contract import CLOCK, CompiledModel, Method, Space, Vector
from .data.outside import Outside, outside, take_texts
from .engines import Engine, engine_of
from .errors import ARITHMETIC, RunError, SimulationError, cannot_set
from .guards import Guard, Stop, finite_test
from .integrate import Integration, Start
from .names import fold
from .random import DEFAULT_SEED, MOST_RUNS, Draws
from .recording import Recording
from .setting import Change, Setting, apply_changes

if TYPE_CHECKING:
    from datetime import datetime

    from .errors import Failure
    from .notices import Notices
    from .results import Run

__all__ = [
    "Asked",
    "Begun",
    "Given",
    "RunOptions",
    "asked_of",
    "begin",
    "integration_of",
    "prepared",
    "prepared_again",
]

_SEED = "NOISE SEED"
_Paths: TypeAlias = str | PathLike[str] | Iterable[str | PathLike[str]]


class RunOptions(TypedDict, total=False):
    """The options of a run; `simulate` explains each."""

    data: Any
    data_root: _Paths
    method: Method | str | None
    final_time: float | None
    time_step: float | None
    saveper: float | None
    initial_time: float | None
    seed: float | None
    run_number: int
    clock: datetime | None
    save: Iterable[str] | None
    on_error: Literal["stop", "nan"]
    engine: Engine | str | None
    progress: Callable[[float], None] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for, but for data."""

    changes: Mapping[str, Change]
    texts: Mapping[str, str]
    method: Method
    seed: float | None
    clock: datetime | None
    save: tuple[str, ...] | None
    on_error: Literal["stop", "nan"]
    engine: Engine = Engine.AUTO
    run_number: int = 0


Given: TypeAlias = tuple[Any, _Paths]
"""Data, and the folders where files may be read."""


def asked_of(
    model: CompiledModel, changes: Mapping[str, Change] | None, options: RunOptions
) -> Asked:
    """What the changes and options of a run ask for.

    Raises:
        TypeError: there is no such option.
        RunError: S3C602, something cannot be set so.
    """
    unknown = options.keys() - RunOptions.__annotations__.keys()
    if unknown:
        msg = f"a run has no option {', '.join(sorted(unknown))}"
        raise TypeError(msg)
    seed = options.get("seed")
    times = {
        "FINAL TIME": options.get("final_time"),
        "TIME STEP": options.get("time_step"),
        "SAVEPER": options.get("saveper"),
        "INITIAL TIME": options.get("initial_time"),
        _SEED: seed if model.find(_SEED) else None,
    }
    # What can be gone through once only is kept, since it may be asked for again.
    wanted = {
        name: list(value) if isinstance(value, Iterator) else value
        for name, value in (changes or {}).items()
    }
    spelled = {fold(name) for name in wanted}
    for name, value in times.items():
        if value is not None:
            if fold(name) in spelled:
                raise cannot_set(name, "it is given twice", "leave out one of the two")
            wanted[name] = value
    save, on_error = options.get("save"), options.get("on_error", "stop")
    if on_error not in ("stop", "nan"):
        raise RunError("S3C602", f"on_error is “stop” or “nan”, not {on_error!r}")
    return Asked(
        texts=take_texts(model, wanted),
        changes=wanted,
        method=_method(model, options.get("method")),
        seed=seed,
        clock=options.get("clock"),
        save=(save,) if isinstance(save, str) else None if save is None else tuple(save),
        on_error=on_error,
        engine=engine_of(options.get("engine")),
        run_number=_run_number(options.get("run_number", 0)),
    )


def _run_number(number: Any) -> int:
    """Which of the runs with the same seed."""
    try:
        found = index(number)
    except TypeError:
        found = -1
    if not 0 <= found < MOST_RUNS:
        hint = f"say a whole number from 0 to {MOST_RUNS - 1}"
        raise cannot_set("run_number", f"{number!r} is no run's number", hint)
    return found


@dataclass(slots=True)
class Begun:
    """A run that has begun: how it began, and where it is."""

    model: CompiledModel
    asked: Asked
    outside: Outside
    supplied: Mapping[str, Any]
    """Constants, lookups and series from data, by the generated module's names."""
    setting: Setting
    guard: Guard
    early: tuple[Failure, ...]
    """What failed while series were computed."""
    recording: Recording
    clock: datetime | None = None
    """What the computer's clock showed when the run started, if the model asks for it."""
    notices: Notices | None = None
    """What watches for the texts that the model shows, if there are any."""
    engine_note: str = ""
    """Why the engine that was asked for has not made the run."""
    later: Mapping[str, Change] = field(default_factory=dict)
    """What was set on the way, when a run is resumed."""
    start: Start = field(init=False)
    integration: Integration = field(init=False)

    @property
    def method(self) -> Method:
        """How stocks are integrated."""
        return self.asked.method

    def with_later(self, later: Mapping[str, Change]) -> dict[str, Change]:
        """The changes of the run, and on top of them what was set on the way."""
        kept = {name: value for name, value in self.asked.changes.items() if name not in later}
        return {**kept, **later}

    def guard_of(self, setting: Setting) -> Guard:
        """What to do when an equation of the setting has no finite value."""
        return _guard(self.model, setting, self.asked.on_error)

    def constants(self, setting: Setting, guard: Guard) -> Vector:
        """What is computed once from parameters.

        Raises:
            SimulationError, ArithmeticError, ValueError: something has no finite value.
        """
        constants = guard.equations.constants(setting.parameters)
        fixed: Vector = (*setting.parameters, *constants)
        if not finite_test(self.model)(fixed):
            guard.check("constants", None, lambda: _named(self.model, fixed))
        return constants

    def draws_of(self, fixed: Vector) -> Draws:
        """The random numbers of the run."""
        seed = DEFAULT_SEED if self.asked.seed is None else float(self.asked.seed)
        noise_seed = _noise_seed(self.model, fixed, seed)
        return Draws(seed, self.asked.run_number, noise_seed)

    @contextmanager
    def telling(self, results: Callable[[], Run]) -> Iterator[None]:
        """Say of an error which equation it is in, and give it the results until then."""
        try:
            with _arithmetic(self.model, self.asked.on_error):
                yield
        except SimulationError as error:
            error.run = results()
            raise
        except ARITHMETIC as error:
            from .failures import trace

            found = trace(self.model, error)
            if found is None:
                raise
            raise SimulationError(found.failure, self.model.source, results()) from error

    def results(
        self, recording: Recording, guard: Guard, later: Mapping[str, Change] | None = None
    ) -> Run:
        """The run as far as it was recorded."""
        run = recording.run(
            changes={**self.with_later(later or {}), **self.asked.texts},
            method=self.method,
            failures=(*self.early, *guard.found),
        )
        return self.told(run)

    def told(self, run: Run) -> Run:
        """A run that says what there is to say of its data and of the way it was made."""
        run.without_data = self.outside.missing
        run.notes = self.outside.notes
        run.supplied = self.supplied
        run.engine_note = self.engine_note
        run.clock = self.clock
        run.messages = self.notices.shown if self.notices else ()
        return run


def begin(begun: Begun, draws_for: int = 1) -> Begun:
    """Begin a run that is prepared, at INITIAL TIME.

    Args:
        begun: as `prepared` gives it.
        draws_for: how many steps have the same random numbers.

    Raises:
        RunError, SimulationError: as `simulate`.
    """
    model, guard, recording = begun.model, begun.guard, begun.recording
    with begun.telling(lambda: begun.results(recording, guard)):
        constants = begun.constants(begun.setting, guard)
        fixed: Vector = (*begun.setting.parameters, *constants)
        recording.fix(fixed)
        draws = begun.draws_of(fixed)
        recording.seed = draws.noise_seed
        time = float(guard.equations.start_time(fixed))
        initial_values, stocks, memories = guard.equations.initial(time, fixed, draws.at(0))
        everything: Vector = (*fixed, *initial_values)
        recording.fix(everything)
        if not finite_test(model)(everything, stocks):
            guard.check("initial", time, lambda: _named(model, everything, stocks))
    begun.start = Start(time, everything, stocks, memories)
    begun.integration = integration_of(begun, draws, draws_for)
    return begun


def integration_of(begun: Begun, draws: Draws, draws_for: int = 1) -> Integration:
    """The steps of a run from its start."""
    watch = begun.notices.look if begun.notices else None
    record = begun.recording.record
    method = begun.asked.method
    return Integration(
        begun.model, begun.guard, begun.start, method, draws, record, draws_for, watch
    )


def prepared(
    model: CompiledModel, asked: Asked, given: Given, later: Mapping[str, Change] | None = None
) -> Begun:
    """A run before it begins: its equations with all that is changed, and its data."""
    found = outside(model, asked.texts, asked.changes, *given)
    return _prepared(model, asked, found, later)


def prepared_again(begun: Begun, changes: Mapping[str, Change], run_number: int) -> Begun:
    """Another run before it begins, of the same data at the same time, with other numbers.

    Args:
        begun: the run before.
        changes: of the same variables.
        run_number: which of the runs with the same seed.
    """
    asked = replace(begun.asked, changes=changes, run_number=run_number, clock=begun.clock)
    return _prepared(begun.model, asked, begun.outside, None)


def _prepared(
    model: CompiledModel, asked: Asked, found: Outside, later: Mapping[str, Change] | None
) -> Begun:
    clock, started = _clock(model, asked.clock)
    supplied = {**found.values, **started}
    setting = apply_changes(model, asked.changes, supplied)
    guard = _guard(model, setting, asked.on_error)
    recording = Recording(model, asked.save)
    begun = Begun(model, asked, found, supplied, setting, guard, (), recording)
    begun.clock, begun.notices, begun.later = clock, _notices(model, asked.texts), later or {}
    if model.data_equations:
        _compute_series(begun)
    if later:
        setting = apply_changes(model, begun.with_later(later), begun.supplied)
        begun.setting, begun.guard = setting, begun.guard_of(setting)
    return begun


def _compute_series(begun: Begun) -> None:
    """Compute the series of data equations, from what holds before the run."""
    from .data.equations import computed_series

    model, asked, setting, guard = begun.model, begun.asked, begun.setting, begun.guard
    with begun.telling(lambda: begun.results(begun.recording, guard)):
        fixed = (*setting.parameters, *guard.equations.constants(setting.parameters))
        go_on = asked.on_error == "nan"
        computed = computed_series(model, setting.equations, fixed, go_on=go_on)
    begun.early = computed.failures
    begun.supplied = {**begun.supplied, **computed.series}
    begun.setting = apply_changes(model, asked.changes, begun.supplied)
    begun.guard = begun.guard_of(begun.setting)


def _clock(
    model: CompiledModel, clock: datetime | None
) -> tuple[datetime | None, Mapping[str, float]]:
    """When the run starts, and the parameter that holds it, if the model has one."""
    if clock is None and model.find(CLOCK) is None:
        return None, {}
    from .calendar_time import start_clock

    return start_clock(model, clock)


def _notices(model: CompiledModel, texts: Mapping[str, str]) -> Notices | None:
    """What watches for the texts that the model shows, if there are any."""
    if not model.messages:
        return None
    from .notices import Notices

    return Notices(model, texts)


def _noise_seed(model: CompiledModel, fixed: Vector, otherwise: float) -> float:
    """The seed of stream 0: NOISE SEED of the model if it is a constant."""
    variable = model.find(_SEED)
    seed = otherwise
    if variable is not None and variable.space is Space.PARAMETER:
        seed = float(fixed[variable.index])
    elif variable is not None and variable.space is Space.CONSTANT:
        seed = float(fixed[len(model.in_space(Space.PARAMETER)) + variable.index])
    if not math.isfinite(seed):
        raise cannot_set(_SEED, f"{seed} is not a finite number")
    return seed


def _method(model: CompiledModel, method: Method | str | None) -> Method:
    """The method that a run asks for."""
    if method is None:
        return model.method
    try:
        return Method(re.sub(r"[-\s]", "_", method.strip().lower()))
    except (ValueError, AttributeError, TypeError):
        *known, last = [f"“{each}”" for each in Method]
        hint = f"say {', '.join(known)} or {last}"
        raise cannot_set("method", f"there is none called {method!r}", hint) from None


def _guard(model: CompiledModel, setting: Setting, on_error: Literal["stop", "nan"]) -> Guard:
    """What to do when an equation has no finite value."""
    if on_error == "stop":
        return Stop(model, setting)
    if model.has_arrays:
        from .by_element import GoOnByElement

        return GoOnByElement(model, setting)
    from .going_on import GoOn

    return GoOn(model, setting)


def _named(model: CompiledModel, fixed: Vector, stocks: Vector = ()) -> dict[str, Any]:
    """Values by the names that the generated module gives them."""
    from .failures import named

    return named(model, fixed, stocks)


def _arithmetic(model: CompiledModel, on_error: str) -> AbstractContextManager[Any]:
    """What numpy does meanwhile where it has no finite value: as Python's own numbers do, raise.

    A value that is too large is infinite, as it is among Python's numbers, and found later. To go
    on after an error, everything gives NaN or infinity.
    """
    if not model.has_arrays:
        return nullcontext()
    import numpy as np

    if on_error == "nan":
        return np.errstate(all="ignore")
    return np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore")
