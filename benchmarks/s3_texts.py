"""The S3 model as all can run it, and the names that the comparison uses of it."""

from __future__ import annotations

from pathlib import Path

from .cold_start import with_numbers

__all__ = ["COLUMNS", "INDICATORS", "LEVELS", "MODEL", "VARIED", "random_text", "sine_text"]

MODEL = Path(__file__).parent.parent / "models" / "s3.mdl"

_RANDOM = "RANDOM UNIFORM(-1, 1, 0.5)"
# The C loop has the same sine.
_SINE = "SIN(Time / One year * 1.7)"

INDICATORS = (
    "R&D investment intensity",
    "R&D personnel density",
    "Degree of cooperation between industries, universities and research institutes",
    "Fixed asset investment",
    "Number of patent applications",
    "Comparative advantage of high-tech patents",
    "Technology introduction, digestion and absorption rate",
    "Technology market turnover",
    "Industrial value added growth rate",
    "Market share of new products",
    "Export value of high-tech industry products",
    "Level of industrial outward orientation",
    "Similarity coefficient of industrial structure",
    "Industrial concentration rate",
    "Degree of industrial spatial aggregation",
    "Average industrial concentration rate",
    "Industry specialization coefficient",
    "Market share",
    "Industry sector contribution rate",
    "Total profit",
    "High-tech industry development coefficient",
)
"""The constants that are arguments of every run, in the order of the C loop's struct."""

VARIED = (
    "Fixed asset investment",
    "Number of patent applications",
    "Market share of new products",
    "Similarity coefficient of industrial structure",
    "Degree of industrial spatial aggregation",
    "Total profit",
)
"""What an ensemble varies: an indicator of each of the six factors, so that no factor is fixed."""

LEVELS = (
    "Industry smart level",
    "Industry specialization level",
    "Coupling level",
    "Industry smart specialization level",
)
"""Whose last values an ensemble keeps."""

COLUMNS = (
    "Industry smart level",
    "Smart development rate",
    "Innovation capacity",
    "Knowledge accumulation",
    "Benefit level",
    "Industry specialization level",
    "Specialization development rate",
    "Industry concentration",
    "Specialization degree",
    "Industry relatedness",
    "Coupling degree",
    "Comprehensive coordination index",
    "Coupling coordination degree",
    "Coupling level development rate",
    "Coupling level",
    "Industry smart specialization level",
    "Smart specialization increase rate",
    "Smart specialization decrease rate",
    "Environmental turbulence",
    "Innovation opportunities",
    "Accumulation rate",
    "Market opportunity",
    "Number of grasping opportunities",
)
"""Every stock, flow and auxiliary: the full output of a run, in the order of the C loop's row."""


def random_text() -> str:
    """The model with the numbers of its table written in: its turbulence is random."""
    return with_numbers(MODEL)


def sine_text() -> str:
    """The same with a sine for turbulence, so that every program computes the same numbers."""
    text = random_text()
    if _RANDOM not in text:
        msg = f"{MODEL.name} no longer has {_RANDOM}"
        raise ValueError(msg)
    return text.replace(_RANDOM, _SINE)
