"""What a compiled model is: its variables, its equations as functions, and the version of both.

A generated module builds one `CompiledModel`; the runtime runs it and knows no more of the model.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from .errors import unknown_name
from .names import fold

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike
    from pathlib import Path
    from typing import Unpack

    import numpy as np
    from numpy.typing import NDArray

    from .beginning import RunOptions
    from .ensembles.results import Ensemble
    from .native.plan import Request
    from .prepared import Prepared
    from .random import Draws
    from .results import Run
    from .stepping import Simulation
    from .subscripts import Selection

__all__ = [
    "ABI",
    "NA",
    "Array",
    "Axis",
    "CompiledModel",
    "DataEquation",
    "Equations",
    "Fixed",
    "Kind",
    "Memory",
    "Message",
    "Method",
    "NativeForms",
    "Numbers",
    "Reading",
    "Space",
    "Sums",
    "TextOf",
    "VariableInfo",
    "Vector",
]

ABI = 6
"""The version of this contract. A module that was generated for another one is compiled again."""

NA = -(2.0**110)
"""The value of `:NA:`: an ordinary finite number (reference D.8), never NaN."""

CLOCK = "#computer clock#"
"""The hidden parameter with the seconds from the beginning of the year 0 to a run's start."""

Array: TypeAlias = "NDArray[np.float64]"

Vector: TypeAlias = "Sequence[float | Array]"
"""A number, or an array of them, for each variable of a space."""


class Kind(StrEnum):
    """What a variable is to a modeller."""

    STOCK = "stock"
    FLOW = "flow"
    AUXILIARY = "auxiliary"
    CONSTANT = "constant"
    INITIAL = "initial"
    LOOKUP = "lookup"
    DATA = "data"


class Space(StrEnum):
    """Where a variable's value stands during a run."""

    PARAMETER = "parameter"  # given at the start; a run may change it
    CONSTANT = "constant"  # computed once, from parameters
    INITIAL = "initial"  # computed once, at the first time
    STOCK = "stock"  # integrated
    AUXILIARY = "auxiliary"  # computed at every step
    TABLE = "table"  # a lookup or a series: a function, not a number
    POINTS = "points"  # of a series, computed before a run: a number for each of its times
    CONTENTS = "contents"  # what a memory holds: read by functions, no number


class Method(StrEnum):
    """How stocks are integrated (reference D.3, D.4)."""

    EULER = "euler"
    DIFFERENCE = "difference"  # Euler; auxiliaries are saved as they were at the save time before
    RK2 = "rk2"  # Runge-Kutta of second order, by the midpoint
    RK2_AUTO = "rk2_auto"  # the same, with steps that are halved until the error is small
    RK4 = "rk4"  # the classical Runge-Kutta of fourth order
    RK4_AUTO = "rk4_auto"


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of a subscripted variable: its elements, in order, as they are shown."""

    name: str  # of the subscript range
    elements: tuple[str, ...]


Numbers: TypeAlias = "float | tuple[Numbers, ...]"
"""A number, or one for each element: a tuple for the first axis, of tuples for the next."""


@dataclass(frozen=True, slots=True)
class VariableInfo:
    """One variable. `index` is its place in its space; `equation` is the model's own text."""

    name: str
    python_name: str
    kind: Kind
    space: Space
    index: int
    reason: str = ""  # why it is of that kind, a phrase
    units: str = ""
    equation: str = ""
    line: int = 0  # of the equation in the model file, from 1
    documentation: str = ""
    value: Numbers | None = None  # a parameter's value in the model; one number may be for all
    hidden: bool = False  # made by the compiler: a delay's stock, say
    axes: tuple[Axis, ...] = ()
    holes: tuple[tuple[int, ...], ...] = ()  # places along the axes that no equation gives a value
    equations: tuple[tuple[int, str], ...] = ()  # if there are several: each one's line and text
    derivative: tuple[str, ...] = ()  # of a derivative: of what, and with respect to what

    @property
    def owner(self) -> str:
        """The name of the variable that a hidden one belongs to; its own, if it is not hidden."""
        return self.name.strip("#").partition(">")[0] if self.hidden else self.name

    @property
    def varies(self) -> bool:
        """Whether its value may be another at every time of a run."""
        return self.space in (Space.STOCK, Space.AUXILIARY)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many elements there are along each axis; nothing of a single number."""
        return tuple(len(axis.elements) for axis in self.axes)


@dataclass(frozen=True, slots=True)
class TextOf:
    """The text of a string variable, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run reads from a file before it starts, for some elements of a variable.

    The file has something for every turn of the ranges of the equation's left side, `sizes` along
    each. Those at `turns` of each go to the elements at `places` along each axis, in order.
    """

    variable: str  # its name in the generated module
    function: str  # such as `GET XLS DATA`
    arguments: tuple[str | TextOf, ...]
    line: int = 0  # of the equation in the model file, from 1
    sizes: tuple[int, ...] = ()
    turns: tuple[Sequence[int], ...] = ()
    places: tuple[Sequence[int], ...] = ()
    changeable: bool = True  # whether a run may set it to something else


class Sums(StrEnum):
    """Which sums of the points of a series take their place."""

    NONE = "none"
    EVERY = "every"  # at each point that of it and all before
    LAST = "last"  # at the last point that of all


@dataclass(frozen=True, slots=True)
class DataEquation:
    """A series that is computed before a run, for some elements of a data variable.

    `function` takes a time and parameters and constants, end to end; it gives the value at that
    time, or an array of them, and `:NA:` where there is none. It is asked at all times of the
    points of `inputs`; if `shift` is a place in its second argument, so much earlier. The points
    may be summed up, in the order of their times.
    """

    variable: str  # what holds the series, by its name in the generated module
    points: str  # what the function gives, by its name there
    function: str
    inputs: tuple[str, ...]
    places: tuple[Sequence[int], ...] = ()
    shift: int | None = None
    sums: Sums = Sums.NONE


@dataclass(frozen=True, slots=True)
class Message:
    """A text that a run shows at every step at which a variable is above zero."""

    variable: str  # its name in the generated module
    text: str | TextOf


class Memory(Protocol):
    """What a model remembers besides stocks: changes at whole time steps only (reference C.5)."""

    @property
    def value(self) -> Any:
        """The output at the present time: a number or an array, or what functions read it from."""
        ...

    @property
    def advance(self) -> Callable[..., None]:
        """Takes in the inputs of this step, and goes on to the next."""
        ...


# All values that hold for a whole run, end to end: parameters, constants, initial values.
Fixed: TypeAlias = Vector


@dataclass(frozen=True, slots=True)
class Equations:
    """A model's equations as functions, in the order that a run calls them.

    Every function is pure: it returns new values and changes nothing.
    """

    constants: Callable[[Vector], Vector]
    """parameters -> constants"""
    start_time: Callable[[Vector], float]
    """parameters and constants -> INITIAL TIME"""
    initial: Callable[[float, Vector, Draws], tuple[Vector, Vector, tuple[Memory, ...]]]
    """time, parameters and constants, draws -> initial values, stocks, memories"""
    step: Callable[[float, Fixed, Vector, Vector, Draws], tuple[Vector, Vector, tuple[Vector, ...]]]
    """time, fixed, stocks, outputs of memories, draws -> auxiliaries, changes of the stocks per
    unit of time, inputs of the memories"""
    stage: Callable[[float, Fixed, Vector, Vector], Vector]
    """time, fixed, stocks, the step's auxiliaries -> changes of the stocks inside a step: what
    is held over a Runge-Kutta step is taken from the step's auxiliaries"""
    shift: Callable[[Fixed, Vector, Vector], Vector] | None = None
    """fixed, stocks at the end of a step, the step's auxiliaries -> stocks whose places have moved
    (SHIFT IF TRUE); None if there are none"""


class NativeForms(Protocol):
    """What makes native code of a model, as runs ask for it."""

    def module(self, request: Request, *, anew: bool = False) -> Path:
        """The file of a module for what is asked, in a folder where this user alone can write.

        It may be removed at any time; `anew` makes it again if it was.
        """
        ...


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """A model that can be run: what a generated module calls `model`.

    Attributes:
        name: what to call it.
        source: the name of the model file.
        variables: all of them; their order is the order of a run's names.
        equations: what it computes.
        method: how stocks are integrated, unless a run says otherwise.
        readings: what a run reads from files.
        data_equations: the series that are computed before a run, in order.
        messages: the texts that a run may show.
        texts: the string variables, by name.
        aliases: the files that the model's settings give names, without their `?`.
        folder: where the model's files are looked for; None if that is not known.
        abi: the contract that the module was generated for.
        native: makes native code of it; None if all there is of the model is the module.
    """

    name: str
    source: str
    variables: tuple[VariableInfo, ...]
    equations: Equations
    method: Method = Method.EULER
    readings: tuple[Reading, ...] = ()
    data_equations: tuple[DataEquation, ...] = ()
    messages: tuple[Message, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = None
    abi: int = ABI
    native: NativeForms | None = None
    _by_name: Mapping[str, VariableInfo] = field(init=False, repr=False)
    _by_space: Mapping[Space, tuple[VariableInfo, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        hidden_first = sorted(self.variables, key=lambda variable: not variable.hidden)
        by_name = {fold(variable.name): variable for variable in hidden_first}
        by_space = {
            space: tuple(
                sorted(
                    (variable for variable in self.variables if variable.space is space),
                    key=lambda variable: variable.index,
                )
            )
            for space in Space
        }
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_by_space", by_space)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all variables that the modeller wrote."""
        return tuple(each.name for each in self.variables if not each.hidden)

    @cached_property
    def has_arrays(self) -> bool:
        """Whether any variable is subscripted; a model without runs without numpy."""
        return any(each.axes for each in self.variables)

    @cached_property
    def data_variables(self) -> tuple[VariableInfo, ...]:
        """What holds the series of the model's data variables."""
        return tuple(each for each in self.in_space(Space.TABLE) if each.kind is Kind.DATA)

    @property
    def text(self) -> str:
        """The generated module's own text; empty if it is not to be had."""
        return "".join(linecache.getlines(self.equations.step.__code__.co_filename))

    def in_space(self, space: Space) -> tuple[VariableInfo, ...]:
        """The variables whose values stand in that space, in the order of their indices."""
        return self._by_space[space]

    def find(self, name: str) -> VariableInfo | None:
        """The variable of that name, spelled as Vensim would accept it, or None."""
        return self._by_name.get(fold(name))

    def variable(self, name: str) -> VariableInfo:
        """The variable of that name, spelled as Vensim would accept it.

        Raises:
            UnknownNameError: there is none.
        """
        found = self.find(name)
        if found is None:
            raise unknown_name(name, self.names)
        return found

    def select(self, name: str) -> Selection:
        """The variable of that name, or the element of one, as in `Population[East]`.

        Raises:
            UnknownNameError: there is none, or the subscripts do not fit.
        """
        from .subscripts import select

        return select(self, name)

    def run(  # noqa: PLR0913  (the options of a run)
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        data: Any = None,
        data_root: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
        method: Method | str | None = None,
        final_time: float | None = None,
        time_step: float | None = None,
        saveper: float | None = None,
        initial_time: float | None = None,
        seed: float | None = None,
        run_number: int = 0,
        clock: datetime | None = None,
        save: Iterable[str] | None = None,
        on_error: Literal["stop", "nan"] = "stop",
        engine: str | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Run:
        """Simulate; see `simulate`, which takes the same."""
        from .simulation import simulate

        return simulate(
            self,
            changes,
            data=data,
            data_root=data_root,
            method=method,
            final_time=final_time,
            time_step=time_step,
            saveper=saveper,
            initial_time=initial_time,
            seed=seed,
            run_number=run_number,
            clock=clock,
            save=save,
            on_error=on_error,
            engine=engine,
            progress=progress,
        )

    def ensemble(  # noqa: PLR0913  (the options of an ensemble)
        self,
        changes: Mapping[str, Any],
        *,
        save: Iterable[str],
        times: str | float | Iterable[float] | None = None,
        over_time: str | Sequence[str] | None = None,
        over_runs: str | float | Sequence[str | float] | None = None,
        also: Mapping[str, Any] | None = None,
        n_runs: int | None = None,
        first_run: int = 0,
        streams: Literal["shared", "own"] = "shared",
        seed: float | None = None,
        data: Any = None,
        data_root: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
        method: Method | str | None = None,
        final_time: float | None = None,
        time_step: float | None = None,
        saveper: float | None = None,
        initial_time: float | None = None,
        clock: datetime | None = None,
        on_error: Literal["stop", "nan"] = "stop",
        engine: str | None = None,
        threads: int | None = None,
        block: int | None = None,
        only_needed: bool = True,
        memory: float = 2.0**30,
        progress: Callable[[float], None] | None = None,
    ) -> Ensemble:
        """Run it many times, each time with other values; see `run_ensemble`."""
        from .ensembles.asking import run_ensemble

        return run_ensemble(
            self,
            changes,
            save=save,
            times=times,
            over_time=over_time,
            over_runs=over_runs,
            also=also,
            n_runs=n_runs,
            first_run=first_run,
            streams=streams,
            seed=seed,
            data=data,
            data_root=data_root,
            method=method,
            final_time=final_time,
            time_step=time_step,
            saveper=saveper,
            initial_time=initial_time,
            clock=clock,
            on_error=on_error,
            engine=engine,
            threads=threads,
            block=block,
            only_needed=only_needed,
            memory=memory,
            progress=progress,
        )

    def prepare(
        self,
        vary: Sequence[str] = (),
        save: Sequence[str] | None = None,
        changes: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Prepared:
        """Prepare runs that differ in some variables; see `s3c.runtime.prepared.prepare`."""
        from .prepared import prepare

        return prepare(self, vary, save, changes, **options)

    def start(
        self, changes: Mapping[str, Any] | None = None, **options: Unpack[RunOptions]
    ) -> Simulation:
        """Start a run that goes on step by step, as in a game; its options are those of `run`."""
        from .simulation import start

        return start(self, changes, **options)

    def resume(
        self,
        path: str | PathLike[str],
        *,
        data: Any = None,
        data_root: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
        progress: Callable[[float], None] | None = None,
    ) -> Simulation:
        """Go on with a run from a saved state; see `s3c.runtime.simulation.resume`."""
        from .simulation import resume

        return resume(self, path, data=data, data_root=data_root, progress=progress)

    def __repr__(self) -> str:
        return f"<CompiledModel {self.name}: {len(self.names)} variables, from {self.source}>"
