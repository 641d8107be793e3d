"""The RC functions: what their arguments say of a trajectory, and of when it is in force.

Reference C.12. A trajectory starts when STEP would, and ends its duration later; the … CHECK
functions leave a grace after the start, in which nothing is enforced.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from s3c.runtime import display_name, fold

from .. import syntax
from ..syntax import BinaryOperator, Expression, Extent, Reference

__all__ = [
    "RC_FUNCTIONS",
    "RC_START",
    "Trajectory",
    "own_start",
    "reference",
    "series_of",
    "trajectory",
]

_SHAPES = {
    "RC STEP": ("basis", "mult"),
    "RC RAMP": ("basis", "mult", "ramptime"),
    "RC GROW": ("basis", "growrate"),
    "RC DECAY": ("basis", "decaytime"),
    "RC COMPARE": ("'run'", "var", "mult"),
}
_OPTIONAL = ("start", "duration")


def _with_grace(name: str, parameters: tuple[str, ...]) -> tuple[str, ...]:
    if name == "RC COMPARE":
        return (*parameters[:2], "grace", *parameters[2:])
    return ("grace", *parameters)


RC_FUNCTIONS = {
    fold(name): (name, parameters)
    for shape, inside in _SHAPES.items()
    for name, parameters in (
        (shape, inside),
        (f"{shape} CHECK", _with_grace(shape, inside)),
    )
}
"""By folded name: the name as the manual writes it, and the parameters that must be given."""

RC_START = "RC START TIME"
_OWN_START = "#RC start#"


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What a call of an RC function says, each part as an expression of the language.

    `in_force` is true while the trajectory is to be followed, or is enforced. `compared` is the
    variable of another run that is read, and `run` that run's name; or there is none.
    """

    value: syntax.Call
    in_force: Expression
    for_check: bool
    run: str = ""
    compared: Reference | None = None


def reference(
    name: str, extent: Extent, subscripts: tuple[syntax.Subscript, ...] = ()
) -> Reference:
    """The reading of a variable called so, whatever letters its name has."""
    quoted = '"' + name.replace('"', '\\"') + '"'
    return Reference(quoted, subscripts, extent=extent)


def trajectory(call: syntax.Call, has_start: bool) -> Trajectory | None:
    """What a call of an RC function says; None if the number of its arguments is wrong.

    `has_start` says whether the model has an RC START TIME.
    """
    name, parameters = RC_FUNCTIONS[fold(call.function.name)]
    extra = len(call.arguments) - len(parameters)
    if call.outputs or not 0 <= extra <= len(_OPTIONAL):
        return None
    extent = call.extent
    given, optional = call.arguments[: len(parameters)], call.arguments[len(parameters) :]
    start = optional[0] if extra else reference(RC_START if has_start else _OWN_START, extent)
    duration = optional[1] if extra > 1 else None
    values = dict(zip(parameters, given, strict=True))
    run, compared = values.get("'run'"), values.get("var")
    if run is not None:
        if not isinstance(run, syntax.Text) or not isinstance(compared, Reference):
            return None
        other = series_of(run.value, display_name(compared.name))
        values["var"] = replace(compared, name=reference(other, extent).name)
        values["'run'"] = syntax.Number(0.0, extent=extent)
    # No trajectory depends on its duration.
    arguments = (*values.values(), start, syntax.Number(0.0, extent=extent))
    value = syntax.Call(reference(name, call.function.extent), arguments, extent=extent)
    in_force = _in_force(start, duration, values.get("grace"), extent)
    if isinstance(run, syntax.Text) and isinstance(compared, Reference):
        return Trajectory(value, in_force, "grace" in values, run.value, compared)
    return Trajectory(value, in_force, "grace" in values)


def series_of(run: str, variable: str) -> str:
    """What the series of a variable in another run is called."""
    return f"#{run}>{variable}#"


def own_start(extent: Extent) -> tuple[str, Expression]:
    """The start of a model that names none: one time step after the first time."""
    first, step = (Reference(name, extent=extent) for name in ("INITIAL TIME", "TIME STEP"))
    total = syntax.Binary(BinaryOperator.PLUS, first, step, extent=extent)
    return _OWN_START, syntax.Call(Reference("INITIAL", extent=extent), (total,), extent=extent)


def _in_force(
    start: Expression, duration: Expression | None, grace: Expression | None, extent: Extent
) -> Expression:
    """Whether a trajectory is to be followed, and its grace, if it has one, is over."""

    def is_one(name: str, *arguments: Expression) -> Expression:
        call = syntax.Call(Reference(name, extent=extent), arguments, extent=extent)
        one = syntax.Number(1.0, extent=extent)
        return syntax.Binary(BinaryOperator.EQUAL, call, one, extent=extent)

    found = is_one("RC IN FORCE", start)
    if duration is not None:
        found = is_one("RC IN FORCE FOR", start, duration)
    if grace is None:
        return found
    over = is_one("RC GRACE OVER", start, grace)
    return syntax.Binary(BinaryOperator.AND, found, over, extent=extent)
