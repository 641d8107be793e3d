"""Where the files are that a model names: in its folder, or in one that the user allows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath, PureWindowsPath

from ..errors import bad_external
from ..names import did_you_mean

__all__ = ["WORKBOOKS", "Folders"]

_ALLOW = "allow another folder with --data-root"
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
"""How the names of workbooks end. Models often name another ending than that of the file."""
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(10)))
)
"""Names that are devices to Windows, whatever their ending."""
_LONGEST = 4096  # letters of a path: no system takes more


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders that a model may read in, and no other."""

    folders: tuple[Path, ...]
    """In the order in which a file is looked for."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """What `?name` stands for, by folded name without the question mark."""

    @classmethod
    def of(cls, folder: Path | None, roots: Sequence[Path], aliases: Mapping[str, str]) -> Folders:
        """The model's own folder, if it has one, and those that the user allows besides."""
        own = () if folder is None else (folder,)
        known = {name.strip().removeprefix("?").casefold(): to for name, to in aliases.items()}
        return cls((*own, *map(Path, roots)), known)

    def find(self, name: str) -> tuple[Path, str]:
        """Find a file that a model names, and what should be said of it, or nothing.

        A name that differs only in case is found if there is one such file, and so is a workbook
        that differs only in its ending.

        Raises:
            RunError: S3C609, there is no such file, or more than one, or it lies elsewhere.
        """
        steps = self._steps(name)
        if name.strip().startswith("?"):  # messages say what it stands for
            name = f"{name.strip()} = {'/'.join(steps)}"
        allowed = [_resolved(folder) for folder in self.folders]
        if not allowed:
            raise bad_external(name, "", "", "is in no folder: the model has none itself", _ALLOW)
        lies_outside = False
        for search in (_exactly, _in_any_case, _with_another_ending):
            for folder in allowed:
                found = search(folder, steps)
                real = [_resolved(path) for path in found]
                inside = [path for path in real if any(map(path.is_relative_to, allowed))]
                lies_outside |= len(inside) < len(real)
                if len(set(inside)) > 1:
                    names = " and ".join(f"“{path.name}”" for path in found)
                    reason = f"may be {names}"
                    raise bad_external(name, "", "", reason, "let the model name the one it means")
                if inside:
                    other = search is _with_another_ending
                    return inside[0], f"“{name}” is read from “{found[0].name}”" if other else ""
        if lies_outside:
            reason = "lies outside of the model's folder"
            raise bad_external(name, "", "", reason, f"put it there, or {_ALLOW}")
        known = [entry.name for folder in allowed for entry in islice(_entries(folder), 1000)]
        hint = did_you_mean(steps[-1], known) or f"put it into the model's folder, or {_ALLOW}"
        raise bad_external(name, "", "", "is not there", hint)

    def _steps(self, name: str) -> tuple[str, ...]:
        """The folders and the file that a name goes through.

        Raises:
            RunError: S3C609, it is none that a model may use.
        """
        written = name.strip()
        if written.startswith("?"):
            meant = self.aliases.get(written[1:].strip().casefold())
            if meant is None:
                hint = "choose its file in the model's settings, or name the file itself"
                raise bad_external(name, "", "", "the settings of the model do not name", hint)
            written = meant.strip()
        path = written.replace("\\", "/")
        steps = PurePosixPath(path).parts
        if not steps or "\0" in path or path.endswith("/"):
            raise bad_external(name, "", "", "is no name of a file", "name a file")
        if len(path) > _LONGEST:
            raise bad_external(name, "", "", "is not there", "give its file a shorter name")
        if any(step.rstrip(" .").split(".")[0].strip().casefold() in _DEVICES for step in steps):
            raise bad_external(name, "", "", "is a device", "name a file")
        if PureWindowsPath(path).drive and os.name != "nt":
            reason = "lies on a drive of Windows"
            raise bad_external(name, "", "", reason, f"put it into the model's folder, or {_ALLOW}")
        return steps


def _resolved(path: Path) -> Path:
    """Where a path leads, links followed; as it is if they lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return path.absolute()


def _exactly(folder: Path, steps: tuple[str, ...]) -> list[Path]:
    path = folder.joinpath(*steps)
    return [path] if _is_file(path) else []


def _in_any_case(folder: Path, steps: tuple[str, ...]) -> list[Path]:
    """All files whose names differ only in case."""
    return [path for path in _spelled_alike(folder, steps) if _is_file(path)]


def _with_another_ending(folder: Path, steps: tuple[str, ...]) -> list[Path]:
    """All workbooks whose names differ only in their ending, and in case."""
    name = Path(steps[-1])
    if name.suffix.lower() not in WORKBOOKS:
        return []
    return [
        entry
        for parent in _spelled_alike(folder, steps[:-1])
        for entry in _entries(parent)
        if entry.suffix.lower() in WORKBOOKS
        and entry.stem.casefold() == name.stem.casefold()
        and _is_file(entry)
    ]


def _spelled_alike(folder: Path, steps: tuple[str, ...]) -> list[Path]:
    """All paths below a folder that lead through these names, or ones that differ in case."""
    if PurePosixPath(*steps).is_absolute():
        return []
    found = [folder]
    for step in steps:
        if step == "..":
            found = list(dict.fromkeys(path.parent for path in found))
        else:
            key = step.casefold()
            found = [
                each for path in found for each in _entries(path) if each.name.casefold() == key
            ]
    return found


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except (OSError, ValueError):
        return


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False
