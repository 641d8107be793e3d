"""Small files that ask for far too much: a diagnostic, within limits of time and memory."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from bounded import told_within
from command_line import POPULATION, call
from workbooks import ods_xml

from s3c.compiler import Source, check, render
from s3c.runtime import read_dataset

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
        f"R:(a1-a100)~~|{''.join(f'{i}<->R~~|' for i in 'SUVW')}y[R]=Time~~|"  # noqa: ISC003
        + "x=SUM(y[R!]*y[S!]*y[U!]*y[V!]*y[W!])~~|", "S3C501", STEPS,
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
        "".join(f":MACRO: f{i}(x)\nf{i}={f'+f{i + 1}(x)' * 2}~~|:END OF MACRO:" for i in range(40))
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
    "a conveyor of 1e12 steps": (
        "t((0,1),(9,1))~~|x=DELAY CONVEYOR(1,1e12,0,t,0,5)~~|", "", STEPS,
    ),
    "a TIME STEP of nothing": ("x=INTEG(1,0)~~|", "S3C603", ("4", "1e-300", "1")),
    "a FINAL TIME at the end of numbers": ("x=INTEG(1,0)~~|", "S3C603", ("1e300", "1", "1")),
    "a SAVEPER of nothing": ("x=INTEG(1,0)~~|", "", ("4", "1", "0")),
    "a number of 100,000 digits": (f"x=1{'0' * 100_000}~~|", "S3C107", STEPS),
    "a tower of powers": ("x=9^9^9^9~~|", "S3C601", STEPS),
    "a name of a million letters": (
        f'"{"a" * 1_000_000}"=1~~|x="{"a" * 1_000_000}b"~~|', "S3C201", STEPS,
    ),
    "errors in one long line": ("x=1~~|" * 2_000, "S3C202", STEPS),
    "unknown names": (
        "".join(f"x{i}=yy{i}~~|" for i in range(1000)) + "".join(f"z{i}=1~~|" for i in range(1000)),
        "S3C201", STEPS,
    ),
    "parentheses": (f"x={'(' * 20_000}1{')' * 20_000}~~|", "", STEPS),
    "signs": (f"x={'-' * 20_000}1~~|", "S3C109", STEPS),
    "denials": (f"x={':NOT:' * 20_000}1~~|", "S3C109", STEPS),
    "choices": (f"x={'IF THEN ELSE(1,' * 5_000}1{',0)' * 5_000}~~|", "S3C109", STEPS),
    "a long sum": (f"x=1{'+1' * 20_000}~~|", "S3C109", STEPS),
    "powers": (f"x=1{'^1' * 20_000}~~|", "S3C109", STEPS),
    "subscripts in subscripts": (f"x={'a[' * 20_000}b{']' * 20_000}~~|", "S3C101", STEPS),
    "units in parentheses": (f"x=1~{'(' * 100_000}a{')' * 100_000}~|", "", STEPS),
    "a number too large": ("x=1e999~~|", "S3C107", STEPS),
    "an exponent of 10,000 digits": (f"x=1e{'9' * 10_000}~~|", "S3C107", STEPS),
    "10,000 digits after the point": (f"x=0.{'9' * 10_000}~~|", "", STEPS),
    "a range too long by one": ("R:(a1-a1000001)~~|x[R]=1~~|", "S3C501", STEPS),
    "a million names": (f"R:{','.join(f'a{i}' for i in range(1_000_001))}~~|", "S3C501", STEPS),
    "seventy subscripts": (
        "".join(f"R{i}:p{i}~~|" for i in range(70))
        + f"x[{','.join(f'R{i}' for i in range(70))}]=1~~|", "S3C501", STEPS,
    ),
    "a sum along seventy ranges": (
        "".join(f"R{i}:p{i}~~|y{i}[R{i}]=Time~~|" for i in range(70))
        + f"x=SUM({'*'.join(f'y{i}[R{i}!]' for i in range(70))})~~|", "S3C501", STEPS,
    ),
    "thirty ranges of two": (
        "".join(f"R{i}:p{i},q{i}~~|" for i in range(30))
        + f"x[{','.join(f'R{i}' for i in range(30))}]=1~~|", "S3C501", STEPS,
    ),
    "aliases in a circle": ("A<->B~~|B<->A~~|x[A]=1~~|", "S3C215", STEPS),
    "aliases in a row": (
        "".join(f"A{i}<->A{i + 1}~~|" for i in range(2000)) + "A2000:a,b~~|x[A0]=1~~|", "", STEPS,
    ),
    "a mapping to itself": ("A:a1,a2->A~~|x[A]=1~~|", "", STEPS),
    "macros that call one another": (
        "".join(f":MACRO: {a}(x)\n{a}={b}(x)~~|:END OF MACRO:\n" for a, b in ("fg", "gf"))
        + "y=f(3)~~|", "S3C209", STEPS,
    ),
    "macros in arguments": (
        f":MACRO: f(x)\nf=x~~|:END OF MACRO:\ny={'f(' * 5000}1{')' * 5000}~~|", "S3C109", STEPS,
    ),
    "a macro of what it gives": (":MACRO: f(x)\nf=x~~|:END OF MACRO:\ny=f(y)~~|", "S3C401", STEPS),
    "macros that are never closed": (":MACRO: f(x)\n" * 1000 + "f=x~~|", "S3C106", STEPS),
    "a lookup of a million points": (
        f"t({','.join(f'({i},1)' for i in range(1_000_000))})~~|x=t(Time)~~|", "S3C501", STEPS,
    ),
    "a comment of a megabyte": (f"x=1~~{'c' * 1_000_000}|", "", STEPS),
    "unknown functions": (
        "".join(f"x{i}=FF{i}(1)~~|z{i}=1~~|" for i in range(1000)),
        "S3C204", STEPS,
    ),
    "a circle of thousands": (
        "x0=x2999~~|" + "".join(f"x{i}=x{i - 1}~~|" for i in range(1, 3000)), "S3C401", STEPS,
    ),
    "a delay without bounds": ("x=DELAY FIXED(Time,1e308,0)~~|", "S3C601", STEPS),
    "a smooth of 1e9 stages": ("x=SMOOTH N(Time,2,0,1e9)~~|", "", STEPS),
    "a circle that never settles": ("x=SIMULTANEOUS(x+1,0)~~|", "S3C601", STEPS),
    "a step of nothing later": (
        "x=INTEG(1,0)~~|", "S3C603", ("4", "IF THEN ELSE(Time<1,1,1e-300)", "1"),
    ),
    "a negative TIME STEP": ("x=1~~|", "S3C603", ("4", "-1", "1")),
    "messages without end": (
        "".join(f"m{i}=MESSAGE('hello {i}',1)~~|" for i in range(50)), "", ("1000", "1", "1000"),
    ),
    "draws that never fall between their bounds": (
        "x=RANDOM NORMAL(1e10,1e10+1,0,1,1)~~|", "", STEPS,
    ),
}  # fmt: skip
LOWER = {
    # What takes seconds until it meets a limit meets a lower one in the same way.
    "macros that double": ("s3c.compiler.system.macros._MOST_EXPANSIONS", 500),
    "many delays of a million stages": ("s3c.runtime.memory._MOST_HELD", 5_000_000),
}


def command(*arguments: str | Path) -> str:
    """The exit code of a command, and its first error; `call` fails at tracebacks and S3C901."""
    result = call(*arguments)
    errors = [line for line in result.stderr.split("\n") if line.startswith("error[")]
    return f"{result.exit_code} {errors[0] if errors else ''}"


@pytest.mark.parametrize("name", MODELS)
def test_models(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, code, times = MODELS[name]
    if name in LOWER:
        monkeypatch.setattr(*LOWER[name])
    file = tmp_path / "m.mdl"
    file.write_text("{UTF-8}\n" + text + TIMES.format(*times), encoding="utf-8")
    told = told_within(lambda: command("run", "--no-cache", "-q", file), seconds=20)
    assert told.startswith(f"1 error[{code}]: ") if code else told == "0 "


def test_a_run_keeps_no_more_than_it_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A FINAL TIME that runs away: what was saved so far stays, and the run ends."""
    monkeypatch.setattr("s3c.runtime.recording.MOST_SAVED", 1000)
    file = tmp_path / "m.mdl"
    text = "x=INTEG(1,0)~~|" + TIMES.format("Time+9", "1", "1")
    file.write_text(text, encoding="utf-8")
    told = told_within(lambda: command("run", "--no-cache", "-q", file)).removeprefix("1 ")
    assert told.startswith("error[S3C603]: the values to be kept are more than 1,000 by time ")


# --- Files ---


XMILE = (
    '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><sim_specs>'
    "<start>0</start><stop>2</stop><dt>1</dt></sim_specs>{}<model><variables>{}</variables></model>"
    "</xmile>"
)
DIMENSIONS = "<dimensions>{}</dimensions>"
RUN = ("run", "--no-cache", "-q")
FILES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    # What it is: the name of the file, its text, the command that reads it, and what is told.
    "lists in a state": ("s.state", "[" * 100_000, (*RUN, "m.mdl", "--resume"), "2 error[S3C612]"),
    "objects in a state": (
        "s.state", '{"a":' * 100_000, (*RUN, "m.mdl", "--resume"), "2 error[S3C612]",
    ),
    "lists in an experiment": (
        "e.toml", "model='m.mdl'\nx=" + "[" * 100_000, ("scenarios",), "1 error[S3C701]",
    ),
    "tables in an experiment": (
        "e.toml", "model='m.mdl'\nx=" + "{a=" * 5000 + "1" + "}" * 5000, ("scenarios",),
        "1 error[S3C701]",
    ),
    "keys in an experiment": (
        "e.toml", f"model='m.mdl'\n{'a.' * 100_000}b=1\n", ("scenarios",), "1 error[S3C701]",
    ),
    "1e18 runs": (
        "e.toml", "model='m.mdl'\n[sensitivity]\nruns=1000000000000000000\n",
        ("sensitivity", "-q"), "1 error[S3C703]",
    ),
    "1e18 runs of Vensim": (
        "v.vsc", "1000000000000000000,M,1234,\nbirth rate=RANDOM_UNIFORM(0,1)\n",
        ("sensitivity", "-q", "--model", "m.mdl"), "1 error[S3C762]",
    ),
    "a study of 2000 sections": (
        "s.toml", "title='x'\n" + "[[section]]\nheading='a'\n" * 2000, ("study", "-q"),
        "1 error[S3C739]",
    ),
    "a line without end": (
        "d.csv", "Time," + "a" * 10_000_000, (*RUN, "data.mdl", "--data"), "2 error[S3C607]",
    ),
    "a quote without end": (
        "d.csv", 'Time,"' + "a\n" * 2_000_000, (*RUN, "data.mdl", "--data"), "2 error[S3C607]",
    ),
    "a line of an export without end": (
        "d.dat", "a" * 10_000_000, (*RUN, "data.mdl", "--data"), "2 error[S3C607]",
    ),
    "a number in parentheses": (
        "c.cin", "birth rate=" + "(" * 100_000, (*RUN, "m.mdl", "--changes"), "2 error[S3C602]",
    ),
    "changes of ten megabytes": (
        "c.cin", "birth rate=1\n" * 800_000, (*RUN, "m.mdl", "--changes"), "2 error[S3C606]",
    ),
    "unknown names to save": (
        "l.lst", "".join(f"bth rate {i}\n" for i in range(100_000)),
        (*RUN, "m.mdl", "--save-list"), "2 error[S3C604]",
    ),
    "elements of XML": ("x.xmile", XMILE.format("", "<a>" * 100_000), RUN, "1 error[S3C151]"),
    "dimensions of XMILE": (
        "x.xmile", XMILE.format(DIMENSIONS.format("<dim name='d' size='1000000000'/>"), ""), RUN,
        "1 error[S3C154]",
    ),
    "a size of 5000 digits": (
        "x.xmile", XMILE.format(DIMENSIONS.format(f"<dim name='d' size='{'9' * 5000}'/>"), ""), RUN,
        "1 error[S3C154]",
    ),
    "a module of itself": (
        "x.xmile", XMILE.format("", "<module name='m'/>").replace("<model>", "<model name='m'>"),
        RUN, "1 error[S3C155]",
    ),
    "a macro of itself": (
        "x.xmile", XMILE.format(
            "<macro name='f'><parm>x</parm><eqn>f(x)</eqn></macro>",
            "<aux name='x'><eqn>f(1)</eqn></aux>",
        ), RUN, "1 error[S3C209]",
    ),
    "an entity from outside": (
        "x.xmile", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + XMILE.format("", ""),
        RUN, "1 error[S3C151]",
    ),
    "a parameter from outside": (
        "x.xmile", '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>'
        + XMILE.format("", ""), RUN, "1 error[S3C151]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_files(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name, text, before, told = FILES[what]
    Path("m.mdl").write_text(POPULATION, encoding="utf-8")
    Path("data.mdl").write_text(f"x~~|y=x~~|{TIMES.format(*STEPS)}", encoding="utf-8")
    Path(name).write_text(text, encoding="utf-8")
    assert told_within(lambda: command(*before, name), seconds=20).startswith(told)


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
        {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b" " * 2**20}, times=70
    ),
    "packed blanks.ods": lambda: archive({"content.xml": b" " * 2**20}, times=70),
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


@pytest.mark.parametrize("times", ["1000000000", "9" * 5000])
def test_an_ods_of_repeated_cells(times: str, tmp_path: Path) -> None:
    """A cell may say that it stands a billion times, and so may its row."""
    cell = '<table:table-cell table:number-columns-repeated="{}" office:value-type="float"'
    row = f'<table:table-row table:number-rows-repeated="{times}">'
    file = tmp_path / "often.ods"
    file.write_bytes(ods_xml(f'{row}{cell.format(times)} office:value="1"/></table:table-row>'))
    told = told_within(lambda: str(read_dataset(file)), megabytes=1000)
    assert told.startswith("error[S3C607]: ")
