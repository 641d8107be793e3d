"""What a study is: sections of text, and of what is computed from the files that it names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from s3c.compiler import Compilation
from s3c.diagrams import Diagram
from s3c.experiments import Experiment, Moment

__all__ = [
    "Best",
    "Block",
    "Check",
    "Claim",
    "Claims",
    "Curves",
    "Early",
    "Equations",
    "Greater",
    "Logarithmic",
    "Order",
    "Picture",
    "PictureKind",
    "Published",
    "Section",
    "Sign",
    "Spread",
    "Steady",
    "Study",
    "Table",
    "Value",
    "Values",
]

Times: TypeAlias = tuple[float, float]
"""From one time to another, in the model's time unit."""


# --- blocks ---


@dataclass(frozen=True, slots=True)
class Published:
    """The targets of an experiment beside what its model gives, at the constants as they stand."""

    experiment: Experiment
    scenarios: tuple[str, ...] = ()
    """Whose targets are shown; of all, if none is named."""
    caption: str = ""
    scatter: bool = False
    """Whether they are drawn, too: published across, simulated up."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Variables over time: a line for each scenario and each element, its mean over the seeds."""

    experiment: Experiment
    scenarios: tuple[str, ...]
    variables: tuple[str, ...]
    times: Times | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """Variables at one moment: a row for each element, or for each variable."""

    experiment: Experiment
    variables: tuple[str, ...]
    at: float | Moment
    scenarios: tuple[str, ...] = ()
    caption: str = ""


class PictureKind(StrEnum):
    """What a picture of a model shows."""

    CAUSAL = "causal"
    STOCK_FLOW = "stock-flow"


@dataclass(frozen=True, slots=True)
class Picture:
    """The structure of a model, or of a part of it."""

    diagram: Diagram
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text that stands beside the study, the names of its columns first."""

    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Equations:
    """The model's own text for some variables."""

    compilation: Compilation
    variables: tuple[str, ...]
    caption: str = ""


# --- claims ---


@dataclass(frozen=True, slots=True)
class Order:
    """At the end, each scenario is farther from the benchmark than the next one."""

    scenarios: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Greater:
    """At the end, the first scenario is above the second."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Best:
    """At the end, one scenario is above all the others."""

    scenario: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logarithmic:
    """a + b ln(1 + t) fits a curve better than a straight line, and than an exponential.

    The exponential is a + b exp(-t / c), which comes to rest. t is counted from the first time.
    """

    scenario: str
    times: Times | None = None


@dataclass(frozen=True, slots=True)
class Early:
    """By some time, a curve has made so great a share of its rise to its largest value."""

    scenario: str
    by: float
    share: float


@dataclass(frozen=True, slots=True)
class Steady:
    """After some time, a curve stays near its last value, within a share of it."""

    scenario: str
    after: float
    within: float


@dataclass(frozen=True, slots=True)
class Sign:
    """At the end, the first scenario is above the second with so great a share of the seeds."""

    first: str
    second: str
    share: float


@dataclass(frozen=True, slots=True)
class Spread:
    """At the end, the standard deviation over the seeds is such a share of the mean at most."""

    scenario: str
    at_most: float


@dataclass(frozen=True, slots=True)
class Value:
    """At the end, a variable has some value, within an amount."""

    scenario: str
    value: float
    within: float


Check: TypeAlias = Order | Greater | Best | Logarithmic | Early | Steady | Sign | Spread | Value


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, and what decides whether it holds."""

    says: str
    check: Check
    experiment: Experiment
    variable: str
    """A single number over time."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """Sentences that can fail, each with its verdict."""

    claims: tuple[Claim, ...]
    caption: str = ""


# --- the whole ---

Block: TypeAlias = Published | Curves | Values | Picture | Table | Equations | Claims


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, text in Markdown, and blocks."""

    heading: str
    text: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """All that a study file says, with the models and experiments that it names."""

    path: Path
    title: str
    subtitle: str
    source: str
    sections: tuple[Section, ...]
