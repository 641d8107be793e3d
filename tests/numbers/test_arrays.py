"""Subscripted models against numbers computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from model_texts import compiled
from numpy.testing import assert_array_equal

RANGES = """\
Age: young, middle, old, very old ~~|
Older: middle, old, very old ~~|
Younger: young, middle, old -> Older ~~|
Region: East, West, North ~~|
Coast: West, North ~~|
"""


def test_a_cohort_chain_ages_one_step_at_a_time() -> None:
    run = compiled(
        RANGES + "people[young] = INTEG(births - ageing[young], 40) ~~|\n"
        "people[Older] = INTEG(ageing[Younger] - ageing[Older], 0) ~~|\n"
        "ageing[Age] = people[Age] / stay[Age] ~~|\n"
        "stay[Age] = 1, 2, 4, 8 ~~|\n"
        "births = 0 ~~|"
    ).run(final_time=3)
    # Each year all the young, half of the middle, a quarter of the old and an eighth of the rest
    # move on.
    assert_array_equal(
        run["people"],
        [[40, 0, 0, 0], [0, 40, 0, 0], [0, 20, 20, 0], [0, 10, 25, 5]],
    )


def test_a_chain_within_one_time_is_computed_element_by_element() -> None:
    run = compiled(
        RANGES + "survivors[young] = 1000 + Time ~~|\n"
        "survivors[Older] = alive[Younger] * 0.5 ~~|\n"
        "alive[Age] = survivors[Age] - 8 ~~|"
    ).run(final_time=1)
    # 1000 -> 992 -> 496 -> 488 -> 244 -> 236 -> 118 -> 110
    assert_array_equal(run["survivors"][0], [1000, 496, 244, 118])
    assert_array_equal(run["alive"][0], [992, 488, 236, 110])
    assert_array_equal(run["survivors"][1], [1001, 496.5, 244.25, 118.125])


def test_a_matrix_times_a_vector_by_mapping() -> None:
    run = compiled(
        "Out: o1, o2 ~~|\nRow: r1, r2 -> Out ~~|\nColumn: c1, c2, c3 ~~|\n"
        "Entry: e1, e2, e3 -> (Column: c3, c2, c1) ~~|\n"
        "matrix[Row, Column] = 1, 2, 3; 4, 5, 6; ~~|\n"
        "vector[Entry] = 1, 10, 100 ~~|\n"
        "straight[Out] = SUM(matrix[Row, Column!] * weight[Column!]) ~~|\n"
        "weight[Column] = 7, 8, 9 ~~|\n"
        "product[Out] = SUM(matrix[Row, Column!] * vector[Entry]) ~~|"
    ).run(final_time=0)
    assert_array_equal(run["straight"][0], [7 + 16 + 27, 28 + 40 + 54])
    # The first entry goes with the last column.
    assert_array_equal(run["product"][0], [100 + 20 + 3, 400 + 50 + 6])


def test_a_shift_along_an_ordered_subrange() -> None:
    run = compiled(
        RANGES + "price[Age] = 5, 7, 11, 13 ~~|\n"
        "rise[Older] = price[Older] - price[Younger] ~~|\n"
        "rise[young] = 0 ~~|\n"
        "belt[young] = INTEG((Time + 1 - belt[young]) / TIME STEP, 0) ~~|\n"
        "belt[Older] = INTEG((belt[Younger] - belt[Older]) / TIME STEP, 0) ~~|"
    ).run(final_time=4)
    assert_array_equal(run["rise"][0], [0, 2, 4, 2])
    assert_array_equal(
        run["belt"],
        [[0, 0, 0, 0], [1, 0, 0, 0], [2, 1, 0, 0], [3, 2, 1, 0], [4, 3, 2, 1]],
    )


def test_exceptions_with_subranges() -> None:
    run = compiled(
        RANGES + "rate[Region, Age] :EXCEPT: [Coast, Older], [East, young] = 1 ~~|\n"
        "rate[Coast, Older] :EXCEPT: [North, old] = 2 ~~|\n"
        "rate[East, young] = 3 ~~|\n"
        "rate[North, old] = Time + 4 ~~|\n"
        "level[Region] :EXCEPT: [West] = INTEG(SUM(rate[Region, Age!]), 10 * Region) ~~|\n"
        "level[West] = 5 ~~|"
    ).run(final_time=2)
    assert_array_equal(run["rate"][0], [[3, 1, 1, 1], [1, 2, 2, 2], [1, 2, 4, 2]])
    assert_array_equal(run["rate[North,old]"], [4, 5, 6])
    # East: 3 + 3 * 1 a year; North: 1 + 2 + (4 + Time) + 2.
    assert_array_equal(run["level"], [[10, 5, 30], [16, 5, 39], [22, 5, 49]])


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("x[Region] = SUM(m[Region, Age!])", [10, 100, 1000]),
        ("x[Region] = SUM(m[Region!, Age!])", [1110] * 3),  # a mark is local
        ("x[Region] = PROD(m[Region, Older!])", [24, 24000, 24000000]),
        ("x[Region] = VMAX(m[Region, Younger!]) - VMIN(m[Region, Age!])", [2, 20, 200]),
        ("x[Region] = SUM(IF THEN ELSE(m[Region, Age!] > 25, m[Region, Age!], 0))", [0, 70, 1000]),
        ("x[Region] = VECTOR SELECT(pick[Age!], m[Region, Age!], -1, 0, 0)", [4, 40, 400]),
        ("x[Region] = VECTOR SELECT(none[Age!], m[Region, Age!], -1, 0, 0)", [-1] * 3),
        ("x[Region] = VECTOR SELECT(pick[Age!], 1 / none[Age!], 7, 3, 0)", None),
        ("x[Region] = VECTOR ELM MAP(m[East, young], 4 * Region - 1)", [4, 40, 400]),
        ("x[Region] = VECTOR ELM MAP(m[Region, young], 3)", [4, 40, 400]),
        ("x[Region] = VECTOR SORT ORDER(v[Region], 1)", [1, 2, 0]),
        ("x[Region] = VECTOR RANK(v[Region], 1)", [3, 1, 2]),
        ("x[Region] = VECTOR REORDER(v[Region], by[Region])", [5, 9, 2]),
        pytest.param(
            "x[Region] = Region * 10 + ELMCOUNT(Older) + North",
            [16, 26, 36],
            marks=pytest.mark.checks("ELMCOUNT", against="closed form"),
        ),
        ("x[Region] = IF THEN ELSE(Region = West, 1, 0)", [0, 1, 0]),
    ],
)
def test_functions_on_arrays(equation: str, expected: list[float] | None) -> None:
    text = RANGES + (
        "m[Region, Age] = 1, 2, 3, 4; 10, 20, 30, 40; 100, 200, 300, 400; ~~|\n"
        "v[Region] = 9, 2, 5 ~~|\nby[Region] = 2, 0, 1 ~~|\n"
        "pick[Age] = 1, 0, 1, 0 ~~|\nnone[Age] = 0, 0, 0, 0 ~~|\n"
    )
    model = compiled(text + equation + " ~~|")
    if expected is None:  # it divides by zero where it is selected
        with pytest.raises(Exception, match=r"“x.*division by zero"):
            model.run()
        return
    assert_array_equal(model.run(final_time=0)["x"][0], expected)


@pytest.mark.checks("INITIAL", against="closed form")
@pytest.mark.checks("SAMPLE IF TRUE", against="closed form")
def test_every_element_of_a_delay_has_its_own_delay_time() -> None:
    run = compiled(
        RANGES + "late[Region] = DELAY FIXED(Time, wait[Region], -1) ~~|\n"
        "wait[Region] = 1, 2, 3 ~~|\n"
        "smooth[Region] = SMOOTHI(8, wait[Region], 0) ~~|\n"
        "first[Region] = INITIAL(Time + wait[Region]) ~~|\n"
        "held[Region] = SAMPLE IF TRUE(Time = wait[Region], Time * 10, 0) ~~|"
    ).run(final_time=4)
    assert_array_equal(run["late"].T, [[-1, 0, 1, 2, 3], [-1, -1, 0, 1, 2], [-1, -1, -1, 0, 1]])
    assert_array_equal(run["smooth[West]"], [0, 4, 6, 7, 7.5])
    assert_array_equal(run["first"], [[1, 2, 3]] * 5)
    assert_array_equal(run["held"].T, [[0, 10, 10, 10, 10], [0, 0, 20, 20, 20], [0, 0, 0, 30, 30]])


def test_subscripted_lookups() -> None:
    run = compiled(
        RANGES + "curve[East]((0, 0), (2, 4)) ~~|\ncurve[Coast]((0, 1), (2, 0)) ~~|\n"
        "y[Region] = curve[Region](Time) ~~|\nz = SUM(curve[Region!](1)) ~~|"
    ).run(final_time=2)
    assert_array_equal(run["y"], [[0, 1, 1], [2, 0.5, 0.5], [4, 0, 0]])
    assert_array_equal(run["z"], [3, 3, 3])


def test_numbers_in_tables_and_lists() -> None:
    run = compiled(
        RANGES + "t[Region, Coast 2] = TABBED ARRAY(\n1\t2\n3\t4\n5\t6\n) ~~|\n"
        "Coast 2 <-> Coast ~~|\n"
        "three[Region, Coast 2, young] = 1, 2; 3, 4; 5, 6; ~~|\n"
        "three[Region, Coast 2, old] = 7, 8; 9, 10; 11, :NA:; ~~|\n"
        "fixed[Region] == 1, -2, 3.5 ~~|"
    ).run(final_time=0)
    assert_array_equal(run["t"][0], [[1, 2], [3, 4], [5, 6]])
    assert_array_equal(run["three[West,North,young]"], [4])
    assert_array_equal(run["three[North,West,old]"], [11])
    assert_array_equal(run["three[North,North,old]"], [-(2.0**110)])
    assert_array_equal(run["fixed"][0], [1, -2, 3.5])


def test_a_matrix_and_its_inverse() -> None:
    run = compiled(
        "D: d1, d2 ~~|\nE <-> D ~~|\nF <-> D ~~|\nm[D, E] = 2, 1; 5, 3; ~~|\n"
        "inverse[D, E] = INVERT MATRIX(m[D, E], ELMCOUNT(D)) ~~|\n"
        "one[D, E] = SUM(m[D, F!] * inverse[F!, E]) ~~|"
    ).run(final_time=0)
    np.testing.assert_allclose(run["inverse"][0], [[3, -1], [-5, 2]], rtol=1e-12)
    np.testing.assert_allclose(run["one"][0], np.eye(2), atol=1e-12)


def test_decay_by_region_is_the_closed_form_of_each() -> None:
    model = compiled(
        RANGES + "stuff[Region] = INTEG(-rate[Region] * stuff[Region], 100) ~~|\n"
        "rate[Region] = 0.1, 0.2, 0.4 ~~|"
    )
    euler = model.run()["stuff"][-1]
    np.testing.assert_allclose(euler, [100 * (1 - r) ** 10 for r in (0.1, 0.2, 0.4)], rtol=1e-13)
    fine = model.run(method="rk4", time_step=0.125)["stuff"][-1]
    np.testing.assert_allclose(fine, [100 * math.exp(-10 * r) for r in (0.1, 0.2, 0.4)], rtol=1e-6)


def test_elements_draw_numbers_of_their_own() -> None:
    run = compiled(RANGES + "x[Region] = RANDOM UNIFORM(0, 1, 7) ~~|\ny = x[East] ~~|").run()
    assert len({*run["x"].ravel().tolist()}) == run["x"].size
    assert_array_equal(run["y"], run["x[East]"])
