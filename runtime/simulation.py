"""Running a compiled model: at once, or step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .beginning import RunOptions, asked_of, begin, prepared
from .contract import CompiledModel
from .engines import made_before, made_natively
from .setting import Change
from .stepping import Simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from os import PathLike
    from typing import Unpack

    from .results import Run

__all__ = ["resume", "simulate", "start"]


def simulate(
    model: CompiledModel,
    changes: Mapping[str, Change] | None = None,
    **options: Unpack[RunOptions],
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
        method: a `Method`, or its name, as `euler` or `rk4_auto`; the model's own if not given.
        final_time: sets FINAL TIME. So do the next three with what they are called after; all
            in the model's time unit.
        time_step: sets TIME STEP.
        saveper: sets SAVEPER.
        initial_time: sets INITIAL TIME.
        seed: of all random numbers; 4487556 if nobody says. It sets NOISE SEED, too, which is by
            itself the seed of stream 0 alone.
        run_number: which of the runs with the same seed, whose random numbers differ: that of one
            in an ensemble, say.
        clock: what the computer's clock shows when the run starts, for models that ask
            (GET TIME VALUE); the present local time if not given. `run.clock` has it.
        save: names of the variables, or of elements, to keep; all if not given.
        on_error: when an equation has no finite value, `stop` raises an error that names it;
            `nan` goes on with NaN for that equation, or element, at that time, and notes it in
            the run.
        engine: what makes the run: `python`; `native`, code that numba compiles when it is first
            asked for, with the same results; or `auto`, native code only where Python would take
            long. `run.engine` tells, and `run.engine_note` why native code was asked for in vain.
        progress: is called now and then with the share done, from 0 to 1.

    Raises:
        UnknownNameError: S3C604, a name is not in the model.
        RunError: S3C602, something cannot be set so; S3C603, the times do not fit together;
            S3C606, S3C607, S3C609, what the model reads from a file is not there, or is broken.
        SimulationError: S3C601, an equation has no finite value; it carries the run until then.
    """
    made = made_before(model, changes, options)
    if made is not None:
        return made
    asked = asked_of(model, changes, options)
    given = (options.get("data"), options.get("data_root", ()))
    begun = prepared(model, asked, given)
    made = made_natively(begun, changes, options)
    if made is not None:
        return made
    return Simulation(begin(begun), options.get("progress")).finish()


def start(
    model: CompiledModel,
    changes: Mapping[str, Change] | None = None,
    *,
    draws_for: int = 1,
    **options: Unpack[RunOptions],
) -> Simulation:
    """Start a run that goes on step by step; it stands at INITIAL TIME.

    Args:
        model: a compiled model.
        changes: as those of `simulate`, and so are the options.
        draws_for: how many steps have the same random numbers.
        **options: see `simulate`.

    Raises:
        UnknownNameError, RunError, SimulationError: as `simulate`.
    """
    asked = asked_of(model, changes, options)
    given = (options.get("data"), options.get("data_root", ()))
    return Simulation(begin(prepared(model, asked, given), draws_for), options.get("progress"))


def resume(
    model: CompiledModel,
    path: str | PathLike[str],
    *,
    data: Any = None,
    data_root: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
    progress: Callable[[float], None] | None = None,
) -> Simulation:
    """Go on with a run from a saved state; it stands at the time when it was saved.

    Args:
        model: the model that the state is of.
        path: of the file that `Simulation.save` wrote.
        data: the series that the run had; the file does not hold them.
        data_root: folders where the model may read files, as `simulate` takes them.
        progress: is called now and then with the share done, from 0 to 1.

    Raises:
        RunError: S3C606, the file cannot be read; S3C611, it is of another model; S3C612, it is
            malformed; and what `simulate` raises.
    """
    from .state import read_state, resumed

    begun = resumed(model, read_state(path), (data, data_root))
    return Simulation(begun, progress, is_resumed=True)
