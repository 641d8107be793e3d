"""What the tests of the syntax stage share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3c.compiler import Source, syntax

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def read() -> Callable[[str], syntax.Document]:
    """Parse a text that must have no errors."""

    def read(text: str) -> syntax.Document:
        document, diagnostics = syntax.parse(Source("model.mdl", text))
        assert not diagnostics, "\n".join(map(str, diagnostics))
        assert document.print() == text.encode()
        return document

    return read


@pytest.fixture
def define(read: Callable[[str], syntax.Document]) -> Callable[[str], syntax.Definition]:
    """The definition of one equation that must have no errors."""

    def define(body: str) -> syntax.Definition:
        (equation,) = read(f"{body}~~|").equations()
        assert equation.definition is not None
        return equation.definition

    return define
