"""Every function against the values that Vensim gives, or their definitions."""

from __future__ import annotations

import math
from importlib import import_module

import pytest
from evidence import by_function
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import REGISTRY, Builtin, Draws, Lookup, fold

# Generated modules import functions from here; to type checkers, packages have but a face.
functions = import_module("s3c.runtime.number_functions")
time_inputs = import_module("s3c.runtime.time_inputs")
lookup_functions = import_module("s3c.runtime.lookup_functions")
distributions = import_module("s3c.runtime.distributions")
numbers = st.floats(-1e6, 1e6)


def call(name: str, *arguments: float, **implicit: float) -> float:
    function = REGISTRY[fold(name)].function
    assert function is not None
    value: float = function(*arguments, **implicit)
    return value


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    by_function(
        "closed form",
        [
            ("ABS", (-2.5,), 2.5),
            ("SQRT", (9.0,), 3.0),
            ("EXP", (1.0,), math.e),
            ("LN", (math.e,), 1.0),
            ("LOG", (8.0, 2.0), 3.0),
            ("LOG", (1000.0, 10.0), 3.0),
            ("POWER", (2.0, 10.0), 1024.0),
            ("POWER", (0.0, 0.0), 1.0),
            ("POWER", (-2.0, 3.0), -8.0),
            ("MIN", (2.0, -1.0), -1.0),
            ("MAX", (2.0, -1.0), 2.0),
            ("INTEGER", (-9.7,), -9.0),
            ("INTEGER", (9.7,), 9.0),
            ("QUANTUM", (-1.9, 1.0), -1.0),
            ("QUANTUM", (10.0, 10.0), 10.0),
            ("QUANTUM", (1.9, 0.5), 1.5),
            ("QUANTUM", (1.9, 0.0), 1.9),
            ("QUANTUM", (1.9, -1.0), 1.9),
            ("MODULO", (-10.0, 3.0), -1.0),
            ("MODULO", (10.0, 3.0), 1.0),
            ("MODULO", (10.0, 0.0), 0.0),
            ("XIDZ", (1.0, 0.0, 7.0), 7.0),
            ("XIDZ", (1.0, 4.0, 7.0), 0.25),
            ("ZIDZ", (1e-9, 1e-8), 0.0),
            ("ZIDZ", (1.0, -4.0), -0.25),
            ("ZIDZ", (1.0, 0.0), 0.0),
            ("SIN", (math.pi / 2,), 1.0),
            ("COS", (math.pi,), -1.0),
            ("TAN", (math.pi / 4,), 1.0),
            ("ARCSIN", (1.0,), math.pi / 2),
            ("ARCCOS", (-1.0,), math.pi),
            ("ARCTAN", (1.0,), math.pi / 4),
            ("SINH", (1.0,), (math.e - 1 / math.e) / 2),
            ("COSH", (1.0,), (math.e + 1 / math.e) / 2),
            ("TANH", (1.0,), math.sinh(1) / math.cosh(1)),
            ("GAMMA LN", (5.0,), math.log(24.0)),
            ("GAMMA LN", (1.0,), 0.0),
        ],
    ),
)
def test_value(name: str, arguments: tuple[float, ...], expected: float) -> None:
    assert call(name, *arguments) == pytest.approx(expected, rel=1e-14, abs=1e-15)
    template = REGISTRY[fold(name)].python
    if template is not None:
        text = template.format(*(f"({each!r})" for each in arguments))
        assert eval(text, {"math": math}) == call(name, *arguments)  # noqa: S307


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("SQRT", (-1.0,)),
        ("LN", (0.0,)),
        ("LN", (-1.0,)),
        ("LOG", (0.0, 2.0)),
        ("LOG", (2.0, 1.0)),
        ("EXP", (1000.0,)),
        ("POWER", (-8.0, 1 / 3)),
        ("POWER", (0.0, -1.0)),
        ("POWER", (10.0, 400.0)),
        ("ARCSIN", (1.5,)),
        ("ARCCOS", (-1.5,)),
        ("SINH", (1e4,)),
        ("GAMMA LN", (0.0,)),
        ("GAMMA LN", (-1.5,)),
        ("INTEGER", (math.inf,)),
        ("QUANTUM", (1e308, 1e-308)),
    ],
)
def test_no_value_is_an_error(name: str, arguments: tuple[float, ...]) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        call(name, *arguments)
    template = REGISTRY[fold(name)].python
    if template is not None:
        text = template.format(*(f"({each!r})" for each in arguments))
        with pytest.raises((ValueError, ArithmeticError)):
            eval(text, {"math": math})  # noqa: S307


@given(numbers, st.floats(1e-3, 1e3))
def test_quantum_and_modulo_make_the_whole(a: float, b: float) -> None:
    rest = call("MODULO", a, b)
    assert abs(rest) < b
    assert rest == 0 or (rest < 0) == (a < 0)
    assert call("QUANTUM", a, b) == pytest.approx(b * math.trunc(a / b))


@pytest.mark.checks("STEP", against="closed form")
@pytest.mark.parametrize(
    ("time", "expected"), [(4.5, 0.0), (4.75, 0.0), (4.875, 0.0), (5.0, 3.0), (9.0, 3.0)]
)
def test_step_begins_on_the_time_step_that_meets_it(time: float, expected: float) -> None:
    assert time_inputs.step(3.0, 5.0, time=time, time_step=0.25) == expected


def test_step_begins_at_the_nearest_time_step() -> None:
    assert time_inputs.step(3.0, 5.1, time=5.0, time_step=0.25) == 3.0
    assert time_inputs.step(3.0, 5.2, time=5.0, time_step=0.25) == 0.0


@pytest.mark.checks("RAMP", against="closed form")
@pytest.mark.parametrize(
    ("time", "expected"), [(4.0, 0.0), (5.0, 0.0), (5.25, 0.5), (7.0, 4.0), (9.0, 4.0)]
)
def test_ramp(time: float, expected: float) -> None:
    assert time_inputs.ramp(2.0, 5.0, 7.0, time=time) == expected


def test_ramp_that_ends_before_it_starts_never_ends() -> None:
    assert time_inputs.ramp(2.0, 5.0, 1.0, time=105.0) == 200.0
    assert time_inputs.ramp(2.0, 5.0, 5.0, time=105.0) == 0.0


def pulses(function: str, *arguments: float, until: float) -> list[float]:
    """The times, a quarter apart, at which the function is 1."""
    times = [0.25 * k for k in range(int(4 * until) + 1)]
    return [time for time in times if call(function, *arguments, time=time, time_step=0.25)]


@pytest.mark.checks("PULSE", against="closed form")
def test_pulse() -> None:
    assert pulses("PULSE", 2.0, 1.0, until=10) == [2.0, 2.25, 2.5, 2.75]
    assert pulses("PULSE", 2.0, 0.0, until=10) == [2.0]
    assert pulses("PULSE", 2.0, -1.0, until=10) == []


@pytest.mark.checks("PULSE TRAIN", against="closed form")
def test_pulse_train() -> None:
    assert pulses("PULSE TRAIN", 1.0, 0.5, 2.0, 5.0, until=10) == [1.0, 1.25, 3.0, 3.25, 5.0]
    assert pulses("PULSE TRAIN", 1.0, 0.0, 2.0, 4.0, until=10) == [1.0, 3.0]
    # The end is inclusive, and an interval within the width joins the pulses.
    assert pulses("PULSE TRAIN", 10.0, 1.0, 5.0, 30.0, until=40)[-1] == 30.0
    assert pulses("PULSE TRAIN", 1.0, 1.0, 0.5, 2.0, until=10) == [1.0, 1.25, 1.5, 1.75, 2.0]
    assert pulses("PULSE TRAIN", 1.0, 1.0, 0.0, 1.5, until=10) == [1.0, 1.25, 1.5]


def test_pulse_train_meets_its_end_in_spite_of_rounding() -> None:
    last = 3 * 0.1
    assert last > 0.3
    assert time_inputs.pulse_train(0.0, 1.0, 1.0, 0.3, time=last, time_step=0.1) == 1.0
    assert time_inputs.pulse_train(0.0, 1.0, 1.0, 0.3, time=0.4, time_step=0.1) == 0.0


@pytest.mark.checks("LOOKUP EXTRAPOLATE", against="closed form")
@pytest.mark.checks("LOOKUP FORWARD", against="closed form")
@pytest.mark.checks("LOOKUP BACKWARD", against="closed form")
@pytest.mark.checks("LOOKUP INVERT", against="closed form")
@pytest.mark.checks("LOOKUP AREA", against="closed form")
@pytest.mark.checks("LOOKUP SLOPE", against="closed form")
def test_lookup_functions() -> None:
    table = Lookup(((0.0, 0.0), (1.0, 10.0), (2.0, 0.0)))
    assert lookup_functions.lookup_extrapolate(table, 3.0) == -10.0
    assert lookup_functions.lookup_forward(table, 0.5) == 10.0
    assert lookup_functions.lookup_backward(table, 0.5) == 0.0
    assert lookup_functions.lookup_invert(table, 5.0) == 0.5
    assert lookup_functions.lookup_area(table, 0.0, 2.0) == 10.0
    assert lookup_functions.lookup_slope(table, 0.5, 0.0) == 10.0


def test_random_bounds() -> None:
    draws = Draws(1)
    assert 0 <= distributions.random_0_1(draws, 1) < 1
    assert distributions.random_uniform(draws, 1, 3.0, 3.0, 0.0) == 3.0
    assert distributions.random_uniform(draws, 1, 3.0, 2.0, 0.0) == 3.0
    assert distributions.random_normal(draws, 1, 3.0, 2.0, 0.0, 1.0, 0.0) == 3.0
    # No draw will ever come near: the last is moved to the bound.
    assert distributions.random_normal(draws, 1, 100.0, 200.0, 0.0, 1.0, 0.0) == 100.0
    assert distributions.random_normal(draws, 1, 1.0, 2.0, 5.0, 0.0, 0.0) == 2.0


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=lambda each: each.name)
def test_entry_is_complete(entry: Builtin) -> None:
    assert entry.form == (entry.function is None)
    assert "Source: Vensim reference" in " ".join(entry.doc.split())
    arguments, arrow, result = entry.units.rpartition(") -> ")
    assert arrow
    assert result
    assert len([each for each in arguments.strip("(").split(",") if each]) == len(entry.parameters)
    assert set(entry.implicit) <= {"time", "time_step", "initial_time", "clock"}
    assert entry.tables <= set(entry.parameters)
    assert entry.held or not entry.implicit
    if entry.function is not None:
        assert getattr(import_module(entry.module), entry.python_name) is entry.function
    if entry.python is not None:
        entry.python.format(*entry.parameters)


def test_registry_knows_names_as_vensim_does() -> None:
    assert REGISTRY[fold("Pulse_Train")].name == "PULSE TRAIN"
    assert REGISTRY[fold("random uniform")].random
    assert REGISTRY[fold("IF THEN ELSE")].form
    assert REGISTRY[fold("LOOKUP INVERT")].tables == {"table"}


def test_a_function_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        functions.builtin("abs", units="(u) -> u")(functions.absolute)


@pytest.mark.parametrize("name", ["ABS", "SQRT", "INTEGER", "SIN", "EXP"])
def test_truth_values_are_numbers(name: str) -> None:
    assert call(name, True) == call(name, 1.0)
