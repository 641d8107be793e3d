"""What several equations compute is computed once, and never where it was not computed before."""

from __future__ import annotations

import pytest
from optimised import equations, lowered, outcome, same

from s3c.compiler import backends
from s3c.compiler import program as p
from s3c.runtime import SimulationError, load_text

GIVEN = "a = 3 ~~|\nb = 4 ~~|\n"


def shared(text: str) -> p.Program:
    """A text's program with what is equal computed once; it gives the same by every method."""
    program = lowered(GIVEN + text)
    found = p.PASSES["share"](program)
    for method in ("euler", "rk2", "rk4"):
        assert same(outcome(program, method=method), outcome(found, method=method)) == []
    return found


def step(text: str) -> list[str]:
    found = shared(text)
    return equations(found, found.step)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A right side that is computed already is read.
        ("x = EXP(Time) ~~|\ny = EXP(Time) ~~|\n", ["x = math.exp(time)", "y = x"]),
        # So is a part of another.
        (
            "x = EXP(Time) ~~|\ny = 2 * EXP(Time) + a ~~|\n",
            ["x = math.exp(time)", "y = 2.0 * x + a"],
        ),
        # What is a part of several is a term.
        (
            "x = a * EXP(Time) ~~|\ny = b * EXP(Time) ~~|\n",
            ["t1 = math.exp(time)", "x = a * t1", "y = b * t1"],
        ),
        # Within one equation, too; and terms may need terms.
        (
            "x = SQRT(Time * Time) + SQRT(Time * Time) / (1 + Time * Time) ~~|\n",
            ["t1 = time * time", "t2 = math.sqrt(t1)", "x = t2 + t2 / (1.0 + t1)"],
        ),
        # A part of a term that is nowhere else is none.
        (
            "x = a + SQRT(Time * a) ~~|\ny = b + SQRT(Time * a) ~~|\n",
            ["t1 = math.sqrt(time * a)", "x = a + t1", "y = b + t1"],
        ),
        # What reads a copy reads what was copied, so that equal things are seen through copies.
        (
            "x = Time * a ~~|\ny = x ~~|\nz = y + b ~~|\nw = x + b ~~|\n",
            ["x = time * a", "y = x", "w = z", "z = x + b"],
        ),
        # 0 and -0 are two numbers.
        (
            "x = MAX(Time, 0) ~~|\ny = MAX(Time, -0) ~~|\n",
            ["x = max(time, 0.0)", "y = max(time, -0.0)"],
        ),
    ],
)
def test_sharing(text: str, expected: list[str]) -> None:
    assert sorted(step(text)) == sorted(expected)


def test_random_numbers_are_equal_to_themselves_alone() -> None:
    found = shared("x = RANDOM UNIFORM(0, 1, 5) ~~|\ny = RANDOM UNIFORM(0, 1, 5) ~~|\n")
    draws = [each.value for each in p.assignments(found.step)]
    assert [type(each) for each in draws] == [p.Draw, p.Draw]


@pytest.mark.parametrize(
    "text",
    [
        (
            "x = IF THEN ELSE(Time > 3, EXP(Time), 0) ~~|\n"
            "y = IF THEN ELSE(Time > 4, EXP(Time), 1) ~~|\n"
        ),
        (
            "x = IF THEN ELSE(Time > 3 :AND: EXP(Time) > 9, a, 0) ~~|\n"
            "y = IF THEN ELSE(Time > 4 :OR: EXP(Time) > 9, a, 1) ~~|\n"
        ),
    ],
)
def test_what_branches_compute_is_not_computed_beforehand(text: str) -> None:
    found = shared(text)
    assert not found.terms
    assert found.step == lowered(GIVEN + text).step


def test_a_branch_reads_what_is_computed_before_it() -> None:
    found = step("y = EXP(Time) + a ~~|\nx = IF THEN ELSE(y > 3, EXP(Time), 0) ~~|\n")
    assert found == ["t1 = math.exp(time)", "y = t1 + a", "x = t1 if y > 3.0 else 0.0"]


def test_a_condition_is_computed_anyway_and_a_branch_reads_it() -> None:
    found = step("x = IF THEN ELSE(EXP(Time) > 3, EXP(Time), 0) ~~|\ny = EXP(Time) * a ~~|\n")
    assert found == ["t1 = math.exp(time)", "x = t1 if t1 > 3.0 else 0.0", "y = t1 * a"]


def test_a_guard_still_guards() -> None:
    """The quotient has no value at first, where nothing reads it."""
    text = (
        "x = IF THEN ELSE(Time > 0, 1 / Time, 0) ~~|\n"
        "y = IF THEN ELSE(Time > 0, 2 + 1 / Time, 0) ~~|\n"
        "z = IF THEN ELSE(Time > 5, 1 / Time, x) ~~|\n"
    )
    assert isinstance(outcome(shared(text)), dict)


def test_a_failure_is_met_at_the_same_time() -> None:
    text = GIVEN + "x = a + 1 / (Time - 5) ~~|\ny = b + 1 / (Time - 5) ~~|\n"
    program = p.PASSES["share"](lowered(text))
    assert len(program.terms) == 1
    assert outcome(program) == outcome(lowered(text)) == (SimulationError, 5.0)


def test_what_follows_from_parameters_is_shared_by_all_phases() -> None:
    found = shared("k = a * b ~~|\nx = Time + a * b ~~|\ns = INTEG(Time, a * b) ~~|\n")
    assert equations(found, found.step) == ["x = time + k"]
    assert equations(found, found.initial) == ["s = k"]


# --- Changes, which are computed after a step and again inside it ---------------------------------


def test_a_term_of_changes_is_computed_in_both() -> None:
    found = shared("x = a + EXP(Time) ~~|\ns = INTEG(EXP(Time) * b, 0) ~~|\n")
    assert equations(found, found.step) == ["t1 = math.exp(time)", "x = a + t1"]
    assert equations(found, found.stage) == ["t1 = math.exp(time)"]
    assert equations(found, found.changes) == ["s' = t1 * b"]


def test_what_only_a_step_computes_is_computed_inside_it_for_changes() -> None:
    found = shared("x = EXP(Time) ~~|\ns = INTEG(EXP(Time) * b, 0) ~~|\n")
    assert equations(found, found.step) == ["x = math.exp(time)", "t1 = x"]
    assert equations(found, found.stage) == ["t1 = math.exp(time)"]


def test_what_is_held_is_not_what_it_was_computed_from() -> None:
    found = shared(
        "p = SAMPLE IF TRUE(s > 1, s * a, 0) ~~|\nq = s * a ~~|\ns = INTEG(p - q + Time, 1) ~~|\n"
    )
    assert "q = s * a" in equations(found, found.stage)


def test_changes_that_are_equal_are_one_term() -> None:
    found = shared("s = INTEG(Time * a, 0) ~~|\nr = INTEG(Time * a, 1) ~~|\n")
    assert equations(found, found.changes) == ["s' = t1", "r' = t1"]


# --- Arrays --------------------------------------------------------------------------------------

RANGES = "R: r1, r2, r3 ~~|\nQ: q1, q2 ~~|\nBack: r2, r3 ~~|\nv[R] = 1, 2, 3 ~~|\nw[Q] = 5, 7 ~~|\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Loops are told by where they stand, not by which equation's they are.
        (
            "x[R] = EXP(v[R] + Time) ~~|\ny[R] = EXP(v[R] + Time) ~~|\n",
            ["x = elementwise(math.exp, v + time)", "y = x"],
        ),
        # A term has an axis for each loop that it depends on.
        (
            "x[R, Q] = EXP(v[R] + Time) * w[Q] ~~|\ny[Q, R] = EXP(v[R] + Time) - w[Q] ~~|\n",
            [
                "t1 = elementwise(math.exp, v + time)",
                "x = t1[:, None] * w",
                "y = t1 - w[:, None]",
            ],
        ),
        # What depends on no loop is a number.
        (
            "x[R] = v[R] * EXP(Time) ~~|\ny[Q] = w[Q] * EXP(Time) ~~|\n",
            ["t1 = math.exp(time)", "x = v * t1", "y = w * t1"],
        ),
        # A product is no cheaper to remember than to compute.
        (
            "x[R] = v[R] * Time + a ~~|\ny[R] = v[R] * Time - a ~~|\n",
            ["x = v * time + a", "y = v * time - a"],
        ),
    ],
)
def test_sharing_of_arrays(text: str, expected: list[str]) -> None:
    assert sorted(step(RANGES + text)) == sorted(expected)


def test_some_elements_of_a_copy_are_read_from_what_was_copied() -> None:
    found = step(
        RANGES
        + "x[R] = v[R] * Time ~~|\ny[R] = x[R] ~~|\nz[Back] = y[Back] + a ~~|\nz[r1] = y[r1] ~~|\n"
    )
    assert "y = x" in found
    assert "z[1:] = x[1:] + a" in found
    assert "z[0] = x[0]" in found


def test_the_same_over_marked_loops() -> None:
    found = step(RANGES + "x = SUM(v[R!] * Time) + a ~~|\ny[Q] = SUM(v[R!] * Time) * w[Q] ~~|\n")
    assert found[0] == "t1 = array_sum(v * time, axes=1)"
    assert sorted(found[1:]) == ["x = t1 + a", "y = t1 * w"]


def test_what_turns_of_a_sweep_compute_is_not_computed_beforehand() -> None:
    text = RANGES + (
        "Front: r1, r2 -> Back ~~|\nx[r1] = Time ~~|\nx[Back] = x[Front] + EXP(Time) ~~|\n"
        "y[r1] = Time ~~|\ny[Back] = y[Front] + EXP(Time) ~~|\n"
    )
    assert not shared(text).terms


def test_the_printed_module_has_names_for_terms() -> None:
    """A variable may have the name that a term would take."""
    text = GIVEN + "term 1 = a * EXP(Time) ~~|\ny = b * EXP(Time) ~~|\n"
    program = lowered(text)
    found = p.PASSES["share"](program)
    printed = backends.print_python(found).text
    assert "term_1_2 = math.exp(time)" in printed
    assert same(outcome(found), outcome(program)) == []
    load_text(printed, "m.mdl")
