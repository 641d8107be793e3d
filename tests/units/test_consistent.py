"""No false alarm: models whose units were read by hand, those of this project, the community's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from conformance import CONFORMANCE, model_files
from consistent_models import COMMUNITY, WRITTEN
from unit_models import checked, told

from s3c.compiler import Source, check, check_units

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "models").glob("*.mdl"))


def test_ten_models_were_read() -> None:
    assert len(COMMUNITY) + len(WRITTEN) == 10


@pytest.mark.parametrize("name", COMMUNITY)
def test_no_alarm_on_models_of_the_community(name: str) -> None:
    if not CONFORMANCE.is_dir():
        pytest.skip(f"no conformance models in {CONFORMANCE}")
    synonyms = "".join(f"22:{group}\n" for group in COMMUNITY[name])
    text = (CONFORMANCE / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    first = text.index("\n", text.index(":L")) + 1  # of the settings
    assert told(text[:first] + synonyms + text[first:]) == []


@pytest.mark.parametrize("name", WRITTEN)
def test_no_alarm_on_models_that_were_written(name: str) -> None:
    assert checked(WRITTEN[name]).diagnostics == ()


@pytest.mark.parametrize("name", WRITTEN)
def test_units_that_are_taken_away_are_never_contradicted(name: str) -> None:
    """Without its fields a consistent model has no mistake: what is found agrees with the rest."""
    lines = WRITTEN[name].splitlines()
    for number, line in enumerate(lines):
        equation, tilde, rest = line.partition(" ~ ")
        if tilde and "~|" in rest and not line.startswith(("gap", "ADJUSTED")):
            text = "\n".join([*lines[:number], f"{equation} ~~|", *lines[number + 1 :]])
            found = checked(text, infer=True).diagnostics
            assert [str(each) for each in found if each.is_error] == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_models_of_this_project_are_clean(file: Path) -> None:
    assert checked(file.read_text(encoding="utf-8"), str(file)).diagnostics == ()


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason=f"no conformance models in {CONFORMANCE}")
@pytest.mark.parametrize("infer", [False, True], ids=["as written", "inferred"])
def test_every_model_of_the_community_is_checked(infer: bool) -> None:
    codes: Counter[str] = Counter()
    done = 0
    for file in model_files():
        source = Source.decode(file.read_bytes(), str(file))
        compilation = check(source)
        if compilation.system is None:
            continue
        found = check_units(compilation.document, compilation.system, infer=infer)
        codes.update(each.code for each in found.diagnostics)
        assert all(each.code.startswith("S3C3") for each in found.diagnostics), file
        assert "S3C9" not in "".join(map(str, found.diagnostics)), file
        done += 1
    assert done >= 150, codes
