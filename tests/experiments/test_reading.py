"""Experiment files are read, and every mistake in them is told with its place and a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from s3c.compiler import CODES, CompileError, Diagnostic
from s3c.experiments import (
    BENCHMARK,
    ExperimentError,
    FitMethod,
    Free,
    Moment,
    Scenario,
    Target,
    read_experiment,
)
from s3c.runtime import RunError

Write: TypeAlias = Callable[..., Path]

WHOLE = """
save = ["LEVEL", "w"]
constants_from = "constants.csv"
[run]
final_time = 4
seeds = 3
method = "rk4"
[groups]
both = ["x", "y"]
west = ["w[West]"]
[constants]
Y = 4
[[scenario]]
name = "up"
scale = { both = 1.5, west = 2, x = 2 }
set = { noise = 0, "w[East]" = 3 }
[[product]]
name = "x {x:+%}, y to {y}"
x = { scale = "x", factors = [0.5, 1.5] }
y = { set = ["y"], values = [1, 2] }
[calibrate]
free = { x = { bounds = [0, 9] }, west = { start = 1.5, bounds = [1, 2] } }
targets = "targets.csv"
method = "differential evolution"
starts = 4
[[target]]
scenario = "benchmark"
variable = "w[west]"
at = "peak"
value = 1
minus = "up"
"""


def test_a_whole_file(write: Write) -> None:
    constants = "name;value\nx;7\n\ny;8\n"
    targets = "Scenario,variable,at,value,weight,use\nup,level,1.5,3,2,hold out\nup,level,,4,,\n"
    experiment = read_experiment(write(WHOLE, constants=constants, targets=targets))
    assert experiment.save == ("level", "w")
    assert experiment.settings.final_time == 4
    assert experiment.settings.seeds == (1, 2, 3)
    assert experiment.constants == {"x": 7, "y": 4}
    assert experiment.groups == {"both": ("x", "y"), "west": ("w[West]",)}
    assert experiment.scenarios[:2] == (
        Scenario(BENCHMARK),
        Scenario(
            "up",
            (("x", 1.5), ("y", 1.5), ("w[West]", 2.0), ("x", 2.0)),
            (("noise", 0.0), ("w[East]", 3.0)),
        ),
    )
    assert [each.name for each in experiment.scenarios[2:]] == [
        *("x -50 %, y to 1", "x -50 %, y to 2", "x +50 %, y to 1", "x +50 %, y to 2")
    ]
    assert experiment.scenarios[-1].scale == (("x", 1.5),)
    assert experiment.scenarios[-1].set == (("y", 2.0),)
    fit = experiment.fit
    assert fit is not None
    assert (fit.method, fit.starts) == (FitMethod.DIFFERENTIAL_EVOLUTION, 4)
    assert fit.free == (
        Free("x", ("x",), 0, 9),
        Free("west", ("w[West]",), 1, 2, 1.5, is_factor=True),
    )
    assert fit.targets == (
        Target(BENCHMARK, "w[West]", 1, Moment.PEAK, minus="up"),
        Target("up", "level", 3, 1.5, 2, held_out=True),
        Target("up", "level", 4),
    )


def test_each_constant_of_a_group_may_be_free(write: Write) -> None:
    text = (
        '[groups]\ng = ["x", "y"]\n[calibrate]\nfree = { g = { each = true, bounds = [0, 9] } }\n'
    )
    experiment = read_experiment(
        write(f'{text}targets = "t.csv"', t="scenario,variable,value\nbenchmark,level,1")
    )
    assert experiment.fit is not None
    assert experiment.fit.free == (Free("x", ("x",), 0, 9), Free("y", ("y",), 0, 9))


def test_a_computed_variable_may_be_called_as_a_group(write: Write) -> None:
    text = '[groups]\n"Twice X" = ["x"]\n[[scenario]]\nname = "a"\nscale = { "twice x" = 2 }'
    scenario = read_experiment(write(text)).scenarios[1]
    assert scenario.scale == (("x", 2.0),)


def test_what_is_read_from_a_file_for_good_is_not_scaled(write: Write) -> None:
    path = write("[[scenario]]\nname = 'a'\nscale = { k = 2 }\nset = { K = 2 }", k="1,2")
    model = path.with_name("linear.mdl")
    more = "k == GET DIRECT CONSTANTS('k.csv', ',', 'B1') ~~|"
    model.write_text(model.read_text("utf-8") + more, encoding="utf-8")
    assert [each.code for each in mistakes(path)] == ["S3C706", "S3C706"]


def mistakes(path: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(ExperimentError) as caught:
        read_experiment(path)
    found = caught.value.diagnostics
    assert all(each.code in CODES for each in found)
    return found


A = '[[scenario]]\nname = "a"\n'  # a scenario, so that there is something to run
C = '[calibrate]\ntargets = "t.csv"\n'
T = "scenario,variable,value\nbenchmark,level,1"
# The code, the text that is underlined, and a part of the hint.
WRONG = {
    "not TOML": ("x = [1,\n", "S3C701", "\n", "double quotes"),
    "twice a key": ("save = []\nsave = []", "S3C701", "\n", ""),
    "nests too deeply": ("x = " + "[" * 5000, "S3C701", "m", ""),
    "a long key": ("a" + ".a" * 50_000 + " = 1", "S3C701", "a", ""),
    "a number without end": ("x = " + "1" * 5000, "S3C701", "1", ""),
    "unknown key": (A + "scael = { x = 1 }", "S3C702", "scael", "“scale”"),
    "unknown section": (A + "[rum]", "S3C702", "rum", "“run”"),
    "a text for a number": ("[run]\nfinal_time = 'x'\n" + A, "S3C703", "'x'", ""),
    "true for a number": ("[run]\nfinal_time = true\n" + A, "S3C703", "true", ""),
    "not finite": (A + "set = { x = nan }", "S3C703", "nan", ""),
    "too large": (A + f"set = {{ x = {'9' * 400} }}", "S3C703", "9" * 400, ""),
    "a number for a text": ("save = [1]\n" + A, "S3C703", "1", "quotes"),
    "a number for a table": ("groups = 3\n" + A, "S3C703", "3", "{"),
    "a method that is none": ('[run]\nmethod = "rk5"\n' + A, "S3C703", '"rk5"', "“rk4”"),
    "no seeds": ("[run]\nseeds = []\n" + A, "S3C703", "[]", ""),
    "seed and seeds": ("[run]\nseed = 1\nseeds = [2]\n" + A, "S3C707", "seed", ""),
    "no name": ("[[scenario]]", "S3C704", "[[scenario]]", "name"),
    "unknown variable": (A + 'set = { "leve" = 1 }', "S3C705", '"leve"', "“level”"),
    "unknown element": (A + 'scale = { "w[Wets]" = 1 }', "S3C705", '"w[Wets]"', "“West”"),
    "unknown group": ("groups = { abc = ['x'] }\n" + A + "scale.abd = 1", "S3C705", "abd", "abc"),
    "a group is set": ("groups = { abc = ['x'] }\n" + A + "set.abc = 1", "S3C705", "abc", "one by"),
    "a very long name": (A + f"set = {{ {'n' * 9999} = 1 }}", "S3C705", "n" * 9999, ""),
    "a stock is set": (A + "set = { level = 1 }", "S3C706", "level", "initial"),
    "a fixed constant": (A + "set = { fixed = 1 }", "S3C706", "fixed", "“==”"),
    "a lookup is set": (A + "set = { table = 1 }", "S3C706", "table", ""),
    "a computed one scaled": (A + "scale = { hump = 2 }", "S3C706", "hump", "“set”"),
    "a stock scaled": (A + "scale = { level = 2 }", "S3C706", "level", "constants"),
    "a lookup is saved": ("save = 'table'\n" + A, "S3C706", "'table'", ""),
    "scenarios of one name": (A + A, "S3C707", '"a"', "another"),
    "called benchmark": ('[[scenario]]\nname = "benchmark"', "S3C707", '"benchmark"', "another"),
    "groups of one name": ("[groups]\ng = ['x']\nG = ['y']\n" + A, "S3C707", "G", ""),
    "a group called as a constant": ("[groups]\nX = ['y']\n" + A, "S3C707", "X", ""),
    "twice in a group": ("[groups]\ng = ['x', 'X']\n" + A, "S3C707", "['x', 'X']", ""),
    "constants twice": ("[constants]\nx = 1\nX = 2\n" + A, "S3C707", "X", ""),
    "a time twice": (
        "[run]\nfinal_time = 1\n[constants]\n'FINAL TIME' = 1\n" + A, "S3C707", "final_time", "",
    ),
    "scaled and set": (A + "scale.x = 2\nset.x = 3", "S3C714", '"a"', ""),
    "nothing to save": ("save = []\n" + A, "S3C710", "[]", "leave it out"),
    "nothing to run": ("save = 'x'", "S3C710", "model", "[[scenario]]"),
    "a product of nothing": ("[[product]]", "S3C710", "[[product]]", ""),
    "a side without numbers": (
        "[[product]]\na = { scale = 'x', factors = [] }", "S3C710",
        "{ scale = 'x', factors = [] }", "",
    ),
    "half a side": ("[[product]]\na = { set = 'x' }", "S3C704", "{ set = 'x' }", "values"),
    "too many": (
        "[[product]]\n" + "".join(
            f"s{n} = {{ set = 'x', values = [{', '.join(map(str, range(1000)))}] }}\n"
            for n in range(4)
        ), "S3C711", "[[product]]", "100000",
    ),
    "too many seeds": ("[run]\nseeds = 4000000000\n" + A, "S3C711", "4000000000", ""),
    "a name without its part": (
        "[[product]]\nname = 'n'\na = { set = 'x', values = [1, 2] }", "S3C713", "'n'", "{a}",
    ),
    "a part that is none": (
        "[[product]]\nname = '{b}'\na = { set = 'x', values = [1] }", "S3C713", "'{b}'", "{a}",
    ),
    "a layout that is none": (
        "[[product]]\nname = '{a:9999999}'\na = { set = 'x', values = [1] }", "S3C713",
        "'{a:9999999}'", "{a}",
    ),
    "a side with a brace": (
        "[[product]]\n'a{' = { set = 'x', values = [1] }", "S3C713", "'a{'", "braces",
    ),
    "too many sides": (
        "[[product]]\n" + "".join(f"s{n} = {{ set = 'x', values = [1] }}\n" for n in range(21)),
        "S3C711", "[[product]]", "20",
    ),
    "too long a name": (
        f"[[product]]\nname = '{{a}}{'n' * 200}'\na = {{ set = 'x', values = [1] }}", "S3C703",
        "[[product]]", "shorter",
    ),
    "per cent of a value": (
        "[[product]]\nname = '{a:+%}'\na = { set = 'x', values = [1] }", "S3C713", "'{a:+%}'", "",
    ),
    "bounds upside down": (C + "free.x.bounds = [2, 1]", "S3C708", "[2, 1]", "[1, 2]"),
    "one bound": (C + "free.x.bounds = [2]", "S3C703", "[2]", "lowest"),
    "no bounds": (C + "free.x.start = 1", "S3C704", "x", "bounds"),
    "a start outside": (C + "free.x = { start = 3, bounds = [1, 2] }", "S3C708", "3", ""),
    "nothing is free": (C + "free = {}", "S3C710", "{}", "bounds"),
    "free twice": (
        "groups = { g = ['x'] }\n" + C + "free.x.bounds = [1, 2]\nfree.g.bounds = [1, 2]",
        "S3C707", "g", "",
    ),
    "no targets": ("[calibrate]\nfree.x.bounds = [1, 2]", "S3C710", "[calibrate]", "targets"),
    "targets alone": (A + "[[target]]", "S3C704", "target", "[calibrate]"),
    "a missing table": (
        "[calibrate]\nfree.x.bounds = [1, 2]\ntargets = 'no.csv'", "S3C606", "'no.csv'", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake(write: Write, name: str) -> None:
    text, code, underlined, hint = WRONG[name]
    found = mistakes(write(text, t=T))
    assert [each.code for each in found] == [code]
    (only,) = found
    assert only.span is not None
    assert only.hint
    if code != "S3C701":
        assert only.span.text == underlined
    assert hint in only.hint
    assert f"experiment.toml:{only.span.location.line}" in str(only)


TARGETS = {
    "another scenario": ("scenario,variable,value\nbench,level,1", "S3C709", "benchmark"),
    "another variable": ("scenario,variable,value\nbenchmark,evel,1", "S3C705", "level"),
    "an array": ("scenario,variable,value\nbenchmark,w,1", "S3C705", "w[East]"),
    "no number": ("scenario,variable,value\nbenchmark,level,1_0", "S3C703", ""),
    "no value": ("scenario,variable,value\nbenchmark,level,", "S3C704", "value"),
    "a time that is none": (
        "scenario,variable,value,at\nbenchmark,level,1,endd", "S3C703", "“end”",
    ),
    "a use that is none": (
        "scenario,variable,value,use\nbenchmark,level,1,fitt", "S3C703", "“fit”",
    ),
    "no weight": ("scenario,variable,value,weight\nbenchmark,level,1,0", "S3C703", ""),
    "a column that is none": ("scenario,variable,valu\nbenchmark,level,1", "S3C712", "value"),
    "too many cells": ("scenario,variable,value\nbenchmark,level,1,2", "S3C712", "quotes"),
    "an open quote": ('scenario,variable,value\n"benchmark,level,1', "S3C712", "spreadsheet"),
    "all held out": (
        "scenario,variable,value,use\nbenchmark,level,1,hold out", "S3C710", "held out",
    ),
    "empty": ("", "S3C712", "first row"),
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_a_mistake_in_a_table(write: Write, name: str) -> None:
    table, code, hint = TARGETS[name]
    found = mistakes(write(C + "free.x.bounds = [1, 9]", t=table))
    assert code in {each.code for each in found}
    (first, *_) = [each for each in found if each.code == code]
    assert first.span is not None
    assert first.hint
    assert hint in first.hint
    if code not in ("S3C712", "S3C710"):
        assert "t.csv:2:1\n" in str(first)
        assert first.span.text == table.split("\n")[1]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(write: Write) -> None:
    text = "sav = 1\n[run]\nseeds = 'a'\n[[scenario]]\nname = 3\nscale = { z9 = 'b' }\n"
    found = mistakes(write(text))
    places = [(each.code, each.span.location.line) for each in found if each.span]
    assert places == [
        *(("S3C702", 2), ("S3C703", 4), ("S3C703", 6), ("S3C705", 7), ("S3C703", 7)),
    ]


def test_very_many_mistakes_stop_at_some(write: Write) -> None:
    assert len(mistakes(write("".join(f"k{n} = 1\n" for n in range(20_000))))) == 50


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "e.toml"
    path.write_text('model = "no.mdl"\n[rum]', encoding="utf-8")
    assert [each.code for each in mistakes(path)] == ["S3C606", "S3C702"]
    path.write_text('model = "a\\u0000b.mdl"', encoding="utf-8")
    assert [each.code for each in mistakes(path)] == ["S3C606"]


def test_a_broken_model_tells_its_own_errors(write: Write) -> None:
    with pytest.raises(CompileError, match="S3C201"):
        read_experiment(write(A, model="x = nothing ~~|"))


@pytest.mark.parametrize("data", [b"model = '\xff'", b"\xff\xfem\0", b"\0"])
def test_what_is_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "e.toml"
    path.write_bytes(data)
    assert [each.code for each in mistakes(path)] == ["S3C701"]


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.toml", Path("a\0b")):
        with pytest.raises(RunError, match="S3C606"):
            read_experiment(path)
    large = tmp_path / "large.toml"
    large.write_text("#" * 1_100_000, encoding="utf-8")
    with pytest.raises(RunError, match="larger"):
        read_experiment(large)


def test_targets_of_a_scenario_with_a_mistake_are_not_missed(write: Write) -> None:
    text = """
[[scenario]]
name = "half"
scale = { xx = 0.5 }
[calibrate]
free = { x = { bounds = [0, 9] } }
[[target]]
scenario = "half"
variable = "level"
value = 1
"""
    with pytest.raises(ExperimentError) as caught:
        read_experiment(write(text))
    assert [each.code for each in caught.value.diagnostics] == ["S3C705"]
