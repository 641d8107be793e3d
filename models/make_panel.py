"""Make the SYNTHETIC panel that static_evaluation.mdl reads.

No number of it was measured. The values of the yearbooks are not in the paper, and a model without
data shows nothing; so each indicator is drawn within a range that is plausible for its unit. The
draws know nothing of the provinces: which name stands beside which numbers is chance.

    python models/make_panel.py

writes static_evaluation_panel.csv beside this file, the same bytes every time. Replace its numbers
by those of the yearbooks and run the model again; this script is then not needed.
"""
# ruff: noqa: INP001 (a script beside the models, no package)

from __future__ import annotations

import csv
import io
import math
import random
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Literal

SEED = 2010
YEARS = range(2010, 2019)
LABEL = "SYNTHETIC panel, drawn by make_panel.py: no value is measured. Only numbers are replaced."
PANEL = Path(__file__).with_name("static_evaluation_panel.csv")

PROVINCES = (
    "Beijing", "Tianjin", "Hebei", "Shanxi", "Inner Mongolia", "Liaoning", "Jilin", "Heilongjiang",
    "Shanghai", "Jiangsu", "Zhejiang", "Anhui", "Fujian", "Jiangxi", "Shandong", "Henan", "Hubei",
    "Hunan", "Guangdong", "Guangxi", "Hainan", "Chongqing", "Sichuan", "Guizhou", "Yunnan",
    "Shaanxi", "Gansu", "Qinghai", "Ningxia", "Xinjiang",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """A tertiary indicator and the range in which its synthetic values lie.

    Attributes:
        name: As in Table 1, in the spelling of s3.mdl.
        unit: Of the values; the model normalises them and needs none.
        low: The lower end of the range, in that unit.
        high: The upper end.
        spread: `even` over the range; `geometric`, so that a few provinces are far above the rest,
            as they are where size counts; `share`, a geometric draw scaled to 100 over a year.
        likeness: 0 to 1, how much the indicator follows what a province has in all of them.
    """

    name: str
    unit: str
    low: float
    high: float
    spread: Literal["even", "geometric", "share"]
    likeness: float


INDICATORS = (
    Indicator("R&D investment intensity", "% of revenue", 0.3, 2.5, "even", 0.6),
    Indicator("R&D personnel density", "% of employees", 1, 9, "even", 0.6),
    Indicator(
        "Degree of cooperation between industries, universities and research institutes",
        "% of R&D spending", 0.5, 15, "geometric", 0.3,
    ),
    Indicator("Fixed asset investment", "100 million yuan", 150, 22000, "geometric", 0.7),
    Indicator("Number of patent applications", "patents", 150, 200000, "geometric", 0.8),
    Indicator("Comparative advantage of high-tech patents", "ratio", 0.2, 2.5, "even", 0.4),
    Indicator(
        "Technology introduction, digestion and absorption rate", "%", 0, 60, "even", 0.2
    ),
    Indicator("Technology market turnover", "100 million yuan", 0.6, 5000, "geometric", 0.6),
    Indicator("Industrial value added growth rate", "% per year", -4, 22, "even", 0),
    Indicator("Market share of new products", "% of the country", 1, 150, "share", 0.8),
    Indicator(
        "Export value of high-tech industry products",
        "100 million yuan", 0.2, 15000, "geometric", 0.8,
    ),
    Indicator("Level of industrial outward orientation", "% of sales", 1, 45, "even", 0.6),
    Indicator(
        "Similarity coefficient of industrial structure", "ratio", 0.35, 0.95, "even", 0.3
    ),
    Indicator("Industrial concentration rate", "ratio", 0.1, 0.65, "even", 0.4),
    Indicator("Degree of industrial spatial aggregation", "ratio", 0.2, 1.9, "even", 0.6),
    Indicator("Average industrial concentration rate", "%", 0.1, 14, "geometric", 0.8),
    Indicator("Industry specialization coefficient", "ratio", 0.2, 1.3, "even", -0.3),
    Indicator("Market share", "% of the country", 1, 80, "share", 0.8),
    Indicator("Industry sector contribution rate", "%", 12, 60, "even", 0.4),
    Indicator("Total profit", "100 million yuan", 10, 9000, "geometric", 0.8),
    Indicator("High-tech industry development coefficient", "ratio", 0.03, 2.2, "even", 0.6),
)  # fmt: skip


def panel_text(seed: int = SEED) -> str:
    """The panel as the text of a file.

    A label, a header, then a block of rows for each indicator, as a yearbook prints it: provinces
    down, years across.
    """
    draws = random.Random(seed)  # noqa: S311 (its `random()` is the same in every Python)
    common = [_normal(draws) for _ in PROVINCES]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([LABEL])
    rows.writerow(["indicator", "unit", "province", *YEARS])
    for indicator in INDICATORS:
        for province, values in zip(PROVINCES, _block(indicator, common, draws), strict=True):
            rows.writerow([indicator.name, indicator.unit, province, *map(_written, values)])
    return text.getvalue()


def _block(indicator: Indicator, common: list[float], draws: random.Random) -> list[list[float]]:
    """One indicator: a list for each province, a value for each year."""
    own = math.sqrt(1 - indicator.likeness**2)
    block = []
    for shared in common:
        place = indicator.likeness * shared + own * _normal(draws)
        drift = 0.02 * _normal(draws)  # what a year adds
        block.append([
            _within(indicator, place + drift * year + 0.05 * _normal(draws))
            for year, _ in enumerate(YEARS)
        ])  # fmt: skip
    if indicator.spread != "share":
        return block
    sums = [sum(year) for year in zip(*block, strict=True)]
    return [[100 * value / all_ for value, all_ in zip(row, sums, strict=True)] for row in block]


def _within(indicator: Indicator, place: float) -> float:
    """The value in the indicator's range at a place that is normally distributed."""
    part = NormalDist().cdf(place)
    if indicator.spread == "even":
        return indicator.low + (indicator.high - indicator.low) * part
    return indicator.low * math.exp(part * math.log(indicator.high / indicator.low))


def _normal(draws: random.Random) -> float:
    """A draw from the normal distribution, from `random()` alone."""
    return NormalDist().inv_cdf(draws.random() or 0.5)


def _written(value: float) -> str:
    """Four digits that count, without an exponent."""
    digits = 3 - math.floor(math.log10(abs(value))) if value else 0
    rounded = round(value, digits)
    return f"{rounded:.{max(digits, 0)}f}"


if __name__ == "__main__":
    PANEL.write_text(panel_text(), encoding="utf-8", newline="\n")
