"""What mutations start from: models of the tests and the community, small files of each kind."""

from __future__ import annotations

import io
import json
import os
import random
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from s3c.compiler import Source, compile_source
from s3c.runtime import Simulation, load_text

__all__ = ["MODEL", "PARTS", "TABLE", "begun", "parts_of", "seeds_of", "state_of"]

_ROOT = Path(__file__).parent.parent
_LONGEST = 4000  # bytes: long seeds are slow, and say little more

MODEL = """\
{UTF-8}
Region: East, West ~~|
Population[Region] = INTEG(births[Region], 100) ~ people ~|
births[Region] = birth rate * Population[Region] * crowding(Population[Region] / 1000) ~~|
"birth rate" = 0.1 ~ 1/Year [0, 1] ~|
share[Region] = 0.2, 0.3 ~~|
crowding((0, 1), (1, 1), (2, 0.5)) ~~|
measured ~~|
late = DELAY FIXED(SUM(births[Region!]), 2, 0) + RANDOM UNIFORM(0, 1, 1) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 4 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
"""
"""A small model for the files that belong to one."""

TABLE = "Time,measured\n0,1\n1,2\n"

PARTS = {
    "xlsx_cells": "xl/worksheets/sheet1.xml",
    "xlsx_book": "xl/workbook.xml",
    "xlsx_styles": "xl/styles.xml",
    "xlsx_strings": "xl/sharedStrings.xml",
    "ods_cells": "content.xml",
}
"""Targets that are one part of a workbook."""

_CHANGES = (
    'birth rate = 0.2\n"birth rate"=.3\nshare[East]=1,2\ncrowding((0,1),(1,2))\nFINAL TIME=3',
    "share = 0.1, 0.2\n:IGNORE:\nshare[Region]=1;2\nx=1e308\n'a' = 'b'\n",
)
_SENSITIVITY = (
    "200,M,1234,,0\nbirth rate=RANDOM_UNIFORM(0.1,0.3)\nshare[East]=VECTOR(0,1,0.5)\n",
    "200 L 1\nshare[Region]=RANDOM_NORMAL(0, 1, 0.5, 0.2)\nbirth rate=RANDOM_TRIANGULAR(0,1,0,1,2)",
    "10,G,1,m.cin\nbirth rate=VECTOR(0,1,*10)\n10,U,1,\nshare=RANDOM_POISSON(0,9,2,1,0)\n",
)
_OPTIMIZATION = (
    """\
:OPTIMIZER=Powell
:SENSITIVITY=Off
:MULTIPLE_START=RRandom
:RANDOM_NUMER=Linear
:MAX_ITERATIONS=1000
:RESTART_MAX=2
:PASS_LIMIT=2
:FRACTIONAL_TOLERANCE=0.0003
0.05<=birth rate=0.1<=0.3
0<=share[East]<=1
""",
    ":OPTIMIZER=MCMC\n:SENSITIVITY=Payoff Value=2\n:MCLIMIT=20\nshare\n-1 <= share[West]=2 <=",
)
_PAYOFF = (
    "*CG\nPopulation[East]|measured/1\nbirths[West]|measured/sd\n*P\nPopulation[West]/-1\n",
    "*C\nPopulation/2\n*CK\nlate|late/.1\n*CR\nlate/1\n",
)
_DAT = ("measured\n0\t1\n1\t2\n\nPopulation[East]\n0\t1\n2.5\t1e3\n", '"a b"\n0 1\n:NA:\n')
_CSV = (
    'Time,0,1,2\nPopulation[East],1,2,3\n"a,b",4,,6\n',
    'Time,x,y\n0,1,2\n1,"2","3\n4"\n2,:NA:,1e5\n',
    "Time;x\n0;1,5\n1;2,5\n",
)
_CELLS = ((None, 1, 2), ("values", 3.5, 4), ("é <b>", -1e300, None))
_EXPERIMENT = """\
model = 'm.mdl'
save = ['late']
[run]
final_time = 3
[groups]
g = ['birth rate', 'share[East]']
[constants]
'birth rate' = 4
[[scenario]]
name = 'a'
scale = { g = 1.5 }
[[product]]
name = '{p:+%}'
p = { scale = 'g', factors = [0.5, 1.5] }
[calibrate]
free.'birth rate'.bounds = [0, 1]
[[series]]
variable = 'late'
data = 't.csv'
column = 'measured'
[[target]]
scenario = 'a'
variable = 'late'
value = 1
at = 'end'
"""
_SENSITIVITY_TOML = """\
model = 'm.mdl'
[sensitivity]
runs = 10
sampling = 'latin'
times = [1]
[sensitivity.parameters]
'birth rate' = { distribution = 'beta', min = 0, max = 1, a = 2, b = 3 }
share = { distribution = 'vector', min = 0, max = 1, increment = 0.1 }
"""
_COMPANIONS: dict[str, Sequence[str]] = {
    "csv": _CSV,
    "cells": _CSV,
    "tab": tuple(each.replace(",", "\t") for each in _CSV),
    "dat": _DAT,
    "cin": _CHANGES,
    "lst": ('Population\nlate\n"birth rate"\nbirths[East]\n',),
    "vsc": _SENSITIVITY,
    "voc": _OPTIMIZATION,
    "vpd": _PAYOFF,
    "experiment": (_EXPERIMENT, _SENSITIVITY_TOML),
}


def seeds_of(target: str) -> Iterator[bytes]:
    """The first inputs of a target."""
    match target:
        case "scanner" | "compiler" | "checks" | "units" | "lint" | "convert" | "load":
            yield MODEL.encode()
            yield from _files((".mdl",))
        case "xmile" | "xmile_units" | "load_xmile":
            yield from _files((".xmile", ".stmx"))
        case "xlsx" | "ods":
            yield _workbook(target)
            yield from _files((f".{target}",))
        case "xls":
            yield from _files((".xls",))
        case "state":
            yield state_of(begun())
        case "cache":
            yield from _compiled_forms()
        case _ if target in PARTS:
            yield parts_of(target.partition("_")[0])[PARTS[target]]
        case _ if target in _COMPANIONS:
            yield from map(str.encode, _COMPANIONS[target])
        case _:  # built from choices
            chance = random.Random(target)  # noqa: S311 -- no secret
            yield from (chance.randbytes(length) for length in range(0, 320, 20))


def _files(endings: tuple[str, ...]) -> Iterator[bytes]:
    """Files of the tests and of the community; the beginning of long models, and no long books."""
    longest = {".xls": 60_000, ".xlsx": 20_000, ".ods": 20_000}.get(endings[0], _LONGEST)
    community = os.environ.get("S3C_CONFORMANCE", _ROOT.parent / "conformance")
    folders = (_ROOT / "tests" / "models", Path(community))
    for path in sorted(chain.from_iterable(each.rglob("*") for each in folders)):
        if path.suffix.lower() in endings:
            data = path.read_bytes()
            if len(data) <= longest or ".mdl" in endings:
                yield data.partition(b"\\\\\\---///")[0][:longest]


@cache
def parts_of(kind: str) -> dict[str, bytes]:
    """The parts of a small workbook, `xlsx` or `ods`."""
    with zipfile.ZipFile(io.BytesIO(_workbook(kind))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if kind == "xlsx":
        _share_strings(parts)
    return parts


def _share_strings(parts: dict[str, bytes]) -> None:
    """Let a workbook's first sheet have a text that stands apart, as spreadsheets write them."""
    contents, sheet = "[Content_Types].xml", "xl/worksheets/sheet1.xml"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts[contents] = parts[contents].replace(b"</Types>", override.encode())
    inline = b't="inlineStr"><is><t>values</t></is>'
    parts[sheet] = parts[sheet].replace(inline, b't="s"><v>1</v>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = "<si><t>a</t></si><si><r><t>val</t></r><r><t>ues</t></r></si>"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}" count="2">{strings}</sst>'.encode()


def _workbook(kind: str) -> bytes:
    workbooks: Any = import_module("tests.support.workbooks")
    if kind == "xlsx":
        made = workbooks.xlsx({"S": _CELLS, "T": _CELLS}, {"values": "S!$B$2:$C$3"})
    else:
        made = workbooks.ods({"S": _CELLS}, {"values": "$S.$B$2:.$C$3"})
    assert isinstance(made, bytes)
    return made


@cache
def begun() -> Simulation:
    """A run of the model that has made one step."""
    generated = compile_source(Source("m.mdl", MODEL)).generated
    assert generated is not None
    run = load_text(generated.text, "m").start()
    run.step()
    return run


def state_of(run: Simulation) -> bytes:
    """The state of a run as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.state"
        run.save(path)
        return path.read_bytes()


def _compiled_forms() -> Iterator[bytes]:
    """Compiled forms as they are told before their code, after a byte for the checksum."""
    said: list[Any]
    for said in ([[], {}], [["a"], {"nosuch": "0"}]):
        yield b"\x00" + f"# {json.dumps(said)}\nABI = 1\n".encode()
    yield b"\xff# s3c compiled form 0\n# [[], {}]\n"
