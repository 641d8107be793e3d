"""Feed targets in turn, each in processes of its own, and say what came of it.

`python -m fuzz --work FOLDER [--minutes 60] [TARGET ...]`; `fuzz/README.md` tells more.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from .figures import as_json, as_table, figures_of
from .targets import TARGETS

_TURN = 60
_GRACE = 300


def main() -> int:
    """Go round the targets until the time is over. Exits with 1 if anything was found."""
    command = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    command.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    command.add_argument("--minutes", type=float, default=60, help="in all (%(default)s)")
    command.add_argument("--turn", type=float, default=_TURN, help="seconds (%(default)s)")
    command.add_argument("--work", type=Path, required=True, help="corpora, findings, figures")
    options = command.parse_args()
    names: list[str] = options.targets or list(TARGETS)
    if unknown := [each for each in names if each not in TARGETS]:
        command.error(f"there is no target {', '.join(unknown)}")
    end = time.monotonic() + 60 * options.minutes
    while time.monotonic() < end:
        for name in names:
            left = min(options.turn, end - time.monotonic())
            if left > 1:
                _feed(name, left, options.work / name)
    figures = [figures_of(name, options.work / name) for name in TARGETS]
    figures = [each for each in figures if each.inputs]
    (options.work / "figures.json").write_text(as_json(figures), encoding="utf-8")
    (options.work / "figures.md").write_text(as_table(figures), encoding="utf-8")
    print(as_table(figures), end="")
    return 1 if any(each.crashes for each in figures) else 0


def _feed(name: str, seconds: float, folder: Path) -> None:
    """One turn, in a process that is ended if it does not end by itself."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [sys.executable, "-m", "fuzz.feeding", name, str(int(seconds)), str(folder)]
    with (folder / "log").open("ab") as log:
        try:
            subprocess.run(arguments, stdout=log, stderr=log, check=False, timeout=seconds + _GRACE)
        except subprocess.TimeoutExpired:
            (folder / f"fatal-hang-{time.time_ns()}").touch()


if __name__ == "__main__":
    sys.exit(main())
