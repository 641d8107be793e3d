"""What `s3c sensitivity` draws and writes of its runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call

ISHIGAMI = Path(__file__).parents[1] / "models" / "good" / "ishigami.mdl"


def written(folder: Path, sampling: str, runs: int) -> Path:
    path = folder / "ishigami.toml"
    between = "min = -3.141592653589793, max = 3.141592653589793"
    sides = "\n".join(
        f'"{name}" = {{ distribution = "uniform", {between} }}'
        for name in ("input 1", "input 2", "input 3")
    )
    path.write_text(
        f'model = "{ISHIGAMI.as_posix()}"\nsave = "output"\n'
        f'[sensitivity]\nsampling = "{sampling}"\nruns = {runs}\n'
        f"[sensitivity.parameters]\n{sides}\n",
        encoding="utf-8",
    )
    return path


def test_indices_are_written_and_charts_drawn(tmp_path: Path) -> None:
    path = written(tmp_path, "sobol indices", 256)
    names = {"--fan": "fan.svg", "--scatter": "scatter.svg", "--indices": "indices.csv"}
    options = [part for option, name in names.items() for part in (option, tmp_path / name)]
    result = call("sensitivity", path, "--engine", "python", *options)
    assert result.exit_code == 0, result.stderr
    for name in ("fan.svg", "scatter.svg"):
        assert "<svg" in (tmp_path / name).read_text("utf-8")
    rows = (tmp_path / "indices.csv").read_text("utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    at = {name: cells[0].index(name) for name in ("measure", "parameter", "lower", "upper")}
    total = {
        row[at["parameter"]]: (float(row[at["lower"]]), float(row[at["upper"]]))
        for row in cells[1:]
        if row[at["measure"]].startswith("total")
    }
    # Known in closed form: 0.5576, 0.4424 and 0.2437.
    for name, known in (("input 1", 0.5576), ("input 2", 0.4424), ("input 3", 0.2437)):
        lower, upper = total[name]
        assert lower - 0.05 < known < upper + 0.05


def test_univariate_runs_make_a_tornado(tmp_path: Path) -> None:
    path = written(tmp_path, "univariate", 5)
    chart = tmp_path / "tornado.svg"
    result = call("sensitivity", path, "--engine", "python", "--tornado", chart, "--at", "0")
    assert result.exit_code == 0, result.stderr
    assert "<svg" in chart.read_text("utf-8")


@pytest.mark.parametrize("moment", ["ends", "", "1;2"])
def test_a_moment_is_a_word_or_a_time(tmp_path: Path, moment: str) -> None:
    result = call("sensitivity", written(tmp_path, "random", 5), "--at", moment)
    assert result.exit_code == 2
    assert "neither end, peak nor a time" in result.stderr
