"""`s3c diagram`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from .data import data_root
from .output import ignore, say, show_diagnostic, stop_on_errors

if TYPE_CHECKING:
    from s3c.compiler import Compilation
    from s3c.diagrams import Diagram
    from s3c.runtime import Run

_STOCKS, _CAUSES = "stocks", "causes"


class _Part(TypedDict):
    """Which part of the model to draw."""

    group: str | None
    around: str | None
    steps: int


@click.command("diagram")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="Where to save the picture: .svg, .png or .pdf. The model's name and .svg, if not given.",
)  # fmt: skip
@click.option(
    "--kind", type=click.Choice([_STOCKS, _CAUSES]), default=_STOCKS, show_default=True,
    help="Stocks and flows, or causes with signs and feedback loops.",
)  # fmt: skip
@click.option("--group", metavar="NAME", help="Draw one group of the model alone.")
@click.option("--around", metavar="VARIABLE", help="Draw what is near a variable alone.")
@click.option(
    "--steps", type=click.IntRange(min=1), default=2, show_default=True,
    help="With --around: how many links away.",
)  # fmt: skip
@click.option("--no-constants", is_flag=True, help="With --kind causes: leave constants out.")
@click.option("--title", help="Over the picture; the model's or the group's name if not given.")
@data_root
@ignore
def command(  # noqa: PLR0913, PLR0917  (its options)
    file: Path,
    output: Path | None,
    kind: str,
    group: str | None,
    around: str | None,
    steps: int,
    no_constants: bool,
    title: str | None,
    data_root: tuple[Path, ...],
) -> None:
    """Draw the structure of the model FILE.

    With --kind causes, + and - say which way a cause moves its effect, all else equal, where the
    equations, or else a run of the model, tell; feedback loops are reinforcing (R) or balancing
    (B).
    """
    part: _Part = {"group": group, "around": around, "steps": steps}
    with stop_on_errors():
        from s3c.compiler import Source, compile_source

        from ..loading import read_model

        compilation = compile_source(Source.decode(read_model(file), str(file)), data_root)
        for diagnostic in compilation.diagnostics:
            show_diagnostic(str(diagnostic))
        picture = output or Path(f"{file.stem}.svg")
        _draw(_diagram(compilation, kind, part, constants=not no_constants), picture, title)
        say(f"wrote {picture}")


def _diagram(compilation: Compilation, kind: str, part: _Part, *, constants: bool) -> Diagram:
    from s3c.diagrams import causal_loops, stock_flow

    if kind == _STOCKS:
        return stock_flow(compilation, **part)
    return causal_loops(compilation, **part, constants=constants, run=_run(compilation))


def _run(compilation: Compilation) -> Run | None:
    """A run of the model as it is, if it can be run without being given anything."""
    from s3c.runtime import RunError, load_text

    assert compilation.generated is not None
    name = compilation.source.name
    try:
        run = load_text(compilation.generated.text, name, str(Path(name).parent)).run()
    except RunError:
        return None
    return None if run.without_data else run


def _draw(diagram: Diagram, picture: Path, title: str | None) -> None:
    from s3c.runtime import RunError

    try:
        from s3c.diagrams import draw

        draw(diagram, picture, title=title)
    except ImportError as error:  # no matplotlib
        raise RunError("S3C606", f"{picture} cannot be drawn: {error}") from None
