"""Arrays as Python: what each shape of equation is printed as, and what it computes.

The programs are built by hand, over people[Region, Age] = 1 2 3 / 4 0 6 and the like; the numbers
are computed by hand, and the interpreter computes every program besides.
"""

from __future__ import annotations

import pytest
from programs import (
    AGE,
    REGION,
    TOWN,
    Block,
    along,
    assign,
    at,
    call,
    gather,
    literal,
    load,
    loop,
    one,
    plus,
    times,
)

from s3c.compiler import program as p
from s3c.compiler import system
from s3c.runtime import REGISTRY

R, A, B = loop(0, REGION), loop(1, AGE), loop(2, AGE)
PEOPLE = load("people", along(R), along(A))


# --- Vectors -------------------------------------------------------------------------------------


def test_a_whole_array_at_once() -> None:
    block = one(times(PEOPLE, literal(2.0)), along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = people * 2.0  # m.mdl:1"
    assert block.computed()["a"] == [[2, 4, 6], [8, 0, 12]]


def test_a_dimension_that_one_side_has_not() -> None:
    value = times(times(load("rate", along(R)), load("weight", along(A))), PEOPLE)
    block = one(value, along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = rate[:, None] * weight * people  # m.mdl:1"
    assert block.computed()["a"] == [[0.5, 10, 150], [8, 0, 1200]]


def test_a_value_for_all_elements_is_spread() -> None:
    block = one(load("one"), along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = np.full((2, 3), one)  # m.mdl:1"
    assert block.computed()["a"] == [[3, 3, 3]] * 2
    block = one(load("rate", along(R)), along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = np.full((2, 3), rate[:, None])  # m.mdl:1"
    assert block.computed()["a"] == [[0.5] * 3, [2.0] * 3]


def test_loops_in_another_order_are_turned() -> None:
    block = one(plus(load("turned", along(A), along(R)), PEOPLE), along(R), along(A),
                axes=(REGION, AGE))  # fmt: skip
    assert block.text == "a = turned.T + people  # m.mdl:1"
    assert block.computed()["a"] == [[2, 5, 8], [6, 4, 12]]


def test_three_loops_in_another_order_are_turned() -> None:
    towns = loop(3, TOWN)
    value = load("cube", along(R), along(A), along(towns))
    block = one(value, along(A), along(towns), along(R), axes=(AGE, TOWN, REGION))
    assert block.text == "a = cube.transpose(1, 2, 0)  # m.mdl:1"
    assert block.computed()["a"][1][2] == [6, 18]


def test_one_place_of_an_axis() -> None:
    block = one(load("people", along(R), at(2)), along(R), axes=(REGION,))
    assert block.text == "a = people[:, 2]  # m.mdl:1"
    assert block.computed()["a"] == [3, 6]
    block = one(load("people", at(1), along(A)), along(A), axes=(AGE,))
    assert block.text == "a = people[1]  # m.mdl:1"
    assert block.computed()["a"] == [4, 0, 6]


def test_a_number_of_an_array() -> None:
    block = one(load("people", at(1), at(2)), axes=())
    assert block.text == "a = people[1, 2]  # m.mdl:1"
    assert block.computed()["a"] == 6


@pytest.mark.parametrize(
    ("places", "expected", "numbers"),
    [
        ((1, 2, 3), "cube[0, 0, 1:]", [1, 2, 3]),
        ((0, 1, 2), "cube[0, 0, :3]", [0, 1, 2]),
        ((3, 2, 1), "cube[0, 0, :0:-1]", [3, 2, 1]),
        ((2, 1, 0), "cube[0, 0, 2::-1]", [2, 1, 0]),
        ((0, 3, 1), "cube[0, 0][[0, 3, 1]]", [0, 3, 1]),
        ((2, 2, 2), "cube[0, 0][[2, 2, 2]]", [2, 2, 2]),
    ],
)
def test_some_places_of_an_axis(
    places: tuple[int, ...], expected: str, numbers: list[float]
) -> None:
    block = one(load("cube", at(0), at(0), along(A, *places)), along(A), axes=(AGE,))
    assert block.text == f"a = {expected}  # m.mdl:1"
    assert block.computed()["a"] == numbers


def test_every_other_place() -> None:
    block = one(load("cube", at(0), at(0), along(R, 0, 2)), along(R), axes=(REGION,))
    assert block.text == "a = cube[0, 0, ::2]  # m.mdl:1"
    assert block.computed()["a"] == [0, 2]


def test_uneven_places_of_one_axis_and_of_two() -> None:
    block = one(load("people", along(R), along(A, 2, 0, 1)), along(R), along(A),
                axes=(REGION, AGE))  # fmt: skip
    assert block.text == "a = people[:, [2, 0, 1]]  # m.mdl:1"
    assert block.computed()["a"] == [[3, 1, 2], [6, 4, 0]]
    block = one(load("square", along(A, 2, 0, 1), along(B, 1, 0, 2)), along(A), along(B),
                axes=(AGE, AGE))  # fmt: skip
    assert block.text == "a = square[np.ix_([2, 0, 1], [1, 0, 2])]  # m.mdl:1"
    assert block.computed()["a"] == [[1, 0, 4], [1, 2, 0], [3, 1, 1]]


def test_one_loop_along_two_axes_is_the_diagonal() -> None:
    block = one(load("square", along(A), along(A)), along(A), axes=(AGE,))
    assert block.text == "a = square[np.arange(3), np.arange(3)]  # m.mdl:1"
    assert block.computed()["a"] == [2, 3, 4]
    value = times(load("square", along(A), along(A)), load("people", along(R), along(A)))
    block = one(value, along(A), along(R), axes=(AGE, REGION))
    assert block.text == "a = square[np.arange(3), np.arange(3)][:, None] * people.T  # m.mdl:1"
    assert block.computed()["a"] == [[2, 8], [6, 0], [12, 24]]


# --- Functions -----------------------------------------------------------------------------------


def test_functions_go_by_numpy_or_element_by_element() -> None:
    block = one(call("max", PEOPLE, load("one")), along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = np.maximum(people, one)  # m.mdl:1"
    assert block.computed()["a"] == [[3, 3, 3], [4, 3, 6]]
    block = one(call("zidz", load("one"), PEOPLE), along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = elementwise(zidz, one, people)  # m.mdl:1"
    assert block.computed()["a"] == [[3, 1.5, 1], [0.75, 0, 0.5]]
    block = one(call("sin", call("ln", literal(1.0))), along(R), axes=(REGION,))
    assert block.text == "a = np.full(2, math.sin(math.log(1.0)))  # m.mdl:1"
    assert block.computed()["a"] == [0, 0]


def test_powers_are_those_of_numbers() -> None:
    value = p.Operation(p.Operator.POWER, (PEOPLE, literal(2.0)))
    block = one(value, along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = elementwise(math.pow, people, 2.0)  # m.mdl:1"
    assert block.computed()["a"] == [[1, 4, 9], [16, 0, 36]]


def test_what_a_function_is_told_besides() -> None:
    step = REGISTRY["step"]
    keywords = (("time", p.Time()), ("time_step", literal(1.0)))
    value = p.Call(step, (load("rate", along(R)), literal(1.0)), keywords)
    block = one(value, along(R), axes=(REGION,))
    assert block.text == (
        "a = elementwise(partial(step_input, time=time, time_step=1.0), rate, 1.0)  # m.mdl:1"
    )
    assert block.computed()["a"] == [0.5, 2]


def test_lookups() -> None:
    bend = p.Slot(p.Bank.TABLE, 0)
    line, wave = ((0.0, 0.0), (10.0, 20.0)), ((0.0, 1.0), (1.0, 5.0))
    value = p.Interpolate(p.Load(bend), PEOPLE)
    block = one(value, along(R), along(A), axes=(REGION, AGE), tables=(line,))
    assert block.text == "a = elementwise(bend, people)  # m.mdl:1"
    assert block.computed()["a"] == [[2, 4, 6], [8, 0, 12]]
    value = p.Interpolate(p.Load(bend, (along(R),)), load("rate", along(R)))
    block = one(value, along(R), axes=(REGION,), tables=(line, wave))
    assert block.text == "a = elementwise(look_up, bend, rate)  # m.mdl:1"
    assert block.computed()["a"] == [1, 5]


def test_sums_along_the_last_axes() -> None:
    value = call("sum", gather(PEOPLE, A))
    block = one(value, along(R), axes=(REGION,))
    assert block.text == "a = array_sum(people, axes=1)  # m.mdl:1"
    assert block.computed()["a"] == [6, 10]
    block = one(call("vmax", gather(PEOPLE, R, A)), axes=())
    assert block.text == "a = array_maximum(people, axes=2)  # m.mdl:1"
    assert block.computed()["a"] == 6


def test_a_sum_of_products_lines_its_axes_up() -> None:
    value = call("sum", gather(times(load("square", along(A), along(B)), PEOPLE), A))
    block = one(value, along(R), along(B), axes=(REGION, AGE))
    assert block.text == "a = array_sum(square.T * people[:, None, :], axes=1)  # m.mdl:1"
    # A row of people times the matrix: 1*2 + 2*1 + 3*0, 1*1 + 2*3 + 3*1, 1*0 + 2*1 + 3*4 …
    assert block.computed()["a"] == [[4, 10, 14], [8, 10, 24]]


def test_a_sum_of_what_does_not_change_along_it() -> None:
    value = call("sum", gather(load("rate", along(R)), A))
    block = one(value, along(R), axes=(REGION,))
    assert block.text == "a = array_sum(np.broadcast_to(rate[:, None], (2, 3)), axes=1)  # m.mdl:1"
    assert block.computed()["a"] == [1.5, 6]
    block = one(call("sum", gather(load("one"), A)), axes=())
    assert block.text == "a = array_sum(np.full(3, one), axes=1)  # m.mdl:1"
    assert block.computed()["a"] == 9


def test_a_gathered_value_that_must_be_computed_one_by_one() -> None:
    weight = load("weight", along(A))
    chosen = p.Choice(
        p.Operation(p.Operator.GREATER, (weight, literal(5.0))),
        p.Operation(p.Operator.DIVIDE, (load("one"), weight)),
        literal(0.0),
    )
    block = one(call("sum", gather(chosen, A)), axes=())
    assert block.text.splitlines() == [
        "a = array_sum(  # m.mdl:1",
        "    np.array([one / weight[i] if weight[i] > 5.0 else 0.0 for i in range(3)]),",
        "    axes=1,",
        ")",
    ]
    assert block.computed()["a"] == 0.3 + 0.03


def test_an_array_that_would_be_too_large_is_made_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("s3c.compiler.backends.python_statements.LARGEST", 5)
    block = one(call("sum", gather(PEOPLE, A)), along(R), axes=(REGION,))
    assert block.text.splitlines() == [
        "a = np.empty(2)",
        "for i in range(2):  # m.mdl:1",
        "    a[i] = array_sum(people[i], axes=1)",
    ]
    assert block.computed()["a"] == [6, 10]


# --- Conditions ----------------------------------------------------------------------------------


def test_choices_between_what_cannot_fail_are_made_at_once() -> None:
    condition = p.Operation(p.Operator.GREATER, (PEOPLE, literal(2.0)))
    value = p.Choice(condition, load("rate", along(R)), literal(0.0))
    block = one(value, along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = np.where(people > 2.0, rate[:, None], 0.0)  # m.mdl:1"
    assert block.computed()["a"] == [[0, 0, 0.5], [2, 0, 2]]


def test_one_condition_for_all_is_pythons_own() -> None:
    condition = p.Operation(p.Operator.GREATER, (load("one"), literal(2.0)))
    value = p.Choice(condition, p.Operation(p.Operator.DIVIDE, (PEOPLE, load("one"))), literal(0.0))
    block = one(value, along(R), along(A), axes=(REGION, AGE))
    assert block.text == "a = np.full((2, 3), people / one if one > 2.0 else 0.0)  # m.mdl:1"
    assert block.computed()["a"][1] == [4 / 3, 0, 2]


def test_truths_as_numbers() -> None:
    both = p.Operation(
        p.Operator.AND, (PEOPLE, p.Operation(p.Operator.LESS, (PEOPLE, literal(3.0))))
    )
    block = one(both, along(R), along(A), axes=(REGION, AGE))
    assert block.text == (
        "a = np.where(np.logical_and(people != 0, people < 3.0), 1.0, 0.0)  # m.mdl:1"
    )
    assert block.computed()["a"] == [[1, 1, 0], [0, 0, 0]]
    block = one(p.Operation(p.Operator.AND, (load("one"), literal(2.0))), axes=())
    assert block.text == "a = float(one != 0 and 2.0 != 0)  # m.mdl:1"
    assert block.computed()["a"] == 1


def test_choices_between_what_can_fail_are_made_one_by_one() -> None:
    condition = p.Operation(p.Operator.GREATER, (PEOPLE, literal(0.0)))
    value = p.Choice(condition, p.Operation(p.Operator.DIVIDE, (literal(1.0), PEOPLE)), literal(0))
    block = one(value, along(R), along(A), axes=(REGION, AGE), units="people")
    assert block.text.splitlines() == [
        "a = np.empty((2, 3))  # people",
        "for i in range(2):  # m.mdl:1",
        "    for j in range(3):",
        "        a[i, j] = 1.0 / people[i, j] if people[i, j] > 0.0 else 0",
    ]
    assert block.computed()["a"] == [[1, 0.5, 1 / 3], [0.25, 0, 1 / 6]]


# --- One by one ----------------------------------------------------------------------------------


def test_each_element_draws_its_own_number() -> None:
    indices = (along(R), along(A, 1, 2, 0))
    draw = p.Draw(REGISTRY["random 0 1"], 5, (), indices, (2, 3))
    block = one(draw, *indices, axes=(REGION, AGE))
    assert block.text.splitlines() == [
        "a = np.empty((2, 3))",
        "for i in range(2):  # m.mdl:1",
        "    for j in range(3):",
        "        a[i, PLACES[j]] = random_0_1(draws.of(3 * i + PLACES[j]), 5)",
    ]
    found = block.computed()["a"]
    assert len({number for row in found for number in row}) == 6


def test_a_function_that_gives_a_row() -> None:
    value = p.CallAlong(REGISTRY["vector sort order"], (gather(PEOPLE, A), literal(1.0)), (A,))
    block = one(value, along(R), along(A), axes=(REGION, AGE))
    assert block.text.splitlines() == [
        "a = np.empty((2, 3))",
        "for i in range(2):  # m.mdl:1",
        "    a[i] = vector_sort_order(people[i], 1.0)",
    ]
    assert block.computed()["a"] == [[0, 1, 2], [1, 0, 2]]
    row = p.CallAlong(
        REGISTRY["vector sort order"], (gather(load("weight", along(A)), A), literal(-1.0)), (A,)
    )
    block = one(row, along(A), axes=(AGE,))
    assert block.text == "a = vector_sort_order(weight, -1.0)  # m.mdl:1"
    assert block.computed()["a"] == [2, 1, 0]


# --- Parts and sweeps ----------------------------------------------------------------------------


def test_parts_of_an_array() -> None:
    older = system.Loop(4, "Older", tuple(map(system.ElementId, ("middle", "old"))))
    younger = load("people", along(R), along(older))
    block = Block(
        (
            assign("a", load("rate", along(R)), along(R), at(0), line=3),
            assign("a", younger, along(R), along(older, 1, 2), line=4),
        ),
        {"a": (REGION, AGE)},
        units="people",
    )
    assert block.text.splitlines() == [
        "a = np.empty((2, 3))  # people",
        "a[:, 0] = rate  # m.mdl:3",
        "a[:, 1:] = people[:, :2]  # m.mdl:4",
    ]
    assert block.computed()["a"] == [[0.5, 1, 2], [2, 4, 0]]


def test_elements_without_an_equation_are_finite() -> None:
    block = Block(
        (assign("a", load("rate", along(R)), along(R), at(0)),),
        {"a": (REGION, AGE)},
        holes={"a": ((0, 1), (0, 2), (1, 1), (1, 2))},
    )
    assert block.text.splitlines() == ["a = np.full((2, 3), 0.0)", "a[:, 0] = rate  # m.mdl:1"]
    assert block.computed()["a"] == [[0.5, 0, 0], [2, 0, 0]]


def test_a_chain_is_a_sweep() -> None:
    older = system.Loop(4, "Older", tuple(map(system.ElementId, ("middle", "old"))))
    value = times(load("a", along(R), along(older)), load("rate", along(R)))
    block = Block(
        (
            assign("a", literal(1.0), along(R), at(0), line=3),
            p.Sweep(
                2,
                (p.Turn(assign("a", value, along(R), along(older, 1, 2), line=4),
                        ((older, range(2)),)),),
            ),
        ),
        {"a": (REGION, AGE)},
    )  # fmt: skip
    assert block.text.splitlines() == [
        "a = np.empty((2, 3))",
        "a[:, 0] = 1.0  # m.mdl:3",
        "for k in range(2):",
        "    a[:, k + 1] = a[:, k] * rate  # m.mdl:4",
    ]
    assert block.computed()["a"] == [[1, 0.5, 0.25], [1, 2, 4]]


def test_a_matrix_that_grows_from_its_corner_is_nested_loops() -> None:
    down = system.Loop(4, "Down", tuple(map(system.ElementId, ("middle", "old"))))
    right = system.Loop(5, "Right", tuple(map(system.ElementId, ("middle", "old"))))
    above = load("a", along(down), along(right, 1, 2))
    before = load("a", along(down, 1, 2), along(right))
    grown = assign("a", plus(above, before), along(down, 1, 2), along(right, 1, 2), line=5)
    sweep = p.Sweep(4, (p.Turn(grown, ((down, (0, 0, 1, 1)), (right, (0, 1, 0, 1)))),))
    first = assign("a", literal(1.0), at(0), along(A), line=3)
    side = assign("a", literal(1.0), along(down, 1, 2), at(0), line=4)
    block = Block((first, side, sweep), {"a": (AGE, AGE)})
    assert block.text.splitlines() == [
        "a = np.empty((3, 3))",
        "a[0] = 1.0  # m.mdl:3",
        "a[1:, 0] = 1.0  # m.mdl:4",
        "for i in range(2):  # m.mdl:5",
        "    for j in range(2):",
        "        a[i + 1, j + 1] = a[i, j + 1] + a[i + 1, j]",
    ]
    assert block.computed()["a"] == [[1, 1, 1], [1, 2, 3], [1, 3, 6]]


def test_two_equations_take_turns() -> None:
    sweep = p.Sweep(
        3,
        (
            p.Turn(assign("a", plus(load("weight", along(A)), literal(1.0)), along(A), line=3),
                   ((A, range(3)),)),
            p.Turn(assign("b", times(load("a", along(B, 2, 1, 0)), literal(2.0)), along(B), line=4),
                   ((B, (2, 1, 0)),)),
        ),
    )  # fmt: skip
    block = Block((sweep,), {"a": (AGE,), "b": (AGE,)})
    assert block.text.splitlines() == [
        "a = np.empty(3)",
        "b = np.empty(3)",
        "for k in range(3):",
        "    a[k] = weight[k] + 1.0  # m.mdl:3",
        "    b[2 - k] = a[k] * 2.0  # m.mdl:4",
    ]
    assert block.computed() == {"a": [2, 11, 101], "b": [202, 22, 4]}


def test_a_sweep_of_one_round_is_no_loop() -> None:
    sweep = p.Sweep(1, (p.Turn(assign("a", load("weight", along(A)), along(A)), ((A, (1,)),)),))
    block = Block((sweep,), {"a": (AGE,)}, holes={"a": ((0,), (2,))})
    assert block.text.splitlines() == ["a = np.full(3, 0.0)", "a[1] = weight[1]  # m.mdl:1"]
    assert block.computed()["a"] == [0, 10, 0]


# --- Lists and long lines ------------------------------------------------------------------------


def test_lists_stand_above_the_functions() -> None:
    numbers = p.Load(p.Slot(p.Bank.LIST, 0), (along(R), along(A)))
    written = p.List((1.0, 2.0, 3.0, 4.0, 5.0, 7.0), (2, 3))
    block = one(times(PEOPLE, numbers), along(R), along(A), axes=(REGION, AGE), lists=(written,))
    assert block.text == "a = people * A_NUMBERS  # m.mdl:1"
    assert "A_NUMBERS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])" in block.generated.text
    assert block.computed()["a"] == [[1, 4, 9], [16, 0, 42]]


def test_counting_numbers_are_counted() -> None:
    numbers = p.Load(p.Slot(p.Bank.LIST, 0), (along(A),))
    written = p.List((1.0, 2.0, 3.0), (3,))
    block = one(numbers, along(A), axes=(AGE,), lists=(written,))
    assert "A_NUMBERS = np.arange(1.0, 4.0)" in block.generated.text
    assert block.computed()["a"] == [1, 2, 3]


def test_a_long_vector_equation_is_broken_at_its_terms() -> None:
    term = times(PEOPLE, load("square", along(A), at(0)))
    value: p.Expression = term
    for _ in range(5):
        value = plus(value, term)
    block = one(value, along(R), along(A), axes=(REGION, AGE))
    assert block.text.splitlines() == [
        "a = (  # m.mdl:1",
        "    people * square[:, 0]",
        *["    + people * square[:, 0]"] * 5,
        ")",
    ]
    assert block.computed()["a"] == [[12, 12, 0], [48, 0, 0]]


def test_every_line_of_an_equation_knows_it() -> None:
    block = Block(
        (
            assign("a", load("rate", along(R)), along(R), at(0), line=3),
            assign("a", literal(2.0), along(R), at(1), line=4),
        ),
        {"a": (REGION, AGE)},
        holes={"a": ((0, 2), (1, 2))},
    )
    generated = block.generated
    lines = generated.text.splitlines()
    assert {lines[number - 1].strip(): span.text for number, span in generated.spans.items()} == {
        "a[:, 0] = rate  # m.mdl:3": "equation 3",
        "a[:, 1] = 2.0  # m.mdl:4": "equation 4",
    }
