"""What all tests share: `--update-expected`, and a cache of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write what the models give now to their .expected files, to be reviewed as a diff",
    )


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's compiled models are kept: never among the user's own. Not made yet."""
    folder = tmp_path_factory.mktemp("cache") / "s3c"
    monkeypatch.setenv("S3C_CACHE", str(folder))
    return folder


@pytest.fixture
def expect(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Hold a text against a file; with `--update-expected`, write the file."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-expected"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check
