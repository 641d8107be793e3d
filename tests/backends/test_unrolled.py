"""A subscripted model is its own scalar form with every range written out: bit for bit."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from model_texts import compiled
from random_arrays import Pair, pairs


@settings(
    max_examples=100, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(pairs())
def test_every_element_equals_its_scalar(pair: Pair) -> None:
    arrays = compiled(pair.arrays, times="").run()
    scalars = compiled(pair.scalars, times="").run()
    assert {name.strip('"') for name in scalars.names} == set(arrays.columns)
    for column in arrays.columns:
        found, wanted = np.asarray(arrays[column]), np.asarray(scalars[f'"{column}"'])
        assert np.array_equal(found, wanted), column
