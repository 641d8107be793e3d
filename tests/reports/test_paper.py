"""The study of the paper: every published number, its claims, and that it follows its files."""

from __future__ import annotations

import csv
import math
import re
import shutil
from pathlib import Path

import pytest
from command_line import MODELS

from s3c.reports import Report, make_report, read_study

ROOT = MODELS.parent
HELD = {  # the paper's claims in the study's order: section 5.2 first, Table 3 last
    "benchmark": "no no no no yes yes yes yes no",
    "single": "yes no yes yes no yes no",
    "combined": "yes yes no",
    "turbulence": "yes yes",
    "table 3": "yes no no no",
}


def report_of(root: Path) -> Report:
    return make_report(read_study(root / "studies" / "s3.toml"))


def misses(report: Report) -> list[float]:
    """The root mean squared differences of what was fitted, figures 13 to 22 first."""
    found = re.findall(r"Root mean squared difference: ([\d.]+) over \d+ fitted", report.html)
    return [float(each) for each in found]


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(ROOT)


def test_each_published_number_stands_beside_ours(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path)
    rows = []
    for table in tmp_path.glob("table-*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if "Published" in row]
    published = []
    for name in ("single", "combined"):
        path = ROOT / "studies" / f"s3_{name}_published.csv"
        with path.open(encoding="utf-8", newline="") as file:
            published += [float(row["value"]) for row in csv.DictReader(file)]
    assert len(published) == 54
    assert sorted(float(row["Published"]) for row in rows) == sorted(published)
    for row in rows:
        assert math.isfinite(float(row["Simulated"]))


def test_what_was_fitted_and_what_was_predicted(report: Report) -> None:
    single, combined = misses(report)
    assert single <= 0.0049
    assert combined <= 0.009
    held_out = re.findall(r"; ([\d.]+) over 12 held out", report.html)
    assert [float(each) <= 0.0049 for each in held_out] == [True]


def test_the_claims_have_these_verdicts(report: Report) -> None:
    expected = [word == "yes" for words in HELD.values() for word in words.split()]
    assert [each.holds for each in report.verdicts] == expected


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("models/s3_fitted.mdl", "Coupling effect * 0.4", "Coupling effect * 0.5"),
        ("models/s3_fitted_indicators.csv", "0.038753", "0.058753"),
        ("studies/s3_single.toml", '"Coupling reading" = 3', '"Coupling reading" = 1'),
    ],
)
def test_an_edit_changes_the_report(
    report: Report, tmp_path: Path, file: str, old: str, new: str
) -> None:
    for folder in ("models", "studies"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert misses(report_of(tmp_path))[0] > 1.5 * misses(report)[0]
