"""The community's models: none has an error, each is kept byte for byte, and can be formatted."""

from __future__ import annotations

from pathlib import Path

import pytest
from conformance import CONFORMANCE, model_files

from s3c.compiler import Source, syntax

MODELS = model_files()


def contents(document: syntax.Document) -> list[object]:
    """All that a document says, without where it says it."""
    return [
        (each.definition, each.units, each.comment, each.supplementary, each.group)
        for each in document.equations()
    ]


@pytest.mark.skipif(not MODELS, reason=f"there are no conformance models in {CONFORMANCE}")
def test_there_are_models() -> None:
    assert MODELS


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model(path: Path) -> None:
    document, diagnostics = syntax.parse(Source.read(path))
    assert not diagnostics, "\n".join(map(str, diagnostics))
    assert document.print() == path.read_bytes()

    text = syntax.format_document(document)
    again, diagnostics = syntax.parse(Source(str(path), text))
    assert not diagnostics
    assert contents(again) == contents(document)
    assert syntax.format_document(again) == text
