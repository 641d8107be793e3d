"""Functions whose rule in Vensim is not known for the way in which a model is run."""

from __future__ import annotations

from collections.abc import Iterator

from s3c.runtime import Method

from ..diagnostics import Diagnostic
from ..system import TIME_STEP, Remembered, SampleIfTrue, Variable, uncertain
from .schedule import Schedule
from .sweeps import variables_of

__all__ = ["doubts"]

_SAMPLES = (
    "whether Vensim looks at the condition inside a Runge-Kutta step: here it does so at whole time"
    " steps only"
)
_STEPS = (
    "what Vensim makes of it where TIME STEP changes: here the delay is as many steps as when the"
    " run starts"
)
_BY_EULER = (Method.EULER, Method.DIFFERENCE)


def doubts(schedule: Schedule) -> tuple[Diagnostic, ...]:
    """What is uncertain (S3C240) of functions that are certain otherwise: once for each."""
    inside = schedule.system.method not in _BY_EULER
    changes = TIME_STEP in variables_of(schedule.step)
    found: dict[str, Diagnostic] = {}
    for variable in schedule.system.variables.values() if inside or changes else ():
        for name, reading in _readings(variable, inside=inside, changes=changes):
            found.setdefault(name, uncertain(name, reading, variable.parts[0].span))
    return tuple(found.values())


def _readings(variable: Variable, *, inside: bool, changes: bool) -> Iterator[tuple[str, str]]:
    """The functions of a variable's equations that are uncertain, each with the reading.

    They are so `inside` the steps of Runge-Kutta methods, or where TIME STEP `changes`.
    """
    for part in variable.parts:
        match part.meaning:
            case SampleIfTrue() if inside:
                yield "SAMPLE IF TRUE", _SAMPLES
            case Remembered(memory=memory) if changes and memory.name == "DELAY FIXED":
                yield "DELAY FIXED", _STEPS
            case _:
                pass
