"""The parts of a state file: each as JSON has it, and how it is read and checked again."""

from __future__ import annotations

import hashlib
import struct
from array import array
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .beginning import Asked, Begun
from .checked import Part
from .clock import MOST_STEPS, ClockState
from .contract import CompiledModel, Method, Space, Vector
from .errors import Failure
from .given import numbers_of, one_number, points_of, tables_of
from .integrate import Integration
from .lookups import Lookup
from .memory_state import plain_number
from .notices import Shown
from .recording import Recording, Saved

if TYPE_CHECKING:
    from .data.series import DataSeries
    from .setting import Change

__all__ = [
    "changes_part",
    "data_digest",
    "failure_part",
    "read_asked",
    "read_clock",
    "read_saved",
    "read_vector",
    "restore_failures",
    "restore_messages",
    "restore_shortfall",
    "saved_part",
    "vector_part",
]

_FIXED = (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)


# --- The data ---


def data_digest(supplied: Mapping[str, Any]) -> str:
    """Of all that a run was given besides its changes; nothing of nothing."""
    if not supplied:
        return ""
    digest = hashlib.sha256()
    for name in sorted(supplied):
        digest.update(f"\0{name}\0".encode("utf-8", "surrogatepass"))
        _feed(digest, supplied[name])
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    """Add a number, an array, a table or a series to a digest."""
    if isinstance(value, int | float):
        digest.update(struct.pack("<d", value))
    elif hasattr(value, "dtype") and value.dtype.kind != "O":
        digest.update(value.tobytes())
    elif hasattr(value, "ravel"):
        for each in value.ravel().tolist():
            _feed(digest, each)
    elif isinstance(value, Lookup):
        digest.update(repr(value.points).encode())
    else:
        series: DataSeries = value
        constant = series.at(0.0) if series.is_constant else None
        digest.update(f"{series.keyword} {constant}".encode())
        digest.update(array("d", series.times).tobytes() + array("d", series.values).tobytes())


# --- What was asked for ---


def changes_part(model: CompiledModel, changes: Mapping[str, Change]) -> dict[str, Any]:
    """What a run changes, by name."""
    return {name: _change_part(model, name, value) for name, value in changes.items()}


def _change_part(model: CompiledModel, name: str, value: Change) -> Any:
    """A change as a number, nested lists of numbers, or points."""
    selection = model.select(name)
    variable = selection.variable
    is_whole = bool(variable.axes) and selection.place is None
    if variable.space is Space.TABLE:
        if not is_whole:
            return _points_part(points_of(name, value))
        tables = tables_of(variable, value)
        return _nested([_points_part(each) for each in tables.ravel()], variable.shape)
    if is_whole:
        return numbers_of(variable, value).tolist()
    return one_number(name, value)


def _points_part(table: Any) -> list[list[float]]:
    return [list(point) for point in table.points]


def _nested(values: list[Any], shape: tuple[int, ...]) -> Any:
    """Values in order, as nested lists of a shape."""
    for size in reversed(shape[1:]):
        values = [values[at : at + size] for at in range(0, len(values), size)]
    return values


def read_asked(part: Part) -> tuple[Asked, dict[str, Any]]:
    """What the run was asked for, and what was set on the way."""
    fields = part.fields("changes", "texts", "set", "method", "seed", "clock", "save", "on_error")
    method, on_error = fields["method"].text(), fields["on_error"].text()
    if method not in set(Method):
        fields["method"].fail("is no method of integration")
    if on_error not in ("stop", "nan"):
        fields["on_error"].fail("is neither “stop” nor “nan”")
    save = fields["save"]
    asked = Asked(
        changes=_changes(fields["changes"]),
        texts={name: each.text() for name, each in fields["texts"].entries().items()},
        method=Method(method),
        seed=None if fields["seed"].value is None else fields["seed"].number(finite=True),
        clock=_date(fields["clock"]),
        save=None if save.value is None else tuple(each.text() for each in save.items()),
        on_error="nan" if on_error == "nan" else "stop",
    )
    return asked, _changes(fields["set"])


def _date(part: Part) -> datetime | None:
    """What the computer's clock showed, if the model asks for it."""
    if part.value is None:
        return None
    try:
        return datetime.fromisoformat(part.text())
    except ValueError:
        part.fail("is no date and time")


def _changes(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in part.entries().items():
        if not isinstance(each.value, list):
            each.number(finite=True)
        found[name] = each.value
    return found


# --- Vectors ---


def vector_part(model: CompiledModel, spaces: tuple[Space, ...], vector: Vector) -> list[Any]:
    """The values of some spaces: a number each, or a list of all elements in order."""
    variables = [each for space in spaces for each in model.in_space(space)]
    found: list[Any] = []
    for variable, value in zip(variables, vector, strict=True):
        if variable.axes:
            import numpy as np

            numbers = np.broadcast_to(value, variable.shape).ravel().tolist()
            found.append([plain_number(each) for each in numbers])
        else:
            found.append(plain_number(value))  # type: ignore[arg-type]
    return found


def read_vector(model: CompiledModel, spaces: tuple[Space, ...], part: Part) -> Vector:
    """The values of some spaces, from a part of a state file."""
    variables = [each for space in spaces for each in model.in_space(space)]
    found: list[Any] = []
    for variable, each in zip(variables, part.items(len(variables)), strict=True):
        if variable.axes:
            import numpy as np

            size = int(np.prod(variable.shape))
            found.append(np.array(each.numbers(size)).reshape(variable.shape))
        else:
            found.append(each.number())
    return tuple(found)


def read_clock(part: Part) -> ClockState:
    """Where a run is in time."""
    fields = part.fields(*ClockState._fields)
    found = ClockState(
        start=fields["start"].number(finite=True),
        time=fields["time"].number(finite=True),
        base=fields["base"].number(finite=True),
        steps=fields["steps"].whole(0, MOST_STEPS + 1),
        due=fields["due"].number(),
        time_step=fields["time_step"].number(finite=True),
    )
    if found.time_step < 0 or found.time < found.start:
        part.fail("goes backwards")
    return found


# --- What was saved ---


def saved_part(model: CompiledModel, saved: Saved) -> dict[str, Any]:
    """What a run has saved, with all that holds for many times."""
    return {
        "times": _numbers_part(saved.times),
        "values": _numbers_part(saved.values),
        "arrays": [_numbers_part(each) for each in saved.buffers],
        "fixed": [[count, vector_part(model, _FIXED, vector)] for count, vector in saved.fixed],
        "seed": plain_number(saved.seed),
    }


def _numbers_part(numbers: array[float]) -> list[Any]:
    return [plain_number(each) for each in numbers]


def read_saved(model: CompiledModel, asked: Asked, part: Part) -> Saved:
    """What a run has saved, if it fits what the run was asked to keep."""
    fields = part.fields("times", "values", "arrays", "fixed", "seed")
    times = fields["times"].numbers()
    width, *widths = Recording(model, asked.save).widths
    values = fields["values"].numbers(width * len(times))
    arrays = fields["arrays"].items(len(widths))
    fixed: list[tuple[int, Vector]] = []
    least = 0
    for each in fields["fixed"].items():
        count, vector = each.items(2)
        found = count.whole(least, len(times))
        least = found + 1
        fixed.append((found, read_vector(model, _FIXED, vector)))
    if not fixed or fixed[0][0]:
        fields["fixed"].fail("does not begin with the run")
    buffers = tuple(
        each.numbers(size * len(times)) for each, size in zip(arrays, widths, strict=True)
    )
    return Saved(times, values, buffers, tuple(fixed), fields["seed"].number(finite=True))


# --- What went wrong ---


def failure_part(key: str | tuple[str, str], failure: Failure) -> dict[str, Any]:
    """An equation that had no finite value, and by what the guard knows it."""
    return {
        "key": key if isinstance(key, str) else list(key),
        "variable": failure.variable.python_name if failure.variable else None,
        "time": None if failure.time is None else plain_number(failure.time),
        "reason": failure.reason,
        "reads": {name: plain_number(value) for name, value in failure.reads.items()},
        "part": failure.part,
        "element": failure.element,
        "line": failure.line,
    }


def restore_messages(begun: Begun, part: Part) -> None:
    """Let a run know the texts that were shown before."""
    found: list[Shown] = []
    for each in part.items(None if begun.notices else 0):
        text, times, steps = each.items(3)
        shown = tuple(time.number(finite=True) for time in times.items())
        found.append(Shown(text.text(), shown, steps.whole(len(shown), MOST_STEPS + 1)))
    if begun.notices is not None and not begun.notices.restore(found):
        part.fail("has a text that the model does not show")


def restore_failures(begun: Begun, part: Part) -> None:
    """Let the guard of a run know the failures that it has found."""
    variables = {each.python_name: each for each in begun.model.variables}
    known = getattr(begun.guard, "failures", None)
    for each in part.items(0 if known is None else None):
        fields = each.fields(
            "key", "variable", "time", "reason", "reads", "part", "element", "line"
        )
        name, time, key = fields["variable"], fields["time"], fields["key"]
        if name.value is not None and name.text() not in variables:
            name.fail("is no variable of the model")
        failure = Failure(
            None if name.value is None else variables[name.text()],
            None if time.value is None else time.number(),
            fields["reason"].text(),
            {name: value.number() for name, value in fields["reads"].entries().items()},
            fields["part"].text(),
            fields["element"].text(),
            fields["line"].whole(0),
        )
        assert known is not None
        if begun.model.has_arrays:
            known[tuple(one.text() for one in key.items(2))] = failure
        else:
            known[key.text()] = failure


def restore_shortfall(integration: Integration, part: Part) -> None:
    """Let a run know where its steps did not meet the tolerances."""
    from .halving import Shortfall

    if part.value is None:
        return
    fields = part.fields("steps", "time", "name", "excess")
    integration.shortfall = Shortfall(
        fields["steps"].whole(1, MOST_STEPS + 1),
        fields["time"].number(),
        fields["name"].text(),
        fields["excess"].number(),
    )
