"""The comparison works; what it measures is nobody's test."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

import s3c
from benchmarks.c_loop import WrongNumbersError, build, check
from benchmarks.growth import exponent
from benchmarks.report import Finding, at_least, at_most
from benchmarks.s3_texts import COLUMNS, sine_text
from benchmarks.turns import Contender, in_turns, ratio

ROOT = Path(__file__).parents[2]


@pytest.fixture
def model(tmp_path: Path) -> s3c.CompiledModel:
    path = tmp_path / "s3_sine.mdl"
    path.write_text(sine_text(), encoding="utf-8", newline="")
    return s3c.load(path)


def test_one_run_is_compared_and_written_as_json(tmp_path: Path) -> None:
    target = tmp_path / "found.json"
    command = [*(sys.executable, "-m", "benchmarks", "--quick", "--repeats", "1", "single")]
    command += ["--no-peers", "--no-native", "--json", str(target)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    assert "One run of the S3 model" in run.stdout
    assert "pysd and simlin take no part: --no-peers" in run.stdout
    assert "native run takes no part: --no-native" in run.stdout
    found = json.loads(target.read_text(encoding="utf-8"))
    seconds = found["parts"]["single"]["seconds"]
    assert "s3c Python engine, model.run()" in seconds
    assert ("C loop" in seconds) == (which("cc") is not None)
    assert all(each["median"] > 0 for each in seconds.values())


def test_an_unknown_part_is_refused() -> None:
    command = [sys.executable, "-m", "benchmarks", "sinle"]
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 2
    assert "there is no part sinle" in run.stderr


def test_a_wrong_c_loop_is_not_timed(
    tmp_path: Path, model: s3c.CompiledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import c_loop

    text = c_loop.SOURCE.read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.c"
    wrong.write_text(text.replace("* 0.0905", "* 0.0906"), encoding="utf-8")
    monkeypatch.setattr(c_loop, "SOURCE", wrong)
    loop = build(tmp_path, ("-O1",))
    if loop is None:
        pytest.skip("there is no C compiler")
    with pytest.raises(WrongNumbersError, match="the C loop's run"):
        check(loop, model)


def test_the_columns_are_all_that_the_model_computes(model: s3c.CompiledModel) -> None:
    kinds = {"STOCK", "FLOW", "AUXILIARY"}
    computed = [each.name for each in model.run().variables if each.kind.name in kinds]
    assert list(COLUMNS) == [name for name in computed if name != "SAVEPER"]


def test_contenders_take_turns_and_ratios_are_by_round() -> None:
    order: list[str] = []

    def taking(name: str, seconds: float) -> Contender:
        def call(times: int) -> float:
            order.append(name)
            return seconds * times * len(order)

        return Contender(name, call)

    slow, fast = in_turns([taking("slow", 3.0), taking("fast", 1.0)], 3)
    assert order[-6:] == ["slow", "fast"] * 3
    assert slow.rounds == (15.0, 21.0, 27.0)
    assert ratio(slow, fast) == 21.0 / 8.0


def test_exponents() -> None:
    assert exponent((10, 100, 1000), (2e-3, 2e-2, 0.2)) == pytest.approx(1.0)
    assert exponent((1, 2, 4, 8), (5.0, 20.0, 80.0, 320.0)) == pytest.approx(2.0)


def test_targets() -> None:
    assert Finding("", 20.0, at_least(20)).is_met
    assert not Finding("", 19.9, at_least(20)).is_met
    assert Finding("", 1.0, at_most(1)).is_met
    assert not Finding("", 1.01, at_most(1)).is_met
    assert Finding("", 1.0).is_met is None
