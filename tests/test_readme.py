"""What the README tells a newcomer to type works, and shows what the README shows."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from s3c.cli import main
from s3c.compiler import Source, check, compile_source, render

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in fenced if name == language]


COMMANDS = [
    line for block in blocks("sh") for line in block.splitlines() if line.startswith("s3c ")
]
# What another command must have written before.
NEEDS = {each: COMMANDS[place - 1] for place, each in enumerate(COMMANDS) if "--resume" in each}


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the models and studies, as a clone has them."""
    for folder in ("models", "studies"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str, clone: Path) -> None:
    if command in NEEDS:
        CliRunner().invoke(main, shlex.split(NEEDS[command])[1:])
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code == 0, result.stderr
    for name in re.findall(r"\S+\.(?:png|csv)|s3_model\.py", command):
        assert (clone / name).stat().st_size > 1000


def test_library(clone: Path) -> None:
    code = [block for block in blocks("python") if "import s3c" in block]
    assert len(code) == 5
    for each in code:
        namespace: dict[str, object] = {}
        exec(compile(each, "README.md", "exec"), namespace)  # noqa: S102 -- our own README
    assert (clone / "levels.png").is_file()


def test_the_python_shown_is_what_is_printed() -> None:
    shown = [block for block in blocks("python") if "import s3c" not in block]
    for name, block in zip(("s3.mdl", "cohorts.mdl"), shown, strict=True):
        generated = compile_source(Source.read(ROOT / "models" / name)).generated
        assert generated
        printed = "\n".join(line.removeprefix("    ") for line in generated.text.splitlines())
        assert block in printed


def test_the_equations_shown_are_those_of_the_example() -> None:
    [shown] = [block for block in blocks("") if "arrivals[" in block]
    assert shown in (ROOT / "models" / "cohorts.mdl").read_text(encoding="utf-8")


def test_the_error_shown_is_what_is_told() -> None:
    [shown] = [block for block in blocks("") if block.startswith("error")]
    text = (ROOT / "models" / "s3.mdl").read_text(encoding="utf-8")
    wrong = text.replace("\t\tIndustry smart level + Ind", "\t\tIndustry smart levle + Ind")
    diagnostics = check(Source("models/s3.mdl", wrong)).diagnostics
    errors = [each for each in diagnostics if each.is_error]  # remarks a run does not show
    assert [render(each).expandtabs(4) for each in errors] == [shown.strip().expandtabs(4)]
