"""The list of all functions: what each is, where it stands and when it is computed."""

from __future__ import annotations

import pytest

from s3c.compiler import CompileError, functions
from s3c.runtime import REGISTRY, Phase, Section, fold


@pytest.mark.parametrize(
    ("name", "kind", "section", "phase"),
    [
        ("SIN", "function", Section.ARITHMETIC, Phase.STEP),
        ("IF THEN ELSE", "form", Section.ARITHMETIC, Phase.STEP),
        ("STEP", "function", Section.TIME, Phase.DISCRETE),
        ("INTEG", "form", Section.STOCKS, Phase.STEP),
        ("INITIAL", "form", Section.STOCKS, Phase.INITIAL),
        ("SAMPLE IF TRUE", "memory", Section.STOCKS, Phase.DISCRETE),
        ("SHIFT IF TRUE", "function", Section.STOCKS, Phase.DISCRETE),
        ("SIMULTANEOUS", "search", Section.CIRCLES, Phase.STEP),
        ("SMOOTH3I", "macro", Section.DELAYS, Phase.STEP),
        ("DELAY FIXED", "memory", Section.MEMORIES, Phase.DISCRETE),
        ("LOOKUP AREA", "function", Section.LOOKUPS, Phase.STEP),
        ("ELMCOUNT", "form", Section.ARRAYS, Phase.CONSTANT),
        ("VECTOR LOOKUP", "function", Section.ARRAYS, Phase.STEP),
        ("MARKETP", "function", Section.ALLOCATION, Phase.STEP),
        ("RANDOM NORMAL", "function", Section.RANDOM, Phase.DISCRETE),
        ("GET DATA MEAN", "function", Section.DATA, Phase.STEP),
    ],
)
def test_what_it_is(name: str, kind: str, section: Section, phase: Phase) -> None:
    found = functions.find(name)
    assert (found.kind, found.section, found.phase) == (kind, section, phase)
    assert found in functions.all_functions()


def test_every_function_stands_once_in_the_order_of_sections() -> None:
    listed = functions.all_functions()
    names = [fold(each.name) for each in listed]
    assert len(set(names)) == len(names)
    assert REGISTRY.keys() < set(names)
    order = list(Section)
    assert [each.section for each in listed] == sorted(
        (each.section for each in listed), key=order.index
    )


def test_names_are_found_as_a_model_spells_them() -> None:
    assert functions.find(" delay_fixed").signature == "DELAY FIXED(x, delay time, initial)"
    assert functions.find("Smooth3i").parameters == ("input", "delay time", "initial value")


@pytest.mark.parametrize("function", functions.all_functions(), ids=lambda each: each.name)
def test_a_rule_of_units_has_a_part_for_each_parameter(function: functions.Function) -> None:
    head, arrow, result = function.units.rpartition(") -> ")
    given, _, defined = head.removeprefix("(").partition(" : ")
    assert arrow
    assert result
    assert len([each for each in given.split(", ") if each]) == len(function.parameters)
    assert len([each for each in defined.split(", ") if each]) == len(function.outputs)


@pytest.mark.parametrize("name", ["", "nosuch", "\x1b[31mSIN", "x" * 1000])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(CompileError, match="S3C204") as caught:
        functions.find(name)
    assert "\x1b" not in str(caught.value)
