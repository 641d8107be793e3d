"""The Python back end computes what the program says: it agrees with a direct interpreter."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from interpreter import Interpreter
from random_models import models

from s3c.compiler import Source, check, render
from s3c.runtime import load_text


@given(models())
@settings(max_examples=60, deadline=None)
def test_python_agrees_with_the_interpreter(text: str) -> None:
    compilation = check(Source("random.mdl", text))
    assert compilation.ok, "\n".join(map(render, compilation.diagnostics))
    assert compilation.program
    assert compilation.generated
    run = load_text(compilation.generated.text, "random.mdl").run()
    expected = Interpreter(compilation.program).run(steps=8)
    assert len(run.time) == 9
    for name in run.names:
        assert np.array_equal(run[name], expected[name]), name
