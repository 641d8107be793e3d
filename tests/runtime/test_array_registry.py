"""What the registry tells of the functions of arrays, and of those that numpy computes as well."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from s3c.runtime import REGISTRY, ArrayKind, fold


def test_the_registry_tells_what_arrays_they_take() -> None:
    select = REGISTRY[fold("VECTOR SELECT")]
    assert select.arrays == {"selection": ArrayKind.MARKED, "expression": ArrayKind.MARKED}
    assert select.by_axes
    assert not select.along
    assert not select.implicit
    assert select.module == "s3c.runtime.array_functions"
    assert REGISTRY[fold("VECTOR ELM MAP")].parameters == ("storage", "offset")
    assert REGISTRY[fold("VECTOR ELM MAP")].arrays == {"storage": ArrayKind.STORAGE}
    assert REGISTRY[fold("VECTOR RANK")].along == 1
    assert REGISTRY[fold("VECTOR RANK")].whole
    assert REGISTRY[fold("INVERT MATRIX")].along == 2
    assert REGISTRY[fold("ELMCOUNT")].form
    assert not REGISTRY[fold("ELMCOUNT")].whole


def test_the_registry_starts_without_numpy() -> None:
    heavy = "{'numpy', 'scipy'}"
    text = f"import sys, s3c.runtime.builtins\nassert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", text], check=True)


TEMPLATES = [each for each in REGISTRY.values() if each.numpy is not None]


def test_templates_of_numpy() -> None:
    assert {each.name for each in TEMPLATES} == {"ABS", "SQRT", "MIN", "MAX", "INTEGER"}


@given(*[st.lists(st.floats(-1e300, 1e300), min_size=9, max_size=9)] * 2)
def test_numpy_computes_the_same_bits(a: list[float], b: list[float]) -> None:
    for each in TEMPLATES:
        assert each.function is not None
        assert each.numpy is not None
        operands = [a, b][: len(each.parameters)]
        if each.name == "SQRT":
            operands = [[abs(x) for x in a]]
        text = each.numpy.format("x", "y")
        arrays = dict(zip("xy", map(np.array, operands), strict=False))
        found = eval(text, {"np": np} | arrays)  # noqa: S307
        # Equal numbers have the same bits, except for the sign of a zero.
        assert found.tolist() == [each.function(*both) for both in zip(*operands, strict=True)]
