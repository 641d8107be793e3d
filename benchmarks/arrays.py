"""Does the cost of a subscripted model follow its text, or the size of its arrays?

    python benchmarks/arrays.py [--sizes 25 50 100 200] [--equations 50]

One model of as many equations, over square arrays of several sizes. What is printed for each size:
the time to compile it, the lines of the generated module, the memory that compiling takes, and the
time and the memory of a run; then how each grows when the array does. A compiler that writes arrays
out grows with their elements in all of them.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from dataclasses import dataclass

from s3c.compiler import Source, compile_source
from s3c.runtime import load_text

RIGHT_SIDES = (
    "{before}[Row, Column] * 0.01 + weight[Column]",
    "MAX({before}[Row, Column], base[Row, Column]) / (1 + {before}[Row, Column] ^ 2)",
    "IF THEN ELSE({before}[Row, Column] > 1, {before}[Row, Column] - 1, base[Row, Column])",
    "{before}[Row, Column] * EXP(-weight[Column])",
    "SQRT(ABS({before}[Row, Column])) + SUM(weight[Column!]) * 0.001",
)


@dataclass(frozen=True)
class Cost:
    """What one size costs."""

    size: int
    compile_seconds: float
    lines: int
    compile_bytes: int
    run_seconds: float
    run_bytes: int


def model(size: int, equations: int) -> str:
    """A model over `size` by `size` arrays."""
    lines = [
        f"Row: (r1-r{size}) ~~|",
        f"Column: (c1-c{size}) ~~|",
        f"Later: (r2-r{size}) ~~|",
        f"Earlier: (r1-r{size - 1}) -> Later ~~|",
        "base[Row, Column] = Row + Column / 100 ~~|",
        "weight[Column] = Column / 200 ~~|",
        "net[Row, Column] = flow 1[Row, Column] - flow 2[Row, Column] ~~|",
        "stock[Row, Column] = INTEG(net[Row, Column], base[Row, Column]) ~~|",
        "chain[r1, Column] = weight[Column] ~~|",
        "chain[Later, Column] = chain[Earlier, Column] * 0.9 + base[Later, Column] ~~|",
        "total[Row] = SUM(stock[Row, Column!] * weight[Column!]) ~~|",
    ]
    for number in range(1, equations - 6):
        before = "stock" if number < 3 else f"flow {number - 1}"
        right = RIGHT_SIDES[number % len(RIGHT_SIDES)].format(before=before)
        lines.append(f"flow {number}[Row, Column] = {right} ~~|")
    lines += ["INITIAL TIME = 0 ~~|", "FINAL TIME = 4 ~~|", "TIME STEP = 1 ~~|", "SAVEPER = 1 ~~|"]
    return "\n".join(lines) + "\n"


def cost(size: int, equations: int) -> Cost:
    """Compile and run one size: timed first, and again with memory traced, which takes time."""
    text = model(size, equations)
    began = time.perf_counter()
    generated = compile_source(Source("arrays.mdl", text)).generated
    compiled = time.perf_counter() - began
    assert generated is not None
    lines = len(generated.text.splitlines())
    loaded = load_text(generated.text, "arrays")
    began = time.perf_counter()
    loaded.run()
    ran = time.perf_counter() - began
    tracemalloc.start()
    # Another name, so that no equation is in the parser's memory of what it has read.
    compile_source(Source("traced.mdl", text.replace("flow", "rate")))
    compile_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    run = loaded.run()
    run_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert run["stock"].shape == (5, size, size)
    return Cost(size, compiled, lines, compile_bytes, ran, run_bytes)


def main() -> None:
    """Print a line for each size, and how it all grows."""
    parser = argparse.ArgumentParser(description="Cost of arrays, by their size.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[25, 50, 100, 200])
    parser.add_argument("--equations", type=int, default=50)
    options = parser.parse_args()
    compile_source(Source("warm.mdl", model(3, 10)))  # imports, and the grammar's tables
    found = [cost(size, options.equations) for size in options.sizes]
    print(f"{options.equations} equations over n x n arrays")
    print("   n   compile   module   compiler's memory      run   run's memory")
    for each in found:
        print(
            f"{each.size:4}  {each.compile_seconds:6.3f} s  {each.lines:4} lines"
            f"  {each.compile_bytes / 2**20:13.1f} MiB  {each.run_seconds:6.3f} s"
            f"  {each.run_bytes / 2**20:8.1f} MiB"
        )
    first, last = found[0], found[-1]
    print(
        f"elements x {(last.size / first.size) ** 2:.0f}:"
        f" compile x {last.compile_seconds / first.compile_seconds:.2f},"
        f" lines x {last.lines / first.lines:.2f},"
        f" compiler's memory x {last.compile_bytes / first.compile_bytes:.2f},"
        f" run's memory x {last.run_bytes / first.run_bytes:.2f}"
    )


if __name__ == "__main__":
    main()
