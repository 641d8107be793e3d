"""Small files that ask for far too much: a diagnostic, within limits of time and memory."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from bounded import told_within

from s3c.compiler import Source, check, render
from s3c.runtime import load_text, read_dataset

TIMES = "\nINITIAL TIME=0~~|FINAL TIME={}~~|TIME STEP={}~~|SAVEPER={}~~|\n"
STEPS = ("4", "1", "1")

MODELS: dict[str, tuple[str, str, tuple[str, str, str]]] = {
    # What it is: the model, what is told of it (nothing: it runs), and its times.
    "a billion elements": ("R:(a1-a1000000000)~~|x[R]=1~~|", "S3C501", STEPS),
    "numbers of a thousand digits": (f"R:(a1-a{'9' * 999})~~|x[R]=1~~|", "S3C216", STEPS),
    "a cube of a billion": (
        "R:(a1-a1000)~~|S:(b1-b1000)~~|U:(c1-c1000)~~|x[R,S,U]=1~~|", "S3C501", STEPS,
    ),
    "a sum of ten billion": (
        "R:(a1-a100)~~|S<->R~~|U<->R~~|V<->R~~|W<->R~~|y[R]=Time~~|"
        "x=SUM(y[R!]*y[S!]*y[U!]*y[V!]*y[W!])~~|", "S3C501", STEPS,
    ),
    "a sum along the left side": (
        "R:(a1-a600)~~|S<->R~~|U<->R~~|y[R]=Time~~|x[R]=SUM(y[R]*y[S!]*y[U!])~~|", "S3C501", STEPS,
    ),
    "ranges that list one another": ("A:B~~|B:A~~|x[A]=1~~|", "S3C215", STEPS),
    "ranges that double": (
        "".join(f"R{i}:R{i + 1},S{i + 1}~~|S{i}:R{i + 1},S{i + 1}~~|" for i in range(40))
        + "R40:a,b~~|S40:c,d~~|x[R0]=1~~|", "S3C214", STEPS,
    ),
    "mappings in a circle": (
        "A:a1,a2->B~~|B:b1,b2->C~~|C:c1,c2->A~~|x[A]=1~~|y[B]=x[A]~~|z[C]=y[B]~~|w[A]=z[C]~~|",
        "", STEPS,
    ),
    "a macro that calls itself": (
        ":MACRO: f(x)\nf=f(x-1)~~|:END OF MACRO:\ny=f(3)~~|", "S3C209", STEPS,
    ),
    "macros that double": (
        "".join(f":MACRO: f{i}(x)\nf{i}=f{i + 1}(x)+f{i + 1}(x)~~|:END OF MACRO:\n" for i in range(40))
        + ":MACRO: f40(x)\nf40=x~~|:END OF MACRO:\ny=f0(3)~~|", "S3C501", STEPS,
    ),
    "macros within macros": (
        "".join(f":MACRO: f{i}(x)\nf{i}=f{i + 1}(x)~~|:END OF MACRO:\n" for i in range(900))
        + ":MACRO: f900(x)\nf900=x~~|:END OF MACRO:\ny=f0(3)~~|", "S3C109", STEPS,
    ),
    "a delay of 1e12 steps": ("x=DELAY FIXED(Time,1e12,0)~~|", "S3C601", STEPS),
    "a delay of infinite length": ("x=DELAY FIXED(Time,1e308*10^Time,0)~~|", "S3C601", STEPS),
    "many delays of ten million steps": (
        "R:(a1-a2000)~~|x[R]=DELAY FIXED(Time,1e7,0)~~|", "", STEPS,
    ),
    "many delays of a million stages": (
        "R:(a1-a1000)~~|x[R]=DELAY N(Time,1e7,0,1e6)~~|", "S3C601", STEPS,
    ),
    "a delay of 1e12 stages": ("x=DELAY N(Time,2,0,1e12)~~|", "", STEPS),
    "a conveyor of 1e12 slots": ("x=DELAY CONVEYOR(1,1e12,0,0,5,5)~~|", "S3C601", STEPS),
    "a TIME STEP of nothing": ("x=INTEG(1,0)~~|", "S3C603", ("4", "1e-300", "1")),
    "a FINAL TIME at the end of numbers": ("x=INTEG(1,0)~~|", "S3C603", ("1e300", "1", "1")),
    "a SAVEPER of nothing": ("x=INTEG(1,0)~~|", "", ("4", "1", "0")),
    "a number of 100,000 digits": (f"x=1{'0' * 100_000}~~|", "S3C107", STEPS),
    "a tower of powers": ("x=9^9^9^9~~|", "S3C601", STEPS),
    "a name of a million letters": (
        f'"{"a" * 1_000_000}"=1~~|x="{"a" * 1_000_000}b"~~|', "S3C201", STEPS,
    ),
    "errors in one long line": ("x=1~~|" * 10_000, "S3C202", STEPS),
    "unknown names": (
        "".join(f"x{i}=yy{i}~~|" for i in range(1000)) + "".join(f"z{i}=1~~|" for i in range(1000)),
        "S3C201", STEPS,
    ),
    "draws that never fall between their bounds": (
        "x=RANDOM NORMAL(1e10,1e10+1,0,1,1)~~|", "", STEPS,
    ),
}  # fmt: skip


def compiled_and_run(text: str) -> str:
    """The first error, or nothing if it runs."""
    compilation = check(Source("m.mdl", "{UTF-8}\n" + text))
    told = [render(each) for each in compilation.diagnostics]
    if compilation.generated is None:
        return next(each for each in told if each.startswith("error"))
    load_text(compilation.generated.text, "m").run()
    return ""


@pytest.mark.parametrize("name", MODELS)
def test_models(name: str) -> None:
    text, code, times = MODELS[name]
    told = told_within(lambda: compiled_and_run(text + TIMES.format(*times)), seconds=15)
    assert told.startswith(f"error[{code}]: ") if code else not told


def test_a_run_keeps_no_more_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A FINAL TIME that runs away: what was saved so far stays, and the run ends."""
    monkeypatch.setattr("s3c.runtime.recording.MOST_SAVED", 1000)
    told = told_within(
        lambda: compiled_and_run("x=INTEG(1,0)~~|" + TIMES.format("Time+9", "1", "1")),
    )
    assert told.startswith("error[S3C603]: the values to be kept are more than 1,000 by time ")


# --- Files ---

ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(12))
    + "]>"
)


def test_entities_of_xmile_do_not_grow() -> None:
    text = f'<?xml version="1.0"?>{ENTITIES}<xmile><model><name>&a12;</name></model></xmile>'

    def work() -> str:
        found = check(Source("m.xmile", text))
        return next(render(each) for each in found.diagnostics if each.is_error)

    assert told_within(work).startswith("error[S3C151]: ")


def archive(parts: dict[str, bytes], *, times: int = 1) -> bytes:
    """A workbook packed as well as may be."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in parts.items():
            with packed.open(name, "w", force_zip64=True) as part:
                for _ in range(times):
                    part.write(content)
    return stream.getvalue()


WORKBOOK = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
WORKBOOKS = {
    "packed blanks.xlsx": lambda: archive(
        {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b" " * 2**20}, times=512
    ),
    "packed blanks.ods": lambda: archive({"content.xml": b" " * 2**20}, times=512),
    "entities.xlsx": lambda: archive(
        {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": ENTITIES.encode() + WORKBOOK}
    ),
    "entities.ods": lambda: archive({"content.xml": ENTITIES.encode() + b"<x>&a12;</x>"}),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbooks(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(WORKBOOKS[name]())
    assert file.stat().st_size < 2**22
    told = told_within(lambda: str(read_dataset(file)), megabytes=700)
    assert told.startswith("error[S3C607]: ")


def test_an_ods_of_repeated_cells(tmp_path: Path) -> None:
    """A cell may say that it stands a billion times, and so may its row."""
    from workbooks import ods

    with zipfile.ZipFile(io.BytesIO(ods({"S": [["Time", "x"], [0, 1]]}))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    often = (
        b'<table:table-row table:number-rows-repeated="1000000000">'
        b'<table:table-cell table:number-columns-repeated="1000000000"'
        b' office:value-type="float" office:value="1"/></table:table-row>'
    )
    end = b"</table:table>"
    assert end in parts["content.xml"]
    parts["content.xml"] = parts["content.xml"].replace(end, often + end)
    file = tmp_path / "often.ods"
    file.write_bytes(archive(parts))
    told = told_within(lambda: str(read_dataset(file)), megabytes=1000)
    assert told.startswith("error[S3C607]: ")
