"""What the page on experiment files shows does what the page says; tests/docs runs its code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from command_line import MODELS, call

from s3c.experiments import Sampling, draw, read_experiment, spreads

PAGE = (MODELS.parent / "experiments" / "README.md").read_text(encoding="utf-8")


def block(language: str, heading: str = "# Experiment files") -> str:
    """The first block of a language after a heading."""
    after = PAGE[PAGE.index(f"{heading}\n") :]
    found = re.findall(rf"^```{language}\n(.*?)^```$", after, re.MULTILINE | re.DOTALL)
    return str(found[0])


def test_the_scenarios_of_the_page(tmp_path: Path) -> None:
    for name in ("s3.mdl", "s3_indicators.csv"):
        shutil.copy(MODELS / name, tmp_path)
    head = "scenario,variable,at,value,weight,use,minus\n"
    row = "turbulent,Industry smart level,peak,0.07,,hold out,\n"
    (tmp_path / "targets.csv").write_text(head + row, encoding="utf-8")
    text = block("toml").replace("final_time = 50", "final_time = 5")
    (tmp_path / "experiment.toml").write_text(text, encoding="utf-8")
    result = call("scenarios", tmp_path / "experiment.toml")
    assert result.exit_code == 0, result.stderr
    for name in ("turbulent", "innovation -25 %, relatedness +75 %"):
        assert name in result.stdout


def test_the_sensitivity_of_the_page(tmp_path: Path) -> None:
    for name in ("s3.mdl", "s3_indicators.csv"):
        shutil.copy(MODELS / name, tmp_path)
    path = tmp_path / "experiment.toml"
    path.write_text(block("toml", "## Sensitivity"), encoding="utf-8")
    sensitivity = read_experiment(path).sensitivity
    assert sensitivity is not None
    assert draw(sensitivity, {}).values.shape == (1000, 3)


def test_the_page_names_every_sampling_and_distribution() -> None:
    for name in (*Sampling, *spreads.DISTRIBUTIONS):
        assert f"\n| `{name}` |" in PAGE


PAYOFFS = """
Harvesting effort = 0.1 ~~|
Stock = INTEG(Stock * (0.5 - Stock / 200) - Profit, 90) ~~|
Profit = Harvesting effort * Stock ~~|
Measured stock :RAW: ~~|
Cost of belief = Harvesting effort ^ 2 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 8 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = 1 ~~|
"""


def test_the_payoffs_of_the_page(tmp_path: Path) -> None:
    text = block("toml", "## Payoffs and optimisation")
    (tmp_path / "prices.mdl").write_text(PAYOFFS)
    (tmp_path / "stock.csv").write_text("Time,Measured stock\n1,80\n7,60\n")
    text = text.replace("starts = 5", "starts = 2").replace("1e-8", "1e-3")
    (tmp_path / "e.toml").write_text(text)
    result = call("optimize", tmp_path / "e.toml")
    assert result.exit_code == 0, result.stderr
    assert "2 points" in result.stdout
    assert "of which priors: -" in result.stdout
