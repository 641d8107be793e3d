"""Targets that are files beside a model: data, companions, states and the cache."""

from __future__ import annotations

import hashlib
import io
import json
import marshal
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import s3c
from s3c.cache import Cache
from s3c.compiler import CompileError
from s3c.experiments import (
    ExperimentError,
    read_experiment,
    read_payoff_definition,
    read_vensim_experiment,
    read_vensim_optimization,
)
from s3c.runtime import (
    CompiledModel,
    Files,
    RunError,
    read_changes,
    read_dataset,
    read_save_list,
)

from .choices import Choices
from .seeds import MODEL, PARTS, TABLE, begun, parts_of, state_of

__all__ = ["FILE_TARGETS"]

_Target: TypeAlias = Callable[[bytes], None]


@contextmanager
def _told() -> Iterator[None]:
    """What s3c says that it raises may be raised within; none of it is an error of its own."""
    try:
        yield
    except (RunError, CompileError, ExperimentError) as error:
        told = str(error)
    else:
        return
    assert "S3C9" not in told


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder with a model and a table; if there is one that is no disk, there."""
    quick = "/dev/shm"  # noqa: S108 -- the folder in it is this user's
    made = tempfile.TemporaryDirectory(dir=quick if os.access(quick, os.W_OK) else None)
    (Path(made.name) / "m.mdl").write_text(MODEL, encoding="utf-8")
    (Path(made.name) / "p.vpd").write_text("*C\nPopulation[East]/1\n", encoding="utf-8")
    (Path(made.name) / "t.csv").write_text(TABLE, encoding="utf-8")
    return made


@contextmanager
def _written(name: str, data: bytes) -> Iterator[Path]:
    """The data as a file beside the model."""
    path = Path(_folder().name) / name
    path.write_bytes(data)
    try:
        yield path
    finally:
        path.unlink()


def _dataset(ending: str) -> _Target:
    def read(data: bytes) -> None:
        with _written(f"data{ending}", data) as path, _told():
            read_dataset(path)

    return read


def _cells(ending: str) -> _Target:
    """Cells of a file that a model names."""

    def read(data: bytes) -> None:
        tab, cell = (("S", "B2"), (",", "A1*"), ("S", "values"))[len(data) % 3]
        with _written(f"data{ending}", data) as path:
            files = Files(path.parent)
            with _told():
                files.constants(path.name, tab, cell, (2, 2))
            with _told():
                files.series(path.name, tab, "1", cell, (2,))
            with _told():
                files.elements(path.name, tab, cell, "", "e")

    return read


def _part(kind: str, part: str) -> _Target:
    """One part of a workbook, packed with the rest of it, so that all inputs reach its XML."""

    def read(data: bytes) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, content in parts_of(kind).items():
                archive.writestr(name, data if name == part else content)
        _cells(f".{kind}")(stream.getvalue())

    return read


@cache
def _model() -> CompiledModel:
    return begun().model


def _changes(data: bytes) -> None:
    """A changes file, and a run with it."""
    with _written("c.cin", data) as path, _told():
        _model().run({**read_changes(path, _model()), "FINAL TIME": 2, "TIME STEP": 1})


def _save_list(data: bytes) -> None:
    """A save list, and a run that keeps what it names."""
    with _written("c.lst", data) as path, _told():
        _model().run(save=read_save_list(path, _model()))


def _sensitivity(data: bytes) -> None:
    with _written("c.vsc", data) as path, _told():
        read_vensim_experiment(path.with_name("m.mdl"), vsc=path)


def _optimization(data: bytes) -> None:
    with _written("c.voc", data) as path, _told():
        beside = path.with_name("m.mdl"), path.with_name("p.vpd")
        read_vensim_optimization(path, model=beside[0], payoff=beside[1])


def _payoff(data: bytes) -> None:
    with _written("c.vpd", data) as path, _told():
        read_payoff_definition(path, _model())


def _experiment(data: bytes) -> None:
    with _written("e.toml", data) as path, _told():
        read_experiment(path)


def _state(data: bytes) -> None:
    """The state of a run, from which it goes on."""
    with _written("m.state", data) as path, _told():
        _model().resume(path).step()


def _state_parts(data: bytes) -> None:
    """The state of a run in which a few values are others, with names that fit."""
    choices = Choices(data)
    document = json.loads(state_of(begun()))
    while choices.are_left:
        _change(document, choices)
    _state(json.dumps(document).encode())


def _change(part: Any, choices: Choices) -> None:
    """Put something else in one place of a document."""
    while True:
        keys = list(part) if isinstance(part, dict) else range(len(part))
        if not keys:
            return
        key = choices.one_of(keys)
        if not isinstance(part[key], dict | list) or choices.below(4) == 3:
            break
        part = part[key]
    match choices.below(8):
        case 0:
            part[key] = deepcopy(choices.one_of(_VALUES))
        case 1:
            del part[key]
        case 2 if isinstance(part, list):
            part.append(deepcopy(part[key]))
        case 3 if isinstance(part[key], int | float):
            part[key] += choices.below(256) - 128
        case 4:
            part[key] = [deepcopy(part[key]) for _ in range(choices.below(8))]
        case _:
            part[key] = choices.below(256)


_VALUES: Sequence[Any] = (
    *(None, True, -1, 0.5, 1 << 64, 1 << 31, 1e308, "nan", "inf", "-inf", "", "late", "East"),
    *([], {}, [[]], [1, 2], {"Population": 1}, {"late": [1]}, "Population[East]", "rk4", "\ud800"),
)


def _cache(data: bytes) -> None:
    """A compiled form; the first byte says whether its checksum is right.

    Then it is as whoever owns the folder wrote it, so that its code is a code, and only what is
    told before that is anything.
    """
    with tempfile.TemporaryDirectory(dir=_folder().name) as folder:
        store = Cache(Path(folder) / "s3c")
        store.folder.mkdir(mode=0o700)
        file = store.folder / f"{store.digest(b'x', 'm')}.py"
        body = data[1:]
        if data[:1] < b"\xf0":
            body = body.partition(b"\0")[0] + b"\0" + marshal.dumps(compile("", "m", "exec"), 2)
            body = _MARK + hashlib.sha256(body).hexdigest().encode() + b"\n" + body
        file.write_bytes(body)
        file.chmod(0o600)
        store.find(b"x", "m")


_MARK = b"# s3c compiled form "


def _loaded(ending: str) -> _Target:
    """A model file as `s3c.load` takes it, whatever its name says that it is."""

    def load(data: bytes) -> None:
        with _written(f"n{ending}", data) as path, _told():
            s3c.load(path, cache=False)

    return load


FILE_TARGETS: dict[str, _Target] = {
    "load": _loaded(".mdl"),
    "load_xmile": _loaded(".stmx"),
    "csv": _dataset(".csv"),
    "tab": _dataset(".tab"),
    "dat": _dataset(".dat"),
    "cells": _cells(".csv"),
    "xlsx": _cells(".xlsx"),
    "ods": _cells(".ods"),
    "xls": _cells(".xls"),
    **{name: _part(name.partition("_")[0], part) for name, part in PARTS.items()},
    "cin": _changes,
    "lst": _save_list,
    "vsc": _sensitivity,
    "voc": _optimization,
    "vpd": _payoff,
    "experiment": _experiment,
    "state": _state,
    "state_parts": _state_parts,
    "cache": _cache,
}
