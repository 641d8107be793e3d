"""Models and what they give: good ones their Python, bad ones their diagnostics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from s3c.compiler import Source, check, render, show_stage

HERE = Path(__file__).parent
GOOD = sorted(HERE.glob("good/*.mdl"))
BAD = sorted(HERE.glob("bad/*.mdl"))


def named(path: Path) -> str:
    return path.stem


def source(path: Path) -> Source:
    """A model under its bare name, so that what is expected does not depend on the folder."""
    return Source.decode(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_good(path: Path, expect: Callable[[Path, str], None]) -> None:
    compilation = check(source(path))
    assert compilation.ok, "\n".join(map(render, compilation.diagnostics))
    stages = (show_stage(compilation, stage) for stage in ("system", "schedule", "python"))
    warnings = "".join(f"{render(each)}\n" for each in compilation.diagnostics)
    expect(path.with_suffix(".expected"), warnings + "\n".join(filter(None, stages)))


@pytest.mark.parametrize("path", BAD, ids=named)
def test_bad(path: Path, expect: Callable[[Path, str], None]) -> None:
    compilation = check(source(path))
    assert not compilation.ok
    text = "\n\n".join(map(render, compilation.diagnostics)) + "\n"
    expect(path.with_suffix(".expected"), text)
