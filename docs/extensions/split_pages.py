"""The two pages that s3c writes itself, cut into one page a section.

`docs/functions.md` and `docs/diagnostics.md` are each one file, so that one command writes them and
one link leads to any entry. On the site each is an index, and its sections are pages beside it,
which are written when the site is built. A link to an entry of the whole page, as
`functions.md#delay3`, leads to the page on which the entry stands.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

_WHOLE = ("docs/functions", "docs/diagnostics")
_ANCHOR = re.compile(r'<a id="([\w-]+)"></a>')
_LINK = re.compile(r"\]\(#([\w-]+)\)")


class _Entry(NamedTuple):
    """What stands under a heading of third level: `DELAY3`, or `S3C101: it is wrong`."""

    anchor: str
    title: str


class _Section(NamedTuple):
    """What stands under a heading of second level; the page that becomes of it."""

    title: str
    lines: list[str]
    entries: list[_Entry]

    @property
    def slug(self) -> str:
        return _slug(self.title)


def _slug(heading: str) -> str:
    """What a heading's link is called, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _sections(text: str) -> tuple[str, list[_Section]]:
    """What stands before the first section, and the sections, without an index."""
    head: list[str] = []
    sections: list[_Section] = []
    lines, entries, anchor, within = head, list[_Entry](), "", False
    for line in text.splitlines():
        within ^= line.startswith("```")
        if not within and line.startswith("## "):
            title = line.removeprefix("## ")
            lines, entries = [f"# {title}"], []
            sections.append(_Section(title, lines, entries))
        elif not within and (named := _ANCHOR.fullmatch(line)):
            anchor = named[1]
            lines.append(f"({anchor})=")
        else:
            if not within and line.startswith("### "):
                title = line.removeprefix("### ")
                entries.append(_Entry(anchor or _slug(title), title))
                anchor = ""
            lines.append(line.replace("### ", "## ", 1) if not within else line)
    return "\n".join(head), [each for each in sections if each.title != "Index"]


def _table(sections: list[_Section], folder: str) -> Iterator[str]:
    """The index: a heading for each section, and a link to each of its entries."""
    for section in sections:
        page = f"{folder}/{section.slug}.md"
        if not section.entries:
            yield f"- [{section.title}]({page})\n"
            continue
        yield f"## [{section.title}]({page})\n"
        if any(":" in each.title for each in section.entries):  # a code and its meaning
            yield "| Code | |\n|---|---|"
            for code, _, meaning in (each.title.partition(": ") for each in section.entries):
                link = f"[{code}]({page}#{code.lower()})"
                yield f'| <span id="{code}"></span>{link} | {meaning} |'
            yield ""
        else:
            links = ", ".join(f"[{e.title}]({page}#{e.anchor})" for e in section.entries)
            yield textwrap.fill(links, 10_000) + "\n"
    names = "\n".join(f"{folder}/{each.slug}" for each in sections)
    yield f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def _write_sections(app: Sphinx) -> None:
    """Write the pages of all sections where they have changed, and remove those that left."""
    places: dict[tuple[str, str], str] = {}
    for whole in _WHOLE:
        source = Path(app.srcdir) / f"{whole}.md"
        _, sections = _sections(source.read_text(encoding="utf-8"))
        here = {entry.anchor: each.slug for each in sections for entry in each.entries}
        here |= {each.slug: each.slug for each in sections}
        pages = {f"{each.slug}.md": _page(each, here) for each in sections}
        _update(source.with_suffix(""), pages)
        places |= {(whole, anchor): f"{whole}/{slug}" for anchor, slug in here.items()}
    app.places_of_entries = places  # type: ignore[attr-defined]


def _page(section: _Section, places: dict[str, str]) -> str:
    """A section as a page; links to entries of the whole lead to the pages where they stand."""
    text = "\n".join(section.lines) + "\n"
    return _LINK.sub(lambda link: f"]({places[link[1]]}.md#{link[1]})", text)


def _update(folder: Path, pages: dict[str, str]) -> None:
    """Make a folder hold these pages; a page that is as it was is not touched."""
    folder.mkdir(exist_ok=True)
    for left in {each.name for each in folder.iterdir()} - set(pages):
        (folder / left).unlink()
    for name, text in pages.items():
        page = folder / name
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def _make_index(app: Sphinx, name: str, text: list[str]) -> None:
    """On the site, a page that was cut is the index of its sections."""
    del app
    if name in _WHOLE:
        head, sections = _sections(text[0])
        text[0] = "\n".join([head, "", *_table(sections, name.rpartition("/")[2])])


class _FollowEntries(SphinxPostTransform):
    """A link to an entry of a page that was cut leads to the page where it stands now."""

    default_priority = 5  # before MyST looks for what links lead to

    def run(self, **_: object) -> None:
        places: dict[tuple[str, str], str] = getattr(self.app, "places_of_entries")  # noqa: B009
        for link in self.document.findall(addnodes.pending_xref):
            entry = (link.get("reftarget"), link.get("reftargetid"))
            if entry in places:
                link["reftarget"] = places[entry]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of all that."""
    app.connect("builder-inited", _write_sections)
    app.connect("source-read", _make_index)
    app.add_post_transform(_FollowEntries)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
