"""The report's own section: which of the community's models agree, by name, and which do not."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

_FOUND = pytest.StashKey[dict[str, list[str]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FOUND] = {}


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Note a model under a heading of the report."""

    def add(heading: str, name: str) -> None:
        request.config.stash[_FOUND].setdefault(heading, []).append(name)

    return add


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    found = config.stash[_FOUND]
    if found:
        terminalreporter.section("conformance models")
    for heading, names in sorted(found.items()):
        terminalreporter.line(f"{len(names)} {heading}:")
        terminalreporter.line(textwrap.fill(", ".join(names), 100, initial_indent="  ",
                                            subsequent_indent="  "))  # fmt: skip
