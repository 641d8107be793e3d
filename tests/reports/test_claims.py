"""Every check can hold and can fail, and says the numbers that decide it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from s3c.reports import make_report, read_study
from s3c.runtime import RunError

Write: TypeAlias = Callable[..., Path]

BLOCK = '[[section.block]]\nexperiment = "small.toml"\n[[section.block.claim]]\nsays = "it is so"\n'


def verdict(write: Write, claim: str) -> tuple[bool, str]:
    report = make_report(read_study(write(BLOCK + claim)))
    (found,) = report.verdicts
    return found.holds, found.numbers


# At the end the level is 9.88 in the benchmark, 14.8 with more, 4.9 with less.
@pytest.mark.parametrize(
    ("claim", "holds", "says"),
    [
        ('order = ["more", "a little more"]', True, "more (+4.9"),
        ('order = ["a little more", "less -50 %"]', False, "less −50\u00a0% (−4.9"),
        ('greater = ["more", "benchmark"]', True, "benchmark (9.8"),
        ('greater = ["benchmark", "more"]', False, "more (14.7"),
        ('best = { scenario = "more" }', True, "more (14.7"),
        ('best = { scenario = "more", among = ["less -50 %"] }', True, "less"),
        ('best = { scenario = "benchmark" }', False, "more (14.7"),
        ('variable = "slow"\nlogarithmic = {}', True, "logarithm 1.000"),
        ("logarithmic = {}", False, "exponential that comes to rest 1.000"),
        ("logarithmic = { times = [0, 5] }", False, "straight line 0."),
        ("early = { by = 5, share = 0.6 }", True, "By time 5, 66\u00a0% of the rise"),
        ("early = { by = 5, share = 0.7 }", False, "66"),
        ('variable = "hump"\nearly = { by = 10, share = 1 }', True, "ends at time 10"),
        ("steady = { after = 15, within = 0.05 }", True, "After time 15, up to 2.8"),
        ("steady = { after = 5, within = 0.05 }", False, "from the last value"),
        ('variable = "hump"\nsteady = { after = 9, within = 0.05 }', False, "highest at time 10"),
        ('variable = "noise"\nspread = { at_most = 0.5 }', True, "Over 20 seeds"),
        ('variable = "noise"\nspread = { at_most = 0.01 }', False, "% of the mean"),
        ('variable = "noise"\nsign = { of = ["more", "benchmark"], share = 1 }', True, "100"),
        ('variable = "noise"\nsign = { of = ["benchmark", "more"], share = 0.5 }', False, " 0"),
        ("value = { is = 9.9, within = 0.05 }", True, "said: 9.9 ± 0.05"),
        ("value = { is = 9.9, within = 0.005 }", False, "Computed: 9.8"),
        ('value = { is = 14.8, within = 0.05, scenario = "more" }', True, "14.8"),
        ('model = "small.mdl"\nvariable = "w[West]"\nvalue = { is = 2, within = 0 }', True, "2"),
    ],
)  # fmt: skip
def test_checks(write: Write, claim: str, holds: bool, says: str) -> None:
    found, numbers = verdict(write, claim)
    assert found is holds, numbers
    assert says in numbers


def test_a_time_outside_the_run_is_told(write: Write) -> None:
    study = read_study(write(BLOCK + "early = { by = 30, share = 0.5 }"))
    with pytest.raises(RunError, match="outside the run") as told:
        make_report(study)
    assert told.value.code == "S3C732"
    assert "from 0 to 20" in told.value.hint
