"""Pictures: every model gives one, nothing lies on a name, and the same gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from typing import TypeAlias

import pytest
from command_line import MODELS
from conformance import CONFORMANCE
from matplotlib.text import Text

from s3c.compiler import Compilation, CompileError, Source, compile_source
from s3c.diagrams import Diagram, DiagramKind, Sign, arranged, causal_loops, draw, stock_flow
from s3c.runtime import RunError

SAMPLES = sorted(CONFORMANCE.glob("samples/*/*.mdl")) + sorted(
    each for each in CONFORMANCE.glob("tests/d*/*.mdl")
)
FILES = sorted(MODELS.glob("*.mdl")) + SAMPLES


def compilation_of(path: Path) -> Compilation:
    try:
        return compile_source(Source.decode(path.read_bytes(), str(path)))
    except CompileError:
        pytest.skip("the model has errors")


def both(compilation: Compilation) -> Iterator[Diagram]:
    for kind in (stock_flow, causal_loops):
        try:
            yield kind(compilation)
        except RunError as error:
            if error.code != "S3C720":
                raise


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_model_is_arranged_and_no_two_names_touch(path: Path) -> None:
    for diagram in both(compilation_of(path)):
        picture = arranged(diagram)
        keys = {node.key for node in diagram.nodes}
        assert picture.spots.keys() == keys
        assert len(picture.curves) == len(diagram.links)
        for one, other in combinations(picture.spots.values(), 2):
            for a, b in product(one.rectangles, other.rectangles):
                assert apart(a, b), (one, other)


Rectangle: TypeAlias = tuple[float, float, float, float]  # left, right, bottom, top


def apart(one: Rectangle, other: Rectangle) -> bool:
    slack = 1e-9
    beside = one[1] <= other[0] + slack or other[1] <= one[0] + slack
    return beside or one[3] <= other[2] + slack or other[3] <= one[2] + slack


def names_touch(diagram: Diagram) -> list[tuple[str, str]]:
    """Pairs of texts, signs and titles among them, that overlap as matplotlib draws them."""
    figure = draw(diagram)
    texts = [each for each in figure.axes[0].texts if each.get_text()]
    boxes = [(each, each.get_window_extent()) for each in texts if is_name(each)]
    return [
        (one.get_text(), other.get_text())
        for (one, box), (other, other_box) in combinations(boxes, 2)
        if box.overlaps(other_box)
    ]


def is_name(text: Text) -> bool:
    """Whether it is no sign: signs have a box as high as a line, most of it empty."""
    return text.get_text() not in {sign.value for sign in Sign}


@pytest.mark.parametrize("path", [MODELS / "s3.mdl", *SAMPLES[:5]], ids=lambda path: path.stem)
def test_no_two_names_overlap_as_they_are_drawn(path: Path) -> None:
    for diagram in both(compilation_of(path)):
        assert names_touch(diagram) == []


def test_names_stand_inside_the_picture(s3: Compilation) -> None:
    for diagram in both(s3):
        figure = draw(diagram)
        for text in figure.axes[0].texts:
            box = text.get_window_extent()
            assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
            assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_the_same_diagram_gives_the_same_bytes(
    ending: str, s3: Compilation, tmp_path: Path
) -> None:
    pictures = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for picture in pictures:
        draw(stock_flow(s3, group="Coupling level"), picture)
    first, second = (picture.read_bytes() for picture in pictures)
    assert first == second


def test_information_runs_one_way_where_nothing_feeds_back(s3: Compilation) -> None:
    """Causes stand to the left of their effects, or above them."""
    diagram = stock_flow(s3, group="Smart level")
    picture = arranged(diagram)
    moves = [
        (picture.spots[a].x - picture.spots[b].x, picture.spots[b].y - picture.spots[a].y)
        for a, b in ((link.source, link.target) for link in diagram.links)
    ]
    assert all(x < 0 for x, _ in moves) or all(y < 0 for _, y in moves)


def test_strange_names_are_drawn_as_they_are(tmp_path: Path) -> None:
    text = '"$a_1^2$ \\\\ <b> & 数" = 3 ~~| "x\u202ey" = 2 * "$a_1^2$ \\\\ <b> & 数" ~~|'
    controls = "INITIAL TIME=0~~| FINAL TIME=1~~| TIME STEP=1~~| SAVEPER=1~~|"
    compilation = compile_source(Source("odd.mdl", "{UTF-8}\n" + text + controls))
    diagram = causal_loops(compilation)
    assert diagram.kind is DiagramKind.CAUSES
    for ending in ("svg", "png", "pdf"):
        draw(diagram, tmp_path / f"odd.{ending}")
    assert (tmp_path / "odd.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_file_that_is_no_picture(s3: Compilation, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="S3C606"):
        draw(stock_flow(s3), tmp_path / "picture.txt")
    assert not list(tmp_path.iterdir())
