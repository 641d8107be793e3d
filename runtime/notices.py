"""What a run's MESSAGE calls showed, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .contract import CompiledModel, TextOf, Vector
from .names import fold

__all__ = ["Notices", "Shown"]

_MOST_TIMES = 1000


class Shown(NamedTuple):
    """A text that a run showed, at so many steps; of their `times` the first thousand are kept."""

    text: str
    times: tuple[float, ...]
    steps: int


class Notices:
    """Watches a run for the texts that its model shows. The same text of two calls is one.

    Args:
        model: a compiled model.
        texts: for its string variables, other than its own.
    """

    def __init__(self, model: CompiledModel, texts: Mapping[str, str]) -> None:
        named = {fold(name): text for name, text in (*model.texts.items(), *texts.items())}
        by_name = {each.python_name: each for each in model.variables}
        self._watched: dict[str, list[int]] = {}
        for each in model.messages:
            text = named[fold(each.text.name)] if isinstance(each.text, TextOf) else each.text
            self._watched.setdefault(text, []).append(by_name[each.variable].index)
        self._times: dict[str, list[float]] = {}
        self._counts: dict[str, int] = {}

    def look(self, time: float, auxiliaries: Vector) -> None:
        """Take notice of what is shown at a step."""
        for text, places in self._watched.items():
            if any(_is_shown(auxiliaries[place]) for place in places):
                self._counts[text] = self._counts.get(text, 0) + 1
                times = self._times.setdefault(text, [])
                if len(times) < _MOST_TIMES:
                    times.append(time)

    def restore(self, known: Iterable[Shown]) -> bool:
        """Take in what was shown before; False if some of it is no text of the model."""
        for text, times, steps in known:
            if text not in self._watched:
                return False
            self._times[text], self._counts[text] = list(times[:_MOST_TIMES]), steps
        return True

    @property
    def shown(self) -> tuple[Shown, ...]:
        """The texts that were shown, in the order of their first times."""
        return tuple(
            Shown(text, tuple(times), self._counts[text]) for text, times in self._times.items()
        )


def _is_shown(value: Any) -> bool:
    """Whether a call shows its text: of an array, that of any element. NaN shows nothing."""
    return bool(value > 0) if isinstance(value, int | float) else bool((value > 0).any())
