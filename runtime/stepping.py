"""A run that goes on step by step, and whose variables may be set on the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from .clock import Clock
from .contract import CompiledModel, Method, Space, Vector
from .errors import RunError, UnknownNameError, bad_times, cannot_set
from .guards import Guard, carry_on
from .names import fold
from .recording import Recording
from .setting import Change, apply_changes

if TYPE_CHECKING:
    from os import PathLike

    from .beginning import Begun
    from .contract import Array
    from .integrate import Integration
    from .results import Run
    from .setting import Setting

__all__ = ["Simulation"]

_FIXED = (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)


class Simulation:
    """A run on its way: it stands at a time, before the step from there.

    `model.start()` makes one, at INITIAL TIME. Nothing is remembered of a time but what a run
    saves; what is set holds from the present time on, until it is set again, as in a game.

    Attributes:
        model: what is run.
    """

    def __init__(
        self,
        begun: Begun,
        progress: Callable[[float], None] | None = None,
        *,
        is_resumed: bool = False,
    ) -> None:
        self.model: CompiledModel = begun.model
        self._begun = begun
        self._later: dict[str, Change] = dict(begun.later)
        self._setting: Setting = begun.setting
        self._guard: Guard = begun.guard
        self._fixed: Vector = begun.start.fixed  # at present
        self._recording: Recording = begun.recording
        self._integration: Integration = begun.integration
        self._progress = progress
        self._is_resumed = is_resumed
        self._moment: tuple[Vector, Clock] | None = None
        self._is_broken = False

    @property
    def time(self) -> float:
        """The present time, in the model's time unit."""
        return self._integration.clock.time

    @property
    def is_over(self) -> bool:
        """Whether FINAL TIME is reached.

        Raises:
            SimulationError: S3C601, an equation has no finite value at the present time.
        """
        return self._integration.ended or self._now()[1].is_last

    @property
    def method(self) -> Method:
        """How stocks are integrated."""
        return self._begun.method

    @property
    def has_drawn(self) -> bool:
        """Whether any random number has been drawn since its seed was set."""
        return self._integration.has_drawn

    def step(self, n: int = 1) -> None:
        """Go n times TIME STEP on, but not beyond FINAL TIME.

        Raises:
            RunError: S3C603, the times do not fit together.
            SimulationError: S3C601, an equation has no finite value; the run cannot go on.
        """
        if n < 0:
            raise bad_times(f"a run cannot go {n} steps on", "say how many, from 0")
        self._go(steps=n)

    def run_until(self, time: float) -> None:
        """Go on to the first step at or after a time, but not beyond FINAL TIME.

        Raises:
            RunError, SimulationError: as `step`; S3C603, too, if the time has passed.
        """
        if not time >= self.time:
            message = f"a run at time {self.time:.12g} cannot go to time {time:.12g}"
            raise bad_times(message, "say a later time, or start another run")
        self._go(until=time)

    def finish(self) -> Run:
        """Go on to FINAL TIME; the results of the whole run.

        Raises:
            RunError, SimulationError: as `step`.
        """
        self._go(pause=False)
        if self._progress is not None:
            self._progress(1.0)
        return self._results()

    @property
    def run(self) -> Run:
        """The run so far: what was saved, and the present time if it is a save time.

        Raises:
            SimulationError: S3C601, an equation has no finite value at the present time.
        """
        so_far = Recording(self.model, self._begun.asked.save, self._recording.saved.copy())
        if not self._integration.ended and not self._is_broken:
            auxiliaries, clock = self._now()
            if clock.must_save:
                lagging = copy(self._integration.lagging)
                shown = lagging.taken(auxiliaries) if lagging else auxiliaries
                so_far.record(self.time, self._integration.stocks, shown)
        return self._results(so_far)

    def value(self, name: str) -> float | Array:
        """The value of a variable, or of an element of one, at the present time, in its units.

        An array has its variable's shape, and NaN where no equation gives it a value.

        Raises:
            UnknownNameError: S3C604, there is no such variable or element, or it is no number.
            SimulationError: S3C601, an equation has no finite value at the present time.
        """
        if fold(name) == "time":
            return self.time
        selection = self.model.select(name)
        variable = selection.variable
        if variable.space not in (*_FIXED, Space.STOCK, Space.AUXILIARY):
            message = f"“{variable.name}” is a function of something, and not a number"
            raise UnknownNameError("S3C604", message)
        auxiliaries = self._now()[0] if variable.space is Space.AUXILIARY else ()
        from .failures import named

        known = named(self.model, self._fixed, self._integration.stocks, auxiliaries)
        found: Any = known[variable.python_name]
        if not variable.axes:
            return float(found)
        import numpy as np

        whole = np.array(np.broadcast_to(found, variable.shape), dtype=np.float64)
        for hole in variable.holes:
            whole[hole] = math.nan
        return whole if selection.place is None else float(whole[selection.place])

    def set(self, name: str, value: Change) -> None:
        """Set a variable, or an element of one, from the present time on.

        All can be set that a run can change: constants, lookups and any equation but a stock's,
        GAME variables among them. What is computed from constants once, as initial values are, or
        series from data, stays as it is; so does how long a delay has become.

        Args:
            name: of the variable, in any of its spellings.
            value: as in the changes of a run; see `simulate`.

        Raises:
            UnknownNameError: S3C604, there is no such variable.
            RunError: S3C602, it cannot be set, or not to that.
            SimulationError: S3C601, a constant has no value then; nothing is set.
        """
        self._refuse_to_set(name)
        if isinstance(value, Iterator):  # it is asked for again when something else is set
            value = list(value)
        later = {**self._later}
        later.pop(name, None)
        later[name] = value
        begun = self._begun
        setting = apply_changes(self.model, begun.with_later(later), begun.supplied)
        guard = begun.guard_of(setting)
        carry_on(self._guard, guard)
        with self._begun.telling(self._results):
            constants = begun.constants(setting, guard)
        initial = self._initial_values(name, setting)
        self._later, self._setting, self._guard = later, setting, guard
        self._fixed = (*setting.parameters, *constants, *initial)
        self._recording.fix(self._fixed)
        draws = begun.draws_of(self._fixed)
        self._recording.seed = draws.noise_seed
        self._integration.follow(guard, self._fixed, draws)
        self._moment = None

    def save(self, path: str | PathLike[str]) -> None:
        """Write all that the run needs to go on, to a file whose format `docs/state.md` describes.

        `model.resume` goes on from there, to the same results to the last bit.

        Raises:
            RunError: S3C606, it cannot be written; S3C602, an error has stopped the run.
        """
        from .state import write_state

        self._refuse_if_broken()
        write_state(path, self._begun, self._later, self._guard)

    def __repr__(self) -> str:
        return f"<Simulation of {self.model.name}, at time {self.time:.12g}>"

    def _go(self, **where: Any) -> None:
        self._refuse_if_broken()
        self._moment = None
        self._is_broken = True  # unless it comes to the end of this
        with self._trusting():
            self._integration.go(progress=self._progress, **where)
        self._is_broken = False

    @contextmanager
    def _trusting(self) -> Iterator[None]:
        """Say of what no run could meet by itself that the state it was resumed from is broken."""
        try:
            with self._begun.telling(self._results):
                yield
        except RunError:
            raise
        except Exception as error:
            if not self._is_resumed:
                raise
            from .checked import malformed

            reason = f"does not fit the model: {type(error).__name__} at time {self.time:.12g}"
            raise malformed("contents", reason) from error

    def _now(self) -> tuple[Vector, Clock]:
        """Auxiliaries, and what the clock says, at the present time."""
        if self._moment is None:
            with self._trusting():
                auxiliaries, _, _ = self._integration.now()
            clock = copy(self._integration.clock)
            clock.read(self._fixed, self._integration.stocks, auxiliaries)
            self._moment = auxiliaries, clock
        return self._moment

    def _results(self, recording: Recording | None = None) -> Run:
        run = self._begun.results(recording or self._recording, self._guard, self._later)
        run.shortfall = self._integration.shortfall
        return run

    def _refuse_if_broken(self) -> None:
        if self._is_broken:
            message = "the run was stopped by an error, and cannot go on"
            raise RunError("S3C602", message, "start another, or resume one from a saved state")

    def _refuse_to_set(self, name: str) -> None:
        self._refuse_if_broken()
        if self._integration.ended:
            raise cannot_set(name, "the run is finished")
        if fold(name) == "initial time":
            raise cannot_set(name, "the run has started", "start another run")
        if fold(name) in {fold(each) for each in self.model.texts}:
            raise cannot_set(name, "it is read when a run starts", "start another run")

    def _initial_values(self, name: str, setting: Setting) -> tuple[float | Array, ...]:
        """Initial values as they were, but for one that is set itself."""
        values = list(self._fixed[len(self._fixed) - len(self.model.in_space(Space.INITIAL)) :])
        variable = self.model.select(name).variable
        if variable.space is Space.INITIAL:
            from .rewrite import Patch

            number = setting.numbers[variable.python_name]
            if isinstance(number, Patch):
                import numpy as np

                number = np.where(number.given, number.values, values[variable.index])
            values[variable.index] = number
        return tuple(values)
