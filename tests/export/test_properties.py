"""Random models written as XMILE and read again give the same numbers."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from random_arrays import Pair, pairs
from random_models import models

from s3c.compiler import Source, compile_source, convert_source
from s3c.runtime import Run, fold, load_text

# No two programs draw alike; TANH is written with powers of e, and rounds otherwise, which a
# comparison may make much of.
_DRAW = re.compile(r"RANDOM \w+\([^()]*\)")
# What XMILE cannot say.
_UNSAID = re.compile("VECTOR (SELECT|ELM MAP)")


def run(text: str, name: str) -> Run:
    generated = compile_source(Source(name, text)).generated
    assert generated
    return load_text(generated.text, name).run(on_error="nan")


def assert_means_the_same(text: str) -> None:
    converted, diagnostics = convert_source(Source("model.mdl", text), "model.xmile")
    assert converted.text, "\n".join(map(str, diagnostics))
    one, two = run(text, "model.mdl"), run(converted.text, "model.xmile")
    names = {fold(each): each for each in two.columns}
    for name in one.columns:
        left, right = one[name], two[names[fold(name)]]
        size = np.nanmax(np.abs(left), initial=1.0)
        assert np.allclose(left, right, 1e-9, 1e-9 * size, equal_nan=True), name


@settings(max_examples=15, deadline=None)
@given(models())
def test_scalars(text: str) -> None:
    assert_means_the_same(_DRAW.sub("0.5", text).replace("TANH", "SIN"))


@settings(max_examples=30, deadline=None)
@given(pairs())
def test_arrays(pair: Pair) -> None:
    text = pair.arrays.replace("TANH", "SIN")
    if not _UNSAID.search(text):
        assert_means_the_same(text)
        return
    converted, diagnostics = convert_source(Source("model.mdl", text), "model.xmile")
    assert not converted.text
    assert {each.code for each in diagnostics if each.is_error} == {"S3C170"}
