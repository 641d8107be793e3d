"""Which of the community's models shows which function: their outputs are Vensim's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conformance import CONFORMANCE
from vensim_outputs import differences, output_beside

import s3c
from s3c.compiler import Source, syntax
from s3c.runtime import fold

# A model's folder, and the functions that it calls.
MODELS = {
    "tests/abs": ["ABS"],
    "tests/sqrt": ["SQRT"],
    "tests/exp": ["EXP"],
    "tests/ln": ["LN"],
    "tests/log": ["LOG"],
    "tests/power": ["POWER"],
    "tests/builtin_min": ["MIN"],
    "tests/builtin_max": ["MAX"],
    "tests/rounding": ["INTEGER", "MODULO"],
    "tests/subscripted_round": ["QUANTUM"],
    "tests/xidz_zidz": ["XIDZ", "ZIDZ"],
    "tests/trig": ["SIN", "COS", "TAN", "ARCSIN", "ARCCOS", "ARCTAN"],
    "tests/subscripted_trig": ["SINH", "COSH", "TANH"],
    "tests/if_stmt": ["IF THEN ELSE"],
    "tests/input_functions": ["STEP", "RAMP", "PULSE", "PULSE TRAIN"],
    "samples/SIR": ["INTEG"],
    "tests/initial_function": ["INITIAL"],
    "tests/active_initial": ["ACTIVE INITIAL"],
    "tests/sample_if_true": ["SAMPLE IF TRUE"],
    "tests/game": ["GAME"],
    "tests/smooth": ["SMOOTH", "SMOOTHI", "SMOOTH3", "SMOOTH3I", "SMOOTH N"],
    "tests/delays": ["DELAY1", "DELAY1I", "DELAY3", "DELAY3I", "DELAY N"],
    "tests/trend": ["TREND"],
    "tests/forecast": ["FORECAST"],
    "tests/delay_fixed": ["DELAY FIXED"],
    "tests/with_lookup": ["WITH LOOKUP"],
    "tests/subscript_aggregation": ["SUM", "PROD", "VMIN", "VMAX"],
    "tests/elm_count": ["ELMCOUNT"],
    "tests/vector_select": ["VECTOR SELECT"],
    "tests/vector_order": ["VECTOR SORT ORDER", "VECTOR RANK", "VECTOR REORDER"],
    "tests/invert_matrix": ["INVERT MATRIX"],
    "tests/allocate_available": ["ALLOCATE AVAILABLE"],
    "tests/allocate_by_priority": ["ALLOCATE BY PRIORITY"],
}
LOOSER = {"tests/allocate_available": 1e-3}  # Vensim's search for a price stops early


@pytest.mark.parametrize(
    ("folder", "functions"),
    [
        pytest.param(
            *each, marks=[pytest.mark.checks(name, against="Vensim") for name in each[1]],
            id=each[0],
        )
        for each in MODELS.items()
    ],
)  # fmt: skip
def test_output(folder: str, functions: list[str]) -> None:
    if not CONFORMANCE.is_dir():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    [model] = [*(CONFORMANCE / folder).glob("*.mdl")]
    assert {fold(each) for each in functions} <= set(called(model))
    output = output_beside(model)
    assert output
    run = s3c.load(model, cache=False).run()
    assert differences(run, output, looser=LOOSER.get(folder, 0.0)) == []


def called(model: Path) -> Iterator[str]:
    """The functions that a model calls, by folded name, without macros of its own."""
    document, _ = syntax.parse(Source.read(model))
    own = {fold(part.name) for part in document.parts if isinstance(part, syntax.Macro)}
    stack: list[object] = [each.definition for each in document.equations()]
    while stack:
        match stack.pop():
            case syntax.Formula(expression=expression):
                stack.append(expression)
            case syntax.Call(function=function, arguments=arguments):
                stack += arguments
                if fold(function.name) not in own:
                    yield fold(function.name)
            case syntax.Unary(operand=operand):
                stack.append(operand)
            case syntax.Binary(left=left, right=right):
                stack += (left, right)
            case _:
                pass
