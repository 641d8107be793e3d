"""The functions of arrays against numbers that Vensim prints, loops in Python, or by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import NA, REGISTRY, Array, fold

# Generated modules import functions from here; to type checkers, packages have but a face.
functions = import_module("s3c.runtime.array_functions")

numbers = st.floats(-1e6, 1e6)
rows = st.lists(numbers, min_size=1, max_size=12)
PRINTED = 1e-5  # Vensim prints six digits


def row(*elements: float) -> Array:
    found = np.array(elements, dtype=np.float64)
    found.setflags(write=False)  # a function never changes what it is given
    return found


@st.composite
def blocks(draw: st.DrawFn, elements: st.SearchStrategy[float] = numbers) -> Array:
    """Arrays of three axes."""
    shape = draw(st.tuples(*[st.integers(1, 4)] * 3))
    size = math.prod(shape)
    drawn = draw(st.lists(elements, min_size=size, max_size=size))
    return np.array(drawn, dtype=np.float64).reshape(shape)


# The reductions.


@pytest.mark.checks("SUM", against="closed form")
@pytest.mark.checks("PROD", against="closed form")
@pytest.mark.checks("VMIN", against="closed form")
@pytest.mark.checks("VMAX", against="closed form")
@given(blocks(), st.integers(1, 3))
def test_reductions_equal_what_is_written_out(x: Array, axes: int) -> None:
    written: dict[Callable[..., Any], Callable[[list[float]], float]] = {
        functions.array_sum: lambda each: reduce(lambda a, b: a + b, each),
        functions.array_product: lambda each: reduce(lambda a, b: a * b, each),
        functions.array_minimum: min,
        functions.array_maximum: max,
    }
    for function, plain in written.items():
        found = function(x, axes=axes)
        others = x.shape[: 3 - axes]
        assert np.shape(found) == others
        for place in np.ndindex(others):
            value = found[place] if others else found
            assert value == plain(x[place].ravel().tolist())


def test_a_reduction_of_all_axes_is_a_number() -> None:
    for name in ("SUM", "PROD", "VMIN", "VMAX"):
        function = REGISTRY[fold(name)].function
        assert function is not None
        assert type(function(row(2.0, 3.0), axes=1)) is float
        assert type(function(np.ones((2, 3)), axes=2)) is float


def test_a_sum_is_rounded_step_by_step() -> None:
    # In pairs, or exactly, it would be 1e16 + 200: each 1.0 alone is lost to rounding.
    assert functions.array_sum(np.array([1e16] + [1.0] * 200), axes=1) == 1e16


def test_truth_values_are_counted() -> None:
    assert functions.array_sum(np.array([True, True, False]), axes=1) == 2.0


def test_reductions_leave_their_array_alone() -> None:
    x = np.arange(6.0).reshape(2, 3)
    found = functions.array_sum(x, axes=1)
    assert found.base is None
    assert (x == np.arange(6.0).reshape(2, 3)).all()


INPUT = np.array(  # [entry, column, depth] of the community's model of aggregation
    [
        [[1.0, 2, 3], [10, 20, 30]],
        [[4, 5, 6], [40, 50, 60]],
        [[7, 8, 9], [70, 80, 100]],
    ]
)


@pytest.mark.checks("SUM", against="Vensim")
@pytest.mark.checks("PROD", against="Vensim")
@pytest.mark.checks("VMIN", against="Vensim")
@pytest.mark.checks("VMAX", against="Vensim")
def test_aggregation_as_vensim_prints_it() -> None:
    assert functions.array_maximum(INPUT, axes=3) == 100
    by_column = INPUT.transpose(1, 0, 2)
    assert functions.array_sum(by_column, axes=2).tolist() == [45, 460]
    assert functions.array_minimum(by_column, axes=2).tolist() == [1, 10]
    by_depth = INPUT.transpose(2, 0, 1)
    assert functions.array_maximum(by_depth, axes=2).tolist() == [70, 80, 100]
    assert functions.array_product(by_depth, axes=2)[0] == 784000
    by_entry = functions.array_product(INPUT, axes=2)
    assert by_entry[0] == 36000
    assert by_entry[2] == 2.8224e8
    assert functions.array_minimum(INPUT, axes=2).tolist() == [1, 4, 7]


# VECTOR SELECT.

NO_ZEROS = row(1, 0.3, -1, 0.5, 1)
INPUT_1 = row(-0.5, -1.2, 0.3, -1, 1)
MATRIX = np.array(  # the selection without zeros, [dim1, dim2]
    [[1.0, 2, 3, 4], [1, 1, 1, 1], [-1, -1, 2, 3], [1, 2, 3, 4], [1, 1, -2, -3]]
)


@pytest.mark.checks("VECTOR SELECT", against="Vensim")
def test_selected_elements_as_vensim_prints_them() -> None:
    printed = {0: -0.66, 1: 0.027, 2: -0.5, 3: 1.0, 4: -0.132}
    printed |= {6: -1.4, 7: -0.18, 8: -1.2, 9: 1.0, 10: -0.28}
    for action, expected in printed.items():
        found = functions.vector_select(NO_ZEROS, INPUT_1, -12345.0, float(action), 0.0, axes=1)
        assert found == pytest.approx(expected, rel=PRINTED)


def test_powers_of_selected_elements_as_vensim_prints_them() -> None:
    base = row(0.5, 1.2, 0.3, 1, 1)
    found = functions.vector_select(NO_ZEROS, base, -12345.0, 5.0, 0.0, axes=1)
    assert found == pytest.approx(1.76037, rel=PRINTED)
    # Two ranges are marked: every element of the one goes with every element of the other.
    product = functions.vector_select(NO_ZEROS[:, None], base[None, :4], 0.0, 5.0, 0.0, axes=2)
    assert product == pytest.approx(0.0456552, rel=PRINTED)


def test_selecting_for_each_place_of_another_range() -> None:
    selection = MATRIX.T  # the marked range last
    found = functions.vector_select(selection, INPUT_1, -12345.0, 0.0, 0.0, axes=1)
    assert found == pytest.approx(row(-2, -3.5, -7.1, -9.3), rel=PRINTED)
    found = functions.vector_select(selection, INPUT_1, -12345.0, 4.0, 0.0, axes=1)
    assert found == pytest.approx(row(-0.4, -0.7, -1.42, -1.86), rel=PRINTED)


def test_where_nothing_is_selected_the_value_is_the_missing_one() -> None:
    selection = np.array([[0.0, 0, 0], [0, 2, 0]])
    for action in range(11):
        found = functions.vector_select(selection, row(1, 1, 1), -7.0, float(action), 0.0, axes=1)
        assert found[0] == -7.0
        assert found[1] in (1.0, 2.0)


def test_what_is_not_selected_is_not_computed() -> None:
    selection, expression = row(0, 2, 0), row(math.inf, 3, math.nan)
    with np.errstate(all="raise"):
        for action in range(11):
            found = functions.vector_select(selection, expression, 0.0, action, 0.0, axes=1)
            assert found == {5: 9.0}.get(action, 6.0 if action < 5 else 3.0)


@pytest.mark.parametrize(
    ("selection", "error", "words"),
    [
        (row(0, 0), 1.0, "no element"),
        (row(0, 0), 3.0, "no element"),
        (row(1, -1), 2.0, "more than one"),
        (row(1, -1), 3.0, "more than one"),
        (row(1, 1), 4.0, "error modes 0 to 3, not 4"),
        (row(1, 1), math.nan, "error modes"),
    ],
)
def test_selecting_may_be_an_error(selection: Array, error: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        functions.vector_select(selection, row(1, 1), 0.0, 0.0, error, axes=1)


def test_selecting_without_an_error() -> None:
    for selection, error in [(row(0, 0), 2.0), (row(1, 1), 1.0), (row(0, 1), 3.0)]:
        functions.vector_select(selection, row(1, 1), 0.0, 0.0, error, axes=1)


@pytest.mark.parametrize("action", [-1.0, 11.0, 2.5, math.nan])
def test_an_unknown_action(action: float) -> None:
    with pytest.raises(ValueError, match="actions 0 to 10"):
        functions.vector_select(row(1), row(1), 0.0, action, 0.0, axes=1)


def test_a_power_without_a_real_value() -> None:
    with pytest.raises(ValueError, match="math domain"):
        functions.vector_select(row(0.5), row(-8), 0.0, 5.0, 0.0, axes=1)


def selected_by_hand(pairs: list[tuple[float, float]], missing: float, action: int) -> float:
    chosen = [(s, e) for s, e in pairs if s != 0]
    if not chosen:
        return missing
    terms = [e if action > 5 else math.pow(e, s) if action == 5 else s * e for s, e in chosen]
    match action:
        case 1 | 5 | 7:
            return reduce(lambda a, b: a * b, terms)
        case 2 | 8:
            return min(terms)
        case 3 | 9:
            return max(terms)
        case _:
            total = reduce(lambda a, b: a + b, terms)
            return total / len(terms) if action in (4, 10) else total


@pytest.mark.checks("VECTOR SELECT", against="closed form")
@given(
    blocks(st.sampled_from([0.0, 0.0, 1.0, -1.0, 2.5])),
    st.lists(st.floats(0.5, 3.0), min_size=16, max_size=16),
    st.integers(0, 10),
    st.integers(1, 2),
)
def test_vector_select_is_a_loop(
    selection: Array, values: list[float], action: int, axes: int
) -> None:
    expression = np.array(values[: math.prod(selection.shape[1:])]).reshape(selection.shape[1:])
    found = functions.vector_select(selection, expression, -5.0, float(action), 0.0, axes=axes)
    everywhere = np.broadcast_to(expression, selection.shape)
    for place in np.ndindex(selection.shape[: 3 - axes]):
        chosen, of = selection[place].ravel().tolist(), everywhere[place].ravel().tolist()
        assert found[place] == selected_by_hand(list(zip(chosen, of, strict=True)), -5.0, action)


# Along one variable.


@pytest.mark.checks("VECTOR ELM MAP", against="closed form")
def test_vector_elm_map() -> None:
    storage = np.arange(6.0).reshape(2, 3)
    assert functions.vector_elm_map(storage, 0.0, 0.0) == 0.0
    assert functions.vector_elm_map(storage, 1.0, 2.0) == 3.0  # in the next row
    assert functions.vector_elm_map(storage, 4.0, -3.0) == 1.0
    assert functions.vector_elm_map(storage, 1.0, 1.9) == 2.0  # a fraction is cut off
    assert functions.vector_elm_map(storage, 1.0, -0.9) == 1.0
    assert functions.vector_elm_map(storage.T, 1.0, 0.0) == 3.0  # however it lies in memory


@pytest.mark.parametrize("offset", [5.0, -2.0, 1e300, math.inf, -math.inf])
def test_outside_of_its_variable_a_place_has_no_value(offset: float) -> None:
    assert functions.vector_elm_map(np.arange(6.0), 1.0, offset) == NA


REVENUE = row(-25, 18, 27, -2, 2)  # its sorted order and its ranks are what Vensim prints


@pytest.mark.checks("VECTOR SORT ORDER", against="Vensim")
@pytest.mark.checks("VECTOR RANK", against="Vensim")
@pytest.mark.checks("VECTOR REORDER", against="Vensim")
def test_order_as_vensim_prints_it() -> None:
    ascending = functions.vector_sort_order(REVENUE, 1.0)
    assert ascending.tolist() == [0, 3, 4, 1, 2]
    assert functions.vector_rank(REVENUE, 1.0).tolist() == [1, 4, 5, 2, 3]
    assert functions.vector_reorder(REVENUE, ascending).tolist() == [-25, -2, 2, 18, 27]
    descending = functions.vector_sort_order(REVENUE, 0.0)
    assert descending.tolist() == [2, 1, 4, 3, 0]
    assert functions.vector_rank(REVENUE, 0.0).tolist() == [5, 2, 1, 4, 3]
    assert functions.vector_reorder(REVENUE, descending).tolist() == [27, 18, 2, -2, -25]
    later = row(73, 84, 74, 94, 10)
    assert functions.vector_sort_order(later, 1.0).tolist() == [4, 0, 2, 1, 3]
    assert functions.vector_rank(later, -1.0).tolist() == [4, 2, 3, 1, 5]


def test_equal_elements_keep_their_order() -> None:
    assert functions.vector_sort_order(row(5, 1, 5, 1), 1.0).tolist() == [1, 3, 0, 2]
    assert functions.vector_sort_order(row(5, 1, 5, 1), -1.0).tolist() == [0, 2, 1, 3]


@pytest.mark.checks("VECTOR SORT ORDER", against="closed form")
@pytest.mark.checks("VECTOR RANK", against="closed form")
@pytest.mark.checks("VECTOR REORDER", against="closed form")
@given(rows, st.sampled_from([1.0, 0.0, -1.0]))
def test_order_and_rank_are_each_others_inverse(elements: list[float], direction: float) -> None:
    v = row(*elements)
    order = functions.vector_sort_order(v, direction)
    rank = functions.vector_rank(v, direction)
    assert functions.vector_reorder(rank, order).tolist() == [*range(1, len(v) + 1)]
    assert functions.vector_reorder(order, rank - 1).tolist() == [*range(len(v))]
    ordered = functions.vector_reorder(v, order).tolist()
    assert ordered == sorted(elements, reverse=direction <= 0)


def test_a_row_in_which_a_number_is_missing_has_no_order() -> None:
    v = row(1, math.nan)
    assert np.isnan(functions.vector_sort_order(v, 1.0)).all()
    assert np.isnan(functions.vector_rank(v, 1.0)).all()
    assert np.isnan(functions.vector_reorder(row(1, 2), v)).all()


@pytest.mark.parametrize("place", [2.0, -1.0, 0.5, math.inf])
def test_reordering_by_a_place_that_is_none(place: float) -> None:
    with pytest.raises(ValueError, match="none of the places 0 to 1"):
        functions.vector_reorder(row(1, 2), row(0, place))


@pytest.mark.checks("INVERT MATRIX", against="Vensim")
@pytest.mark.parametrize(
    ("matrix", "inverse"),
    [
        ([[4, 7], [2, 6]], [[0.6, -0.7], [-0.2, 0.4]]),
        ([[3, 3.5], [3.2, 3.6]], [[-9, 8.75], [8, -7.5]]),
        ([[3, 0, 2], [2, 0, -2], [0, 1, 1]], [[0.2, 0.2, 0], [-0.2, 0.3, 1], [0.2, -0.3, 0]]),
        ([[1, 0, 5], [2, 1, 5], [3, 4, 0]], [[-4, 4, -1], [3, -3, 1], [1, -0.8, 0.2]]),
    ],
)
def test_inverse_as_vensim_prints_it(matrix: list[list[float]], inverse: list[list[float]]) -> None:
    found = functions.invert_matrix(np.array(matrix, dtype=np.float64), float(len(matrix)))
    assert found == pytest.approx(np.array(inverse), rel=1e-12, abs=1e-12)


@pytest.mark.checks("INVERT MATRIX", against="closed form")
def test_inverse_of_the_leading_block() -> None:
    matrix = np.array([[2.0, 0, 9], [0, 4, 9], [9, 9, 9]])
    found = functions.invert_matrix(matrix, 2.0)
    assert found.tolist() == [[0.5, 0, NA], [0, 0.25, NA], [NA, NA, NA]]


@pytest.mark.parametrize(
    "matrix", [[[0.0]], [[1.0, 2], [2, 4]], [[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]
)
def test_a_singular_matrix(matrix: list[list[float]]) -> None:
    with (
        np.errstate(divide="raise", invalid="raise"),
        pytest.raises(ValueError, match=r"^the matrix has no inverse \(it is singular\)$"),
    ):
        functions.invert_matrix(np.array(matrix), float(len(matrix)))


def test_a_matrix_in_very_different_units_has_an_inverse() -> None:
    found = functions.invert_matrix(np.diag([1e-20, 1e20]), 2.0)
    assert found.tolist() == [[1e20, 0], [0, 1e-20]]


@pytest.mark.parametrize("size", [0.0, 3.0, 1.5, math.nan])
def test_a_size_that_is_none(size: float) -> None:
    with pytest.raises(ValueError, match="whole number from 1 to 2"):
        functions.invert_matrix(np.eye(2), size)


def test_a_matrix_in_which_a_number_is_missing() -> None:
    assert np.isnan(functions.invert_matrix(np.array([[1, math.nan], [0, 1]]), 2.0)).all()


# VECTOR LOOKUP: the points (0, 0), (2, 4), (4, 6).


@pytest.mark.checks("VECTOR LOOKUP", against="closed form")
@pytest.mark.parametrize(
    ("x", "mode", "expected"),
    [
        (1, 0, 2),
        (5, 0, 6),
        (-1, 0, 0),
        (2, 1, 4),  # a triangle
        (4, 1, 14),  # and 2 * (4 + 6) / 2
        (5, 1, 20),  # and the end value
        (-1, 1, 0),
        (3, 2, 4),
        (5, 3, 7),
        (-1, 3, -2),
        (3, 4, 6),
        (5, 5, 3),
        (8, 5, 4),
        (-2, 5, 0),
        (1, 6, 2),
        (2, 6, 1.5),
        (5, 6, 0),
        (5, 7, 20.5),  # the last segment rises on from 6 to 7
        (-1, 7, 1),  # from 0 back to -1, where the lookup is -2: minus its area of -1
        (3, 7, 8.5),  # 4 and (4 + 5) / 2
        (5, 8, 3),
        (8, 8, 6),
        (-2, 8, -1),
        (5, 9, 1),
        (-1, 9, 2),
        (1, 9, 2),
    ],
)
def test_vector_lookup(x: float, mode: int, expected: float) -> None:
    found = functions.vector_lookup(row(0, 4, 6), float(x), 0.0, 4.0, float(mode))
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-14)


def test_an_inverse_that_no_end_segment_reaches() -> None:
    # A hill: both ends fall away from a y above it, and the nearer end is taken.
    assert functions.vector_lookup(row(0, 5, 3), 6.0, 0.0, 2.0, 8.0) == 2.0
    # The first end is nearer, but is level; the last one reaches it.
    assert functions.vector_lookup(row(3, 3, 0, 2), 3.5, 0.0, 3.0, 8.0) == 3.75


def test_a_lookup_of_one_point() -> None:
    for mode, expected in enumerate([7.0, 14.0, 7, 7, 7, 1, 0, 14, 1, 0]):
        assert functions.vector_lookup(row(7), 3.0, 1.0, 2.0, float(mode)) == expected


def test_the_points_of_a_lookup_are_equally_spaced() -> None:
    found = [functions.vector_lookup(row(1, 4, 9, 16), x, 10.0, 40.0, 0.0) for x in (10, 20, 40)]
    assert found == [1, 4, 16]


def test_lookups_that_are_none() -> None:
    with pytest.raises(ValueError, match="modes 0 to 9, not 10"):
        functions.vector_lookup(row(1, 2), 0.0, 0.0, 1.0, 10.0)
    with pytest.raises(ValueError, match="the largest x, 1, is not above the smallest, 1"):
        functions.vector_lookup(row(1, 2), 0.0, 1.0, 1.0, 0.0)
    assert math.isnan(functions.vector_lookup(row(1, math.nan), 0.0, 0.0, 1.0, 0.0))
