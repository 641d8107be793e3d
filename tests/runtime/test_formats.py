"""Every format both ways: what a run writes is read back, and what is broken is told."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
from model_texts import compiled

from s3c.runtime import Run, RunError, compare, read_dataset

ENDINGS = ["csv", "tab", "tsv", "dat", "xlsx", "parquet", "nc"]

MODEL = """\
Place: süd, "a,b" ~~|
"Birth-rate": East, West ~~|
"2020 sales" ~ widgets ~|
price["Birth-rate"]:RAW: ~~|
=plain = 3 ~~|
"quoted ""part" = 1 / 3 ~~|
nothing = IF THEN ELSE(Time = 1, :NA:, 0.1 * Time) ~~|
level[Place] = INTEG(-1e-9 * level[Place] / 7, 1e20) ~~|
both[Place, "Birth-rate"] = level[Place] * "2020 sales" ~~|
fixed[Place] = 0.1, 2e-300 ~~|
""".replace("=plain", '"=plain"').replace('"quoted ""part"', '"quoted \\"part"')  # fmt: skip


@pytest.fixture(scope="module")
def run() -> Run:
    data = {"2020 sales": ([0, 3], [1, 2 / 3]), "price[East]": ([0, 1], [1.5, -7])}
    return compiled(MODEL).run(data=data, final_time=3)


@pytest.fixture(scope="module", params=ENDINGS)
def file(request: Any, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("formats") / f"run.{request.param}"
    run.save(path)
    return path


def test_what_a_run_writes_is_what_is_read(run: Run, file: Path) -> None:
    found = read_dataset(file)
    assert set(found) == set(run.columns)
    assert "2020 sales" in found
    assert 'fixed["a,b"]' in found
    for name in run.columns:
        expected = {
            time: value
            for time, value in zip(run.series("Time"), run.series(name), strict=True)
            if value != -(2.0**110) and not math.isnan(value)
        }
        known = dict(zip(found[name].times.tolist(), found[name].values.tolist(), strict=True))
        if len(known) == 1 and len(set(expected.values())) == 1:  # what does not change
            expected = {0.0: expected[0.0]}
        assert known == expected


def test_a_run_equals_what_it_wrote(run: Run, file: Path) -> None:
    for found in (compare(run, read_dataset(file)), compare(read_dataset(file), run)):
        assert found.equal
        assert len(found.names) == len(run.columns)
        assert found.only_first == found.only_second == ()


def test_the_names_that_are_wanted_are_read(file: Path) -> None:
    found = read_dataset(file, names=['"2020_SALES"', "fixed[SÜD]", "nobody"])
    assert set(found) == {"2020 sales", "fixed[süd]"}


def outcome(path: Path) -> None:
    """Read a file that may be anything: there are series, or a diagnostic that names it."""
    told: RunError | None = None
    try:
        read_dataset(path)
    except RunError as error:
        told = error
    assert told is None or told.code in ("S3C606", "S3C607")
    assert told is None or (path.name in told.message and told.hint)


def test_a_file_that_was_cut_off(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes()
    path = tmp_path / file.name
    for length in {
        *range(0, len(data), max(1, len(data) // 60)),
        *range(len(data) - 12, len(data)),
    }:
        path.write_bytes(data[:length])
        outcome(path)


def test_a_file_with_wrong_bytes(file: Path, tmp_path: Path) -> None:
    draw = random.Random(3)  # noqa: S311 -- no secret
    data = file.read_bytes()
    path = tmp_path / file.name
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(draw.choice([1, 3, 30])):
            broken[draw.randrange(len(data))] = draw.randrange(256)
        path.write_bytes(broken)
        outcome(path)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0" * 9, b"\xff\xfe\0", b"\x81" * 40, b"CDF\x01\0" + b"\xff" * 40, b"PAR1\0" * 9,
        b"PK\x03\x04" + b"\0" * 40, b"\x89HDF\r\n\x1a\n" + b"\0" * 40,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    ],
    ids=["empty", "zeros", "utf-16", "mis-encoded", "netcdf", "parquet", "zip", "hdf", "ole"],
)  # fmt: skip
def test_what_is_nothing_of_the_kind(tmp_path: Path, ending: str, data: bytes) -> None:
    path = tmp_path / f"data.{ending}"
    path.write_bytes(data)
    with pytest.raises(RunError) as caught:
        read_dataset(path)
    assert caught.value.code == "S3C607"
    assert f"data.{ending}" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_locked_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    def locked(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / f"data.{ending}"
    path.write_bytes(b"")
    monkeypatch.setattr("os.open", locked)
    with pytest.raises(RunError, match="cannot be read: Permission denied") as caught:
        read_dataset(path)
    assert caught.value.code == "S3C606"
