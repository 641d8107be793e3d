"""How much memory and time does a model take to read a large file of data?

    python benchmarks/big_data.py [--megabytes 100] [--endings csv tab dat parquet nc]

A model with a plain and a subscripted data variable is given files in which its series stand, and
others, or reads them itself (GET DIRECT DATA): a few long series or many short ones, with time down
or across, in part empty, and names of which most are constants. What is printed for each: the
file's size, the most memory that a run takes beyond an interpreter that has imported numpy and the
runtime, its ratio to the size, the time, and how often the file was opened, which an audit hook
counts.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

ELEMENTS = 400
MODEL = f"""\
Region: (r1-r{ELEMENTS}) ~~|
sales ~~|
price[Region] ~~|
total = INTEG(SUM(price[Region!]) * sales, 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 10 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""

ITSELF = MODEL.replace("sales ~~|", "sales := GET DIRECT DATA('data.csv', ',', 'A', 'B2') ~~|", 1)
ITSELF_ALL = ITSELF.replace(
    "price[Region] ~~|", "price[Region] := GET DIRECT DATA('data.csv', ',', 'A', 'C2') ~~|", 1
)

# What a child runs: it says on its last line how much memory it took and what it opened.
CHILD = """\
import json, sys
opened = []
sys.addaudithook(lambda event, given: event == "open" and opened.append(str(given[0])))
arguments = sys.argv[1:]
if arguments:
    from s3c.cli import main
    main(arguments, standalone_mode=False)
else:
    import numpy, s3c.runtime
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps({"peak": peak * 1024, "opened": opened}))
"""


@dataclass(frozen=True)
class Shape:
    """A way to lay out a table."""

    name: str
    columns: tuple[str, ...]
    across: bool = False
    filled: float = 1.0
    """The share of the cells in which something stands."""


PRICES = tuple(f"price[r{k}]" for k in range(1, ELEMENTS + 1))
FEW = ("sales", "price[r1]", "price[r2]")
MANY = ("sales", *PRICES, *(f"other {k}" for k in range(10_000)))
SHAPES = {
    each.name: each
    for each in (
        Shape("few columns", FEW),
        Shape("all the model's", ("sales", *PRICES)),
        Shape("many columns", MANY),
        Shape("half empty", ("sales", *PRICES), filled=0.5),
        Shape("nearly empty", ("sales", *PRICES), filled=0.02),
        Shape("few, across", FEW, across=True),
        Shape("many, across", MANY, across=True),
        Shape("constants", ("sales", *PRICES), across=True, filled=0.0),
    )
}


def cells(shape: Shape, source: random.Random) -> Callable[[int], list[str]]:
    """So many cells, each time others; drawn from a store, which is fast."""
    store = [
        f"{source.uniform(-1000, 1000):.6f}" if source.random() < shape.filled else ""
        for _ in range(1 << 17)
    ]

    def some(count: int) -> list[str]:
        start = source.randrange(len(store))
        found = store[start : start + count]
        while len(found) < count:
            found += store[: count - len(found)]
        return found

    return some


def rows(shape: Shape, size: int) -> Iterator[list[str]]:
    """The rows of a table that has about so many bytes as text."""
    some = cells(shape, random.Random(1))  # noqa: S311 -- no secret
    width = shape.filled * 11 + 1
    if not shape.across:
        yield ["Time", *shape.columns]
        for row in range(int(size / (len(shape.columns) * width + 7))):
            yield [str(row), *some(len(shape.columns))]
    elif shape.filled:
        count = int(size / (len(shape.columns) * width + 7))
        yield ["Time", *map(str, range(count))]
        for name in shape.columns:
            yield [name, *some(count)]
    else:
        yield ["Time", "0", "1"]
        for name in (*shape.columns, *(f"constant {k}" for k in range(size // 26))):
            yield [name, "12345.678", ""]


def write_text(shape: Shape, separator: str, size: int, target: Path) -> None:
    """Write a table whose cells stand between separators."""
    with target.open("w", encoding="utf-8") as file:
        for row in rows(shape, size):
            file.write(separator.join(row) + "\n")


def write_dat(shape: Shape, size: int, target: Path) -> None:
    """Write a series after another."""
    some = cells(shape, random.Random(1))  # noqa: S311 -- no secret
    count = size // (len(shape.columns) * 18)
    with target.open("w", encoding="utf-8") as file:
        for name in shape.columns:
            file.write(f"{name}\n")
            for start in range(0, count, 1000):
                numbers = enumerate(some(min(1000, count - start)), start)
                file.writelines(f"{at}\t{value}\n" for at, value in numbers)


def write_frame(shape: Shape, size: int, target: Path) -> None:
    """Write a Parquet or a NetCDF file, in a child: this process must stay small."""
    code = """\
import json, sys
import numpy, pandas
names, count, target = json.loads(sys.argv[1])
draw = numpy.random.default_rng(1)
frame = pandas.DataFrame({name: draw.normal(size=count) for name in names})
frame.index = pandas.Index(numpy.arange(float(count)), name="time")
frame.to_parquet(target) if target.endswith(".parquet") else frame.to_xarray().to_netcdf(target)
"""
    given = json.dumps([shape.columns, size // (8 * (len(shape.columns) + 1)), str(target)])
    subprocess.run([sys.executable, "-c", code, given], check=True)


def child(*arguments: object) -> dict[str, Any]:
    """Run a child, and what it says of itself."""
    command = [sys.executable, "-c", CHILD, *map(str, arguments)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def write(shape: Shape, ending: str, size: int, target: Path) -> None:
    """Write a file of that ending."""
    match ending:
        case "csv" | "tab" | "tsv":
            write_text(shape, "," if ending == "csv" else "\t", size, target)
        case "dat":
            write_dat(shape, size, target)
        case _:
            write_frame(shape, size, target)


def report(
    shape: Shape, ending: str, size: int, folder: Path, empty: int, itself: Path | None = None
) -> float:
    """Print a line on one file; how many times its size was taken. A model may read it itself."""
    data = folder / f"data.{ending}"
    write(shape, ending, size, data)
    began = time.perf_counter()
    given = ("run", itself) if itself else ("run", folder / "model.mdl", "--data", data)
    found = child(*given, "-q")
    took = time.perf_counter() - began
    ratio: float = (found["peak"] - empty) / data.stat().st_size
    opened = sum(Path(each).name == data.name for each in found["opened"])
    how = ending if itself is None else "itself"
    print(
        f"{how:8} {shape.name:16} {data.stat().st_size / 1e6:6.1f} MB"
        f"  {(found['peak'] - empty) / 1e6:7.1f} MB  x {ratio:4.2f}  {took:6.2f} s"
        f"  opened {opened} x"
    )
    data.unlink()
    return ratio


def main() -> None:
    """Print a line for each file, and the largest ratio."""
    parser = argparse.ArgumentParser(description="Memory and time that large data take.")
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--endings", nargs="+", default=["csv", "tab", "dat", "parquet"])
    options = parser.parse_args()
    size = int(options.megabytes * 1e6)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.mdl").write_text(MODEL, encoding="utf-8")
        empty = child()["peak"]
        child("run", folder / "model.mdl", "-q")  # compiled once, and kept
        print(f"an interpreter with numpy and the runtime: {empty / 1e6:.1f} MB; beyond that:")
        ratios = [
            report(shape, ending, size, folder, empty)
            for ending in options.endings
            for shape in (SHAPES.values() if ending == "csv" else islice(SHAPES.values(), 2))
        ]
        itself = folder / "itself.mdl"
        for model, shape in ((ITSELF, "few columns"), (ITSELF_ALL, "all the model's")):
            itself.write_text(model, encoding="utf-8")
            ratios.append(report(SHAPES[shape], "csv", size, folder, empty, itself))
        print(f"at most {max(ratios):.2f} times the size of the file")


if __name__ == "__main__":
    main()
