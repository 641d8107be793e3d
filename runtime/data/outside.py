"""All that a run is given besides its changes: data, and what the model reads from files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..contract import CompiledModel
from ..errors import ReadingError, cannot_set
from ..names import fold

if TYPE_CHECKING:
    from .external import Stamp

__all__ = ["Outside", "files_missing", "outside", "take_texts"]


Folders: TypeAlias = str | PathLike[str] | Iterable[str | PathLike[str]]
"""A folder, or several."""

_UNUSED = "the model has no data variables, and the data that the run is given are not used"


@dataclass(frozen=True, slots=True)
class Outside:
    """Constants, lookups and series by the generated module's names.

    `missing` names the data variables, or elements, that nothing supplies; `notes` say what else is
    worth knowing.
    """

    values: Mapping[str, Any]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    """Of the files that the model has read."""


def take_texts(model: CompiledModel, changes: dict[str, Any]) -> dict[str, str]:
    """Take the texts for string variables out of a run's changes.

    Raises:
        RunError: S3C602, a string variable is to be set to something else.
    """
    known = {fold(name) for name in model.texts}
    found: dict[str, str] = {}
    for name in [each for each in changes if fold(each) in known]:
        text = changes.pop(name)
        if not isinstance(text, str):
            raise cannot_set(name, f"it is a string variable, and {text!r} is no text")
        found[name] = text
    return found


def files_missing(model: CompiledModel, data_root: Folders = ()) -> ReadingError | None:
    """What a run would not find in the files that the model reads; None if nothing."""
    try:
        _from_files(model, {}, (), data_root)
    except ReadingError as error:
        return error
    return None


def outside(
    model: CompiledModel,
    texts: Mapping[str, str],
    changes: Iterable[str],
    data: Any,
    data_root: Folders,
) -> Outside:
    """What a run is given; see `simulate`.

    Args:
        model: a compiled model.
        texts: for its string variables, other than its own.
        changes: the names of what the run sets, which is not read from files.
        data: series for data variables, or where they stand.
        data_root: folders where the model may read, besides its own.

    Raises:
        ReadingError: what a model reads from a file is not there, or not what it needs.
        RunError: data cannot be read or understood.
    """
    read, notes, stamps = _from_files(model, texts, changes, data_root)
    if not model.data_variables:
        unused = () if data is None or data in ((), []) else (_UNUSED,)
        return Outside(read, (), (*notes, *unused), stamps)
    from .supply import supply

    supplied = supply(model, data, read)
    return Outside({**read, **supplied.tables}, supplied.missing, notes, stamps)


def _from_files(
    model: CompiledModel,
    texts: Mapping[str, str],
    changes: Iterable[str],
    data_root: Folders,
) -> tuple[Mapping[str, Any], tuple[str, ...], tuple[Stamp, ...]]:
    """What the model reads from files, what is worth knowing about them, and which they are."""
    if not model.readings:
        return {}, (), ()
    from .external import Files
    from .model_files import read_files

    roots = [data_root] if isinstance(data_root, str | PathLike) else list(data_root)
    folder = Path(model.folder) if model.folder is not None else None
    files = Files(folder, [Path(fspath(each)) for each in roots], model.aliases)
    named = {fold(name): text for name, text in (*model.texts.items(), *texts.items())}
    read = read_files(model, files, named, {fold(name) for name in changes})
    return read, tuple(files.notes), tuple(files.stamps)
