"""The community's XMILE files against the outputs that stand beside them.

Each file either agrees, or is refused or set apart for a reason that is given here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conformance import CONFORMANCE
from vensim_outputs import differences, output_beside

import s3c
from s3c.compiler import Source, compile_source
from s3c.runtime import load_text

ENDINGS = {".xmile", ".stmx", ".itmx"}

# What was lost when a file was made from a Vensim model, and is in no XMILE file.
LOST = "an equation was lost on export: “???”"
LOST_MACRO = "a macro was lost on export"
REFUSED = {
    "macro_expression": ("S3C153", LOST_MACRO),
    "macro_multi_expression": ("S3C153", LOST_MACRO),
    "macro_multi_macros": ("S3C153", LOST_MACRO),
    "macro_stock": ("S3C153", LOST_MACRO),
    "subscript_1d_arrays": ("S3C152", LOST),
    "subscript_constant_call": ("S3C152", LOST),
    "subscript_mixed_assembly": ("S3C152", LOST),
    "subscript_multiples": ("S3C152", LOST),
    "subscript_subranges": ("S3C152", LOST),
    "subscript_subranges_equal": ("S3C152", LOST),
    "subscript_updimensioning": ("S3C152", LOST),
    "subscripted_flows": ("S3C152", LOST),
    "non_negative_flows": ("S3C151", "a flow's end tag is missing, so it is not XML"),
    "test_logicals.stmx": ("S3C101", "an equation is no XMILE: “IF false_input not THEN”"),
}
# Where file and output say different things, what else the file is compared with.
# ACTIVE INITIAL was lost on export: the output of the file itself is STELLA's.
OUTPUTS = {"active_initial": "output_stella.csv"}
# Columns that the file has no variable for, or gives another meaning by the standard's words:
# INT and MOD of XMILE look down where Vensim's INTEGER and MODULO look to zero.
WITHOUT = {
    "smooth_and_stock": {"Input", "Smoothed Input", "Smoothing Time"},
    "rounding": {"test integer", "test modulo"},
    "pi": {"test sin"},  # 1.2e-16 is compared below
}
# The file says RK4; the output was made by Euler's method.
EULER = {"zeroled_decimals"}
# They divide by (c - Time) at the very time c: see test_outputs.py.
SINGULAR = {"arithmetics_exp"}


def xmile_files() -> list[Path]:
    found = [*CONFORMANCE.glob("tests/*/*"), *CONFORMANCE.glob("samples/**/*")]
    return sorted(each for each in set(found) if each.suffix.lower() in ENDINGS)


def output_of(model: Path) -> Path | None:
    own = OUTPUTS.get(model.parent.name)
    return output_beside(model, own) if own else output_beside(model)


def refusal_of(model: Path) -> tuple[str, str] | None:
    return REFUSED.get(model.name) or REFUSED.get(model.parent.name)


def named(model: Path) -> str:
    return f"{model.parent.name}/{model.name}"


FILES = xmile_files()
REFUSED_ONES = [each for each in FILES if refusal_of(each)]
COMPARED = [each for each in FILES if output_of(each) and not refusal_of(each)]
ALONE = [each for each in FILES if not output_of(each) and not refusal_of(each)]
UNFINISHED = {"1style.stmx", "multipoint-connection.stmx"}  # drawings, without equations


def run_of(model: Path) -> s3c.Run:
    text = model.read_bytes()
    if model.parent.name in EULER:
        assert b'method="RK4"' in text
        text = text.replace(b'method="RK4"', b'method="Euler"')
    compilation = compile_source(Source.decode(text, model.name))
    assert compilation.generated
    loaded = load_text(compilation.generated.text, model.name)
    return loaded.run(on_error="nan" if model.parent.name in SINGULAR else "stop")


def test_files_are_there() -> None:
    if not CONFORMANCE.is_dir():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    assert len(FILES) == len(COMPARED) + len(REFUSED_ONES) + len(ALONE)
    assert len(COMPARED) >= 91
    assert sum(each.suffix == ".xmile" for each in COMPARED) >= 49


@pytest.mark.parametrize("model", COMPARED, ids=named)
def test_output(model: Path, note: Callable[[str, str], None]) -> None:
    output = output_of(model)
    assert output
    without = WITHOUT.get(model.parent.name, set())
    singular = model.parent.name in SINGULAR
    run = run_of(model)
    assert differences(run, output, without=without, nan_is_zero=singular) == []
    note("xmile agree with the output", named(model))


@pytest.mark.parametrize("model", REFUSED_ONES, ids=named)
def test_refused(model: Path, note: Callable[[str, str], None]) -> None:
    refusal = refusal_of(model)
    assert refusal
    code, reason = refusal
    with pytest.raises(s3c.CompileError) as caught:
        s3c.load(model, cache=False)
    assert code in {each.code for each in caught.value.diagnostics}
    note(f"xmile refused: {reason} ({code})", named(model))


@pytest.mark.parametrize("model", ALONE, ids=named)
def test_without_an_output(model: Path, note: Callable[[str, str], None]) -> None:
    """It runs all the same, unless it has no equations."""
    if model.name in UNFINISHED:
        with pytest.raises(s3c.CompileError) as caught:
            s3c.load(model, cache=False)
        assert {each.code for each in caught.value.diagnostics if each.is_error} == {"S3C207"}
        note("xmile refused: a drawing without equations (S3C207)", named(model))
        return
    assert len(s3c.load(model, cache=False).run().time) > 1
    note("xmile run, and have no output", named(model))


@pytest.mark.parametrize("model", [each for each in COMPARED if each.parent.name == "pi"])
def test_sine_of_pi(model: Path) -> None:
    assert abs(run_of(model)["test sin"][0]) < 1e-15


@pytest.mark.parametrize("model", [each for each in COMPARED if each.parent.name == "rounding"])
def test_rounding_is_that_of_the_standard(model: Path) -> None:
    run = run_of(model)
    value = run["StockA"]
    assert (run["test integer"] <= value).all()
    assert (value - run["test integer"] < 1).all()
    assert ((run["test modulo"] >= 0) & (run["test modulo"] < 3)).all()


def test_flows_that_may_not_be_negative() -> None:
    """The two files that are no XML agree with their output once the end tag is there."""
    found = [each for each in REFUSED_ONES if each.parent.name == "non_negative_flows"]
    if not found:
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    for model in found:
        text = model.read_text(encoding="utf-8")
        before = '<stock name="TestStock2">'
        assert text.count(before) == 1
        compilation = compile_source(Source(model.name, text.replace(before, f"</flow>{before}")))
        output = output_of(model)
        assert compilation.generated
        assert output
        run = load_text(compilation.generated.text, model.name).run()
        assert differences(run, output) == []
