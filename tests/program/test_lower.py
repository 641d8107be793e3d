"""Every variable gets its slot, and every phase its assignments."""

from __future__ import annotations

import pytest

from s3c.compiler import Source, check, program
from s3c.runtime import VariableInfo

CONTROLS = "INITIAL TIME=0 ~~|\nFINAL TIME=4 ~~|\nTIME STEP=1 ~~|\nSAVEPER=TIME STEP ~~|\n"


def lowered(text: str) -> program.Program:
    compilation = check(Source("m.mdl", text + CONTROLS))
    assert compilation.program, [str(each) for each in compilation.diagnostics]
    return compilation.program


def bank(of: program.Program, name: str) -> program.Bank:
    return next(slot.bank for slot, info in of.info.items() if info.name == name)


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("x = 3", program.Bank.PARAMETER),
        ("x = -3", program.Bank.PARAMETER),
        ("x == 3", program.Bank.CONSTANT),
        ("x = 3 * a", program.Bank.CONSTANT),
        ("x = Time * a", program.Bank.AUXILIARY),
        ("x = STEP(a, 1)", program.Bank.AUXILIARY),
        ("x = RANDOM UNIFORM(0, 1, 1)", program.Bank.AUXILIARY),
        ("x = INTEG(1, 0)", program.Bank.STOCK),
        ("x = INITIAL(Time)", program.Bank.INITIAL),
        ("x((0,0),(1,1))", program.Bank.TABLE),
        ("x = DELAY FIXED(Time, 2, 0)", program.Bank.AUXILIARY),
        ("x = SAMPLE IF TRUE(Time > 2, Time, 0)", program.Bank.AUXILIARY),
        ("x = SMOOTH(Time, 2)", program.Bank.AUXILIARY),
    ],
)
def test_where_a_variable_stands(equation: str, expected: program.Bank) -> None:
    assert bank(lowered(f"a = 2 ~~|\n{equation} ~~|\n"), "x") is expected


def test_slots_of_a_bank_are_numbered_without_gaps() -> None:
    found = lowered(
        "a = 1 ~~|\nb = a + 1 ~~|\ns = INTEG(b, 0) ~~|\nt = INTEG(s, a) ~~|\nc = s ~~|\n"
    )
    for each in program.Bank:
        indices = [slot.index for slot in found.info if slot.bank is each]
        assert indices == list(range(len(indices)))


def test_each_slot_is_set_before_it_is_loaded() -> None:
    found = lowered(
        "d = c * Time ~~|\nc = b + s ~~|\nb = a * 2 ~~|\na = 1 ~~|\ns = INTEG(d - i, c0 * 2) ~~|\n"
        "c0 = b + i ~~|\ni = INITIAL(e) ~~|\ne = b + Time ~~|\n"
    )
    known = {slot for slot in found.info if slot.bank is program.Bank.PARAMETER}
    for block in (found.constants, found.initial, found.step, found.changes):
        for assignment in program.assignments(block):
            assert set(program.loads(assignment.value)) <= known
            known.add(assignment.target)


def test_what_is_held_over_a_step_is_not_computed_again_inside_it() -> None:
    found = lowered(
        "p = PULSE(1, 1) ~~|\ns = INTEG(p * k + SAMPLE, 0) ~~|\nk = s + Time ~~|\n"
        "SAMPLE = SAMPLE IF TRUE(k > 1, k, 0) ~~|\nunread = s * 2 ~~|\n"
    )
    again = {
        found.info[each.target].name: each.value == program.Load(each.target)
        for each in program.assignments(found.stage)
    }
    assert again == {"p": True, "SAMPLE": True, "k": False}


def test_python_names_are_distinct_and_legal() -> None:
    names = ("class", "class_ two", '"a-b"', "a b", '"a+b"', "step", '"s change"', "math", "zidz")
    text = "".join(f"{name} = {number} ~~|\n" for number, name in enumerate(names))
    found = lowered(f"{text}print = ZIDZ(1, math) ~~|\nS = INTEG(1, 0) ~~|\ns2 = INTEG(1, 0) ~~|\n")
    printed = [info.python_name for info in found.variables]
    printed += [f"{info.python_name}_change" for info in found.variables if info.space == "stock"]
    assert len(set(printed)) == len(printed)
    assert all(name.isidentifier() for name in printed)
    assert not {"class", "math", "zidz", "step", "print"} & set(printed)


# --- Arrays --------------------------------------------------------------------------------------

RANGES = "R: East, West ~~|\nA: a1, a2, a3 ~~|\nA Back: a2, a3 ~~|\nA Front: a1, a2 -> A Back ~~|\n"


def arrays(text: str) -> program.Program:
    return lowered(RANGES + text)


def info(of: program.Program, name: str) -> VariableInfo:
    return next(each for each in of.variables if each.name == name)


@pytest.mark.parametrize(
    ("equations", "value"),
    [
        ("x[R] = 3 ~~|", 3.0),
        ("x[R] = 3, 3 ~~|", 3.0),
        ("x[R] = 3, 4 ~~|", (3.0, 4.0)),
        ("x[R, A] = 1, 2, 3; 4, 5, 6; ~~|", ((1, 2, 3), (4, 5, 6))),
        ("x[R, a1] = 1 ~~|\nx[R, A Back] = 2, 3; 4, 5; ~~|", ((1, 2, 3), (1, 4, 5))),
        ("x[East] = 0 ~~|\nx[West] = -0 ~~|", (0.0, -0.0)),
    ],
)
def test_the_value_of_a_subscripted_constant(equations: str, value: object) -> None:
    found = info(arrays(equations), "x")
    assert repr(found.value) == repr(eval_floats(value))
    assert found.space == "parameter"


def eval_floats(value: object) -> object:
    """The same numbers as floats."""
    if isinstance(value, tuple):
        return tuple(map(eval_floats, value))
    assert isinstance(value, int | float)
    return float(value)


def test_a_variable_of_several_equations_is_one_slot() -> None:
    found = arrays("y = Time ~~|\nx[R, a1] = y ~~|\nx[R, A Back] = y * 2 ~~|\n")
    x = info(found, "x")
    assert x.equations == ((6, "x[R, a1] = y"), (7, "x[R, A Back] = y * 2"))
    assert (x.line, x.equation) == x.equations[0]
    assert [axis.elements for axis in x.axes] == [("East", "West"), ("a1", "a2", "a3")]
    targets = [each.target for each in program.assignments(found.step)]
    assert targets.count(program.Slot(program.Bank.AUXILIARY, x.index)) == 2


def test_equal_axes_are_one() -> None:
    found = arrays("x[R] = 1 ~~|\ny[R] = 2 ~~|\n")
    assert info(found, "x").axes[0] is info(found, "y").axes[0]


def test_equal_lists_are_one() -> None:
    found = arrays("x[R] = R * Time ~~|\ny[R] = R + Time ~~|\nz[A] = A * Time ~~|\n")
    assert found.lists == (program.List((1.0, 2.0), (2,)), program.List((1.0, 2.0, 3.0), (3,)))


def test_unchangeable_lists_are_assigned() -> None:
    found = arrays("x[R] == 3, 4 ~~|\n")
    assert bank(found, "x") is program.Bank.CONSTANT
    assert info(found, "x").value is None
    assert found.lists == (program.List((3.0, 4.0), (2,)),)


@pytest.mark.parametrize(
    ("equations", "count"),
    [
        ("f[R]((0,0),(1,1)) ~~|", 1),
        ("f[East]((0,0),(1,1)) ~~|\nf[West]((0,0),(1,1)) ~~|", 1),
        ("f[East]((0,0),(1,1)) ~~|\nf[West]((0,0),(1,2)) ~~|", 2),
    ],
)
def test_lookups_of_all_elements_or_of_each(equations: str, count: int) -> None:
    tables = arrays(f"{equations}\nx[R] = f[R](Time) ~~|\n").tables
    assert [len(each) for each in tables.values()] == [count]
    assert next(iter(tables.values()))[-1] == ((0.0, 0.0), (1.0, float(count)))


def test_each_equation_that_remembers_has_its_memory() -> None:
    found = arrays(
        "x[East] = DELAY FIXED(Time, 2, 0) ~~|\nx[West] = DELAY FIXED(Time, 3, 0) ~~|\n"
        "y[R] = SAMPLE IF TRUE(Time > 2, x[R], 0) ~~|\n"
    )
    assert [tuple(map(len, each.loops)) for each in found.memories] == [(), (), (2,)]
    assert [found.shape(program.Slot(program.Bank.MEMORY, n)) for n in range(3)] == [(), (), (2,)]


def test_a_random_number_knows_its_element() -> None:
    found = arrays("x[R, A] = RANDOM UNIFORM(0, 1, 2) ~~|\n")
    (draw,) = (
        node
        for each in program.assignments(found.step)
        for node in program.walk(each.value)
        if isinstance(node, program.Draw)
    )
    assert draw.shape == (2, 3)
    assert len(draw.element) == 2


def test_a_chain_of_elements_is_a_sweep() -> None:
    found = arrays("x[R, a1] = Time ~~|\nx[R, A Back] = x[R, A Front] * 2 ~~|\n")
    sweeps = [each for each in found.step if isinstance(each, program.Sweep)]
    assert [each.rounds for each in sweeps if each.rounds > 1] == [2]


def test_a_stock_of_several_equations_changes_part_by_part() -> None:
    found = arrays("s[R, a1] = INTEG(1, 0) ~~|\ns[R, A Back] = INTEG(2, 0) ~~|\n")
    changes = tuple(program.assignments(found.changes))
    assert [each.value for each in changes] == [program.Literal(1.0), program.Literal(2.0)]
    assert {each.target for each in changes} == {program.Slot(program.Bank.CHANGE, 0)}
    assert found.shape(changes[0].target) == (2, 3)


def test_an_array_that_is_held_is_loaded_whole() -> None:
    found = arrays("p[R] = PULSE(R, 1) ~~|\ns[R] = INTEG(p[R], 0) ~~|\n")
    (held,) = found.stage
    assert isinstance(held, program.Assignment)
    assert held.value == program.Load(held.target)


def test_elements_without_an_equation_are_known() -> None:
    found = arrays("x[R, a1] = Time ~~|\nx[East, a3] = Time ~~|\n")
    assert [axis.elements for axis in info(found, "x").axes] == [("East", "West"), ("a1", "a3")]
    assert info(found, "x").holes == ((1, 1),)
