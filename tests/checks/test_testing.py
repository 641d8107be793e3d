"""What reality checks say of runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from checked_models import results_of

import s3c
from s3c.runtime import RunError, Verdict

# The manual's example, https://vensim.com/documentation/21035.html (its first model) and 21040
# (its second), with the two constraints of 21030 that are printed in full.
YEAST = """
Yeast Count = INTEG(divisions - terminations, 100) ~~|
temperature = 85 ~~|
divisions = Yeast Count * division rate ~~|
terminations = Yeast Count / average lifetime ~~|
cold is dormant :THE CONDITION: temperature < 50 :IMPLIES: divisions = 0 ~~|
hot is dead :THE CONDITION: temperature = RC STEP(120, 1)
    :IMPLIES: Yeast Count <= RC DECAY CHECK(1, Yeast Count, {decay}) ~~|
RC START TIME = 10 ~~|
"""
FIRST = "average lifetime = 250 ~~|\ndivision rate = 0.08 ~~|\n"
SECOND = """
division rate = norm division rate * division from temp lookup(temperature / norm temperature) ~~|
norm division rate = 0.08 ~~|
norm temperature = 80 ~~|
division from temp lookup((0,0),(0.8,0),(1,1),(2,1)) ~~|
average lifetime = norm lifetime * life from temp lookup(temperature / norm temperature) ~~|
norm lifetime = 250 ~~|
life from temp lookup((0,1),(1,1),(1.25,0.02),(2,0.001)) ~~|
"""
MINUTES = "INITIAL TIME = 0 ~~|\nFINAL TIME = 300 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"


@pytest.mark.checks("RC STEP", against="Vensim")
@pytest.mark.checks("RC DECAY CHECK", against="Vensim")
def test_the_manuals_yeast_fails_when_the_manual_says(tmp_path: Path) -> None:
    found = results_of(YEAST.format(decay=2) + FIRST, tmp_path, MINUTES)
    first = {name: each.active[0].failures[0].time for name, each in found.items()}
    assert first == {"cold is dormant": 0, "hot is dead": 11}


@pytest.mark.parametrize(("decay", "holds"), [(2, False), (5, True)])
def test_the_manuals_second_yeast(decay: int, holds: bool, tmp_path: Path) -> None:
    found = results_of(YEAST.format(decay=decay) + SECOND, tmp_path, MINUTES)
    assert found["cold is dormant"].holds
    assert found["hot is dead"].holds is holds


MODEL = """
x = 3 + Time ~~|
y = 2 * x ~~|
s = INTEG(x, 0) ~~|
"""


def values(call: str, tmp_path: Path) -> list[float]:
    """A variable while an RC function stands in its place, at whole times from 0 to 10."""
    text = f"{MODEL}c :THE CONDITION: x = {call} :IMPLIES: x < -1E9 ~~|\n"
    observation = results_of(text, tmp_path)["c"].active[0]
    return [each.values["x"] for each in observation.failures]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param(
            "RC STEP(x, 2, 4)", [14.0] * 7,
            marks=pytest.mark.checks("RC STEP", against="closed form"),
        ),
        ("RC STEP(x, 2, 4, 3)", [14.0] * 3),
        ("RC STEP(x, 2)", [8.0] * 10),  # from the first time step on
        ("RC STEP(x, Time, 4)", [7.0 * time for time in range(4, 11)]),
        ("RC STEP(7, 1, 4)", [7.0] * 7),
        pytest.param(
            "RC RAMP(x, 0, 2, 4)", [7.0, 3.5, 0.0, 0.0, 0.0, 0.0, 0.0],
            marks=pytest.mark.checks("RC RAMP", against="closed form"),
        ),
        ("RC RAMP(x, 3, 0, 8)", [33.0, 33.0, 33.0]),
        pytest.param(
            "RC GROW(x, 0.1, 4)", [7 * math.exp(0.1 * k) for k in range(7)],
            marks=pytest.mark.checks("RC GROW", against="closed form"),
        ),
        pytest.param(
            "RC DECAY(x, 3, 4)", [7 * math.exp(-k / 3) for k in range(7)],
            marks=pytest.mark.checks("RC DECAY", against="closed form"),
        ),
        ("RC DECAY(x, 0.001, 900)", []),  # far from its start nothing is too large
    ],
)  # fmt: skip
def test_trajectories(call: str, expected: list[float], tmp_path: Path) -> None:
    assert values(call, tmp_path) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "trajectory"),
    [
        pytest.param(call, trajectory, marks=pytest.mark.checks(name, against="closed form"))
        for name, call, trajectory in [
            ("RC STEP CHECK", "RC STEP CHECK(2, s, 3, 4)", [54.0] * 5),
            ("RC RAMP CHECK", "RC RAMP CHECK(2, s, 0, 4, 4)", [9.0, 4.5, 0.0, 0.0, 0.0]),
            ("RC GROW CHECK", "RC GROW CHECK(2, s, 1, 4)", [18 * math.exp(k) for k in range(2, 7)]),
            (
                "RC DECAY CHECK",
                "RC DECAY CHECK(2, s, 1, 4)",
                [18 * math.exp(-k) for k in range(2, 7)],
            ),
        ]
    ],
)
def test_a_check_function_is_enforced_after_its_grace(
    call: str, trajectory: list[float], tmp_path: Path
) -> None:
    text = f"{MODEL}c :THE CONDITION: y = 0 :IMPLIES: s = {call} ~~|\n"
    found = results_of(text, tmp_path)["c"].active[0]
    assert [each.time for each in found.failures] == [6, 7, 8, 9, 10]
    assert [each.values[call] for each in found.failures] == pytest.approx(trajectory)


def test_a_grace_between_two_steps_lasts_until_the_second(tmp_path: Path) -> None:
    text = MODEL + "c :THE CONDITION: y = 0 :IMPLIES: s < RC STEP CHECK(0.3, s, 0, 4, 3) ~~|\n"
    found = results_of(text, tmp_path)["c"].active[0]
    assert [each.time for each in found.failures] == [5, 6]
    assert found.times == 11


@pytest.mark.checks("RC COMPARE", against="closed form")
@pytest.mark.checks("RC COMPARE CHECK", against="closed form")
def test_another_run_is_compared_with(tmp_path: Path) -> None:
    text = (
        MODEL
        + """
    c :THE CONDITION: x = RC COMPARE('base', x, 2, 4) :IMPLIES:
        y = RC COMPARE CHECK('base', y, 0, 2, 4) ~~|
    d :THE CONDITION: x = 0 :IMPLIES: s = RC COMPARE CHECK('base', s, 6, 1) ~~|
    """
    )
    base = {name: ([0, 10], [first, last]) for name, first, last in [("x", 3, 13), ("Y", 6, 26)]}
    found = results_of(text, tmp_path, runs={"Base": {**base, "s": ([0, 10], [0, 10])}})
    assert found["c"].active[0].times == 7
    assert found["c"].holds
    # Until the grace is over there is nothing to fail: from 1 + 6 on.
    failures = found["d"].active[0].failures
    assert [each.values["s"] for each in failures] == [0, 0, 0, 0]
    assert [each.values["RC COMPARE CHECK('base', s, 6, 1)"] for each in failures] == [7, 8, 9, 10]


def test_a_run_to_compare_with_must_be_given_and_named_rightly(tmp_path: Path) -> None:
    text = MODEL + "c :THE CONDITION: x = RC COMPARE('base', x, 2) :IMPLIES: y > 0 ~~|\n"
    given: list[dict[str, Any]] = [{}, {"bse": {}}, {"base": {"y": ([0], [1])}}]
    for runs in given:
        with pytest.raises(RunError) as wrong:
            results_of(text, tmp_path, runs=runs)
        assert wrong.value.code == "S3C613"


# --- How a condition is made true ---


def test_a_stock_is_replaced_for_all_that_reads_it(tmp_path: Path) -> None:
    found = results_of(
        """
        Workers = INTEG(hiring - quits, 50) ~~|
        hiring = 10 ~~|
        quits = Workers * 0.5 ~~|
        output = 2 * Workers ~~|
        Done = INTEG(output, Workers) ~~|
        none :TEST INPUT: Workers = RC STEP(Workers, 0, 3) ~~|
        c :THE CONDITION: none :IMPLIES: output = 0 :AND: quits = 0
            :AND: Done = RC STEP CHECK(0, Done, 1, 3) ~~|
        d :THE CONDITION: Workers = 7 :IMPLIES: output = 14 :AND: Done = 7 + 14 * Time ~~|
        """,
        tmp_path,
    )
    assert [each.holds for each in found.values()] == [True, True]
    assert [each.active[0].times for each in found.values()] == [8, 11]


def test_what_remembers_reads_what_stands_in_a_variables_place(tmp_path: Path) -> None:
    delays = "d = DELAY FIXED(x, 2, 0) ~~|\ne = SAMPLE IF TRUE(Time < 5, x, 0) ~~|\n"
    delays += "f = DELAY N(x, 2, 0, 1) ~~|\ng = SMOOTH N(x, 2, 0, 1) ~~|\n"
    text = f"{MODEL}{delays}c :THE CONDITION: x = 7 :IMPLIES: x < 0 :AND: d + e + f + g = 0 ~~|\n"
    last = results_of(text, tmp_path)["c"].active[0].failures[-1].values
    assert (last["d"], last["e"]) == (7, 7)
    assert last["f"] == pytest.approx(7 * (1 - 0.5**10))
    assert last["g"] == pytest.approx(7 * (1 - 0.5**10))


def test_a_stock_that_is_shifted_may_be_replaced(tmp_path: Path) -> None:
    text = """
    r: a, b, c ~~|
    age[r] = INTEG(1, 5) ~~|
    out = SHIFT IF TRUE(age[a], MODULO(Time, 2) = 0, ELMCOUNT(r), 0, 7) ~~|
    c :THE CONDITION: age[b] = 3 :IMPLIES: SUM(age[r!]) = age[a] + 3 + age[c] ~~|
    """
    found = results_of(text, tmp_path)["c"]
    assert found.holds
    assert found.was_met


@pytest.mark.parametrize(
    ("condition", "x"),
    [
        ("x > 8", [9, 9, 10, 11, 12, 13]),  # the model's own value where that will do
        ("x >= 8", [8, 8, 8, 8, 8, 8, 9, 10, 11, 12, 13]),
        ("x < 5", [3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5]),
        (":NOT: x >= 5", [3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5]),
        ("5 > x", [3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5]),
        (":NOT: (x <> 5 :OR: y = 3)", [5] * 11),
    ],
)
def test_inequalities(condition: str, x: list[float], tmp_path: Path) -> None:
    text = f"{MODEL}c :THE CONDITION: {condition} :IMPLIES: x < -1 ~~|\n"
    found = results_of(text, tmp_path)["c"].active[0]
    if condition == "x > 8":
        x = [8] * 6 + x[1:]
    assert [each.values["x"] for each in found.failures] == x


def test_each_side_of_an_or_is_tested_by_itself(tmp_path: Path) -> None:
    text = MODEL + "c :THE CONDITION: x = 1 :OR: y > 30 :AND: s = 0 :IMPLIES: y = 2 ~~|\n"
    one, two = results_of(text, tmp_path)["c"].active
    assert (one.made, one.verdict) == (("x = 1",), Verdict.HOLDS)
    assert (two.made, two.verdict) == (("y > 30", "s = 0"), Verdict.FAILS)
    assert {each.values["y"] for each in two.failures} == {30}


def test_what_contradicts_itself_is_never_true(tmp_path: Path) -> None:
    text = MODEL + "c :THE CONDITION: x > 9 :AND: x < 2 :IMPLIES: y = 2 ~~|\n"
    found = results_of(text, tmp_path)["c"]
    assert found.active[0].verdict is Verdict.NOT_MET
    assert found.holds
    assert not found.was_met


def test_the_model_as_it_is_is_watched_at_every_step(tmp_path: Path) -> None:
    times = "INITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\nTIME STEP = 0.5 ~~|\nSAVEPER = 4 ~~|\n"
    text = MODEL + "c :THE CONDITION: Time > 1 :IMPLIES: s > 8 ~~|\n"
    found = results_of(text, tmp_path, times)["c"]
    assert not found.active
    assert [each.time for each in found.passive.failures] == [1.5, 2.0]


def test_a_test_that_makes_a_circle_fails_by_itself(tmp_path: Path) -> None:
    text = (
        MODEL
        + "c :THE CONDITION: x = y :IMPLIES: x = 0 ~~|\n"
        + "d :THE CONDITION: x = 0 :IMPLIES: y = 0 ~~|\n"
    )
    found = results_of(text, tmp_path)
    assert "S3C401" in found["c"].problem
    assert not found["c"].holds
    assert found["d"].holds


def test_a_run_that_stops_is_told(tmp_path: Path) -> None:
    text = MODEL + "z = 1 / x ~~|\nc :THE CONDITION: x = RC STEP(x, 0, 4) :IMPLIES: y > 0 ~~|\n"
    found = results_of(text, tmp_path)["c"].active[0]
    assert found.verdict is Verdict.STOPPED
    assert "“z”" in found.error
    assert not found.holds


# --- Subscripts ---

ARRAYS = """
r: a, b, c ~~|
s: b, c ~~|
x[r] = 1, 2, 3 ~~|
y[a] = 1 ~~|
y[s] = x[s] * 2 ~~|
t = 10 ~~|
w[r] = x[r] + y[r] + t ~~|
"""


@pytest.mark.parametrize(
    ("check", "elements"),
    [
        ("c[r] :THE CONDITION: t = x[r] :IMPLIES: w[r] = 2 * x[r] + y[r]", "abc"),
        ("c[s] :THE CONDITION: y[s] = 0 :IMPLIES: w[s] = x[s] + 10 :AND: SUM(y[r!]) < 8", "bc"),
        ("c[b] :THE CONDITION: y[b] = 0 :IMPLIES: w[b] = 12 :AND: w[c] = 19", "b"),
        (
            """ti[r] :TEST INPUT: y[r] = RC STEP(y[r], 0) ~~|
            c[s] :THE CONDITION: ti[s] :IMPLIES: w[s] = x[s] + 10 :AND: w[a] = 12""",
            "bc",
        ),
    ],
)
def test_elements_are_tested_one_by_one(check: str, elements: str, tmp_path: Path) -> None:
    found = results_of(f"{ARRAYS}{check} ~~|\n", tmp_path)
    assert list(found) == [f"c[{each}]" for each in elements]
    assert all(each.holds and each.was_met for each in found.values())
    assert {len(each.active) for each in found.values()} == {1}


def test_some_elements_may_be_replaced_and_the_others_stay(tmp_path: Path) -> None:
    text = (
        ARRAYS
        + """
    c :THE CONDITION: y[a] = 7 :AND: y[b] = 8 :IMPLIES:
        w[a] = 18 :AND: w[b] = 20 :AND: w[c] = 19 ~~|
    ti[r] :TEST INPUT: x[r] = 0 ~~|
    d :THE CONDITION: ti[b] :IMPLIES: SUM(x[r!]) = 4 :AND: y[b] = 0 :AND: y[c] = 6 ~~|
    """
    )
    found = results_of(text, tmp_path)
    assert [each.holds for each in found.values()] == [True, True]


def test_the_values_are_those_of_the_element(tmp_path: Path) -> None:
    text = ARRAYS + "c[r] :THE CONDITION: x[r] = 5 :IMPLIES: w[r] = 0 ~~|\n"
    failure = results_of(text, tmp_path)["c[b]"].active[0].failures[0]
    assert failure.values == {"x[b]": 5, "w[b]": 25}


# --- What goes on beside ---


def test_changes_hold_in_all_runs(tmp_path: Path) -> None:
    text = MODEL + "k = 1 ~~|\nc :THE CONDITION: x = k :IMPLIES: y = 2 * k ~~|\n"
    text += "d :THE CONDITION: k = RC STEP(k, 2, 5) :IMPLIES: k = 2 ~~|\n"
    found = results_of(text, tmp_path, changes={"k": 4})
    assert found["c"].active[0].times == 11
    assert found["c"].holds
    assert {each.values["k"] for each in found["d"].active[0].failures} == {8}


def test_a_model_that_has_a_macro_called_as_a_function_of_checks_uses(tmp_path: Path) -> None:
    macro = ":MACRO: STEP(a, b)\nSTEP = a - b ~~|\n:END OF MACRO:\n"
    text = f"{macro}{MODEL}c :THE CONDITION: x = RC STEP(x, 2, 4) :IMPLIES: x = 14 ~~|\n"
    found = results_of(text, tmp_path)["c"]
    assert found.holds
    assert found.active[0].times == 7


def test_test_inputs_may_call_macros_and_delays(tmp_path: Path) -> None:
    macro = ":MACRO: HALF(q)\nHALF = q / 2 ~~|\n:END OF MACRO:\n"
    text = f"""{macro}{MODEL}
    ti :TEST INPUT: x = HALF(x) + SMOOTH(x, 3) ~~|
    c :THE CONDITION: ti :IMPLIES: ABS(x - (3 + Time) / 2 - sm) < 1E-9 ~~|
    sm = SMOOTH(own x, 3) ~~|
    own x = 3 + Time ~~|
    """
    assert results_of(text, tmp_path)["c"].holds


def test_rk4_tests_what_euler_does(tmp_path: Path) -> None:
    text = (
        MODEL
        + "c :THE CONDITION: x = RC STEP(x, 0, 4) :IMPLIES: s = RC STEP CHECK(0, s, 1, 4) ~~|\n"
    )
    found = results_of(text, tmp_path, method="rk4")["c"]
    assert found.holds
    assert found.active[0].times == 7


def test_the_shipped_example_finds_its_slip(tmp_path: Path) -> None:
    file = Path(__file__).parents[2] / "models" / "workforce_checks.mdl"
    text = file.read_text(encoding="utf-8")
    report = s3c.load_checks(file).test()
    assert [each.name for each in report.results if not each.holds] == [
        "nothing in stock nothing shipped"
    ]
    assert all(each.was_met for each in report.results)
    mended = text.replace(
        "shipments =\n\tDemand\n", "shipments =\n\tMIN(Demand, Inventory / TIME STEP)\n"
    )
    assert mended != text
    (tmp_path / "m.mdl").write_text(mended, encoding="utf-8")
    assert s3c.load_checks(tmp_path / "m.mdl").test().holds
