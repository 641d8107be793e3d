"""Reading what a fit is held against, and how sure it must be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from s3c.compiler import Diagnostic
from s3c.experiments import (
    Chain,
    ErrorModel,
    ExperimentError,
    IntervalMethod,
    MeasuredSeries,
    distributions,
    read_experiment,
)

Write: TypeAlias = Callable[..., Path]

DATA = "Time,level,Cases,zero,words\n0,5,1,0,\n1,34,2.5,1,\n2,,4,2,\n"
C = "[calibrate]\nfree.x.bounds = [1, 9]\n"
S = "[[series]]\nvariable = 'level'\ndata = 't.csv'\n"


def test_all_that_can_be_said(write: Write) -> None:
    text = """[run]
data = "t.csv"
[[scenario]]
name = "a"
scale.x = 2
[calibrate]
free.x.bounds = [0, 9]
free.x.prior = { distribution = "normal", min = 0, max = 9, mean = 2, sd = 1 }
intervals = "mcmc"
confidence = 0.9
mcmc = { walkers = 10, steps = 100, burn_in = 20, thin = 5 }
[[series]]
variable = "LEVEL"
sd = 2.5
[[series]]
variable = "w[East]"
column = "cases"
scenario = "a"
data = "t.csv"
error = "log"
use = "hold out"
"""
    fit = read_experiment(write(text, t=DATA)).fit
    assert fit is not None
    assert fit.series == (
        MeasuredSeries("benchmark", "level", (0, 1), (5, 34), sd=2.5),
        MeasuredSeries("a", "w[East]", (0, 1, 2), (1, 2.5, 4), ErrorModel.LOG, held_out=True),
    )
    assert fit.targets == ()
    assert (fit.intervals, fit.confidence) == (IntervalMethod.MCMC, 0.9)
    assert fit.chain == Chain(10, 100, 20, 5)
    assert fit.free[0].prior == distributions.Normal(0, 9, 2, 1)


def test_many_free_numbers_have_many_walkers(write: Write) -> None:
    read = read_experiment(write(C + S, t=DATA)).fit
    assert read is not None
    assert read.chain == Chain()
    many = "".join(f"c{number} = 1 ~~|\n" for number in range(20))
    free = ", ".join(f"c{number} = {{ bounds = [0, 2] }}" for number in range(20))
    model = f"""{many}level = 1 ~~| INITIAL TIME = 0 ~~| FINAL TIME = 3 ~~| TIME STEP = 1 ~~|
SAVEPER = 1 ~~|"""
    read = read_experiment(write(f"[calibrate]\nfree = {{ {free} }}\n{S}", model, t=DATA)).fit
    assert read is not None
    assert read.chain.walkers == 80


def mistakes(path: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(ExperimentError) as caught:
        read_experiment(path)
    return caught.value.diagnostics


# The code, the text that is underlined, and a part of the hint.
WRONG = {
    "no variable": (C + "[[series]]\ndata = 't.csv'", "S3C704", "[[series]]", "variable"),
    "no data": (C + "[[series]]\nvariable = 'level'", "S3C704", "[[series]]", "data"),
    "an unknown key": (C + S + "colum = 'Cases'", "S3C702", "colum", "“column”"),
    "an unknown variable": (C + S.replace("level", "lvel"), "S3C705", "'lvel'", "“level”"),
    "a whole array": (C + S.replace("level", "w"), "S3C705", "'w'", "w[East]"),
    "an unknown scenario": (C + S + "scenario = 'b'", "S3C709", "'b'", "benchmark"),
    "an unknown column": (C + S + "column = 'case'", "S3C712", "'case'", "cases"),
    "no such column": (C + S.replace("level", "hump"), "S3C712", "'hump'", "column"),
    "nothing in it": (C + S + "column = 'words'", "S3C712", "'words'", "another column"),
    "a missing file": (C + S.replace("t.csv", "no.csv"), "S3C606", "'no.csv'", ""),
    "a file that is none": (C + S.replace("t.csv", "t.pdf"), "S3C606", "'t.pdf'", ".csv"),
    "a name with a zero": (C + S.replace("'t.csv'", '"\\u0000.c"'), "S3C606", '"\\u0000.c"', ""),
    "another error": (C + S + "error = 'logs'", "S3C703", "'logs'", "“log”"),
    "no deviation": (C + S + "sd = 0", "S3C703", "0", "estimate"),
    "a deviation of counts": (C + S + "sd = 2\nerror = 'poisson'", "S3C703", "sd", "leave"),
    "no logarithm": (C + S + "column = 'zero'\nerror = 'log'", "S3C703", "'zero'", "normal"),
    "another use": (C + S + "use = 'fits'", "S3C703", "'fits'", "“fit”"),
    "series alone": ("[[scenario]]\nname = 'a'\n" + S, "S3C704", "series", "[calibrate]"),
    "all held out": (C + S + "use = 'hold out'", "S3C710", "[calibrate]", "not held out"),
    "intervals of no kind": (C + "intervals = 'profil'\n" + S, "S3C703", "'profil'", "“profile”"),
    "a confidence in per cent": (C + "confidence = 95\n" + S, "S3C703", "95", "0.95"),
    "too few walkers": (C + "mcmc.walkers = 1\n" + S, "S3C703", "1", ""),
    "too many draws": (
        C + "mcmc = { steps = 4000000 }\n" + S, "S3C711", "{ steps = 4000000 }", "at most",
    ),
    "a prior of counts": (
        "[calibrate]\nfree.x = { bounds = [0, 9], prior = { distribution = 'poisson', min = 0,"
        " max = 9, mean = 2 } }\n" + S, "S3C703", "{ distribution", "normal",
    ),
    "a prior without a mean": (
        "[calibrate]\nfree.x = { bounds = [0, 9], prior = { distribution = 'normal', min = 0,"
        " max = 9, sd = 2 } }\n" + S, "S3C704", "{ distribution", "mean",
    ),
    "all burnt": (
        C + "mcmc = { steps = 400, burn_in = 400 }\n" + S, "S3C703",
        "{ steps = 400, burn_in = 400 }", "fewer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake(write: Write, name: str) -> None:
    text, code, underlined, hint = WRONG[name]
    found = mistakes(write(text, t=DATA))
    assert [each.code for each in found] == [code]
    span = found[0].span
    assert span is not None
    assert span.text.startswith(underlined)
    assert hint in found[0].hint


def test_a_series_outside_the_run(write: Write) -> None:
    from s3c.experiments import calibrate

    read = read_experiment(write(C + S, t="Time,level\n7,1\n8,2\n"))
    with pytest.raises(ExperimentError, match="goes from 0 to 2") as caught:
        calibrate(read)
    assert [each.code for each in caught.value.diagnostics] == ["S3C709"]
