"""The static evaluation against pymcdm, a case worked by hand, and what must hold of any panel.

All panels here are synthetic: that of the models folder is drawn by make_panel.py.
"""

from __future__ import annotations

import csv
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from command_line import MODELS, call
from numpy.testing import assert_allclose, assert_array_equal
from pymcdm.methods import TOPSIS  # type: ignore[import-untyped]
from pymcdm.normalizations import (  # type: ignore[import-untyped]
    minmax_normalization,
)
from pymcdm.weights import entropy_weights  # type: ignore[import-untyped]
from scipy.stats import rankdata

import s3c
from s3c import Run

Array = npt.NDArray[np.float64]
Row = list[str]

MODEL = "static_evaluation.mdl"
PANEL = "static_evaluation_panel.csv"
INDICATORS = "static_evaluation_indicators.csv"
FACTORS = "static_evaluation_factors.csv"
FIRST_ROW, FIRST_VALUE = 2, 3  # of the panel's numbers, counted from 0
# Where the indicators of each level stand among the 21.
LEVELS = (slice(0, 11), slice(11, 21), slice(0, 21))
GROUPS = ((0, 4), (4, 8), (8, 11), (11, 13), (13, 16), (16, 21))


def rows_of(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def values_of(rows: list[Row], indicators: int = 21) -> Array:
    """The numbers of a panel: (years, provinces, indicators)."""
    numbers = np.array([row[FIRST_VALUE:] for row in rows[FIRST_ROW:]], dtype=np.float64)
    return numbers.reshape(indicators, -1, numbers.shape[1]).transpose(2, 1, 0)


@pytest.fixture(scope="module")
def panel() -> Array:
    return values_of(rows_of(MODELS / PANEL))


@pytest.fixture(scope="module")
def usual() -> Run:
    return s3c.load(MODELS / MODEL).run()


def evaluated(
    folder: Path,
    *,
    change: Callable[[list[Row]], list[Row]] = lambda rows: rows,
    costs: tuple[int, ...] = (),
    provinces: int = 30,
    **parameters: float,
) -> Run:
    """Run the model in a folder of its own, its panel changed and some indicators made costs."""
    for file in (MODEL, FACTORS):
        shutil.copy(MODELS / file, folder)
    text = (folder / MODEL).read_text(encoding="utf-8")
    (folder / MODEL).write_text(text.replace("'C32'", f"'C{provinces + 2}'"), encoding="utf-8")
    indicators = rows_of(MODELS / INDICATORS)
    for each in costs:
        indicators[each + 1][1] = "-1"
    for file, rows in ((INDICATORS, indicators), (PANEL, change(rows_of(MODELS / PANEL)))):
        with (folder / file).open("w", encoding="utf-8", newline="") as written:
            csv.writer(written).writerows(rows)
    given = {name.replace("_", " "): value for name, value in parameters.items()}
    return s3c.load(folder / MODEL, cache=False).run(given)


def by_pymcdm(matrix: Array, types: Array, weights: Array | None) -> tuple[Array, dict[int, Array]]:
    """Weights, and closeness by level, of alternatives (rows) by indicators (columns).

    pymcdm takes the entropy of an indicator with any share of 0 for 0 as a whole; a share of 1e-300
    adds less than 1e-297 to it, and is what the limit of p ln p asks for.
    """
    if weights is None:
        normal = np.column_stack([
            minmax_normalization(column, cost=kind < 0)
            for column, kind in zip(matrix.T, types, strict=True)
        ])  # fmt: skip
        weights = np.asarray(entropy_weights(np.maximum(normal, 1e-300)))
    topsis = TOPSIS(minmax_normalization)
    closeness = {
        number: np.asarray(
            topsis(matrix[:, part], weights[part] / weights[part].sum(), types[part])
        )
        for number, part in enumerate(LEVELS)
    }
    return weights, closeness


def assert_agrees(run: Run, year: int, weights: Array, closeness: dict[int, Array]) -> None:
    """All that a run says of a year, against weights and closeness computed elsewhere."""
    assert_allclose(run["Weight"][year], weights, rtol=0, atol=1e-10)
    for number, expected in closeness.items():
        assert_allclose(run["Closeness"][year, number], expected, rtol=0, atol=1e-10)
        assert_array_equal(run["Level rank"][year, number], rankdata(-expected))
    smart, special = closeness[0], closeness[1]
    degree = np.sqrt(smart * special / (smart + special))
    index = (smart + special) / 2
    assert_allclose(run["Coupling degree"][year], degree, rtol=0, atol=1e-10)
    assert_allclose(run["Comprehensive coordination index"][year], index, rtol=0, atol=1e-10)
    coordination = np.sqrt(degree * index)
    assert_allclose(run["Coupling coordination degree"][year], coordination, rtol=0, atol=1e-10)
    ranks = rankdata(-coordination)
    assert_array_equal(run["Coordination rank"][year], ranks)
    sums = ranks + rankdata(-closeness[2])
    assert_array_equal(run["Ranking"][year], rankdata(sums, method="min"))
    assert run["Mean coupling coordination degree"][year] == pytest.approx(coordination.mean())
    for number, expected in closeness.items():
        assert run["Mean closeness"][year, number] == pytest.approx(expected.mean())


COSTS = (12, 16, 8)


@pytest.mark.parametrize("costs", [(), COSTS])
def test_all_years_pooled_agree_with_pymcdm(
    tmp_path: Path, panel: Array, costs: tuple[int, ...]
) -> None:
    run = evaluated(tmp_path, costs=costs)
    types = np.array([-1.0 if each in costs else 1.0 for each in range(21)])
    weights, closeness = by_pymcdm(panel.reshape(-1, 21), types, None)
    for year in range(9):
        here = slice(30 * year, 30 * year + 30)
        assert_agrees(run, year, weights, {n: all_[here] for n, all_ in closeness.items()})


@pytest.mark.parametrize("costs", [(), COSTS])
def test_each_year_by_itself_agrees_with_pymcdm(
    tmp_path: Path, panel: Array, costs: tuple[int, ...]
) -> None:
    run = evaluated(tmp_path, costs=costs, Pool_all_years=0)
    types = np.array([-1.0 if each in costs else 1.0 for each in range(21)])
    for year in range(9):
        assert_agrees(run, year, *by_pymcdm(panel[year], types, None))


def test_the_weights_of_table_1_agree_with_pymcdm(panel: Array) -> None:
    run = s3c.load(MODELS / MODEL).run({"Take weights of Table 1": 1})
    factors = {row[0]: float(row[1]) for row in rows_of(MODELS / FACTORS)[1:]}
    printed = rows_of(MODELS / INDICATORS)[1:]
    weights = np.array([0.5 * factors[row[3]] * float(row[2]) for row in printed])
    _, closeness = by_pymcdm(panel.reshape(-1, 21), np.ones(21), weights)
    for year in range(9):
        here = slice(30 * year, 30 * year + 30)
        assert_agrees(run, year, weights, {n: all_[here] for n, all_ in closeness.items()})


def three_by_two(first: tuple[str, ...], second: tuple[str, ...]) -> Callable[..., list[Row]]:
    """A panel of one year and three provinces, equal but for the first and the last indicator."""

    def change(rows: list[Row]) -> list[Row]:
        kept = [row[: FIRST_VALUE + 1] for row in rows[:FIRST_ROW]]
        for indicator in range(21):
            values = {0: first, 20: second}.get(indicator, ("7", "7", "7"))
            for province, value in enumerate(values):
                row = rows[FIRST_ROW + 30 * indicator + province]
                kept.append([*row[:FIRST_VALUE], value])
        return kept

    return change


@pytest.mark.parametrize(("second", "costs"), [(("9", "3", "0"), ()), (("0", "6", "9"), (20,))])
def test_three_provinces_and_two_indicators_worked_by_hand(
    tmp_path: Path, second: tuple[str, ...], costs: tuple[int, ...]
) -> None:
    # First indicator 2, 4, 6: normalised 0, 1/2, 1; shares 0, 1/3, 2/3.
    # Second, a benefit of 9, 3, 0 or a cost of 0, 6, 9: normalised 1, 1/3, 0; shares 3/4, 1/4, 0.
    # ln 3 = 1.098612. Entropies, 0 ln 0 being 0:
    #   (1/3 * 1.098612 + 2/3 * 0.405465) / 1.098612 = 0.636514 / 1.098612 = 0.579380
    #   (3/4 * 0.287682 + 1/4 * 1.386294) / 1.098612 = 0.562335 / 1.098612 = 0.511860
    # Divergences 0.420620 and 0.488140, their sum 0.908760: weights 0.462850 and 0.537150.
    # The other 19 indicators are equal everywhere: entropy 1, weight 0.
    # Weighted: (0, 0.537150), (0.231425, 0.179050), (0.462850, 0); best (0.462850, 0.537150).
    # To the best: 0.462850; sqrt(0.231425^2 + 0.358100^2) = 0.426373; 0.537150.
    # To the worst: 0.537150; sqrt(0.231425^2 + 0.179050^2) = 0.292605; 0.462850.
    # Closeness: 0.537150; 0.292605 / 0.718978 = 0.406973; 0.462850.
    run = evaluated(
        tmp_path, change=three_by_two(("2", "4", "6"), second), costs=costs, provinces=3,
        FINAL_TIME=2010,
    )  # fmt: skip
    weights = np.zeros(21)
    weights[[0, 20]] = 0.462850, 0.537150
    assert_allclose(run["Entropy"][0, [0, 20]], [0.579380, 0.511860], rtol=0, atol=1e-6)
    assert_allclose(run["Weight"][0], weights, rtol=0, atol=1e-6)
    assert_allclose(
        run["Closeness"][0],
        [[0, 1 / 2, 1], [1, 1 / 3, 0], [0.537150, 0.406973, 0.462850]],
        rtol=0, atol=1e-6,
    )  # fmt: skip
    assert_array_equal(run["Level rank"][0, 2], [1, 3, 2])
    # Coupling: C = sqrt(1/2 * 1/3 / (5/6)) = sqrt(0.2) = 0.447214, T = 5/12 = 0.416667,
    # D = sqrt(0.447214 * 0.416667) = 0.431670. Elsewhere one level is 0, and so are C and D.
    assert_allclose(run["Coupling degree"][0], [0, 0.447214, 0], rtol=0, atol=1e-6)
    assert_allclose(run["Comprehensive coordination index"][0], [0.5, 0.416667, 0.5], atol=1e-6)
    assert_allclose(run["Coupling coordination degree"][0], [0, 0.431670, 0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("pooled", [0, 1])
def test_the_unit_of_an_indicator_does_not_matter(tmp_path: Path, pooled: int, usual: Run) -> None:
    def change(rows: list[Row]) -> list[Row]:
        """Each indicator in another unit, from a billionth of its own to a million times it."""
        for place, row in enumerate(rows[FIRST_ROW:]):
            unit = 10.0 ** (place // 30 % 16 - 9)
            row[FIRST_VALUE:] = [repr(float(value) * unit) for value in row[FIRST_VALUE:]]
        return rows

    run = evaluated(tmp_path, change=change, Pool_all_years=pooled)
    assert not np.allclose(run["Indicator value"], usual["Indicator value"])
    expected = s3c.load(MODELS / MODEL).run({"Pool all years": pooled})
    for name in ("Weight", "Closeness", "Coupling coordination degree"):
        assert_allclose(run[name], expected[name], rtol=0, atol=1e-12)
    assert_array_equal(run["Ranking"], expected["Ranking"])


@pytest.mark.parametrize("pooled", [0, 1])
def test_a_province_that_is_best_in_all_has_closeness_1_and_the_worst_0(
    tmp_path: Path, pooled: int
) -> None:
    year = 4

    def change(rows: list[Row]) -> list[Row]:
        for indicator in range(21):
            block = rows[FIRST_ROW + 30 * indicator : FIRST_ROW + 30 * (indicator + 1)]
            every = [float(value) for row in block for value in row[FIRST_VALUE:]]
            ends = (max(every), min(every))
            for province, value in zip(
                (7, 11), ends if indicator != 16 else ends[::-1], strict=True
            ):
                block[province][FIRST_VALUE + year] = repr(value)
        return rows

    run = evaluated(tmp_path, change=change, costs=(16,), Pool_all_years=pooled)
    assert_array_equal(run["Closeness"][year][:, [7, 11]], [[1, 0]] * 3)
    assert_array_equal(run["Level rank"][year][:, [7, 11]], [[1, 30]] * 3)
    assert run["Coupling degree"][year, 7] == pytest.approx(np.sqrt(0.5))
    assert run["Coupling coordination degree"][year, 11] == 0
    others = np.delete(run["Closeness"][year], [7, 11], axis=1)
    assert others.min() > 0
    assert others.max() < 1


def test_the_order_of_the_provinces_does_not_matter(tmp_path: Path, usual: Run) -> None:
    order = np.random.default_rng(1).permutation(30)

    def change(rows: list[Row]) -> list[Row]:
        starts = range(FIRST_ROW, len(rows), 30)
        return rows[:FIRST_ROW] + [rows[start + place] for start in starts for place in order]

    run = evaluated(tmp_path, change=change)
    names = usual.columns_of("Ranking")
    assert run.columns_of("Ranking") == tuple(names[place] for place in order) != names
    for name in ("Closeness", "Coupling coordination degree"):
        assert_allclose(run[name], usual[name][..., order], rtol=0, atol=1e-12)
    for name in ("Level rank", "Coordination rank", "Ranking"):
        assert_array_equal(run[name], usual[name][..., order])
    assert_allclose(run["Weight"], usual["Weight"], rtol=0, atol=1e-12)


def test_an_edit_of_the_file_changes_the_results(tmp_path: Path, usual: Run) -> None:
    def change(rows: list[Row]) -> list[Row]:
        row = rows[FIRST_ROW + 30 * 3 + 5]
        assert row[:FIRST_VALUE] == ["Fixed asset investment", "100 million yuan", "Liaoning"]
        row[FIRST_VALUE + 2] = repr(float(row[FIRST_VALUE + 2]) / 2)
        return rows

    run = evaluated(tmp_path, change=change)
    before, after = usual["Closeness"][2], run["Closeness"][2]
    assert after[0, 5] < before[0, 5] - 1e-4
    assert after[2, 5] < before[2, 5] - 1e-4
    # Another level sees its other indicators alone.
    assert_allclose(after[1], before[1], rtol=0, atol=1e-12)


def test_an_indicator_equal_everywhere_has_no_weight(tmp_path: Path, usual: Run) -> None:
    def change(rows: list[Row]) -> list[Row]:
        for row in rows[FIRST_ROW + 30 * 9 : FIRST_ROW + 30 * 10]:
            row[FIRST_VALUE:] = ["3"] * 9
        return rows

    run = evaluated(tmp_path, change=change)
    assert_allclose(run["Weight"][:, 9], 0, rtol=0, atol=1e-12)
    assert_allclose(run["Closeness"][:, 1], usual["Closeness"][:, 1], rtol=0, atol=1e-12)
    # With a printed weight, too, it moves nobody towards the best or the worst.
    printed = evaluated(tmp_path, change=change, Take_weights_of_Table_1=1)
    alike = values_of(rows_of(tmp_path / PANEL)).reshape(-1, 21)
    _, closeness = by_pymcdm(alike, np.ones(21), printed["Weight"][0])
    for number, expected in closeness.items():
        assert_allclose(printed["Closeness"][:, number].ravel(), expected, rtol=0, atol=1e-10)


def test_empty_cells_are_filled_from_their_neighbours_and_counted(tmp_path: Path) -> None:
    def change(rows: list[Row]) -> list[Row]:
        first, second = rows[FIRST_ROW], rows[FIRST_ROW + 1]
        first[FIRST_VALUE : FIRST_VALUE + 3] = ["1", "", "2"]
        second[FIRST_VALUE + 7 :] = ["1.75", ""]
        return rows

    run = evaluated(tmp_path, change=change)
    assert_array_equal(run["Empty cells"], 2)
    assert_array_equal(run["Indicator value"][:3, 0, 0], [1, 1.5, 2])
    assert_array_equal(run["Panel value"][0, :3, 0, 0], [1, 1.5, 2])
    assert_array_equal(run["Panel value"][0, 7:, 0, 1], [1.75, 1.75])


def test_weights_sum_to_1_in_each_group_as_those_of_table_1(usual: Run) -> None:
    for start, end in GROUPS:
        assert usual["Weight in factor"][0, start:end].sum() == pytest.approx(1)
    assert usual["Factor weight"][0, :3].sum() == pytest.approx(1)
    assert usual["Factor weight"][0, 3:].sum() == pytest.approx(1)
    assert usual["Level weight"][0].sum() == pytest.approx(1)
    divergence = usual["Divergence"][0]
    assert_allclose(usual["Weight"][0], divergence / divergence.sum(), rtol=0, atol=1e-12)
    assert_array_equal(usual["Weight"], usual["Weight"][[0] * 9])  # one set for all years


def test_the_degree_grows_with_the_power_three_quarters_of_both_levels() -> None:
    model = s3c.load(MODELS / MODEL)
    levels = np.full((3, 30), 0.4)
    whole, half = (model.run({"Closeness": levels * scale}) for scale in (1, 0.5))
    ratio = half["Coupling coordination degree"] / whole["Coupling coordination degree"]
    assert_allclose(ratio, 0.5**0.75, rtol=1e-12)


def test_the_files_name_the_same_things_in_the_same_order() -> None:
    rows = rows_of(MODELS / PANEL)
    indicators = [row[0] for row in rows_of(MODELS / INDICATORS)[1:]]
    provinces = [row[0] for row in rows_of(MODELS / "table3_provinces.csv")[1:31]]
    labels = [(row[0], row[2]) for row in rows[FIRST_ROW:]]
    assert labels == [(each, province) for each in indicators for province in provinces]
    assert rows[1][FIRST_VALUE:] == [str(year) for year in range(2010, 2019)]
    factors = [row[0] for row in rows_of(MODELS / FACTORS)[1:]]
    of_indicators = [row[3] for row in rows_of(MODELS / INDICATORS)[1:]]
    expected = [factors[n] for n, (start, end) in enumerate(GROUPS) for _ in range(start, end)]
    assert of_indicators == expected
    # The dynamic model has the same names and weights, but for the 0.332 of its own equation.
    dynamic = {row[0]: float(row[3]) for row in rows_of(MODELS / "s3_indicators.csv")[1:]}
    ours = {row[0]: float(row[2]) for row in rows_of(MODELS / INDICATORS)[1:]}
    assert ours | {"Industrial concentration rate": 0.332} == dynamic
    assert ours["Industrial concentration rate"] == 0.3332


def test_the_panel_is_what_its_script_draws_and_says_that_it_is_synthetic() -> None:
    text = (MODELS / PANEL).read_text(encoding="utf-8")
    drawn = runpy.run_path(str(MODELS / "make_panel.py"))["panel_text"]
    assert drawn() == text
    assert drawn(seed=1) != text
    assert "SYNTHETIC" in text.splitlines()[0]
    model = (MODELS / MODEL).read_text(encoding="utf-8")
    assert model.count("SYNTHETIC") >= 3


def test_the_format_command_leaves_the_file_as_it_is() -> None:
    assert call("format", "--check", MODELS / MODEL).exit_code == 0
