"""No name of a model, a file or a table steers the terminal that a command prints to."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from s3c.cli import main

STEERS = "\x1b[31mX\x1b]0;t\x07\u202e\x9b31m"
NAME = f"a {STEERS} b"
MODEL = f"""{{UTF-8}}
"{NAME}" = INTEG(flow - "{NAME}" / 3, 2) ~ people{STEERS} ~ said {STEERS} |
flow = 1 + bend("{NAME}") + 7 ~ people/Year ~ {STEERS} |
bend((0,1),(9,1)) ~~ |
rate = 0.5 ~~ |
"r {STEERS}": "e {STEERS}", f ~~ |
"arr {STEERS}"["r {STEERS}"] = Time ~~ |
***group {STEERS}***~{STEERS}|
"fail {STEERS}" = 1 / (2 - Time) ~~ |
:MACRO: "macro {STEERS}"(x)
"macro {STEERS}" = x ~~ |
:END OF MACRO:
INITIAL TIME = 0 ~~ | FINAL TIME = 4 ~~ | TIME STEP = 1 ~~ | SAVEPER = 1 ~~ |
"""
FILE = f"{STEERS}.mdl"
COMMANDS = (
    ("run", FILE), ("run", "--on-error", "nan", FILE), ("check", FILE),
    ("check", "--units", "--infer", FILE), ("lint", "--run", FILE), ("show", FILE),
    ("show", FILE, NAME), ("test", FILE), ("compile", FILE), ("format", "--check", FILE),
    ("convert", FILE, "-o", "o.xmile"), ("diagram", FILE, "-o", "o.svg"),
    *(("compile", FILE, "--show", stage) for stage in ("document", "system", "program", "python")),
    *((name, FILE, "--format", form) for name in ("check", "lint") for form in ("json", "sarif")),
    ("check", "broken.mdl"), ("run", "m.mdl", "--changes", "c.cin"), ("scenarios", "e.toml"),
    ("run", "m.mdl", "--save-list", "l.lst"), ("run", "m.mdl", "--data", "d.csv"),
    ("run", "m.mdl", "--data", "d.dat"), ("run", "m.mdl", "--resume", "s.state"),
    ("optimize", "v.voc", "--model", "m.mdl", "--payoff", "v.vpd"),
    ("sensitivity", "v.vsc", "--model", "m.mdl"), ("compare", FILE, "m.mdl"),
)  # fmt: skip
FILES = {
    FILE: MODEL, "m.mdl": MODEL, "broken.mdl": MODEL + f'x = "{STEERS} ~~ |\ny = {STEERS} + ~~ |',
    "c.cin": f"rate=1\n{STEERS}=2\n", "l.lst": f"rate\n{STEERS}\n",
    "d.csv": f"Time,{STEERS}\n0,{STEERS}\n", "d.dat": f"{STEERS}\n0\t1\n{STEERS}\t1\n",
    "s.state": '{"\\u001b[31m": 1}', "e.toml": 'model = "\\u001b[31m.mdl"\n"\\u001b[31m" = 1\n',
    "v.voc": f":OPTIMIZER={STEERS}\n{STEERS}\n0<=rate{STEERS}=0.1<=1\n",
    "v.vpd": f"*{STEERS}\n{STEERS}/1\n", "v.vsc": f"100,{STEERS},1\n{STEERS}=RANDOM_UNIFORM(0,1)\n",
}  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda each: ascii(" ".join(each))[:60])
def test_no_command_lets_it_through(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, arguments)
    assert isinstance(result.exception, SystemExit | None)
    assert result.exit_code in (0, 1, 2)
    assert "S3C901" not in result.stderr
    shown = result.stdout + result.stderr
    assert [each for each in shown if not each.isprintable() and each not in "\n\t"] == []
    assert shown


def test_the_words_are_there() -> None:
    """Without this, the test above could look at nothing."""
    assert MODEL.count(STEERS) > 10
