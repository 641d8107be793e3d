"""Every function's documentation says what it was checked against, and tests do check that.

A test says so by its mark: `@pytest.mark.checks("TREND", against="closed form")`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from s3c.compiler import functions
from s3c.runtime import REGISTRY, Evidence, fold

TESTS = Path(__file__).parents[1]
MARKED = re.compile(r"mark\.checks\(|\bby_function\b")
ALL = functions.all_functions()


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """What pytest finds when it collects the tests that have marks: function, evidence, test."""
    files = [
        path for path in sorted(TESTS.rglob("test_*.py"))
        if path != Path(__file__) and MARKED.search(path.read_text(encoding="utf-8"))
    ]  # fmt: skip
    written = tmp_path_factory.mktemp("evidence") / "marks.tsv"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"),
            *("-p", "evidence_plugin", *map(str, files)),
        ],
        env=os.environ | {"PYTHONPATH": str(TESTS / "support"), "S3C_EVIDENCE": str(written)},
        cwd=TESTS.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = written.read_text(encoding="utf-8").splitlines()
    return [(name, against, test) for name, against, test in (each.split("\t") for each in lines)]


def test_a_mark_names_a_function_and_a_kind_of_evidence(marks: list[tuple[str, str, str]]) -> None:
    names = {each.name for each in ALL}
    kinds = {str(each) for each in Evidence}
    assert [mark for mark in marks if mark[0] not in names or mark[1] not in kinds] == []


@pytest.mark.parametrize("function", ALL, ids=lambda each: each.name)
def test_what_is_said_is_what_is_tested(
    function: functions.Function, marks: list[tuple[str, str, str]]
) -> None:
    said = [str(each.evidence) for each in function.documentation.checked]
    tested = {against for name, against, _ in marks if fold(name) == fold(function.name)}
    assert said, f"{function.name}: its documentation lacks “Checked against:”"
    assert len(set(said)) == len(said)
    assert set(said) == tested, (
        f"{function.name}: its documentation says {', '.join(said)}; the tests that are marked with"
        f" it compare with {', '.join(sorted(tested)) or 'nothing'}"
    )


@pytest.mark.parametrize("function", ALL, ids=lambda each: each.name)
def test_documentation_is_complete(function: functions.Function) -> None:
    said = function.documentation
    assert said.summary.endswith(".")
    assert said.source
    entry = REGISTRY.get(fold(function.name))
    assert not (entry and entry.form) or (entry.stated_section and entry.stated_phase), (
        f"{function.name}: say its section and its phase where it is registered"
    )
    # A label that stands out of order, or is misspelt, would be part of another text.
    texts = (said.summary, said.details, said.formula, said.errors, said.source, said.uncertain)
    assert not re.search(r"(?:^|[.;] )(?:[A-Z][a-z]+ ?){1,2}: ", " | ".join(texts))
