"""The site is built without a warning: every link and every name in it leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from inspect import ismodule
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
FACES = ("s3c", "s3c.runtime", "s3c.experiments", "s3c.diagrams", "s3c.reports", "s3c.compiler")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built anew; half a minute."""
    built = tmp_path_factory.mktemp("site")
    command = ["-m", "sphinx", "-W", "-q", "-E", "-d", str(built / "trees"), "-c", "docs", "."]
    done = subprocess.run(
        [sys.executable, *command, str(built / "html")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return built / "html"


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


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    """Every page of the site."""
    return {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_links_lead_somewhere(pages: dict[Path, _Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link in {"", "#"}:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else set[str]()
            is_there = target.is_file() and (
                not parts.fragment or unquote(parts.fragment) in anchors
            )
            if not is_there:
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_nothing_is_fetched(pages: dict[Path, _Page]) -> None:
    fetched = {each for page in pages.values() for each in page.loads if urlsplit(each).netloc}
    assert fetched == set()


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


@pytest.mark.parametrize(
    ("page", "anchor"),
    [
        ("docs/diagnostics.html", "S3C204"),
        ("docs/diagnostics/syntax.html", "s3c101"),
        ("docs/functions/delays-smooths-and-trends.html", "delay3"),
        ("docs/library/load.html", "s3c.load"),
        ("docs/commands.html", "cmdoption-s3c-run-set"),
    ],
)
def test_what_others_link_to(page: str, anchor: str, pages: dict[Path, _Page], site: Path) -> None:
    assert anchor in pages[site / page].anchors
