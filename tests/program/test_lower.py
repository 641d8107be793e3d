"""Every variable gets its slot, and every phase its assignments."""

from __future__ import annotations

import pytest

from s3c.compiler import Source, check, program

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
        for assignment in block:
            assert set(program.loads(assignment.value)) <= known
            known.add(assignment.target)


def test_what_is_held_over_a_step_is_not_computed_again_inside_it() -> None:
    found = lowered(
        "p = PULSE(1, 1) ~~|\ns = INTEG(p * k + SAMPLE, 0) ~~|\nk = s + Time ~~|\n"
        "SAMPLE = SAMPLE IF TRUE(k > 1, k, 0) ~~|\nunread = s * 2 ~~|\n"
    )
    again = {
        found.info[each.target].name: each.value == program.Load(each.target)
        for each in found.stage
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
