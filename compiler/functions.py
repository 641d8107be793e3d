"""Every function of the language, whatever it is to the compiler: one list to read them in.

Most are entries of the runtime's registry; those that are stocks are macros of `stdlib.mdl`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from s3c.runtime import (
    REGISTRY,
    Builtin,
    Documentation,
    Phase,
    Section,
    display_name,
    fold,
    printable,
    read_documentation,
)

if TYPE_CHECKING:
    from .syntax import Equation, Macro

__all__ = ["Function", "FunctionKind", "all_functions", "find"]


class FunctionKind(StrEnum):
    """What a function is to the compiler."""

    FUNCTION = "function"  # a pure function of numbers, or of arrays
    FORM = "form"  # the compiler itself treats it
    MEMORY = "memory"  # remembers what it took in at earlier steps
    SEARCH = "search"  # goes round until equations that need one another agree
    MACRO = "macro"  # equations of the standard library, written out where it is called


@dataclass(frozen=True, slots=True)
class Function:
    """One function, as a modeller asks about it."""

    name: str
    kind: FunctionKind
    section: Section
    phase: Phase
    parameters: tuple[str, ...]
    """What a call gives it, in order, as the documentation spells them."""
    outputs: tuple[str, ...]
    """Variables that a call defines besides, after a colon."""
    units: str
    """A rule as `Builtin` has it; outputs stand after a colon."""
    whole: bool
    """Whether it must be the whole right side of its equation."""
    documentation: Documentation
    equations: tuple[str, ...] = ()
    """Of a macro: what it stands for."""

    @property
    def signature(self) -> str:
        """How it is called."""
        outputs = f" : {', '.join(self.outputs)}" if self.outputs else ""
        return f"{self.name}({', '.join(self.parameters)}{outputs})"


@cache
def all_functions() -> tuple[Function, ...]:
    """All functions, section by section; in each the forms first, then module by module.

    A module's stand in the order of their definitions. So the order is not that of imports.
    """
    by_module = sorted(REGISTRY.values(), key=lambda each: each.module)
    found = [*map(_registered, by_module), *_macros()]
    places = {section: place for place, section in enumerate(Section)}
    return tuple(sorted(found, key=lambda each: places[each.section]))


def find(name: str) -> Function:
    """The function of a name, spelled as Vensim would accept it.

    Raises:
        CompileError: S3C204, there is none.
    """
    entry = REGISTRY.get(fold(name))
    if entry is not None:
        return _registered(entry)
    found = next((each for each in _macros() if fold(each.name) == fold(name)), None)
    if found is None:
        from .diagnostics import CompileError, Diagnostic, did_you_mean

        shown = printable(display_name(name))
        hint = did_you_mean(shown, (each.name for each in all_functions()))
        hint = hint or "`s3c functions` lists all"
        message = f"there is no function “{shown}”"
        raise CompileError([Diagnostic("S3C204", message, None, hint)])
    return found


def _registered(entry: Builtin) -> Function:
    """An entry of the registry."""
    kind = FunctionKind.FORM if entry.form else FunctionKind.FUNCTION
    if entry.is_memory:
        kind = FunctionKind.MEMORY
    elif entry.is_search:
        kind = FunctionKind.SEARCH
    doc = entry.doc
    for parameter in entry.parameters:  # as a model would spell it
        doc = re.sub(rf"\b{parameter}\b", parameter.replace("_", " "), doc)
    return Function(
        entry.name, kind, entry.section, entry.phase,
        tuple(each.replace("_", " ") for each in entry.parameters), (),
        entry.units, entry.whole, read_documentation(doc),
    )  # fmt: skip


@cache
def _macros() -> tuple[Function, ...]:
    """The macros of the standard library, and those of reality checks."""
    from .system.check_functions import RC_FUNCTIONS
    from .system.libraries import check_library, standard_library
    from .units import library_rules

    return tuple(
        _macro(macro, library_rules()[key])
        for key, macro in (*standard_library().macros.items(), *check_library().macros.items())
        if key in standard_library().macros or key in RC_FUNCTIONS
    )


def _macro(macro: Macro, units: str) -> Function:
    """A macro; its documentation is the comment of the equation of its own name."""
    equations = tuple(_equations(macro))
    main = next(each for each in equations if _defines(each) == fold(macro.name))
    return Function(
        name=display_name(macro.name),
        kind=FunctionKind.MACRO,
        section=Section(main.group.removeprefix(".")),
        phase=_phase(main),
        parameters=tuple(map(display_name, macro.inputs)),
        outputs=tuple(map(display_name, macro.outputs)),
        units=units,
        whole=False,
        documentation=read_documentation(main.comment),
        equations=tuple(each.body.one_line for each in equations),
    )


def _equations(macro: Macro) -> Iterator[Equation]:
    from .syntax import Equation

    return (each for each in macro.body if isinstance(each, Equation))


def _defines(equation: Equation) -> str:
    from .syntax import Formula

    definition = equation.definition
    return fold(definition.target.name) if isinstance(definition, Formula) else ""


def _phase(main: Equation) -> Phase:
    """As that of the function that is the whole right side; else it is computed at every step."""
    from .syntax import Call, Formula

    match main.definition:
        case Formula(expression=Call(function=function)) if fold(function.name) in REGISTRY:
            return REGISTRY[fold(function.name)].phase
        case _:
            return Phase.STEP
