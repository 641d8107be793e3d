"""The paper's system against the same equations written by hand, constants as the paper has them.

The indicators have no values in the text: their placeholders are those of models/README.md.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable

import numpy as np
import pytest
from command_line import MODELS

import s3c

FILES = ("s3.mdl", "s3_as_printed.mdl")
STEP = 0.125
LEVEL = "Industry smart specialization level"
AT = (10, 25, 50)


class Delay:
    """DELAY1I: its content starts at its first output times its delay time."""

    def __init__(self, time: float, first: float) -> None:
        self.time, self.content = time, first * time

    @property
    def output(self) -> float:
        return self.content / self.time

    def advance(self, value: float) -> None:
        self.content += STEP * (value - self.output)


def weighted(indicator: float, *weights: float) -> float:
    """A factor whose indicators all have one value: Table 1 has the weights."""
    return sum(indicator * weight for weight in weights)


FACTORS = {
    "Innovation capacity": weighted(0.026, 0.1085, 0.1693, 0.450, 0.2716),
    "Knowledge accumulation": weighted(0.016, 0.3575, 0.0905, 0.2221, 0.3299),
    "Benefit level": weighted(0.017, 0.0613, 0.3651, 0.5736),
    "Industry concentration": weighted(0.016, 0.332, 0.4205, 0.2463),
    "Specialization degree": weighted(0.027, 0.1279, 0.287, 0.1492, 0.2542, 0.1817),
    "Industry relatedness": weighted(0.056, 0.1803, 0.8197),
}


def by_hand(*, as_printed: bool, turbulence: Callable[[int], float]) -> list[dict[str, float]]:
    """Every step of the system of section 4.2, by Euler's method, 50 years long."""
    f = FACTORS
    smart_input = (
        f["Innovation capacity"] * 0.2912
        + f["Knowledge accumulation"] * 0.3888
        + f["Benefit level"] * 0.3005
    )
    special_input = (
        f["Specialization degree"] * 0.4422
        + f["Industry concentration"] * 0.5069
        + f["Industry relatedness"] * 0.0509
    )
    smart = special = coupling = level = market = 0.0
    smart_delay, special_delay, market_delay = Delay(6, 0), Delay(6, 0), Delay(6, 0)
    level_delay, fading2, fading3 = Delay(4, 0), Delay(2, 4), Delay(3, 4)
    rows = []
    for k in range(round(50 / STEP) + 1):
        both = smart + special
        degree = math.sqrt(smart * special / both) if both >= 1e-6 else 0.0
        index = 0.5 * smart + 0.5 * special
        coordination = math.sqrt((coupling if as_printed else degree) * index)
        drawn = turbulence(k)
        chance = drawn if drawn >= 0.5 else 0.0
        smart_rate = smart_delay.output * fading2.output
        special_rate = special_delay.output * fading2.output
        coupling_rate = coordination * fading2.output
        increase = level_delay.output * fading3.output
        decrease = level * (0.03 if abs(drawn) >= 0.75 else 0.01)
        accumulation = market_delay.output * fading2.output
        rows.append(FACTORS | {
            "Smart development rate": smart_rate, "Industry smart level": smart,
            "Specialization development rate": special_rate,
            "Industry specialization level": special,
            "Coupling degree": degree, "Comprehensive coordination index": index,
            "Coupling coordination degree": coordination,
            "Coupling level development rate": coupling_rate, "Coupling level": coupling,
            "Smart specialization increase rate": increase,
            "Smart specialization decrease rate": decrease, LEVEL: level,
            "Innovation opportunities": chance, "Accumulation rate": accumulation,
            "Market opportunity": market, "Number of grasping opportunities": level * market,
        })  # fmt: skip
        smart += STEP * smart_rate
        special += STEP * special_rate
        coupling += STEP * coupling_rate
        level += STEP * (increase - decrease)
        market += STEP * accumulation
        level_delay.advance(rows[-1]["Industry specialization level"] * 0.3
                            + rows[-1]["Industry smart level"] * 0.3 + degree * 0.4)  # fmt: skip
        smart_delay.advance(smart_input)
        special_delay.advance(special_input)
        market_delay.advance(chance)
        for fading in (fading2, fading3):
            fading.advance(math.exp(-k * STEP / 3))
    return rows


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("given", [None, 0.0, 0.6, 1.0])
def test_every_variable_at_every_time(file: str, given: float | None) -> None:
    model = s3c.load(MODELS / file)
    run = model.run({} if given is None else {"Environmental turbulence": given})
    drawn = run["Environmental turbulence"]
    rows = by_hand(as_printed=file != "s3.mdl", turbulence=lambda k: float(drawn[k]))
    assert len(run.time) == len(rows) == 401
    for name in rows[0]:
        np.testing.assert_allclose(
            run[name], [row[name] for row in rows], rtol=1e-10, atol=1e-15, err_msg=name
        )


@pytest.mark.parametrize("time", AT)
def test_the_two_files_differ_in_the_coupling_level_alone(time: int) -> None:
    ours, printed = (s3c.load(MODELS / file).run() for file in FILES)
    apart = {name for name in ours.names if ours[name][time * 8] != printed[name][time * 8]}
    assert apart == {
        "Coupling coordination degree", "Coupling level development rate", "Coupling level",
    }  # fmt: skip
    assert not printed["Coupling level"].any()


@pytest.mark.parametrize(("turbulence", "final"), [(0.0, 0.247453356304), (1.0, 0.106386560916)])
@pytest.mark.parametrize("file", FILES)
def test_turbulence_moves_the_level_between_two_bounds(
    file: str, turbulence: float, final: float
) -> None:
    run = s3c.load(MODELS / file).run({"Environmental turbulence": turbulence})
    by_now = by_hand(as_printed=False, turbulence=lambda _: turbulence)[-1][LEVEL]
    assert math.isclose(by_now, final, abs_tol=5e-13)
    assert math.isclose(run[LEVEL][-1], final, abs_tol=5e-13)


def test_the_level_lies_where_the_readme_says() -> None:
    model = s3c.load(MODELS / "s3.mdl")
    finals = [model.run(seed=seed)[LEVEL][-1] for seed in range(20)]
    assert 0.185 < min(finals) < max(finals) < 0.22
    assert 0.185 < model.run()[LEVEL][-1] < 0.22
    assert len(set(finals)) == 20


def test_the_files_differ_in_a_title_and_an_equation() -> None:
    ours, printed = (MODELS.joinpath(file).read_text("utf-8").splitlines() for file in FILES)
    changed = [
        range(start, end)
        for tag, start, end, *_ in difflib.SequenceMatcher(None, ours, printed).get_opcodes()
        if tag != "equal"
    ]
    lines = {number for each in changed for number in each}
    title = range(2, ours.index("One year =="))
    equation = range(ours.index("Coupling coordination degree ="),
                     ours.index("Coupling level development rate ="))  # fmt: skip
    assert lines <= {*title, *equation}
    differing = [ours[each] for each in lines if ours[each].startswith("\tSQRT(")]
    assert differing == ["\tSQRT(Coupling degree * Comprehensive coordination index)"]
