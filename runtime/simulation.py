"""One run of a compiled model, from its changes to its results."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

from .contract import CLOCK, CompiledModel, Method, Space, Vector
from .data.outside import outside, take_texts
from .errors import RunError, SimulationError, cannot_set
from .failures import ARITHMETIC, named, trace
from .guards import GoOn, Guard, Stop, finite_test
from .integrate import Start, integrate
from .names import fold
from .override import Change, Setting, apply_changes
from .random import DEFAULT_SEED, Draws
from .recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from os import PathLike

    from .errors import Failure
    from .notices import Notices
    from .results import Run

__all__ = ["simulate"]

_SEED = "NOISE SEED"


def simulate(  # noqa: PLR0913  (the options of a run, all but the first two by name)
    model: CompiledModel,
    changes: Mapping[str, Change] | None = None,
    *,
    data: Any = None,
    data_root: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
    method: Method | str | None = None,
    final_time: float | None = None,
    time_step: float | None = None,
    saveper: float | None = None,
    initial_time: float | None = None,
    seed: float | None = None,
    clock: datetime | None = None,
    save: Iterable[str] | None = None,
    on_error: Literal["stop", "nan"] = "stop",
    progress: Callable[[float], None] | None = None,
) -> Run:
    """Run a model from INITIAL TIME to FINAL TIME.

    Args:
        model: a compiled model.
        changes: values by variable name, in any of its spellings and in the variable's units. A
            lookup takes points, a string variable a text; a constant, or any other equation but a
            stock's, takes a number, which then stands in the equation's place for the whole run.
            An array takes one number for all its elements, or an array of its shape, which may be
            labelled; an element is named as in `rate[East]`. What comes later goes on top.
        data: series for the model's data variables: a file's name, a data frame, an
            `xarray.Dataset`, a mapping from names to (times, values), or a list of these, of which
            a later one wins; see `supply`. What nothing supplies is `:NA:`, and
            `run.without_data` names it.
        data_root: a folder, or several, where the model may read files, besides its own folder;
            see `Files`.
        method: `euler` or `rk4`; the model's own if not given.
        final_time: sets FINAL TIME. So do the next three with what they are called after; all
            in the model's time unit.
        time_step: sets TIME STEP.
        saveper: sets SAVEPER.
        initial_time: sets INITIAL TIME.
        seed: of all random numbers; 4487556 if nobody says. It sets NOISE SEED, too, which is by
            itself the seed of stream 0 alone.
        clock: what the computer's clock shows when the run starts, for models that ask
            (GET TIME VALUE); the present local time if not given. `run.clock` has it.
        save: names of the variables, or of elements, to keep; all if not given.
        on_error: when an equation has no finite value, `stop` raises an error that names it;
            `nan` goes on with NaN for that equation, or element, at that time, and notes it in
            the run.
        progress: is called now and then with the share done, from 0 to 1.

    Raises:
        UnknownNameError: S3C604, a name is not in the model.
        RunError: S3C602, something cannot be set so; S3C603, the times do not fit together;
            S3C606, S3C607, S3C609, what the model reads from a file is not there, or is broken.
        SimulationError: S3C601, an equation has no finite value; it carries the run until then.
    """
    times = {
        "FINAL TIME": final_time,
        "TIME STEP": time_step,
        "SAVEPER": saveper,
        "INITIAL TIME": initial_time,
        _SEED: seed if model.find(_SEED) else None,
    }
    wanted = dict(changes or {})
    named = {fold(name) for name in wanted}
    for name, value in times.items():
        if value is not None:
            if fold(name) in named:
                raise cannot_set(name, "it is given twice", "leave out one of the two")
            wanted[name] = value
    how = _method(model, method)
    texts = take_texts(model, wanted)
    given = outside(model, texts, wanted, data, data_root)
    when, started = _clock(model, clock)
    supplied = {**given.values, **started}
    setting = apply_changes(model, wanted, supplied)
    guard = _guard(model, setting, on_error)
    recording = Recording(model, save)
    notices = _notices(model, texts)
    early: tuple[Failure, ...] = ()

    def results() -> Run:
        failures = (*early, *guard.found)
        run = recording.run(changes={**wanted, **texts}, method=how, failures=failures)
        run.without_data = given.missing
        run.notes = given.notes
        run.clock = when
        run.messages = notices.shown if notices else ()
        return run

    try:
        with _arithmetic(model, on_error):
            if model.data_equations:
                from .data.equations import computed_series

                fixed, go_on = _fixed(setting, guard), on_error == "nan"
                computed = computed_series(model, setting.equations, fixed, go_on=go_on)
                early = computed.failures
                setting = apply_changes(model, wanted, {**supplied, **computed.series})
                guard = _guard(model, setting, on_error)
            start, draws = _begin(model, setting, guard, recording, seed)
            watch = notices.look if notices else None
            integrate(model, guard, start, how, draws, recording.record, progress, watch)
    except SimulationError as error:
        error.run = results()
        raise
    except ARITHMETIC as error:
        found = trace(model, error)
        if found is None:
            raise
        raise SimulationError(found.failure, model.source, results()) from error
    if progress is not None:
        progress(1.0)
    return results()


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


def _begin(
    model: CompiledModel,
    setting: Setting,
    guard: Guard,
    recording: Recording,
    seed: float | None,
) -> tuple[Start, Draws]:
    """Compute what holds for the whole run, and what holds at INITIAL TIME."""
    equations, is_finite = guard.equations, finite_test(model)
    constants = equations.constants(setting.parameters)
    fixed: Vector = (*setting.parameters, *constants)
    recording.fixed = fixed
    if not is_finite(fixed):
        guard.check("constants", None, lambda: named(model, fixed))
    of_streams = DEFAULT_SEED if seed is None else float(seed)
    draws = Draws(of_streams, noise_seed=_noise_seed(model, fixed, of_streams))
    recording.seed = draws.noise_seed
    time = float(equations.start_time(fixed))
    initial_values, stocks, memories = equations.initial(time, fixed, draws.at(0))
    everything: Vector = (*fixed, *initial_values)
    recording.fixed = everything
    if not is_finite(everything, stocks):
        guard.check("initial", time, lambda: named(model, everything, stocks))
    return Start(time, everything, stocks, memories), draws


def _fixed(setting: Setting, guard: Guard) -> Vector:
    """What holds for the whole run before its first time: parameters and constants."""
    return (*setting.parameters, *guard.equations.constants(setting.parameters))


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
        return Method(method.lower())
    except (ValueError, AttributeError):
        known = " or ".join(f"“{each}”" for each in Method)
        raise cannot_set("method", f"there is none called {method!r}", f"say {known}") from None


def _guard(model: CompiledModel, setting: Setting, on_error: str) -> Guard:
    """What to do when an equation has no finite value."""
    match on_error:
        case "stop":
            return Stop(model, setting)
        case "nan" if model.has_arrays:
            from .by_element import GoOnByElement

            return GoOnByElement(model, setting)
        case "nan":
            return GoOn(model, setting)
        case _:
            message = f"on_error is “stop” or “nan”, not {on_error!r}"
            raise RunError("S3C602", message)


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
