"""Models with reality checks, given as text and tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model_texts import TIMES

import s3c
from s3c.compiler import Source, compile_checks
from s3c.runtime import CheckResult

__all__ = ["check_errors", "results_of"]


def results_of(
    text: str, folder: Path, times: str = TIMES, **options: Any
) -> dict[str, CheckResult]:
    """What became of each check of a text, by its name."""
    file = folder / "m.mdl"
    file.write_text(f"{{UTF-8}}\n{text}\n{times}", encoding="utf-8")
    report = s3c.load_checks(file).test(**options)
    return {each.name: each for each in report.results}


def check_errors(text: str) -> list[tuple[str, str]]:
    """The codes of all that is wrong with a text's checks, each with what it underlines."""
    compilation = compile_checks(Source("m.mdl", text + TIMES))
    return [(each.code, each.span.text if each.span else "") for each in compilation.diagnostics]
