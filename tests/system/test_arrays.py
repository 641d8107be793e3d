"""What subscripted equations mean, and what is said of those that mean nothing."""

from __future__ import annotations

import pytest
from model_texts import errors, meanings, resolved

from s3c.compiler import Source, check, render, system

RANGES = """\
Region: East, West, North ~~|
Front: East, West ~~|
Age: (a1-a4) ~~|
Older: (a2-a4) ~~|
Younger: (a1-a3) -> Older ~~|
Other <-> Region ~~|
Port: Bremen, Kiel -> (Region: Front, North) ~~|
Pair: left, right -> Front ~~|
pop[Region, Age] = 1 ~~|
rate[Region] = 1, 2, 3 ~~|
by port[Port] = 7, 8 ~~|
by pair[Pair] = 5 ~~|
"""


def meaning(equation: str, name: str) -> str:
    return meanings(RANGES + equation + " ~~|")[name]


@pytest.mark.parametrize(
    ("equation", "target", "right"),
    [
        ("x[Region] = rate[Region] * 2", "x[Region]", "Auxiliary: rate[Region] * 2"),
        ("x[East] = rate[West]", "x[East]", "Auxiliary: rate[West]"),
        ("x[Region] = rate[Other]", "x[Region]", "Auxiliary: rate[Region]"),
        (
            "x[Region, Other] = rate[Region] * rate[Other]",
            "x[Region,Other]",
            "Auxiliary: rate[Region] * rate[Other]",
        ),
        ("x[Older] = pop[East, Younger]", "x[Older]", "Auxiliary: pop[East, Younger]"),
        ("x[Front] = by pair[Pair]", "x[Front]", "Auxiliary: by pair[Pair]"),
        ("x[East] = by pair[Pair]", "x[East]", "Auxiliary: by pair[left]"),
        ("x[North] = by port[Port]", "x[North]", "Auxiliary: by port[Kiel]"),
        ("x[Region] = Region + East", "x[Region]", "Auxiliary: Region + 1"),
        ("x[Older] = Older", "x[Older]", "Auxiliary: Older"),
        ("x = North", "x", "Auxiliary: 3"),
        ("x = ELMCOUNT(Older)", "x", "Auxiliary: 3"),
        ("x = SUM(pop[Region!, Age!])", "x", "Auxiliary: SUM(pop[Region!, Age!])"),
        ("x[Region] = SUM(rate[Region!])", "x[Region]", "Auxiliary: SUM(rate[Region!])"),
        (
            "x[Age] = SUM(rate[Region!] * pop[Region!, Age])",
            "x[Age]",
            "Auxiliary: SUM(rate[Region!] * pop[Region!, Age])",
        ),
        ("x = SUM(SUM(pop[Region!, a1]) * rate[Region !])", "x",
         "Auxiliary: SUM(SUM(pop[Region!, a1]) * rate[Region!])"),
        ("x[Region] = VECTOR RANK(rate[Region], 1)", "x[Region]",
         "Auxiliary: VECTOR RANK(rate[Region], 1)"),
        ("x[Region] = INITIAL(rate[Region])", "x[Region]", "Initial: INITIAL(rate[Region])"),
        ("x[Region] = 4", "x[Region]", "Constant: 4"),
        ("x[Front, Pair] = 1, 2; 3, 4;", "x[Front,Pair]", "ConstantList: 1, 2, 3, 4"),
        ("x[Front, a1, Pair] = 1, 2; 3, :NA:;", "x[Front,a1,Pair]",
         "ConstantList: 1, 2, 3, :NA:"),
    ],
)  # fmt: skip
def test_equations(equation: str, target: str, right: str) -> None:
    assert meaning(equation, target) == right


def test_an_exception_cuts_an_equation_into_boxes() -> None:
    found = meanings(
        RANGES + "x[Region, Age] :EXCEPT: [East, Older], [North, a1] = 1 ~~|\n"
        "x[East, Older] = 2 ~~|\nx[North, a1] = 3 ~~|"
    )
    ours = {target: each for target, each in found.items() if target.startswith("x[")}
    assert ours == {
        "x[West,Age]": "Constant: 1",
        "x[North,Older]": "Constant: 1",
        "x[East,a1]": "Constant: 1",
        "x[East,Older]": "Constant: 2",
        "x[North,a1]": "Constant: 3",
    }


def test_a_list_with_an_exception_keeps_its_numbers_in_their_places() -> None:
    found = meanings(RANGES + "x[Region] :EXCEPT: [West] = 1, 2, 3 ~~|\nx[West] = 9 ~~|")
    assert found["x[East…North]"] == "ConstantList: 1, 3"


@pytest.mark.parametrize(
    ("equations", "name", "elements"),
    [
        ("x[West] = 1 ~~|\nx[East] = 2 ~~|\nx[North] = 1 ~~|", "Region", "east west north"),
        ("x[West] = 1 ~~|\nx[East] = 2 ~~|", "Front", "east west"),
        ("x[Older] = 1 ~~|", "Older", "a2 a3 a4"),
        ("x[Older] = 1 ~~|\nx[a1] = 2 ~~|", "Age", "a1 a2 a3 a4"),
        ("x[a4] = 1 ~~|\nx[a1] = 2 ~~|", "Age", "a1 a4"),
    ],
)
def test_an_axis_has_the_elements_that_are_defined(
    equations: str, name: str, elements: str
) -> None:
    (axis,) = resolved(RANGES + equations).variables[system.VarId("x")].axes
    assert (axis.name, " ".join(axis.elements)) == (name, elements)


def test_what_an_equation_needs_besides_has_the_loops_that_it_depends_on() -> None:
    found = meanings(
        RANGES + "x[Region] = SMOOTH(rate[Region], 2) + STEP(1, 2) + SUM(PULSE(Time, "
        "pop[Region, Age!])) + RANDOM UNIFORM(0, 1, 0) ~~|"
    )
    hidden = [target for target in found if target.startswith("#x")]
    assert hidden == [
        "#x>SMOOTH#[Region]", "#x>STEP#", "#x>PULSE#[Region,Age]", "#x>RANDOM UNIFORM#[Region]",
    ]  # fmt: skip


def test_constants_beside_stocks_and_memories_beside_others() -> None:
    found = meanings(
        RANGES + "s[East] = INTEG(1, 5) ~~|\ns[West] = 2 ~~|\ns[North] = INTEG(2, 1) ~~|\n"
        "y[East] = DELAY FIXED(Time, 1, 0) ~~|\ny[West] = Time ~~|\ny[North] = 2 ~~|"
    )
    assert found["s[West]"] == "Stock: INTEG(0, 2)"
    assert found["#y>DELAY FIXED#"] == "Remembered: DELAY FIXED(Time, 1, 0)"
    assert found["y[East]"] == "Auxiliary: #y>DELAY FIXED#"
    assert found["y[North]"] == "Auxiliary: 2"


def test_a_macro_has_the_subscripts_of_its_call() -> None:
    found = meanings(
        ":MACRO: TWICE(in : out)\nTWICE = in + level ~~|\nlevel = INTEG(in, 0) ~~|\n"
        "out = in ~~|\n:END OF MACRO:\n" + RANGES + "x[Region] = TWICE(rate[Region] + 1 : y) ~~|\n"
        "z[Region] = y[Region] ~~|"
    )
    assert found["#x>TWICE>level#[Region]"] == "Stock: INTEG(#x>TWICE>in#[Region], 0)"
    assert found["y[Region]"] == "Auxiliary: #x>TWICE>in#[Region]"
    assert found["x[Region]"] == "Auxiliary: #x>TWICE>in#[Region] + #x>TWICE>level#[Region]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x[Regoin] = 1 ~~|", [("S3C218", "Regoin")]),
        ("x = rate[South] ~~|", [("S3C218", "South")]),
        ("x = rate ~~|", [("S3C219", "rate")]),
        ("x[Region] = pop[Region] ~~|", [("S3C219", "pop[Region]")]),
        ("x = Time[East] ~~|", [("S3C219", "Time[East]")]),
        ("x[Region] = 1 ~~|\nx[East, a1] = 2 ~~|", [("S3C219", "x[East, a1]")]),
        ("x[Region] :EXCEPT: [East, a1] = 1 ~~|",
         [("S3C219", "x[Region] :EXCEPT: [East, a1]")]),
        ("NOISE SEED[Region] = 1 ~~|\nx = NOISE SEED ~~|", [("S3C219", "NOISE SEED")]),
        ("x = rate[Region] ~~|", [("S3C220", "Region")]),
        ("x[Front] = rate[Region] ~~|", [("S3C220", "Region")]),
        ("x[Pair] = rate[Front] ~~|", [("S3C220", "Front")]),  # arrows have one direction
        ("x = Region ~~|", [("S3C220", "Region")]),
        ("x[Region] = 1 ~~|\nx[East] = 2 ~~|", [("S3C221", "x[East]")]),
        ("x[Front] = 1 ~~|\ny = x[North] ~~|", [("S3C222", "x[North]")]),
        ("x[East, a1] = 1 ~~|\nx[West, a2] = 2 ~~|\ny = SUM(x[Front!, a1]) ~~|",
         [("S3C222", "x[Front!, a1]")]),
        ("x[Region] = 1, 2 ~~|", [("S3C223", "x[Region] = 1, 2")]),
        ("x[Front, Pair] = 1, 2, 3; 4 ~~|", [("S3C223", "x[Front, Pair] = 1, 2, 3; 4")]),
        ("x = 1, 2 ~~|", [("S3C223", "x = 1, 2")]),
        ("x[Region, Region] = 1 ~~|", [("S3C224", "Region")]),
        ("x[Region!] = 1 ~~|", [("S3C225", "Region!")]),
        ("x[Region] = rate[Region!] ~~|", [("S3C225", "Region!")]),
        ("x[Region] = SUM(rate[Region]) ~~|", [("S3C225", "SUM(rate[Region])")]),
        ("x[East] = INTEG(1, 1) ~~|\nx[West] = Time ~~|", [("S3C226", "x[West] = Time")]),
        ("x[East]((0,0),(1,1)) ~~|\nx[West] = 1 ~~|", [("S3C226", "x[West] = 1")]),
        ("x[East] = 1 ~~|\nx[a1] = 1 ~~|", [("S3C227", "a1")]),
        ("x = ELMCOUNT(East) ~~|", [("S3C228", "ELMCOUNT(East)")]),
        ("x[East] = VECTOR RANK(rate[East], 1) ~~|", [("S3C228", "VECTOR RANK(rate[East], 1)")]),
        ("x[Region] = VECTOR RANK(rate[Region], Region) ~~|", [("S3C228", "Region")]),
        ("x = VECTOR ELM MAP(rate[East] + 1, 1) ~~|", [("S3C228", "rate[East] + 1")]),
        ("x[Region] = ALLOCATE AVAILABLE(rate[Region], pop[Region, a2], 1) ~~|",
         [("S3C228", "pop[Region, a2]")]),
    ],
)  # fmt: skip
def test_errors(text: str, expected: list[tuple[str, str]]) -> None:
    assert errors(RANGES + text) == expected


def said(text: str) -> str:
    """What is said of a text that goes wrong once."""
    (diagnostic,) = check(Source("m.mdl", RANGES + text)).diagnostics[:1]
    return render(diagnostic)


def test_a_range_that_is_not_on_the_left_is_shown_with_the_left_side() -> None:
    text = "x[Front, Age] = rate[Region] ~~|\n"
    shown = said(text)
    assert "“Region” is a subscript range on the right side, but the left side has [Front,Age]" in (
        shown
    )
    assert "name an element (East, West, North)" in shown


def test_elements_that_are_defined_twice_are_named() -> None:
    shown = said("x[Region, Age] = 1 ~~|\nx[Front, a1] = 2 ~~|\n")
    assert "2 elements have two equations: x[East,a1], x[West,a1]" in shown
    assert ":EXCEPT:" in shown


def test_elements_without_equation_are_named_and_harmless_until_they_are_read() -> None:
    compilation = check(Source("m.mdl", RANGES + "x[Front, a1] = 1 ~~|\nx[East, a2] = 2 ~~|\n"))
    warning = compilation.diagnostics[0]
    assert (warning.code, warning.is_error) == ("S3C222", False)
    assert "1 element has no equation: x[West,a2]" in warning.message


def test_the_wrong_number_of_subscripts_shows_the_ranges() -> None:
    shown = said("x[Region] = pop[Region] * 2 ~~|\n")
    assert "“pop” has 2 subscripts, [Region,Age], but 1 is given" in shown


def test_outputs_of_a_macro_have_the_elements_that_exceptions_leave() -> None:
    macro = (
        ":MACRO: TWICE(in : out)\nTWICE = in * 2 ~~|\nout = in ~~|\n:END OF MACRO:\n"
        + RANGES
        + "x[Region] :EXCEPT: [West] = TWICE(rate[Region] : y) ~~|\nx[West] = 1 ~~|\n"
    )
    found = resolved(macro + "z[East] = y[East] ~~|").variables[system.VarId("y")]
    assert [axis.elements for axis in found.axes] == [("east", "north")]
    assert errors(macro + "z[West] = y[West] ~~|") == [("S3C222", "y[West]")]
    several = macro.replace(
        "x[Region] :EXCEPT: [West] = TWICE(rate[Region] : y) ~~|\nx[West] = 1 ~~|\n",
        "x[Region, Age] :EXCEPT: [West, a1] = TWICE(rate[Region] : y) ~~|\n",
    )
    assert errors(several + "z = y[West, a2] + SUM(y[East, Age!]) ~~|") == []
    assert errors(several + "z = y[West, a1] ~~|") == [("S3C222", "y[West, a1]")]
