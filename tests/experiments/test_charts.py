"""Charts hold the numbers that they are drawn of, and names that can be read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from many_runs import MADE, Ranges, experiment_on, run_all

import s3c
from s3c.experiments import (
    MorrisEffects,
    Sampling,
    draw_fan,
    draw_indices,
    draw_indices_over_time,
    draw_morris,
    draw_scatter,
    draw_tornado,
    morris_effects,
    percentiles,
    pictures,
    save_importance,
    sobol_indices,
    sobol_over_time,
    swings,
)
from s3c.runtime import RunError, picture

if TYPE_CHECKING:
    from many_runs import MemoryRuns
    from matplotlib.figure import Figure

RANGES = {"input 1": (0.0, 1.0), "input 2": (1.0, 3.0), "input 3": (-1.0, 1.0)}
PNG = b"\x89PNG"


def linear(
    sampling: Sampling, runs: int, ranges: Ranges = RANGES, path: Path = MADE / "linear.mdl"
) -> MemoryRuns:
    return run_all(experiment_on(s3c.load(path), ("output", "drift"), ranges, sampling, runs))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are drawn, as they are written."""
    figures: list[Figure] = []
    whole: Callable[..., AbstractContextManager[Figure]] = picture

    @contextmanager
    def seen(path: Path, size: tuple[float, float]) -> Iterator[Figure]:
        with whole(path, size) as figure:
            yield figure
            figures.append(figure)

    for module in ("fan", "tornado", "scatter", "index_charts"):
        monkeypatch.setattr(f"s3c.experiments.analysis.{module}.picture", seen)
    return figures


def test_a_fan_shows_percentiles_and_the_benchmark(tmp_path: Path, drawn: list[Figure]) -> None:
    runs = linear(Sampling.LATIN_HYPERCUBE, 40)
    runs.data[:, 7] = np.nan
    (found, drift) = draw_fan(runs, ["output", "DRIFT"], tmp_path / "fan.png", [5, 50, 95])
    assert (tmp_path / "fan.png").read_bytes().startswith(PNG)
    assert np.array_equal(found.values, percentiles(runs, "output", [5, 50, 95]).values)
    axes = drawn[0].axes[1]
    (band,) = axes.collections
    corners = np.asarray(band.get_paths()[0].vertices)
    assert corners[:, 1].min() == drift.values[0].min()
    assert corners[:, 1].max() == drift.values[2].max()
    median, benchmark = axes.lines
    assert np.array_equal(median.get_ydata(), drift.values[1])
    assert np.array_equal(benchmark.get_ydata(), runs.experiment.model.run()["drift"])
    assert {each.get_text() for each in axes.texts} == {"5 %", "median", "95 %", "benchmark"}
    assert "40 runs, 1 of which failed" in axes.get_title(loc="left")
    assert drawn[0].axes[1].get_xlabel() == "Time (Year)"


@given(st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=9).map(sorted), st.floats(0.01, 0.3))
def test_labels_stand_apart(wanted: list[float], gap: float) -> None:
    found = pictures.apart(wanted, gap)
    assert all(above - below >= gap * (1 - 1e-9) for below, above in pairwise(found))
    if all(above - below >= gap for below, above in pairwise(wanted)):
        assert np.allclose(found, wanted)
    assert np.isclose(np.mean(found), np.mean(wanted))


def test_swings_of_univariate_runs() -> None:
    one, two, three = swings(linear(Sampling.UNIVARIATE, 5), "output")
    assert (one.low, one.high, one.at_low, one.at_high) == (0, 1, -0.5, 0.5)
    assert (two.low, two.high, two.at_low, two.at_high) == (1, 3, 1, 5)
    assert (three.low, three.high, three.at_low, three.at_high) == (-1, 1, 4.5, -1.5)
    assert (three.least, three.most) == (-1.5, 4.5)
    assert swings(linear(Sampling.RANDOM, 5), "output") == ()


def test_a_tornado_has_the_widest_on_top(tmp_path: Path, drawn: list[Figure]) -> None:
    runs = linear(Sampling.UNIVARIATE, 5)
    runs.data[:, 5:10] = np.nan  # all of input 2
    draw_tornado(runs, ["output"], tmp_path / "tornado.png")
    axes = drawn[0].axes[0]
    assert [each.get_text() for each in axes.get_yticklabels()] == ["input 1", "input 3"]
    bars = [(each.get_x(), each.get_width()) for each in axes.patches]  # type: ignore[attr-defined]
    assert bars == [(0, -0.5), (0, 0.5), (0, 4.5), (0, -1.5)]  # from the benchmark, which is 0
    draw_tornado(linear(Sampling.LATIN_HYPERCUBE, 50), ["output", "drift"], tmp_path / "t.svg")
    names = [each.get_text() for each in drawn[1].axes[0].get_yticklabels()]
    assert names == ["input 1", "input 2", "input 3"]
    assert "input 3" in (tmp_path / "t.svg").read_text(encoding="utf-8")


def test_a_scatter_matrix_is_thinned(
    tmp_path: Path, drawn: list[Figure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3c.experiments.analysis.scatter._MOST_POINTS", 60)
    monkeypatch.setattr("s3c.experiments.analysis.scatter._MOST_PARAMETERS", 2)
    runs = linear(Sampling.LATIN_HYPERCUBE, 300)
    runs.data[0, ::2] = np.nan
    draw_scatter(runs, ["output"], tmp_path / "matrix.png")
    by_name = {each.get_ylabel(): each for each in drawn[0].axes if each.get_ylabel()}
    assert list(by_name) == ["input 2", "input 3", "output"]  # which matter most
    points = drawn[0].axes[-2].lines[0]
    across, up = np.asarray(points.get_xdata()), np.asarray(points.get_ydata())
    assert len(across) == 60
    odd = {(x, y) for x, y in zip(runs.design.values[1::2, 2], runs.data[0, 1::2, -1], strict=True)}
    assert set(zip(across, up, strict=True)) <= odd
    runs.data[:] = np.nan
    with pytest.raises(RunError):
        draw_scatter(runs, ["output"], tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()


def test_indices_are_bars_and_lines(tmp_path: Path, drawn: list[Figure]) -> None:
    runs = linear(Sampling.SOBOL_INDICES, 64)
    found = sobol_indices(runs, "output")
    draw_indices([found], tmp_path / "bars.png")
    widths = [each.get_width() for each in drawn[0].axes[0].patches]  # type: ignore[attr-defined]
    assert np.allclose(widths, [*found.first, *found.total])  # input 3 matters most, and is on top
    series = sobol_over_time(runs, "drift")
    draw_indices_over_time(runs, [series], tmp_path / "lines.png")
    first, second = drawn[1].axes[0].lines[:2]
    assert np.array_equal(first.get_ydata(), [each.total[0] for each in series])  # 1 at first
    assert np.array_equal(second.get_ydata(), [each.total[1] for each in series])


def test_indices_that_cannot_be_told_are_drawn_as_none(tmp_path: Path) -> None:
    runs = linear(Sampling.SOBOL_INDICES, 16)
    runs.data[:] = 1.0
    draw_indices([sobol_indices(runs, "output")], tmp_path / "bars.svg")
    assert "does not vary" in (tmp_path / "bars.svg").read_text(encoding="utf-8")
    draw_indices_over_time(runs, [sobol_over_time(runs, "output")], tmp_path / "lines.png")
    flat = linear(Sampling.MORRIS, 4)
    flat.data[:] = 1.0
    draw_morris([morris_effects(flat, "output")], tmp_path / "points.png")
    constant = linear(Sampling.LATIN_HYPERCUBE, 16)
    constant.data[:] = 1.0
    draw_tornado(constant, ["output"], tmp_path / "tornado.png")
    draw_scatter(constant, ["output"], tmp_path / "scatter.png")
    draw_fan(constant, ["output"], tmp_path / "fan.png")
    assert len(list(tmp_path.iterdir())) == 6


def test_names_of_effects_do_not_overlap(tmp_path: Path, drawn: list[Figure]) -> None:
    rng = np.random.default_rng(5)
    many = 14
    effects = MorrisEffects(
        "output", 1.0, tuple(f"the long name of a parameter, number {k}" for k in range(many)),
        rng.random(many), rng.random(many) ** 2, rng.random(many) / 50, rng.random(many) / 3,
        0.95, 10, 0,
    )  # fmt: skip
    draw_morris([effects], tmp_path / "morris.png")
    panel = drawn[0].axes[0]
    from matplotlib.text import Text

    boxes = [Text.get_window_extent(each) for each in panel.texts]
    assert len(boxes) == many
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_names_may_be_anything(tmp_path: Path) -> None:
    text = (MADE / "linear.mdl").read_text(encoding="utf-8")
    odd = '"$x_1$ \\\\frac{ 价格 <b>"'
    path = tmp_path / "odd.mdl"
    path.write_text(text.replace("input 1", odd).replace("~\tDmnl", "~\t$"), encoding="utf-8")
    ranges = {odd: (0.0, 1.0), "input 2": (0.0, 1.0)}
    runs = linear(Sampling.LATIN_HYPERCUBE, 20, ranges, path)
    draw_scatter(runs, ["output"], tmp_path / "scatter.svg")
    draw_tornado(runs, ["output"], tmp_path / "tornado.png")
    draw_fan(runs, ["output"], tmp_path / "fan.png")
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    ("sampling", "runs", "measure"),
    [
        (Sampling.SOBOL_INDICES, 16, "first order"),
        (Sampling.MORRIS, 4, "mu star"),
        (Sampling.RANDOM, 20, "rank correlation"),
    ],
)
def test_importance_is_told_as_the_design_can(
    tmp_path: Path, sampling: Sampling, runs: int, measure: str
) -> None:
    made = linear(sampling, runs)
    found = save_importance(made, made.columns, tmp_path / "table.csv", at=2)
    table = (tmp_path / "table.csv").read_text(encoding="utf-8")
    assert f"drift,2,{measure},input 3," in table
    assert [each.column for each in found] == list(made.columns)
    save_importance(made, made.columns, tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(PNG)


def test_univariate_runs_tell_no_indices(tmp_path: Path) -> None:
    runs = linear(Sampling.UNIVARIATE, 3)
    with pytest.raises(RunError, match="tell no indices") as error:
        save_importance(runs, ["output"], tmp_path / "table.csv")
    assert "tornado" in str(error.value.hint)


def test_pictures_that_cannot_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = linear(Sampling.RANDOM, 10)
    for draw in (draw_fan, draw_tornado, draw_scatter):
        with pytest.raises(RunError, match="not the name of a picture") as error:
            draw(runs, ["output"], tmp_path / "picture.mdl")
        assert error.value.code == "S3C606"
        with pytest.raises(RunError, match="cannot be drawn"):
            draw(runs, [], tmp_path / "picture.png")
    assert not list(tmp_path.iterdir())
    hidden: dict[str, Any] = {"matplotlib": None, "SALib.analyze.morris": None}
    for name, module in hidden.items():
        monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(RunError, match="without matplotlib"):
        draw_fan(runs, ["output"], tmp_path / "picture.png")
    with pytest.raises(RunError, match="need SALib") as error:
        morris_effects(linear(Sampling.MORRIS, 4), "output")
    assert "s3c[experiments]" in str(error.value.hint)


def test_a_benchmark_that_fails_is_not_drawn(tmp_path: Path, drawn: list[Figure]) -> None:
    runs = linear(Sampling.UNIVARIATE, 5)
    text = (MADE / "linear.mdl").read_text(encoding="utf-8")
    path = tmp_path / "broken.mdl"
    path.write_text(text.replace("+ 2 *", "+ 1 / (0.5 - input 1) *"), encoding="utf-8")
    broken = s3c.load(path)
    failing = replace(runs, experiment=replace(runs.experiment, model=broken))
    draw_fan(failing, ["output"], tmp_path / "fan.png")
    assert "benchmark" not in {each.get_text() for each in drawn[0].axes[0].texts}
    draw_tornado(failing, ["output"], tmp_path / "tornado.png")
    assert (tmp_path / "tornado.png").exists()
