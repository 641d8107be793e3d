"""From one format of model files to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

from s3c.runtime import Files

from .diagnostics import Diagnostic
from .driver import is_xmile, read_document
from .source import Source
from .system import aliases

__all__ = ["WRITTEN_ENDINGS", "convert_source"]

WRITTEN_ENDINGS = (".mdl", ".xmile", ".stmx")
"""How the names of the files end that can be written."""


def convert_source(
    source: Source, target: str, data_root: Sequence[Path] = ()
) -> tuple[Source, tuple[Diagnostic, ...]]:
    """A model in another format, and what is wrong with it or cannot be written.

    The ending of `target`, one of `WRITTEN_ENDINGS`, says which format; that of the source's name
    says which it is in; from Vensim's language to Vensim's it is only laid out, and keeps its
    comments and its encoding. With an error among the diagnostics the text is empty. The elements
    of subscript ranges may stand in files, beside the model or in the folders of `data_root`.
    """
    # Who only compiles needs no writers.
    from .export import write_xmile
    from .syntax import format_document
    from .syntax.write import write_mdl

    document, found = read_document(source)
    path = PurePath(target)
    if any(each.is_error for each in found):
        return Source(target, ""), found
    if path.suffix.lower() != ".mdl":
        files = Files(Path(source.name).parent, data_root, aliases(document))
        text, lost = write_xmile(document, path.stem, files)
        return Source(target, text), (*found, *lost)
    if is_xmile(source):
        return Source(target, write_mdl(document)), found
    return Source(target, format_document(document), source.encoding, source.bom), found
