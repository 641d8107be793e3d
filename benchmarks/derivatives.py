"""What derivatives cost: a run of the S3 model with them, and the plain runs of differences.

    python -m benchmarks.derivatives [--repeats N]

The gradient of the industry smart specialization level in one indicator of each of the six factors,
by each engine: a plain run, one run that computes the gradient, too, and the 13 plain runs of
central differences. All take turns; printed are medians, and ratios to the plain run.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import s3c
from s3c.runtime import CompiledModel

from .turns import Contender, calling, in_turns, ratio

MODEL = Path(__file__).parent.parent / "models/s3.mdl"
LEVEL = "Industry smart specialization level"
INDICATORS = (
    "R&D investment intensity",
    "R&D personnel density",
    "Degree of cooperation between industries, universities and research institutes",
    "Fixed asset investment",
    "Number of patent applications",
    "Comparative advantage of high-tech patents",
)


def main() -> None:
    """Print a line for each engine."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    plain = s3c.load(MODEL)
    gradient = s3c.load(MODEL, derivatives=INDICATORS, derivatives_of=[LEVEL])
    names = [LEVEL, *(s3c.derivative_name(LEVEL, each) for each in INDICATORS)]
    for engine in ("python", "native"):
        contenders = [
            _runs("plain", plain, [LEVEL], engine),
            _runs("gradient", gradient, names, engine),
            _runs("differences", plain, [LEVEL], engine, 2 * len(INDICATORS) + 1),
        ]
        own, *others = in_turns(contenders, repeats, turn=0.1)
        shown = ", ".join(f"{each.name} {ratio(each, own):.2f}" for each in others)
        print(f"{engine}: plain run {own.median * 1e3:.3f} ms; times that: {shown}")


def _runs(
    name: str, model: CompiledModel, save: list[str], engine: str, count: int = 1
) -> Contender:
    """A contender that makes some runs, one after another."""

    def runs() -> None:
        for _ in range(count):
            model.run(save=save, engine=engine)

    return calling(name, runs)


if __name__ == "__main__":
    main()
