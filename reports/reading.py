"""From a study file to a `Study`, with all that is wrong in it told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path

from s3c.experiments import entries

from .blocks import read_block
from .sources import Sources
from .tree import Block, Section, Study

__all__ = ["read_study"]

_KEYS = ("title", "subtitle", "source", "section")
_SECTION_KEYS = ("heading", "text", "block")
_MOST_BLOCKS = 300


def read_study(
    path: str | PathLike[str], *, progress: Callable[[float], None] | None = None
) -> Study:
    """Read a study file, which is TOML, and the experiments, models and tables that it names.

    Files are named from the folder of the study.

    Args:
        path: the file.
        progress: is called with the share done, from 0 to 1.

    Raises:
        RunError: S3C606, it cannot be read.
        ExperimentError: S3C7xx, it has mistakes, or a file that it names has; all are in it.
    """
    file = Path(path)
    top = entries.read_page(file)
    fields = top.fields(_KEYS, ("title", "section"), "in a study")
    sources = Sources(file.parent)
    read: list[entries.Entry] = []
    if "section" in fields:
        read = fields["section"].items(lambda item: item)
        if not read and isinstance(fields["section"].value, list):
            fields["section"].wrong("S3C739", "the study has no sections", "add [[section]]")
    sections: list[Section] = []
    if not _too_many(read):
        for number, entry in enumerate(read):
            if progress is not None:
                progress(number / len(read))
            sections.append(_section(entry, sources))
    top.page.stop()
    title, subtitle, source = (_text(fields, key) for key in ("title", "subtitle", "source"))
    return Study(file, title, subtitle, source, tuple(sections))


def _too_many(sections: list[entries.Entry]) -> bool:
    """Whether there is more than a page can hold; then it is taken down."""
    count = 0
    for each in sections:
        blocks = each.value.get("block") if isinstance(each.value, dict) else None
        count += 1 + (len(blocks) if isinstance(blocks, list) else 0)
        if count > _MOST_BLOCKS:
            message = f"the study has more than {_MOST_BLOCKS} sections and blocks"
            each.wrong("S3C739", message, "make several studies of it")
            return True
    return False


def _section(entry: entries.Entry, sources: Sources) -> Section:
    fields = entry.fields(_SECTION_KEYS, ("heading",), "in a section")

    def block(item: entries.Entry) -> Block | None:
        return read_block(item, sources)

    blocks: list[Block] = fields["block"].items(block) if "block" in fields else []
    return Section(_text(fields, "heading"), _text(fields, "text"), tuple(blocks))


def _text(fields: Mapping[str, entries.Entry], key: str) -> str:
    return (fields[key].text() or "") if key in fields else ""
