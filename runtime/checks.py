"""Reality checks: what a model's own constraints say of its runs (reference B.13).

Every check is watched in the run of the model as it is, and tested in runs in which its condition
is made true. It fails at each time at which its condition is true and its consequence is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from .check_runs import compared_series
from .contract import CompiledModel, Kind, Space, VariableInfo
from .errors import SimulationError
from .names import display_name, fold
from .subscripts import Place, Selection, element_name, places_of

if TYPE_CHECKING:
    from .results import Run

__all__ = [
    "CheckFailure",
    "CheckReport",
    "CheckResult",
    "CompiledCheck",
    "ModelChecks",
    "Observation",
    "Verdict",
]

_MOST_KEPT = 1000  # failures of one check in one run that are kept with their values
_EVERY_STEP = 1e-9  # a SAVEPER shorter than any TIME STEP
_SAVEPER = "saveper"


class Verdict(StrEnum):
    """What one run says of a check."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_MET = "not met"
    """The condition was never true."""
    STOPPED = "stopped"
    """An equation had no finite value before the run was over; until then it did not fail."""


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """A time at which a condition is true and its consequence is not."""

    time: float
    values: Mapping[str, float]
    """What the check reads there, as it is written, in the model's units."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one run says of one check.

    Attributes:
        verdict: in a word.
        made: what was made true; nothing in the run of the model as it is.
        times: at how many times the condition was true.
        failed: at how many of these the consequence was not.
        failures: when, and the values there; of many only the first.
        error: why the run stopped, if it did.
    """

    verdict: Verdict
    made: tuple[str, ...] = ()
    times: int = 0
    failed: int = 0
    failures: tuple[CheckFailure, ...] = ()
    error: str = ""

    @property
    def holds(self) -> bool:
        """Whether the run was made to its end and the check did not fail in it."""
        return self.verdict in (Verdict.HOLDS, Verdict.NOT_MET)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check, or one element of a subscripted one.

    Attributes:
        name: the constraint's, with its element: `no workers no output[North]`.
        line: of the constraint in the model file, from 1.
        equation: its text.
        passive: what the run of the model as it is says.
        active: a run for each way to make the condition true.
        problem: why no such run could be made, if none could.
    """

    name: str
    line: int
    equation: str
    passive: Observation
    active: tuple[Observation, ...] = ()
    problem: str = ""

    @property
    def observations(self) -> tuple[Observation, ...]:
        """All runs' words on the check, the passive one first."""
        return (self.passive, *self.active)

    @property
    def holds(self) -> bool:
        """Whether it failed in no run, and all of them could be made."""
        return not self.problem and all(each.holds for each in self.observations)

    @property
    def was_met(self) -> bool:
        """Whether the condition was true at any time of any run."""
        return any(each.times for each in self.observations)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What became of all checks of a model."""

    source: str
    results: tuple[CheckResult, ...]
    run: Run | None = None
    """Of the model as it is, as far as it came."""

    @property
    def holds(self) -> bool:
        """Whether all checks hold."""
        return all(each.holds for each in self.results)

    def to_json(self) -> dict[str, Any]:
        """As plain values, for a file of JSON."""
        results = [{**asdict(each), "holds": each.holds} for each in self.results]
        return {"model": self.source, "holds": self.holds, "checks": results}


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """One compiled constraint.

    Attributes:
        name: the constraint's own.
        stem: begins the names of its hidden variables.
        line: of the constraint in the model file.
        equation: its text.
        ways: what is made true in each of the runs that test it.
        shown: what is told where it fails, as it is written, with the ranges as subscripts.
        ranges: the subscripts of its name.
        model: in which its condition can be made true; None if it cannot.
        problem: why it cannot, if it should.
    """

    name: str
    stem: str
    line: int
    equation: str
    ways: tuple[tuple[str, ...], ...] = ()
    shown: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    model: CompiledModel | None = None
    problem: str = ""

    def variable(self, what: str, model: CompiledModel) -> VariableInfo:
        """One of its hidden variables."""
        return model.variable(f"#{self.stem}>{what}#")


@dataclass(frozen=True, slots=True)
class ModelChecks:
    """A model with its reality checks.

    Attributes:
        watched: the model as it is, with what the checks read.
        checks: in the order of the file.
        compared: other runs and their variables that RC COMPARE reads.
    """

    watched: CompiledModel
    checks: tuple[CompiledCheck, ...]
    compared: tuple[tuple[str, str], ...] = ()

    def test(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        runs: Mapping[str, Any] | None = None,
        data: Any = None,
        progress: Callable[[float], None] | None = None,
        **options: Any,
    ) -> CheckReport:
        """Watch all checks in one run, and test each in runs of its own, at every time step.

        Args:
            changes: as for `simulate`; they hold in all runs. A variable that a test replaces
                keeps its changed value as the one that the model computes.
            runs: the other runs that RC COMPARE names: a file's name, or whatever else `data`
                takes.
            data: series for the model's data variables.
            progress: is called now and then with the share done, from 0 to 1.
            **options: of `simulate`, but for `saveper` and `save`.

        Raises:
            RunError: as `simulate`; S3C613, another run is not given, or lacks a variable.
        """
        wanted = {name: value for name, value in (changes or {}).items() if fold(name) != _SAVEPER}
        if _can_set_saveper(self.watched):
            options["saveper"] = _EVERY_STEP
        series = compared_series(self.watched, self.compared, runs or {})
        sources = data if isinstance(data, list | tuple) else (data,)
        options["data"] = [each for each in (*sources, series or None) if each is not None] or None
        tests = [
            (check, place, way)
            for check in self.checks
            if check.model is not None
            for place in places_of(check.variable("active", check.model))
            for way in range(len(check.ways))
        ]
        done, total = 0, len(tests) + 1

        def advance() -> None:
            nonlocal done
            done += 1
            if progress is not None:
                progress(done / total)

        run, passive = _watched(self, wanted, options)
        advance()
        active: dict[tuple[str, Place], list[Observation]] = {}
        for check, place, way in tests:
            found = _tested(check, place, way, wanted, options)
            active.setdefault((check.stem, place), []).append(found)
            advance()
        results = tuple(
            CheckResult(
                _named(check, place, self.watched), check.line, check.equation,
                observation, tuple(active.get((check.stem, place), ())), check.problem,
            )
            for check, place, observation in passive
        )  # fmt: skip
        return CheckReport(self.watched.source, results, run)


def _can_set_saveper(model: CompiledModel) -> bool:
    variable = model.variable("SAVEPER")
    return not (variable.space is Space.CONSTANT and variable.kind is Kind.CONSTANT)


def _named(check: CompiledCheck, place: Place, model: CompiledModel) -> str:
    if not place:
        return check.name
    return f"{check.name}[{element_name(check.variable('active', model), place)}]"


def _watched(
    checks: ModelChecks, changes: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[Run | None, list[tuple[CompiledCheck, Place, Observation]]]:
    """The run of the model as it is, and what it says of each check and element."""
    model = checks.watched
    kept = [name for check in checks.checks for name in _kept(check, model, None)]
    run, error = _run(model, changes, kept, options)
    found = [
        (check, place, _observed(check, place, model, run, (), error))
        for check in checks.checks
        for place in places_of(check.variable("active", model))
    ]
    return run, found


def _tested(
    check: CompiledCheck,
    place: Place,
    way: int,
    changes: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Observation:
    """What a run in which the condition is made true says of a check, or of one element."""
    model = check.model
    assert model is not None
    switch = Selection(check.variable("active", model), place or None).name
    kept = list(_kept(check, model, place))
    run, error = _run(model, {**changes, switch: float(way + 1)}, kept, options)
    return _observed(check, place, model, run, check.ways[way], error)


def _run(
    model: CompiledModel, changes: Mapping[str, Any], save: list[str], options: Mapping[str, Any]
) -> tuple[Run | None, str]:
    """A run as far as it came, and why it stopped, if it did."""
    try:
        return model.run(changes, save=save, **options), ""
    except SimulationError as error:
        return error.run, error.message


def _kept(check: CompiledCheck, model: CompiledModel, place: Place | None) -> Iterator[str]:
    """The names of what a run keeps for a check; of one element if a place is given."""
    told = (f"shown {number + 1}" for number in range(len(check.shown)))
    for what in ("condition", "consequence", *told):
        yield Selection(check.variable(what, model), place or None).name


def _observed(
    check: CompiledCheck,
    place: Place,
    model: CompiledModel,
    run: Run | None,
    made: tuple[str, ...],
    error: str,
) -> Observation:
    made = tuple(_with_elements(check, text, place, model) for text in made)
    if run is None or not run.series("Time"):
        return Observation(Verdict.STOPPED, made, error=error)
    condition, consequence, *told = (run.series(name) for name in _kept(check, model, place))
    texts = tuple(_with_elements(check, text, place, model) for text in check.shown)
    times = run.series("Time")
    true = [number for number, value in enumerate(condition) if value]
    failed = [number for number in true if not consequence[number]]
    failures = tuple(
        CheckFailure(times[number], _values(texts, told, number)) for number in failed[:_MOST_KEPT]
    )
    if failed:
        verdict = Verdict.FAILS
    elif error:
        verdict = Verdict.STOPPED
    else:
        verdict = Verdict.HOLDS if true else Verdict.NOT_MET
    return Observation(verdict, made, len(true), len(failed), failures, error)


def _values(
    texts: tuple[str, ...], told: Sequence[Sequence[float]], number: int
) -> dict[str, float]:
    return {text: values[number] for text, values in zip(texts, told, strict=True)}


def _with_elements(check: CompiledCheck, text: str, place: Place, model: CompiledModel) -> str:
    """What a check reads, as it is written, its ranges changed to the elements of a place."""
    if not place:
        return text
    axes = check.variable("active", model).axes
    elements = {
        fold(name): axis.elements[k]
        for name, axis, k in zip(check.ranges, axes, place, strict=True)
    }
    head, bracket, inside = text.partition("[")
    if not bracket or not inside.endswith("]"):
        return text
    names = (display_name(each) for each in inside[:-1].split(","))
    return f"{head}[{','.join(elements.get(fold(each), each) for each in names)}]"
