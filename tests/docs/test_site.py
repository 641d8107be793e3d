"""The site is built without a warning: every link and every name in it leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from inspect import ismodule
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[2]
FACES = ("s3c", "s3c.runtime", "s3c.experiments", "s3c.diagrams", "s3c.reports", "s3c.compiler")


class _Page(HTMLParser):
    """What a page names: its anchors, where its links lead, what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors, self.links, self.loads = set[str](), set[str](), set[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors.add(given.get("id") or "")
        if tag == "a":
            self.links.add(given.get("href") or "")
        elif tag in {"img", "script"} and given.get("src"):
            self.loads.add(given["src"] or "")
        elif tag == "link" and given.get("rel") in {"stylesheet", "preload", "icon"}:
            self.loads.add(given.get("href") or "")


WHAT_OTHERS_LINK_TO = {
    "docs/diagnostics.html": "S3C204",
    "docs/diagnostics/syntax.html": "s3c101",
    "docs/functions/delays-smooths-and-trends.html": "delay3",
    "docs/library/load.html": "s3c.load",
    "docs/commands.html": "cmdoption-s3c-run-set",
}


def test_site(tmp_path: Path) -> None:
    """One test, since the site is built once for it: half a minute."""
    command = ["-m", "sphinx", "-W", "-q", "-E", "-d", str(tmp_path / "trees"), "-c", "docs", "."]
    done = subprocess.run(
        [sys.executable, *command, str(tmp_path / "html")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    site = tmp_path / "html"
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert [*_broken(pages)] == []
    assert {
        each for page in pages.values() for each in page.loads if urlsplit(each).netloc
    } == set()
    for name, anchor in WHAT_OTHERS_LINK_TO.items():
        assert anchor in pages[site / name].anchors


def _broken(pages: dict[Path, _Page]) -> Iterator[str]:
    """The links within the site that lead to no file, or to no place in it."""
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link in {"", "#"}:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else set[str]()
            fragment = unquote(parts.fragment)
            if not target.is_file() or (fragment and fragment not in anchors):
                yield f"{path.name}: {link}"


def test_every_public_name_has_one_entry() -> None:
    """The test reads the sources, so that it costs nothing."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs/library").glob("*.md")]
    entries = [
        f"{module}.{name}"
        for text in texts
        for part in text.split(".. currentmodule:: ")[1:]
        for module in [part.split("\n", 1)[0]]
        for name in re.findall(r"^\.\. (?:auto|py:)\w+:: (\w+)", part, re.MULTILINE)
    ]
    assert len(entries) == len(set(entries))
    shown = {each.rpartition(".")[2] for each in entries}
    for face in FACES:
        for name in import_module(face).__all__:
            is_entry = not ismodule(getattr(import_module(face), name)) and name != "__version__"
            assert not is_entry or name in shown, f"{face}.{name} has no entry in docs/library/"
