"""How a function of the language is registered: its body together with what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from .names import fold

__all__ = ["REGISTRY", "Builtin", "builtin", "form"]

_Function = TypeVar("_Function", bound=Callable[..., float])

_ENTRIES: dict[str, Builtin] = {}

REGISTRY: Mapping[str, Builtin] = MappingProxyType(_ENTRIES)
"""Every function of the language, by its folded name. Complete once `builtins` is imported."""


@dataclass(frozen=True, slots=True)
class Builtin:
    """One function of the language.

    A rule of units reads `(units of each argument) -> units of the result`, where `u`, `u1`,
    `u2` stand for any units, `t` for the model's time unit, `1` for no dimension, `*` for units
    that are not checked; a name of a parameter stands for its value.
    """

    name: str
    """Vensim's name, as the manual writes it."""
    parameters: tuple[str, ...]
    """The arguments that a model writes, in order. None is optional."""
    units: str
    doc: str
    function: Callable[..., float] | None = None
    """The body; a form has none."""
    tables: frozenset[str] = frozenset()
    """Those parameters that take a lookup, not a number."""
    implicit: tuple[str, ...] = ()
    """Keyword arguments that the caller adds: `time`, `time_step`."""
    random: bool = False
    """Whether the body takes `draws` and `site` first."""
    held: bool = False
    """Whether its value stays the same inside a Runge-Kutta step."""
    python: str | None = None
    """A template of Python that computes the same, with `{0}` for the first argument."""
    form: bool = False
    """Whether the compiler treats it itself, so that it is no function to call."""
    whole: bool = False
    """Whether it must be the whole right side of its equation."""

    @property
    def python_name(self) -> str:
        """The name of the body in `s3c.runtime.builtins`."""
        return self.function.__name__ if self.function else ""


def builtin(
    name: str, *, units: str, python: str | None = None, held: bool = False
) -> Callable[[_Function], _Function]:
    """Register the decorated function under Vensim's `name`.

    Its signature says the rest: parameters annotated `Lookup` take tables, keyword-only ones are
    implicit, and leading `draws, site` mark a random function.
    """

    def register(function: _Function) -> _Function:
        code = function.__code__
        positional = code.co_varnames[: code.co_argcount]
        keywords = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
        random = positional[:2] == ("draws", "site")
        parameters = positional[2:] if random else positional
        annotations = function.__annotations__
        _add(
            Builtin(
                name=name,
                parameters=parameters,
                units=units,
                doc=function.__doc__ or "",
                function=function,
                tables=frozenset(each for each in parameters if annotations[each] == "Lookup"),
                implicit=keywords,
                random=random,
                held=held or random,
                python=python,
            )
        )
        return function

    return register


def form(
    name: str,
    *parameters: str,
    units: str,
    doc: str,
    tables: tuple[str, ...] = (),
    whole: bool = True,
) -> None:
    """Register a form of the language that is no function: what it is called with, and means."""
    _add(
        Builtin(
            name=name,
            parameters=parameters,
            units=units,
            doc=doc,
            tables=frozenset(tables),
            form=True,
            whole=whole,
        )
    )


def _add(entry: Builtin) -> None:
    key = fold(entry.name)
    if key in _ENTRIES:
        msg = f"{entry.name} is registered twice"
        raise ValueError(msg)
    _ENTRIES[key] = entry
