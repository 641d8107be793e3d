"""What a run gives, and how it is written and drawn."""

from __future__ import annotations

import builtins
import csv
import io
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from s3c.runtime import NA, CompiledModel, Run, RunError, UnknownNameError, write_table, write_whole

MakeModel = Callable[..., CompiledModel]


@pytest.fixture(scope="module")
def run(population: CompiledModel) -> Run:
    return population.run()


def test_every_variable_has_every_time(run: Run) -> None:
    assert run.time.shape == (21,)
    for name in run.names:
        assert run[name].shape == (21,)
        assert run[name].dtype == np.float64
    assert "effect of crowding" not in run.names
    assert run.names[0] == "FINAL TIME"


def test_any_spelling_will_do(run: Run) -> None:
    np.testing.assert_array_equal(run["Birth_Rate"], run[" birth  RATE "])
    assert run["TIME"] is run.time


def test_results_cannot_be_written_to(run: Run) -> None:
    for values in (run.time, run["population"], run["birth rate"]):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1.0


def test_unknown_names(run: Run) -> None:
    with pytest.raises(UnknownNameError, match="did you mean “population”"):
        run["populatoin"]
    with pytest.raises(UnknownNameError, match="is a lookup"):
        run["effect of crowding"]


def test_is_a_mapping_of_names(run: Run) -> None:
    assert "Population" in run
    assert "time" in run
    assert "effect of crowding" not in run
    assert 3 not in run
    assert list(run) == list(run.names)
    assert len(run) == 14
    assert repr(run) == "<Run of population: 14 variables at 21 times, 0 to 10>"


def test_save_keeps_what_is_named(population: CompiledModel, run: Run) -> None:
    some = population.run(save=["deaths", "POPULATION", "root", "Time"])
    assert some.names == ("population", "deaths", "root")
    np.testing.assert_array_equal(some["root"], run["root"])
    np.testing.assert_array_equal(some["deaths"], run["deaths"])
    assert some["birth rate"][0] == 0.1  # costs nothing
    with pytest.raises(UnknownNameError, match="was not kept"):
        some["births"]
    assert population.run(save="births").names == ("births",)
    with pytest.raises(UnknownNameError, match="did you mean “deaths”"):
        population.run(save=["death"])
    with pytest.raises(UnknownNameError, match="number over time"):
        population.run(save=["effect of crowding"])


def test_summary(run: Run) -> None:
    rows = {row.name: row for row in run.summary()}
    assert rows["population"].first == rows["population"].minimum == 100
    assert rows["population"].last == run["population"][-1]
    assert rows["births"].maximum == run["births"].max()
    assert rows["births"].units == "people/Year"
    assert [row.name for row in run.summary(["Births"])] == ["births"]


def test_remembers_how_it_was_made(population: CompiledModel) -> None:
    run = population.run({"lifetime": 30}, final_time=5, method="RK4")
    assert run.changes == {"lifetime": 30, "FINAL TIME": 5}
    assert run.method == "rk4"
    assert run.model is population
    assert run.failures == ()


def test_to_pandas(run: Run) -> None:
    frame = run.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame.index.name == "Time"
    assert tuple(frame.columns) == run.names
    assert frame["population"].iloc[-1] == run["population"][-1]


def test_what_is_missing_says_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: object) -> object:
        if name.partition(".")[0] in ("pandas", "matplotlib"):
            raise ImportError(name)
        return real(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"s3c\[data\]"):
        run.to_pandas()
    with pytest.raises(ImportError, match=r"s3c\[plot\]"):
        run.plot()


@pytest.mark.parametrize(("ending", "separator"), [(".csv", ","), (".tab", "\t"), (".TSV", "\t")])
def test_table_in_vensims_layout(run: Run, tmp_path: Path, ending: str, separator: str) -> None:
    path = tmp_path / f"run{ending}"
    run.to_csv(path)
    header, first, second, *_ = path.read_text(encoding="utf-8").split("\n")
    names = header.split(separator)
    assert names[0] == "Time"
    assert names[1:] == sorted(run.names, key=str.casefold)
    assert "SAVEPER" in names
    cells = dict(zip(names, first.split(separator), strict=True))
    assert cells["birth rate"] == "0.1"
    assert cells["population"] == "100"
    later = dict(zip(names, second.split(separator), strict=True))
    assert later["birth rate"] == later["SAVEPER"] == later["population at first"] == ""
    assert float(later["population"]) == run["population"][1]


def test_table_reads_back_the_same(run: Run, tmp_path: Path) -> None:
    write_table(run, tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["population"]) for row in rows] == run["population"].tolist()
    assert [float(row["Time"]) for row in rows] == run.time.tolist()


def test_missing_values_are_empty_cells(make_model: MakeModel, tmp_path: Path) -> None:
    auxiliaries = {"a": "NA", "b": "1.0 / time", "c": "-0.5"}
    run = make_model(auxiliaries=auxiliaries).run(on_error="nan", final_time=1)
    assert run["a"][0] == NA
    assert math.isnan(run["b"][0])
    run.to_csv(tmp_path / "run.tab")
    lines = (tmp_path / "run.tab").read_text(encoding="utf-8").splitlines()
    assert lines[1].split("\t")[:4] == ["0", "", "", "-0.5"]
    assert lines[2].split("\t")[:4] == ["1", "", "1", "-0.5"]


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.csv"
    path.write_text("before", encoding="utf-8")
    path.chmod(0o640)

    def stopped_halfway(_self: Path, _target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stopped_halfway)
        with pytest.raises(KeyboardInterrupt):
            write_whole(path, b"after")
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]
    write_whole(path, b"after")
    assert path.read_text(encoding="utf-8") == "after"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="S3C606"):
        run.to_csv(tmp_path / "no" / "folder.csv")
    with pytest.raises(RunError, match="end its name in one of") as caught:
        run.to_csv(tmp_path / "run.xlsx")
    assert caught.value.code == "S3C606"
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(RunError, match="S3C606"):
        run.to_csv(tmp_path / "folder.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["folder.csv"]


def test_plot_has_a_panel_for_each_unit(run: Run, tmp_path: Path) -> None:
    figure = run.plot(["population", "births", "deaths", "crowding"], tmp_path / "run.png")
    assert [each.get_ylabel() for each in figure.axes] == [
        "people",
        "people/Year",
        "units not given",
    ]
    legend = figure.axes[1].get_legend()
    assert legend is not None
    assert [each.get_text() for each in legend.get_texts()] == ["births", "deaths"]
    assert figure.axes[-1].get_xlabel() == "Time (Year)"
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")


def test_text_in_a_plot_is_never_a_formula(run: Run) -> None:
    """A dollar is a unit; two of them would begin and end a formula."""
    figure = run.plot(["population", "births"])
    figure.savefig(io.BytesIO(), format="png")  # as a notebook shows it: ticks are made only now
    legends = [axes.get_legend() for axes in figure.axes]
    texts = [text for each in legends if each is not None for text in each.get_texts()]
    texts += [axes.yaxis.label for axes in figure.axes]
    assert len(texts) == 4
    assert not any(each.get_parse_math() for each in texts)
    ticks = [each for axes in figure.axes for each in axes.get_yticklabels()]
    assert {each.get_fontsize() for each in ticks} == {9.0}


def test_plot_shows_stocks_by_itself(run: Run, make_model: MakeModel) -> None:
    figure = run.plot(title="People")
    assert [line.get_label() for line in figure.axes[0].lines] == ["population"]
    assert figure.get_suptitle() == "People"
    without_stocks = make_model(auxiliaries={f"a{k}": "time" for k in range(8)}).run()
    assert len(without_stocks.plot().axes[0].lines) == 8
    assert len(run.plot("births").axes) == 1
    with pytest.raises(ValueError, match="nothing to draw"):
        make_model().run().plot()
