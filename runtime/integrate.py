"""Stepping a model through time (reference D.3, D.4)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .clock import MOST_STEPS, Clock, ClockState, Times
from .contract import CompiledModel, Fixed, Kind, Memory, Method, Space, Vector
from .errors import ARITHMETIC, ElementsFailed, bad_times
from .guards import Guard, finite_test
from .methods import Rates, along_of, formula_of

if TYPE_CHECKING:
    from .halving import Halving, Shortfall
    from .random import Draws

__all__ = ["Integration", "Record", "Start"]

_STEPS_BETWEEN_REPORTS = 256
_TOLERANCE = 1e-6  # in time steps: a time this near to one that is waited for is it
_AUTO = (Method.RK2_AUTO, Method.RK4_AUTO)

Record: TypeAlias = Callable[[float, Vector, Vector], None]
Watch: TypeAlias = Callable[[float, Vector], None]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a run begins: INITIAL TIME, and what holds then."""

    time: float
    fixed: Fixed
    stocks: Vector
    memories: tuple[Memory, ...]


class Integration:
    """A run on its way from INITIAL TIME to FINAL TIME; it stands before the step of a time.

    Args:
        model: says where TIME STEP, SAVEPER and FINAL TIME are.
        guard: has the equations, and is told when a value is not finite.
        start: where to begin.
        method: how stocks are integrated.
        draws: the random numbers.
        record: takes (time, stocks, auxiliaries) of a save time.
        draws_for: how many steps have the same random numbers.
        watch: takes (time, auxiliaries) of every step.

    Attributes:
        count: the steps made.
        clock: where it is in time.
        stocks, memories: as they are at that time.
        ended: whether FINAL TIME was saved.
        lagging: of difference equations, what is saved late; None of other methods.
    """

    def __init__(
        self,
        model: CompiledModel,
        guard: Guard,
        start: Start,
        method: Method,
        draws: Draws,
        record: Record,
        draws_for: int = 1,
        watch: Watch | None = None,
    ) -> None:
        self._model = model
        self._record = record
        self._watch = watch
        self._draws_for = draws_for
        self._is_finite = finite_test(model)
        self._advance = formula_of(model, method).advance
        # Euler's method is so short that a function more would be felt.
        self._along = along_of(model) if method in (Method.EULER, Method.DIFFERENCE) else None
        self._halving: Halving | None = None
        if method in _AUTO:
            from .halving import Halving

            self._halving = Halving(model, formula_of(model, method))
            self._advance = self._halving.advance
        self.lagging = _Lagging(model) if method is Method.DIFFERENCE else None
        self.count = 0
        self.stocks, self.memories = start.stocks, start.memories
        self.clock = Clock(Times(model, start.fixed), start.time)
        self.ended = False
        self._go_by(guard, start.fixed, draws)

    @property
    def shortfall(self) -> Shortfall | None:
        """Where steps that are halved did not meet the tolerances, so far."""
        return self._halving.shortfall if self._halving else None

    @shortfall.setter
    def shortfall(self, known: Shortfall | None) -> None:
        if self._halving:
            self._halving.shortfall = known

    @property
    def has_drawn(self) -> bool:
        """Whether any random number has been drawn."""
        return self._draws.are_used

    def follow(self, guard: Guard, fixed: Fixed, draws: Draws) -> None:
        """Go by other equations, values and random numbers from the present time on."""
        self.clock.follow(Times(self._model, fixed))
        self._go_by(guard, fixed, draws)

    def restore(self, count: int, clock: ClockState, *, ended: bool, before: Vector | None) -> None:
        """Stand where another run stood."""
        self.count, self.ended = count, ended
        self.clock.restore(clock)
        if self.lagging is not None and before is not None:
            self.lagging.before = before

    def _go_by(self, guard: Guard, fixed: Fixed, draws: Draws) -> None:
        self._guard, self._fixed, self._draws = guard, fixed, draws
        equations = guard.equations
        self._step, self._stage, self._shift = equations.step, equations.stage, equations.shift

    def now(self) -> tuple[Vector, Vector, tuple[Vector, ...]]:
        """Auxiliaries, changes of the stocks and inputs of the memories at the present time.

        Raises:
            ArithmeticError, ValueError: an equation has no value.
        """
        stocks, memories = self.stocks, self.memories
        outputs = tuple([memory.value for memory in memories]) if memories else ()
        draws = self._draws.at(self.count // self._draws_for)
        found = self._step(self.clock.time, self._fixed, stocks, outputs, draws)
        auxiliaries, changes, _ = found
        if not self._is_finite(stocks, auxiliaries, changes):
            self._check(auxiliaries, changes, outputs)
        return found

    def _check(self, auxiliaries: Vector, changes: Vector, outputs: Vector) -> None:
        """Tell the guard of values that may not be finite, those of stocks first."""
        from .failures import named

        model, fixed, stocks = self._model, self._fixed, self.stocks
        self._guard.check(
            "step",
            self.clock.time,
            lambda: named(model, fixed, stocks, auxiliaries, changes, outputs),
        )

    def save(self, auxiliaries: Vector) -> None:
        """Record the present time, and settle when to save next."""
        if self.lagging is not None:
            auxiliaries = self.lagging.taken(auxiliaries)
        self._record(self.clock.time, self.stocks, auxiliaries)
        self.clock.saved()

    def go(
        self,
        *,
        until: float = math.inf,
        steps: int = MOST_STEPS + 1,
        pause: bool = True,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Go on, and record every save time that is passed.

        Args:
            until: the run stops before the step of the first time that is not before this.
            steps: or after so many steps.
            pause: whether it stops before FINAL TIME is recorded, too, or ends there.
            progress: takes the share done, from 0 to 1, now and then.

        Raises:
            RunError: S3C603, the times do not fit together.
            ArithmeticError, ValueError: an equation has no value.
        """
        if self.ended:
            return
        clock, fixed, waits = self.clock, self._fixed, until < math.inf
        for k in range(self.count, min(self.count + steps, MOST_STEPS + 1)):
            if waits and clock.time >= until - _TOLERANCE * clock.time_step:
                return
            auxiliaries, changes, inputs = self.now()
            clock.read(fixed, self.stocks, auxiliaries)
            if clock.is_last and pause:
                return
            if self._watch is not None:
                self._watch(clock.time, auxiliaries)
            if clock.must_save:
                self.save(auxiliaries)
            if clock.is_last:
                self.ended = True
                return
            if progress is not None and k % _STEPS_BETWEEN_REPORTS == 0:
                progress(clock.share_done)
            if self._along is not None:
                self.stocks = self._along(self.stocks, clock.time_step, changes)
            else:
                self.stocks = self._advanced(auxiliaries, changes)
            if self._shift is not None:
                self.stocks = self._shift(fixed, self.stocks, auxiliaries)
            if self.memories:
                self._remember(inputs)
            clock.advance()
            self.count = k + 1
        if self.count > MOST_STEPS:
            message = f"a run takes more than {MOST_STEPS} steps"
            raise bad_times(message, "set a longer TIME STEP, or an earlier FINAL TIME")

    def _advanced(self, auxiliaries: Vector, changes: Vector) -> Vector:
        """Stocks a TIME STEP later, by a formula that computes changes inside the step, too."""
        clock, stocks = self.clock, self.stocks
        if self._halving is not None:
            self._halving.read(self._fixed, stocks, auxiliaries)
        rates = self._rates(auxiliaries)
        return self._advance(rates, clock.time, clock.time_step, stocks, changes)

    def _rates(self, auxiliaries: Vector) -> Rates:
        """How stocks change inside a step, where what is held is as the auxiliaries have it."""
        stage, fixed = self._stage, self._fixed
        return lambda time, stocks: stage(time, fixed, stocks, auxiliaries)

    def _remember(self, inputs: tuple[Vector, ...]) -> None:
        """Let every memory take in its inputs of this step."""
        time, guard = self.clock.time, self._guard
        for place, (memory, given) in enumerate(zip(self.memories, inputs, strict=True)):
            try:
                memory.advance(*given)
            except ElementsFailed as error:  # which have taken in NaN by themselves
                guard.memory_failed(place, given, time, error)
            except ARITHMETIC as error:
                guard.memory_failed(place, given, time, error)
                memory.advance(*[math.nan] * len(given))


class _Lagging:
    """What difference equations save: auxiliaries as they were at the save time before.

    What accumulates, delays among it, and what comes from data is saved as it is.

    Attributes:
        before: the auxiliaries at the save time before; none at first, when the present are saved.
    """

    def __init__(self, model: CompiledModel) -> None:
        self._late = [
            each.index
            for each in model.in_space(Space.AUXILIARY)
            if each.kind in (Kind.AUXILIARY, Kind.FLOW)
        ]
        self.before: Vector = ()

    def taken(self, auxiliaries: Vector) -> Vector:
        """Take in the auxiliaries of a save time; what is saved of them then."""
        saved = [*auxiliaries]
        if self.before:
            for place in self._late:
                saved[place] = self.before[place]
        self.before = auxiliaries
        return saved
