"""Results of very many runs on disk, as a Zarr store that xarray opens.

Its dimensions are `run`, `time` and subscript ranges; each variable that is saved is an array, and
each parameter a coordinate over `run`. The array `status` says of each run whether it is made: a
block of runs is written whole, and marked there afterwards, so that whatever stops the writer loses
only what it was writing.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from s3c.runtime import CompiledModel, RunError, attributes, dimensions

from .work import Made

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from s3c.runtime import VariableInfo

    Floats: TypeAlias = NDArray[np.float64]
    Statuses: TypeAlias = NDArray[np.int8]

__all__ = ["FAILED", "MADE", "NOT_MADE", "Contents", "Saved", "Store", "saved_of"]

NOT_MADE, MADE, FAILED = 0, 1, 2
"""What `status` says of a run. One that failed is made, too, as far as it came."""

_STATUS = "status"
_TIMES_TOGETHER = 32  # that are read at once, without the others
_LONGEST_NAME = 80
_RESERVED = ("run", "time", _STATUS)
# Units that xarray would take for a time, and make nanoseconds of what has them.
_DECODED = frozenset(
    {"days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"}
)
_AGAIN = "give the same command again: what is done is kept"


@dataclass(frozen=True, slots=True)
class Saved:
    """A variable, or an element of one, that is kept.

    Attributes:
        name: as the model spells it.
        variable: what it is, or is an element of.
        shape: (n_elements, …) along its axes; nothing of an element.
        first: the number of its first column.
    """

    name: str
    variable: VariableInfo
    shape: tuple[int, ...]
    first: int

    @property
    def n_columns(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


def saved_of(model: CompiledModel, names: tuple[str, ...]) -> tuple[Saved, ...]:
    """What the columns of some runs are of; names as an ensemble has them."""
    found: list[Saved] = []
    first = 0
    for name in names:
        selection = model.select(name)
        shape = selection.variable.shape if selection.place is None else ()
        found.append(Saved(name, selection.variable, shape, first))
        first += prod(shape)
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What a new store begins with.

    Attributes:
        attributes: of the whole store; what JSON can hold.
        saved: what is kept.
        parameters: (n_runs,) of each parameter, by its name.
        n_runs: how many runs there will be.
        block: how many are written together.
        time: (n_times,), in the model's time unit.
        time_units: that unit.
    """

    attributes: Mapping[str, Any]
    saved: tuple[Saved, ...]
    parameters: Mapping[str, Floats]
    n_runs: int
    block: int
    time: Floats
    time_units: str


class Store:
    """A store that is there.

    Attributes:
        path: its folder.
        attributes: what stands in it besides numbers.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            RunError: S3C606, there is no store of s3c, or it cannot be read.
        """
        zarr = _zarr(path)
        try:
            with _no_warnings():
                self._group = zarr.open_group(path, mode="r+")
            self.attributes: Mapping[str, Any] = dict(self._group.attrs)
            self._arrays: list[Any] = [self._group[name] for name in self.attributes["arrays"]]
            self._status: Any = self._group[_STATUS]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _cannot_read(path, error) from None
        self.path = path

    @staticmethod
    def create(path: Path, contents: Contents) -> None:
        """Make a store beside, and give it its name when it is whole.

        Raises:
            RunError: S3C606, it cannot be written, or there is something of that name already.
        """
        beside = path.with_name(f".{path.name[:100]}.{os.urandom(6).hex()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _create(beside, contents)
            beside.rename(path)
        except OSError as error:
            raise _cannot_write(path, error, "choose another place") from None
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    @staticmethod
    def is_one(path: Path) -> bool:
        """Whether a path is a store of s3c, and not something else."""
        try:
            found = json.loads((path / "zarr.json").read_bytes())
            return "made_from" in found["attributes"]
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def remove(self) -> None:
        """Remove it: at once, so that nobody takes the rest of it for a store.

        Raises:
            RunError: S3C606, it cannot be removed.
        """
        away = self.path.with_name(f".{self.path.name[:100]}.{os.urandom(6).hex()}.old")
        try:
            self.path.rename(away)
        except OSError as error:
            raise _cannot_write(self.path, error, "choose another place") from None
        shutil.rmtree(away, ignore_errors=True)

    def clear_away(self) -> None:
        """Remove what a writer that was killed has begun to write."""
        for each in self.path.rglob("*.partial"):
            with suppress(OSError):
                each.unlink()

    @property
    def block(self) -> int:
        """How many runs are written together."""
        return int(self._status.chunks[0])

    def status(self) -> Statuses:
        """(n_runs,), of each run one of NOT_MADE, MADE, FAILED."""
        with self._reading():
            found: Statuses = self._status[:]
            return found

    def write(self, saved: tuple[Saved, ...], made: Made) -> None:
        """Write a block of runs, and then that it is there.

        Raises:
            RunError: S3C606, it cannot be written.
        """
        import numpy as np

        runs = slice(made.first, made.first + made.n_runs)
        n_times = made.values.shape[1]
        status = np.full(made.n_runs, MADE, dtype=np.int8)
        status[[run - made.first for run in made.failed]] = FAILED
        try:
            for array, each in zip(self._arrays, saved, strict=True):
                columns = made.values[each.first : each.first + each.n_columns]
                whole = columns.reshape(*each.shape, n_times, made.n_runs)
                array[runs] = np.ascontiguousarray(np.moveaxis(whole, (-1, -2), (0, 1)))
            self._status[runs] = status
        except OSError as error:
            raise _cannot_write(self.path, error, f"make room, and {_AGAIN}") from None

    def read(self, number: int, place: tuple[int, ...], times: slice) -> Floats:
        """(n_runs, n_times), an element of what is saved under a number.

        Raises:
            RunError: S3C606, it cannot be read.
        """
        array = self._arrays[number]
        first, last, step = times.indices(array.shape[1])
        places = range(first, last, step)
        low, high = (min(places), max(places) + 1) if places else (0, 0)
        with self._reading():
            found: Floats = array[(slice(None), slice(low, high), *place)]
        return found if step == 1 else found[:, [each - low for each in places]]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, RuntimeError) as error:  # a file that somebody has cut short
            raise _cannot_read(self.path, error) from None


def _create(folder: Path, contents: Contents) -> None:
    """A whole store without runs."""
    import numpy as np

    zarr = _zarr(folder)
    n_runs, block, n_times = contents.n_runs, contents.block, len(contents.time)
    names = _free_names([each.name for each in contents.saved], set(_RESERVED))
    taken = {*_RESERVED, *names}
    whole = [each.variable for each in contents.saved if each.shape]
    dims = dimensions(whole, tuple(taken))
    taken |= {dim for each in dims.values() for dim in each}
    # Without blanks, since xarray keeps the names of coordinates in a list with blanks between.
    parameters = _free_names([each.replace(" ", "_") for each in contents.parameters], taken)
    with _no_warnings():
        group = zarr.create_group(
            folder, attributes={**contents.attributes, "arrays": names, "parameters": parameters}
        )

        def coordinate(name: str, values: Any, dim: str, said: dict[str, str]) -> None:
            array = group.create_array(
                name, shape=values.shape, dtype=str if values.dtype == object else values.dtype,
                chunks=(max(1, len(values)),), dimension_names=(dim,), attributes=said,
            )  # fmt: skip
            array[:] = values

        coordinate("run", np.arange(n_runs), "run", {"long_name": "run"})
        units = _units(contents.time_units)
        coordinate("time", contents.time, "time", {"long_name": "time", **units})
        for name, (long, values) in zip(parameters, contents.parameters.items(), strict=True):
            coordinate(name, values, "run", {"long_name": long})
        for dim, axis in {
            dim: axis
            for variable in whole
            for dim, axis in zip(dims[variable.python_name], variable.axes, strict=True)
        }.items():
            coordinate(dim, np.array(axis.elements, dtype=object), dim, {})
        group.create_array(
            _STATUS, shape=(n_runs,), dtype="int8", chunks=(block,), fill_value=NOT_MADE,
            dimension_names=("run",), compressors=None,
            attributes={"long_name": "0 not made, 1 made, 2 an equation had no finite value"},
        )  # fmt: skip
        for name, each in zip(names, contents.saved, strict=True):
            along = dims[each.variable.python_name] if each.shape else ()
            said = attributes(each.variable, each.name)
            units = _units(said.pop("units", ""))
            group.create_array(
                name, shape=(n_runs, n_times, *each.shape), dtype="float64",
                fill_value=float("nan"), dimension_names=("run", "time", *along),
                attributes={**said, **units},
                **_layout(block, n_times, each.shape),
            )  # fmt: skip
        group.attrs["coordinates"] = " ".join(["run", "time", *parameters])
        zarr.consolidate_metadata(folder)


def _layout(block: int, n_times: int, shape: tuple[int, ...]) -> dict[str, Any]:
    """A file for each block, of which some times can be read without the others."""
    from zarr.codecs import BloscCodec

    found: dict[str, Any] = {"compressors": BloscCodec(cname="lz4", shuffle="shuffle")}
    if n_times <= _TIMES_TOGETHER:
        return {**found, "chunks": (block, max(1, n_times), *shape)}
    together = -(-n_times // _TIMES_TOGETHER) * _TIMES_TOGETHER
    chunks, shards = (block, _TIMES_TOGETHER, *shape), (block, together, *shape)
    return {**found, "chunks": chunks, "shards": shards}


def _free_names(names: list[str], taken: set[str]) -> list[str]:
    """Names for arrays: such as files may have, on every system, and each once."""
    folded = {each.casefold() for each in taken}
    found: list[str] = []
    for name in names:
        clean = "".join(" " if c in '/\\<>:"|?*' or not c.isprintable() else c for c in name)
        clean = clean[:_LONGEST_NAME].strip(" .").removeprefix("__") or "unnamed"
        free, number = clean, 2
        while free.casefold() in folded:
            free, number = f"{clean} {number}", number + 1
        folded.add(free.casefold())
        found.append(free)
    return found


def _units(units: str) -> dict[str, str]:
    """Units as an attribute, so that xarray does not take them for those of a calendar."""
    if not units or " since " in units:
        return {}
    return {"units": units.capitalize() if units in _DECODED else units}


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Zarr warns that texts and consolidated metadata may look otherwise in a later format."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*(Zarr format 3|Zarr V3).*")
        yield


def _zarr(path: Path) -> Any:
    try:
        import zarr
    except ImportError:
        message = f"“{path}” cannot be written or read without zarr"
        raise RunError("S3C606", message, "pip install 's3c[experiments]'") from None
    return zarr


def _cannot_read(path: Path, error: Exception) -> RunError:
    reason = getattr(error, "strerror", None) or str(error).partition("\n")[0][:200]
    message = f"“{path}” cannot be read as a store of runs: {reason}"
    return RunError("S3C606", message, "choose another name, or remove it")


def _cannot_write(path: Path, error: OSError, hint: str) -> RunError:
    reason = error.strerror or str(error)
    return RunError("S3C606", f"“{path}” cannot be written: {reason}", hint)
