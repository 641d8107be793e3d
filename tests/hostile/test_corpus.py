"""What fuzzing found gives what it must, in little time. `python -m fuzz` finds more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("time and memory are bounded as Unix does it", allow_module_level=True)

from fuzz.bounds import TooLongError, timed
from fuzz.figures import Turn, as_table, figures_of
from fuzz.seeds import seeds_of
from fuzz.targets import TARGETS

CORPUS = sorted(each for each in (Path(__file__).parent / "corpus").glob("*/*") if each.is_file())


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_was_found_is_told_of(file: Path) -> None:
    with timed():
        TARGETS[file.parent.name](file.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_takes_its_seeds(name: str) -> None:
    """A target that failed at all inputs alike would find nothing."""
    seeds = [*islice(seeds_of(name), 3)]
    if name == "xls" and not seeds:
        pytest.skip("nothing here writes such files, and the community's are not there")
    assert seeds
    for data in seeds:
        with timed():
            TARGETS[name](data)


def test_what_does_not_end_is_stopped() -> None:
    def endless() -> Iterator[int]:
        while True:
            try:
                yield 1
            except Exception:  # noqa: BLE001, S112 -- as a reader of files might
                continue

    with pytest.raises(TooLongError), timed(0.05):
        sum(endless())


def test_figures_of_turns_are_summed_up(tmp_path: Path) -> None:
    Turn(300, 30.0, 0.5).write(tmp_path / "turn-1.json")
    Turn(100, 10.0, 1.5).write(tmp_path / "turn-2.json")
    log = "#2 INITED cov: 40 ft: 5\n#9 NEW cov: 50\n#2 INITED cov: 48\n#400 DONE cov: 52 ft: 9"
    (tmp_path / "log").write_text(log, encoding="ascii")
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "ValueError-1.bin").touch()
    figures = figures_of("csv", tmp_path)
    assert (figures.inputs, figures.per_second, figures.slowest) == (400, 10, 1.5)
    assert (figures.covered, figures.gained, figures.crashes) == (52, 12, 1)
    assert "| csv | 400 | 0.7 | 10 | 52 | 12 | 0 | 1.5 s | 1 |" in as_table([figures])
