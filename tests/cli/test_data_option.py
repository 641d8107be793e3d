"""`s3c run --data FILE`: series for a model's data variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import call

MODEL = """\
Region: East, West ~~|
sales ~ widgets ~|
price[Region] ~~|
income[Region] = sales * price[Region] ~~|
total = INTEG(SUM(income[Region!]), 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "m.mdl"
    file.write_text(MODEL)
    return file


def test_later_files_win(model: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.tab"
    first.write_text('Time,sales,"price[East]","price[West]"\n0,10,1,2\n2,30,,\n')
    second.write_text("Time\t0\nprice[West]\t5\n")
    output = tmp_path / "out.csv"
    result = call("run", model, "--data", first, "--data", second, "-o", output, "--save", "total")
    assert result.exit_code == 0, result.stderr
    assert "S3C608" not in result.stderr
    # 10 * 6, then 20 * 6
    assert output.read_text().splitlines() == ["Time,total", "0,0", "1,60", "2,180"]


def test_what_has_no_data_is_named(model: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("Time,sales\n0,10\n")
    result = call("run", model, "--data", data)
    assert result.exit_code == 0
    assert "warning[S3C608]: “price[East]”, “price[West]” have no data" in result.stderr
    assert "--data FILE" in result.stderr
    assert "S3C608" not in call("run", model, "--data", data, "-q").stderr


@pytest.mark.parametrize(
    ("text", "code"), [(None, "S3C606"), ("Time,sales\n0,x\n", "S3C607"), ("", "S3C607")]
)
def test_files_that_cannot_be_read(model: Path, tmp_path: Path, text: str, code: str) -> None:
    data = tmp_path / "data.csv"
    if text is not None:
        data.write_text(text)
    result = call("run", model, "--data", data)
    assert result.exit_code == 2
    assert code in result.stderr


def test_a_model_without_data_variables_says_so(tmp_path: Path) -> None:
    plain, data = tmp_path / "plain.mdl", tmp_path / "data.csv"
    plain.write_text("x = 1 ~~|\n" + "".join(MODEL.splitlines(keepends=True)[-4:]))
    data.write_text("Time,x\n0,2\n")
    assert "no data variables" in call("run", plain, "--data", data).stderr
    assert "no data variables" not in call("run", plain).stderr


def test_files_of_an_unpublished_format(model: Path, tmp_path: Path) -> None:
    for name in ("run.vdf", "run.VDFX"):
        (tmp_path / name).write_bytes(b"\x7f\xf7\x17\x52")
        result = call("run", model, "--data", tmp_path / name)
        assert result.exit_code == 2
        assert "not published" in result.stderr
        assert ".tab, .csv or .dat" in result.stderr


def test_a_comparison_may_be_given_data(model: Path, tmp_path: Path) -> None:
    data, output = tmp_path / "data.csv", tmp_path / "out.tab"
    data.write_text('Time,sales,"price[East]","price[West]"\n0,10,1,2\n2,30,,\n')
    assert call("run", model, "--data", data, "-o", output).exit_code == 0
    assert call("compare", model, output, "--data", data).exit_code == 0
    assert call("compare", model, output).exit_code == 1
