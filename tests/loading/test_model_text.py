"""A model made again from its text runs alike, wherever its file has gone."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from command_line import POPULATION

import s3c


@pytest.mark.parametrize("derivatives", [(), ("birth rate",)])
def test_a_model_in_another_process(tmp_path: Path, derivatives: tuple[str, ...]) -> None:
    path = tmp_path / "population.mdl"
    path.write_text(POPULATION, encoding="utf-8")
    model = s3c.load(path, derivatives=derivatives)
    text = pickle.dumps(s3c.ModelText.of(model))
    path.unlink()
    again = pickle.loads(text).load()  # noqa: S301 -- our own
    assert again.names == model.names
    assert again.native is not None
    for name in model.names:
        if name in (run := model.run()):
            assert np.array_equal(again.run()[name], run[name])


def test_a_compiled_module_in_another_process(tmp_path: Path) -> None:
    path = tmp_path / "population.mdl"
    path.write_text(POPULATION, encoding="utf-8")
    module = tmp_path / "population.py"
    module.write_text(s3c.compile_file(path).text, encoding="utf-8")
    text = s3c.ModelText.of(s3c.load(module))
    module.unlink()
    again, model = text.load(), s3c.load(path)
    assert np.array_equal(again.run()["Population"], model.run()["Population"])
