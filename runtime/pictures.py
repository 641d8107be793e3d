"""How all pictures look, and how they become files; needs matplotlib."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from .errors import RunError, bad_file
from .files import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .contract import CompiledModel

__all__ = [
    "COLOURS", "DOTS_PER_INCH", "PICTURE_WIDTH", "drawing", "new_figure", "picture", "plain_axes",
    "save_figure", "spread", "time_label", "wrapped",
]  # fmt: skip

# Okabe and Ito's colours, which the colour-blind can tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1a1a1a", "#8c6d31")
PICTURE_WIDTH = 8.0
"""Inches, of a picture with panels below one another."""

DOTS_PER_INCH = 150
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "s3c",  # the same picture has the same names in it
    "text.parse_math": False,  # a dollar is a unit
    "axes.edgecolor": "#666666",
    "font.size": 9,
}
_UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
_Item = TypeVar("_Item")


@contextmanager
def drawing() -> Iterator[None]:
    """What is drawn inside looks as our pictures do.

    Raises:
        ImportError: matplotlib is not installed.
    """
    try:
        import matplotlib.backends.backend_agg
    except ImportError as error:
        msg = "a picture needs matplotlib: pip install 's3c[plot]'"
        raise ImportError(msg) from error
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box, which is seen.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


def new_figure(
    size: tuple[float, float], *, dots: int = DOTS_PER_INCH, constrained: bool = True
) -> Figure:
    """An empty figure of that size in inches, that no window shows.

    Args:
        size: width and height.
        dots: per inch, where it is shown or written as dots.
        constrained: whether matplotlib finds room for titles and legends.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    layout: Literal["constrained"] | None = "constrained" if constrained else None
    figure = Figure(figsize=size, dpi=dots, layout=layout)
    FigureCanvasAgg(figure)
    return figure


@contextmanager
def picture(path: str | PathLike[str], size: tuple[float, float]) -> Iterator[Figure]:
    """A figure of that size in inches; it is written, whole or not at all, when all is drawn.

    Raises:
        RunError: S3C606, matplotlib is not installed, the name is not that of a picture, or it
            cannot be written.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(drawing())
        except ImportError:
            message, hint = f"{path} cannot be drawn without matplotlib", "pip install 's3c[plot]'"
            raise RunError("S3C606", message, hint) from None
        figure = new_figure(size)
        _format_of(figure, Path(path))  # before all is drawn in vain
        yield figure
        save_figure(figure, path)


def save_figure(figure: Figure, path: str | PathLike[str]) -> None:
    """Write a figure, whole or not at all, always the same bytes for the same figure.

    Raises:
        RunError: S3C606, its name is not that of a picture, or it cannot be written.
    """
    target = Path(path)
    ending = _format_of(figure, target)
    drawn = io.BytesIO()
    with drawing():
        figure.savefig(drawn, format=ending, metadata=_UNDATED.get(ending))
    write_whole(target, drawn.getvalue())


def _format_of(figure: Figure, target: Path) -> str:
    """The format that a name's ending says."""
    ending = target.suffix.lower().removeprefix(".")
    if ending not in figure.canvas.get_supported_filetypes():
        hint = "end its name in one of .png, .svg, .pdf"
        raise bad_file(str(target), "is not the name of a picture", hint)
    return ending


def plain_axes(axes: Axes, title: str = "", which: Literal["both", "x", "y"] = "both") -> None:
    """Without a frame, on a fine grid of both axes or one, the title at the left."""
    axes.grid(visible=True, axis=which, linewidth=0.5, alpha=0.4)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if title:
        axes.set_title(wrapped(title, 90), loc="left", fontsize="medium")


def spread(items: Sequence[_Item], most: int) -> tuple[_Item, ...]:
    """So many of them at most, spread evenly from the first to the last."""
    if len(items) <= most:
        return tuple(items)
    return tuple(items[k * (len(items) - 1) // (most - 1)] for k in range(most))


def wrapped(text: str, width: int, most: int = 3) -> str:
    """In lines of so many letters, if its words are no longer, and so many lines at most."""
    lines = textwrap.wrap(text, width, break_long_words=False, max_lines=most, placeholder=" …")
    return "\n".join(lines) or text


def time_label(model: CompiledModel) -> str:
    """The axis of times."""
    step = model.find("TIME STEP")
    return f"Time ({step.units})" if step is not None and step.units else "Time"
