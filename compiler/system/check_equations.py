"""The equations that a test adds to a model, written in the language itself.

A check needs hidden variables for its condition, its consequence and what they read. To make a
condition true, a test puts another variable in the place of each that is replaced: `#check>x 1#`
is the input's value where and while the input is in, and else x as the model computes it. What
reads x then reads that instead; x itself stays, with its equation, and so does a stock's memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from s3c.runtime import display_name, fold

from .. import syntax
from ..syntax import (
    Assignment,
    BinaryOperator,
    Equation,
    Expression,
    Extent,
    Reference,
    Subscript,
    Target,
    UnaryOperator,
    Units,
)
from .check_functions import own_start, reference, series_of
from .checks import Check, Input
from .symbols import Definition, Symbols
from .tree import Expression as Meant
from .tree import Meaning, Points, Read, Series, Shift, Variable, VarId, with_reads

__all__ = ["Addition", "additions", "redirected"]


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added to a model's definitions.

    `layers` are the variables that stand, one above the other, in the place of each that is
    replaced, by folded name.
    """

    definitions: Mapping[str, tuple[Definition, ...]]
    layers: Mapping[str, tuple[str, ...]]


def additions(checks: tuple[Check, ...], symbols: Symbols, *, active: bool) -> Addition:
    """The equations for some checks; with `active`, those too that make a condition true."""
    writer = _Writer(symbols)
    for check in checks:
        writer.write(check)
        if active:
            for each in check.inputs:
                if any(each.number in way for way in check.alternatives):
                    writer.replace(check, each)
    if checks and any(_reads_own_start(check) for check in checks):
        name, value = own_start(checks[0].constraint_extent)
        writer.define(checks[0].equation, name, (), value)
    definitions = {key: tuple(found) for key, found in writer.definitions.items()}
    layers = {key: tuple(names) for key, names in writer.layers.items()}
    return Addition(definitions, layers)


def _reads_own_start(check: Check) -> bool:
    return bool(check.inputs or check.enforced)


class _Writer:
    """Collects definitions by folded name."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.definitions: dict[str, list[Definition]] = {}
        self.layers: dict[str, list[str]] = {}
        self._ranges = {
            fold(each.name if isinstance(each, syntax.SubscriptRange) else each.alias)
            for _, each in symbols.range_definitions
        }

    def define(
        self,
        equation: Equation,
        name: str,
        subscripts: tuple[Subscript, ...],
        value: Expression,
        exceptions: tuple[tuple[Subscript, ...], ...] = (),
    ) -> None:
        """Add one equation, whose place is that of the check."""
        extent = value.extent
        target = Target(reference(name, extent).name, subscripts, exceptions, extent=extent)
        formula = syntax.Formula(target, Assignment.EQUALS, value, extent=extent)
        written = replace(equation, definition=formula, units=Units(""), comment="")
        self.definitions.setdefault(fold(name), []).append((written, formula))

    # --- What a check reads ---

    def write(self, check: Check) -> None:
        """The equations of a check that change nothing."""
        extent = check.constraint_extent
        zero = syntax.Number(0.0, extent=extent)
        self.define(check.equation, check.hidden("active"), check.subscripts, zero)
        for each in check.inputs:
            context = each.target.subscripts if each.own else check.subscripts
            self._define(check, f"made {each.number}", _is_made(check, each))
            if not each.own or any(each.number in way for way in check.alternatives):
                self.define(
                    each.equation, check.hidden(f"input {each.number}"), context, each.value
                )
            if each.in_force is not None:
                name = check.hidden(f"time {each.number}")
                self.define(each.equation, name, context, _flag(each.in_force))
                if each.own:
                    self._define(check, f"force {each.number}", self._in_force(check, each))
        for check_call in check.enforced:
            flag = _flag(check_call.trajectory.in_force)
            self._define(check, f"trajectory {check_call.number}", check_call.trajectory.value)
            self._define(check, f"enforced {check_call.number}", flag)
        for number, shown in enumerate(check.shown, start=1):
            self._define(check, f"shown {number}", shown.reference)
        self._define(check, "condition", _flag(check.condition))
        self._define(check, "consequence", _flag(check.consequence))
        for run, variable in check.compared:
            self._other_run(run, variable)

    def _define(self, check: Check, what: str, value: Expression) -> None:
        self.define(check.equation, check.hidden(what), check.subscripts, value)

    def _in_force(self, check: Check, each: Input) -> Expression:
        """Whether a test input is in force, at the elements of the check."""
        extent = check.constraint_extent
        inside, marked = self._within(each.target.subscripts, check.subscripts)
        flag = reference(check.hidden(f"time {each.number}"), extent, inside)
        return _call("VMAX", flag) if marked else flag

    def _other_run(self, run: str, variable: str) -> None:
        """The series of a variable in another run, with the left sides of the variable itself."""
        name = series_of(run, variable)
        if fold(name) in self.definitions:
            return
        for equation, named in self.symbols.variables.get(fold(variable), ()):
            target = replace(named.target, name=reference(name, named.extent).name)
            data = syntax.Data(target, extent=named.extent)
            written = replace(equation, definition=data)
            self.definitions.setdefault(fold(name), []).append((written, data))

    # --- What a test replaces ---

    def replace(self, check: Check, each: Input) -> None:
        """The variable that stands in the place of what an input replaces."""
        target, extent = each.target, each.target.extent
        key = fold(target.name)
        layers = self.layers.setdefault(key, [])
        below = layers[-1] if layers else display_name(target.name)
        name = check.hidden(f"{display_name(target.name).replace('#', '')} {len(layers) + 1}")
        layers.append(name)
        for _, named in self.symbols.variables.get(key, ()):
            subscripts = named.target.subscripts
            if subscripts:
                rest = reference(below, extent, subscripts)
                exceptions = (*named.target.exceptions, target.subscripts)
                self.define(each.equation, name, subscripts, rest, exceptions)
        before = reference(below, extent, target.subscripts)
        chosen = _call(
            "IF THEN ELSE", self._is_in(check, each, before), self._value(check, each), before
        )
        self.define(each.equation, name, target.subscripts, chosen)

    def _is_in(self, check: Check, each: Input, before: Reference) -> Expression:
        """Whether an input is put in, at the elements of its target."""
        found = self._at_target(check, each, f"made {each.number}")
        if each.in_force is not None:
            in_force = self._at_target(check, each, f"time {each.number}", own=each.own)
            found = _both(found, in_force)
        if each.relation is not BinaryOperator.EQUAL:
            holds = syntax.Binary(
                each.relation, before, self._value(check, each), extent=before.extent
            )
            found = _both(found, syntax.Unary(UnaryOperator.NOT, holds, extent=before.extent))
        return found

    def _at_target(self, check: Check, each: Input, what: str, *, own: bool = False) -> Expression:
        """Whether a flag of the check is up, at any element that goes with one of the target."""
        context = each.target.subscripts if own else check.subscripts
        inside, marked = self._within(context, each.target.subscripts)
        flag: Expression = reference(check.hidden(what), each.target.extent, inside)
        if marked:
            flag = _call("VMAX", flag)
        one = syntax.Number(1.0, extent=each.target.extent)
        return syntax.Binary(BinaryOperator.EQUAL, flag, one, extent=each.target.extent)

    def _value(self, check: Check, each: Input) -> Expression:
        """An input's value at the elements of its target.

        Where the check has more elements, only one of them is tested at a time: that one's.
        """
        extent, what = each.target.extent, check.hidden(f"input {each.number}")
        if each.own:
            return reference(what, extent, each.target.subscripts)
        inside, marked = self._within(check.subscripts, each.target.subscripts)
        value: Expression = reference(what, extent, inside)
        if not marked:
            return value
        made = reference(check.hidden(f"made {each.number}"), extent, inside)
        one, zero = (syntax.Number(number, extent=extent) for number in (1.0, 0.0))
        is_made = syntax.Binary(BinaryOperator.EQUAL, made, one, extent=extent)
        return _call("SUM", _call("IF THEN ELSE", is_made, value, zero))

    def _within(
        self, subscripts: tuple[Subscript, ...], available: tuple[Subscript, ...]
    ) -> tuple[tuple[Subscript, ...], bool]:
        """Subscripts as they are read where only some ranges are on the left: the others marked."""
        there = {fold(each.name) for each in available}
        found = tuple(
            replace(each, marked=fold(each.name) in self._ranges and fold(each.name) not in there)
            for each in subscripts
        )
        return found, any(each.marked for each in found)


def _is_made(check: Check, each: Input) -> Expression:
    """Whether the alternative that is tested puts an input in; the switch says which it is."""
    extent = check.constraint_extent
    switch = reference(check.hidden("active"), extent, check.subscripts)
    found: Expression | None = None
    for number, way in enumerate(check.alternatives, start=1):
        if each.number in way:
            chosen = syntax.Number(float(number), extent=extent)
            this = syntax.Binary(BinaryOperator.EQUAL, switch, chosen, extent=extent)
            either = syntax.Binary(BinaryOperator.OR, found, this, extent=extent) if found else this
            found = either
    # What is in no alternative is never put in.
    return _flag(found) if found else syntax.Number(0.0, extent=extent)


def _flag(condition: Expression) -> Expression:
    one, zero = (syntax.Number(number, extent=condition.extent) for number in (1.0, 0.0))
    return _call("IF THEN ELSE", condition, one, zero)


def _both(left: Expression, right: Expression) -> Expression:
    return syntax.Binary(BinaryOperator.AND, left, right, extent=left.extent)


def _call(function: str, *arguments: Expression) -> Expression:
    extent: Extent = arguments[0].extent
    return syntax.Call(Reference(function, extent=extent), arguments, extent=extent)


# --- Reading what stands in a variable's place ---------------------------------------------------


def redirected(
    variables: Mapping[VarId, Variable], check: Check, added: Addition
) -> dict[VarId, Variable]:
    """The variables, each reading of one that is replaced changed to what stands in its place.

    What stands there reads the variable as the model computes it; so does the value of an input,
    of the variable that it replaces (`x = RC STEP(x, 0)`).
    """
    stands_for = {VarId(key): VarId(fold(names[-1])) for key, names in added.layers.items()}
    layers = {VarId(fold(name)) for names in added.layers.values() for name in names}
    own = {
        fold(check.hidden(f"input {each.number}")).removesuffix("#"): VarId(fold(each.target.name))
        for each in check.inputs
    }

    def changed(variable: Variable) -> Variable:
        if variable.id in layers:
            return variable
        stem = next((each for each in own if _belongs(variable.id, each)), None)
        kept = own.get(stem or "")

        def place(read: Read) -> Meant:
            if read.variable == kept:
                return read
            return replace(read, variable=stands_for.get(read.variable, read.variable))

        parts = tuple(
            replace(part, meaning=_with_reads(part.meaning, place)) for part in variable.parts
        )
        return replace(variable, parts=parts)

    return {key: changed(variable) for key, variable in variables.items()}


def _belongs(variable: VarId, stem: str) -> bool:
    """Whether a hidden variable is the one whose name begins so, or was made for it."""
    return variable == f"{stem}#" or variable.startswith(f"{stem}>")


def _with_reads(meaning: Meaning, change: Callable[[Read], Meant]) -> Meaning:
    """A meaning with its readings changed; data are not computed during a run, and stay."""
    if isinstance(meaning, Points | Series):
        return meaning
    if isinstance(meaning, Shift):  # it moves the stock itself, its first argument
        stock, *others = meaning.function.arguments
        arguments = (stock, *(with_reads(each, change) for each in others))
        return Shift(replace(meaning.function, arguments=arguments))
    found: dict[str, Any] = {}
    for each in fields(meaning):
        value = getattr(meaning, each.name)
        if isinstance(value, Meant):
            found[each.name] = with_reads(value, change)
        elif isinstance(value, tuple) and value and all(isinstance(one, Meant) for one in value):
            found[each.name] = tuple(with_reads(one, change) for one in value)
    return replace(meaning, **found)
