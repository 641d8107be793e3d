"""What a run reads from files before it starts: GET XLS, GET DIRECT … (reference C.11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product, repeat
from typing import TYPE_CHECKING, Any

from ..contract import CompiledModel, Reading, Space, TextOf, VariableInfo
from ..errors import Misreading, ReadingError, RunError
from ..lookups import Lookup
from ..names import fold
from .series import DataSeries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .external import Files

    Elements = NDArray[Any]

__all__ = ["read_files"]


def read_files(
    model: CompiledModel, files: Files, texts: Mapping[str, str], given: Collection[str] = ()
) -> Mapping[str, Any]:
    """The constants, lookups and series of a model that stand in files, by Python name.

    Arrays have all elements: those that stand in no file are as the model has them, or 0.

    Args:
        model: a compiled model.
        files: where its files are.
        texts: of the string variables, by folded name.
        given: folded names of what the run is given otherwise, which is not read.

    Raises:
        ReadingError: S3C609 or another, a file, sheet or cell is not there, or not what is needed;
            all of them are in it.
    """
    known = {each.python_name: each for each in model.variables}
    found: dict[str, Any] = {}
    wrong: list[Misreading] = []
    for reading in model.readings:
        variable = known[reading.variable]
        if _shown(variable) in given and reading.changeable:
            continue
        try:
            value = _read(reading, files, texts)
        except RunError as error:
            wrong.append(Misreading(error, reading.line, _equation(variable, reading)))
            continue
        present = found.get(reading.variable)
        if present is None:
            present = _present(variable, model)
        found[reading.variable] = (
            _with(present, value, reading) if variable.axes else (_as(present, value))
        )
    if wrong:
        raise ReadingError(model.source, wrong)
    return found


def _shown(variable: VariableInfo) -> str:
    """The folded name of a variable, or of the data variable whose series it holds."""
    return fold(variable.name.removeprefix("#").removesuffix(">data#"))


def _equation(variable: VariableInfo, reading: Reading) -> str:
    """The text of the equation that reads."""
    return dict(variable.equations).get(reading.line, variable.equation)


def _read(reading: Reading, files: Files, texts: Mapping[str, str]) -> Any:
    """What stands in the file: an array of it for the turns that are meant, if there are ranges."""
    arguments = [
        texts[fold(each.name)] if isinstance(each, TextOf) else each for each in reading.arguments
    ]
    if not reading.sizes and reading.function.endswith("CONSTANTS"):
        file, tab, cell = arguments
        return files.number(file, tab, cell)
    found: Elements
    if reading.function.endswith("CONSTANTS"):
        file, tab, cell = arguments
        found = files.constants(file, tab, cell, reading.sizes)
    else:
        file, tab, along, cell = arguments
        found = files.series(file, tab, along, cell, reading.sizes)
    if not reading.sizes:
        return found[()]
    import numpy as np

    return found[np.ix_(*map(list, reading.turns))]


def _present(variable: VariableInfo, model: CompiledModel) -> Any:
    """What the model has in the place of a variable; an array is one to be written to."""
    if variable.space is Space.PARAMETER:
        if not variable.axes:
            return variable.value
        import numpy as np

        value = np.array(variable.value, dtype=np.float64)
        return np.broadcast_to(value, variable.shape).copy()
    held = model.equations.step.__globals__[variable.python_name]
    return held.copy() if variable.axes else held


def _with(present: Elements, value: Any, reading: Reading) -> Elements:
    """An array with what was read at its places."""
    values = value.flat if reading.sizes else repeat(value)
    for place, each in zip(product(*reading.places), values, strict=False):
        present[place] = _as(present[place], each)
    return present


def _as(present: Any, value: Any) -> Any:
    """What was read as what the model has in its place: a number, a lookup or a series."""
    if isinstance(present, Lookup):
        return Lookup(list(zip(value.times.tolist(), value.values.tolist(), strict=True)))
    if isinstance(present, DataSeries) and isinstance(value, float):
        return DataSeries.constant(present.keyword, value)
    if isinstance(present, DataSeries):
        return present.with_points(value.times, value.values)
    return float(value)
