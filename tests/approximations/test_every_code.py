"""Whatever may be otherwise in Vensim is told by a code, and is an error for who is strict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import call
from model_texts import TIMES

from s3c.compiler import APPROXIMATIONS, Made, explain

# Of a run alone, with data or numbers that no model file holds by itself: the model's text, and
# what is given with the run.
RUNS = {
    "S3C608": ("sales ~~|\nx = sales ~~|\n" + TIMES, ()),
    "S3C610": (
        "level = INTEG(IF THEN ELSE(Time > 2.3, 1e6, 0), 1) ~~|\n" + TIMES,
        ("--method", "rk4_auto"),
    ),
    "S3C618": ("sales :RAW: ~~|\n" + TIMES, ("--data", "sales.csv")),
}
DATA = "time,sales\n0,1\n1.3,2\n"
# Of control files: the command that reads them tells.
CONTROL = {
    "S3C718": ("optimize", "m.voc", "--model", "model.mdl", "--payoff", "m.vpd"),
    "S3C763": ("sensitivity", "m.vsc", "--model", "model.mdl"),
}
MODEL = "level = INTEG(rate, 0) ~~|\nrate = 1 ~~|\n" + TIMES
OF_MODELS = [
    code
    for code in APPROXIMATIONS
    if explain(code).bad and explain(code).made in (Made.CHECK, Made.XMILE)
]
OF_TIMES = [code for code in APPROXIMATIONS if explain(code).made is Made.RUN]

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def written(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return written


def whole(text: str, made: Made) -> str:
    if made is Made.XMILE:
        specs = "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>"
        head = '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        return f"{head}{specs}{text}</xmile>"
    return text if "FINAL TIME" in text or "SAVEPER" in text else f"{text}\n{TIMES}"


def test_each_has_an_example() -> None:
    assert sorted(APPROXIMATIONS) == sorted([*OF_MODELS, *OF_TIMES, *RUNS, *CONTROL])


@pytest.mark.parametrize("code", OF_MODELS)
def test_strict_checks_fail(code: str, write: Write) -> None:
    made = explain(code).made
    name = "bad.xmile" if made is Made.XMILE else "bad.mdl"
    model = write(name, whole(explain(code).bad, made))
    plain, strict = call("check", model), call("check", "--strict", model)
    assert (plain.exit_code, strict.exit_code) == (0, 1)
    assert f"[{code}]" in plain.stderr
    assert f"error[{code}]" in strict.stderr
    # GET TIME VALUE, whose calendar S3C249 is of, is uncertain itself.
    others = ("--ignore", "S3C240") if code == "S3C249" else ()
    assert call("check", "--strict", model, "--ignore", code, *others).exit_code == 0
    assert call("run", model).exit_code == 0
    run = call("run", "--strict", "-q", model)
    assert run.exit_code == 1
    assert f"error[{code}]" in run.stderr
    good = write(f"good{model.suffix}", whole(explain(code).good, made))
    assert call("check", "--strict", good, *others).exit_code == 0


@pytest.mark.parametrize("code", OF_TIMES)
def test_what_stands_in_the_model_a_strict_check_finds_too(code: str, write: Write) -> None:
    model = write("bad.mdl", explain(code).bad)
    assert call("check", model).exit_code == 0
    for command in ("check", "run"):
        result = call(command, "--strict", model)
        assert result.exit_code == 1
        assert f"error[{code}]" in result.stderr


@pytest.mark.parametrize("code", RUNS)
def test_strict_runs_fail(code: str, write: Write) -> None:
    text, options = RUNS[code]
    model = write("model.mdl", text)
    write("sales.csv", DATA)
    assert call("check", "--strict", model).exit_code == 0
    plain = call("run", model, *options)
    assert plain.exit_code == 0
    assert f"warning[{code}]" in plain.stderr
    strict = call("run", model, *options, "--strict", "-o", "kept.csv")
    assert strict.exit_code == 1
    assert f"error[{code}]" in strict.stderr
    assert "1 warning, taken for errors\n" in strict.stderr
    assert Path("kept.csv").exists()
    assert call("run", model, *options, "--strict", "--ignore", code).exit_code == 0


@pytest.mark.parametrize("code", CONTROL)
def test_control_files_are_told_of(code: str, write: Write) -> None:
    write("model.mdl", MODEL)
    write("m.voc", ":HURRY=ON\n:MAX_ITERATIONS=3\n0 <= rate <= 2\n")
    write("m.vpd", "*P\nlevel/1\n")
    write("m.vsc", "4,M,1234,,0\nrate = RANDOM UNIFORM(0,1)\n")
    result = call(*CONTROL[code])
    assert result.exit_code == 0
    assert f"[{code}]" in result.stderr


def test_codes_and_the_page_name_them() -> None:
    listed = call("explain").stdout.rpartition("Where results may differ")[2]
    page = Path(__file__).parents[2] / "docs" / "diagnostics.md"
    for code in APPROXIMATIONS:
        assert code in listed
        assert f"- {code}: " in page.read_text(encoding="utf-8")
