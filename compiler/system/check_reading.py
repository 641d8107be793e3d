"""Reading reality checks (reference B.13).

A condition is taken apart into what is compared. A comparison of a variable with a value can be
made true: a test puts the value in the variable's place. So can a test input. With `:OR:` a
condition can come true in several ways, its alternatives; each is tested by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from s3c.runtime import display_name, fold

from .. import syntax
from ..diagnostics import Diagnostic, Hints
from ..source import Span
from ..syntax import BinaryOperator, Constraint, Equation, Expression, Reference, UnaryOperator
from . import checks_messages as wrong
from . import messages
from .check_functions import RC_FUNCTIONS, RC_START, Trajectory, reference, trajectory
from .check_targets import obstacle, refused_target, variable_at
from .checks import (
    Check,
    Enforced,
    Input,
    Shown,
    changed,
    renamed,
    shown_reference,
    walk_syntax,
    with_subscripts,
)
from .symbols import Symbols
from .tree import CONTROLS, TIME

__all__ = ["read_checks"]

_MOST_ALTERNATIVES = 32
_MOST_SHOWN = 12  # variables of a check whose values are told where it fails

_COMPARE = "compare a variable with it: variable = RC STEP(variable, 0)"
_COMPARE_CHECK = "compare a variable with it: variable <= RC STEP CHECK(1, variable, 0)"

_NEGATED = {
    BinaryOperator.EQUAL: BinaryOperator.UNEQUAL,
    BinaryOperator.UNEQUAL: BinaryOperator.EQUAL,
    BinaryOperator.LESS: BinaryOperator.AT_LEAST,
    BinaryOperator.AT_LEAST: BinaryOperator.LESS,
    BinaryOperator.GREATER: BinaryOperator.AT_MOST,
    BinaryOperator.AT_MOST: BinaryOperator.GREATER,
}
_TURNED = {
    BinaryOperator.LESS: BinaryOperator.GREATER,
    BinaryOperator.GREATER: BinaryOperator.LESS,
    BinaryOperator.AT_MOST: BinaryOperator.AT_LEAST,
    BinaryOperator.AT_LEAST: BinaryOperator.AT_MOST,
}

Ways = tuple[frozenset[int], ...]
"""The ways in which something comes true: in each, the numbers of the inputs that are put in."""

_AS_IT_IS: Ways = (frozenset(),)


def read_checks(symbols: Symbols) -> tuple[tuple[Check, ...], tuple[Diagnostic, ...]]:
    """The constraints of a model, and all that is wrong with them and the test inputs."""
    tests: dict[str, list[tuple[Equation, syntax.TestInput]]] = {}
    diagnostics: list[Diagnostic] = []
    stems: dict[str, int] = {}
    first: dict[tuple[str, tuple[str, ...]], Span] = {}
    for equation, check in symbols.checks:
        key, span = fold(check.name.name), equation.span_of(check.name.extent)
        subscripts = tuple(fold(each.name) for each in check.name.subscripts)
        before = first.setdefault((key, subscripts), span)
        clash = before if before is not span else variable_at(symbols, key)
        if clash is not None:
            diagnostics.append(messages.defined_twice(display_name(check.name.name), span, clash))
        if isinstance(check, syntax.TestInput):
            tests.setdefault(key, []).append((equation, check))
    found: list[Check] = []
    used: set[str] = set()
    hints = Hints()
    for equation, check in symbols.checks:
        if isinstance(check, Constraint):
            reader = _Reader(symbols, tests, equation, check, stems, hints)
            found.append(reader.check())
            diagnostics += reader.diagnostics
            used |= reader.used
    diagnostics += (
        wrong.input_unused(display_name(test.name.name), equation.span_of(test.name.extent))
        for key, definitions in tests.items()
        for equation, test in definitions
        if key not in used
    )
    return tuple(found), tuple(diagnostics)


class _Reader:
    """Reads one constraint."""

    def __init__(
        self,
        symbols: Symbols,
        tests: dict[str, list[tuple[Equation, syntax.TestInput]]],
        equation: Equation,
        constraint: Constraint,
        stems: dict[str, int],
        hints: Hints,
    ) -> None:
        self.hints = hints
        self.symbols = symbols
        self.tests = tests
        self.equation = equation
        self.constraint = constraint
        self.subscripts = constraint.name.subscripts
        self.name = display_name(constraint.name.name)
        stem = self.name.replace("#", "")
        count = stems[fold(stem)] = stems.get(fold(stem), 0) + 1
        self.stem = stem if count == 1 else f"{stem} {count}"
        self.inputs: list[Input] = []
        self.enforced: list[Enforced] = []
        self.compared: list[tuple[str, str]] = []
        self.diagnostics: list[Diagnostic] = []
        self.used: set[str] = set()

    def check(self) -> Check:
        """The constraint that has been read."""
        condition, ways = self._condition(self.constraint.condition, wanted=True)
        consequence = self._consequence(self.constraint.consequence, wanted=True)
        forced = tuple(tuple(sorted(way)) for way in dict.fromkeys(ways) if way)
        if len(forced) > _MOST_ALTERNATIVES:
            span = self._span(self.constraint.condition)
            self.diagnostics.append(
                wrong.too_many_alternatives(self.name, _MOST_ALTERNATIVES, span)
            )
            forced = ()
        return Check(
            self.name, self.stem, self.equation, self.subscripts, condition, consequence,
            tuple(self.inputs), tuple(self.enforced), forced, tuple(self._shown()),
            tuple(dict.fromkeys(self.compared)),
        )  # fmt: skip

    # --- Conditions ---

    def _condition(self, node: Expression, *, wanted: bool) -> tuple[Expression, Ways]:
        """What is true when a part of the condition is, or is not; and how it can be made so."""
        match node:
            case syntax.Unary(UnaryOperator.NOT, operand):
                return self._condition(operand, wanted=not wanted)
            case syntax.Binary(BinaryOperator.AND | BinaryOperator.OR as operator, left, right):
                one, first = self._condition(left, wanted=wanted)
                two, second = self._condition(right, wanted=wanted)
                if (operator is BinaryOperator.AND) == wanted:
                    return self._join(BinaryOperator.AND, one, two), _together(first, second)
                return self._join(BinaryOperator.OR, one, two), _either(first, second)
            case syntax.Binary(operator, left, right) if operator in _NEGATED:
                relation = operator if wanted else _NEGATED[operator]
                return self._comparison(node, relation, left, right, wanted=wanted)
            case Reference() if fold(node.name) in self.tests:
                return self._test_input(node, wanted=wanted)
            case _:
                node = self._without_rc(node, _COMPARE)
                if self._is_known(node):
                    self.diagnostics.append(wrong.cannot_be_made_true(self._span(node)))
                return self._negated(node, wanted=wanted), _AS_IT_IS

    def _comparison(
        self,
        node: Expression,
        relation: BinaryOperator,
        left: Expression,
        right: Expression,
        *,
        wanted: bool,
    ) -> tuple[Expression, Ways]:
        if _is_rc(left) or (not self._replaceable(left) and self._replaceable(right)):
            left, right, relation = right, left, _TURNED.get(relation, relation)
        left = self._without_rc(left, _COMPARE)
        found = None
        if _is_rc(right) and self._replaceable(left):
            found = self._trajectory(right, for_check=False)
            right = syntax.Number(0.0, extent=right.extent)
        else:
            right = self._without_rc(right, _COMPARE)
        if not isinstance(left, Reference) or not self._replaceable(left):
            if self._is_known(node) and not any(map(self._is_clock, (left, right))):
                self.diagnostics.append(wrong.cannot_be_made_true(self._span(node)))
            return syntax.Binary(relation, left, right, extent=node.extent), _AS_IT_IS
        text = " ".join(self._span(node).text.split())
        text = text if wanted else f":NOT: {text}"
        value = found.value if found else right
        made = Input(
            len(self.inputs) + 1, self.equation, left, relation, value, own=False, text=text,
            in_force=found.in_force if found else None,
        )  # fmt: skip
        self.inputs.append(made)
        truth = self._holds(made, node.extent)
        return truth, _AS_IT_IS if relation is BinaryOperator.UNEQUAL else (
            frozenset({made.number}),
        )

    def _holds(self, made: Input, extent: syntax.Extent) -> Expression:
        """Whether a comparison is true: by itself, or because a test makes it so.

        What makes `x < 5` true is putting 5 in the place of x (reference B.13), so then x = 5
        counts.
        """
        value = self._own(f"input {made.number}", extent)
        truth: Expression = syntax.Binary(made.relation, made.target, value, extent=extent)
        if made.relation in (BinaryOperator.LESS, BinaryOperator.GREATER):
            equal = syntax.Binary(BinaryOperator.EQUAL, made.target, value, extent=extent)
            by_test = self._join(BinaryOperator.AND, self._is_one(f"made {made.number}"), equal)
            truth = self._join(BinaryOperator.OR, truth, by_test)
        if made.in_force is not None:
            truth = self._join(BinaryOperator.AND, self._is_one(f"time {made.number}"), truth)
        return truth

    def _test_input(self, node: Reference, *, wanted: bool) -> tuple[Expression, Ways]:
        """A test input's name: true while it is put in."""
        key, span = fold(node.name), self._span(node)
        self.used.add(key)
        equation, test = self._definition(key, node)
        given, names = node.subscripts, test.name.subscripts
        if len(given) != len(names):
            place = equation.span_of(test.name.extent)
            name = display_name(node.name)
            self.diagnostics.append(
                wrong.input_subscripts(name, len(names), len(given), span, place)
            )
            return syntax.Number(0.0, extent=node.extent), _AS_IT_IS
        means = {fold(one.name): other for one, other in zip(names, given, strict=True)}
        expression = with_subscripts(test.expression, means)
        target = Reference(
            test.target.name, renamed(test.target.subscripts, means), extent=test.target.extent
        )
        self._refuse_target(equation, target)
        found = None
        if _is_rc(expression):
            found = self._trajectory(expression, for_check=False, equation=equation)
            expression = syntax.Number(0.0, extent=expression.extent)
        else:
            way = "write it as the whole of a test input"
            expression = self._without_rc(expression, way, equation)
        made = Input(
            len(self.inputs) + 1, equation, target, BinaryOperator.EQUAL,
            found.value if found else expression, own=True, text=shown_reference(node),
            in_force=found.in_force if found else None,
        )  # fmt: skip
        self.inputs.append(made)
        truth: Expression = self._is_one(f"made {made.number}")
        if made.in_force is not None:
            truth = self._join(BinaryOperator.AND, truth, self._is_one(f"force {made.number}"))
        if not wanted:
            return self._negated(truth, wanted=False), _AS_IT_IS
        return truth, (frozenset({made.number}),)

    def _definition(self, key: str, node: Reference) -> tuple[Equation, syntax.TestInput]:
        """The test input that a name and its subscripts mean."""
        given = tuple(fold(each.name) for each in node.subscripts)
        for equation, test in self.tests[key]:
            if tuple(fold(each.name) for each in test.name.subscripts) == given:
                return equation, test
        return self.tests[key][0]

    # --- Consequences ---

    def _consequence(self, node: Expression, *, wanted: bool) -> Expression:
        """What is true when a part of the consequence is, or is not."""
        match node:
            case syntax.Unary(UnaryOperator.NOT, operand):
                return self._consequence(operand, wanted=not wanted)
            case syntax.Binary(BinaryOperator.AND | BinaryOperator.OR as operator, left, right):
                both = (operator is BinaryOperator.AND) == wanted
                join = BinaryOperator.AND if both else BinaryOperator.OR
                one = self._consequence(left, wanted=wanted)
                return self._join(join, one, self._consequence(right, wanted=wanted))
            case syntax.Binary(operator, left, right) if operator in _NEGATED:
                relation = operator if wanted else _NEGATED[operator]
                if _is_rc(left):
                    left, right, relation = right, left, _TURNED.get(relation, relation)
                return self._enforced(node, relation, left, right)
            case _:
                return self._negated(self._without_outsiders(node), wanted=wanted)

    def _enforced(
        self, node: Expression, relation: BinaryOperator, left: Expression, right: Expression
    ) -> Expression:
        """A comparison; with the trajectory of an RC … CHECK, it is true while not in force."""
        left = self._without_outsiders(left)
        if not _is_rc(right):
            right = self._without_outsiders(right)
            return syntax.Binary(relation, left, right, extent=node.extent)
        assert isinstance(right, syntax.Call)
        found = self._trajectory(right, for_check=True)
        if found is None:
            return syntax.Number(1.0, extent=node.extent)
        number = len(self.enforced) + 1
        text = " ".join(self._span(right).text.split())
        self.enforced.append(Enforced(number, found, text))
        compared = syntax.Binary(
            relation, left, self._own(f"trajectory {number}", right.extent), extent=node.extent
        )
        free = self._negated(self._is_one(f"enforced {number}"), wanted=False)
        return self._join(BinaryOperator.OR, free, compared)

    def _without_outsiders(self, node: Expression) -> Expression:
        """What is left of an expression in a consequence; the rest is refused.

        Test inputs do not belong there, nor do RC functions within others.
        """

        def change(each: Expression) -> Expression:
            if not isinstance(each, Reference) or fold(each.name) not in self.tests:
                return each
            equation, test = self.tests[fold(each.name)][0]
            self.used.add(fold(each.name))
            place = equation.span_of(test.name.extent)
            self.diagnostics.append(
                wrong.input_in_consequence(display_name(each.name), self._span(each), place)
            )
            return syntax.Number(0.0, extent=each.extent)

        return changed(self._without_rc(node, _COMPARE_CHECK), change)

    # --- RC functions ---

    def _trajectory(
        self, call: Expression, *, for_check: bool, equation: Equation | None = None
    ) -> Trajectory | None:
        assert isinstance(call, syntax.Call)
        name, parameters = RC_FUNCTIONS[_function(call)]
        span = (equation or self.equation).span_of(call.extent)
        inside = "give it a variable or a number"
        arguments = tuple(self._without_rc(each, inside, equation) for each in call.arguments)
        call = replace(call, arguments=arguments)
        found = trajectory(call, fold(RC_START) in self.symbols.variables)
        if found is None:
            self.diagnostics.append(
                wrong.rc_wrong_count(name, parameters, len(call.arguments), span)
            )
        elif found.for_check != for_check:
            other = f"{name} CHECK" if for_check else name.removesuffix(" CHECK")
            where = "in a consequence" if for_check else "in a condition or a test input"
            self.diagnostics.append(wrong.rc_misplaced(name, span, f"{where}, write {other}"))
        else:
            if found.compared is not None:
                self.compared.append((found.run, display_name(found.compared.name)))
            return found
        return None

    def _without_rc(
        self, node: Expression, way: str, equation: Equation | None = None
    ) -> Expression:
        """An expression without the RC functions that cannot stand in it, which are refused.

        So are outputs of macros, which would be variables of the model.
        """

        def change(each: Expression) -> Expression:
            if not isinstance(each, syntax.Call) or not (_is_rc(each) or each.outputs):
                return each
            span = (equation or self.equation).span_of(each.extent)
            if _is_rc(each):
                name = RC_FUNCTIONS[_function(each)][0]
                self.diagnostics.append(wrong.rc_misplaced(name, span, way))
            else:
                name = display_name(each.function.name)
                self.diagnostics.append(wrong.output_in_a_check(name, span))
            return syntax.Number(0.0, extent=each.extent)

        return changed(node, change)

    # --- Names ---

    def _replaceable(self, node: Expression) -> bool:
        """Whether a test can put another value in the place of what is read."""
        if not isinstance(node, Reference) or any(each.marked for each in node.subscripts):
            return False
        return self._obstacle(fold(node.name)) == ""

    def _obstacle(self, key: str) -> str:
        return obstacle(self.symbols, key)

    def _refuse_target(self, equation: Equation, target: Reference) -> None:
        """Tell of a test input whose variable cannot be replaced."""
        found = refused_target(self.symbols, equation, target, self.hints)
        if found is not None:
            self.diagnostics.append(found)

    def _is_known(self, node: Expression) -> bool:
        """Whether all names in an expression are numbers; the others are told of later."""
        return all(
            self._obstacle(fold(each.name)) not in ("not there", "a lookup", "a text")
            for each in walk_syntax(node)
            if isinstance(each, Reference)
        )

    def _is_clock(self, node: Expression) -> bool:
        names = {fold(each.name) for each in walk_syntax(node) if isinstance(each, Reference)}
        return bool(names) and names <= {TIME, *CONTROLS}

    def _shown(self) -> Iterator[Shown]:
        """What is told where the check fails: each variable that it reads, and trajectories."""
        extent = self.constraint.extent
        for each in self.enforced:
            yield Shown(each.text, self._own(f"trajectory {each.number}", extent))
        texts: set[str] = set()
        for part in (self.constraint.condition, self.constraint.consequence):
            for node in walk_syntax(part):
                if len(texts) == _MOST_SHOWN or not isinstance(node, Reference):
                    continue
                text = shown_reference(node)
                if fold(text) not in texts and self._is_number(node):
                    texts.add(fold(text))
                    yield Shown(text, node)

    def _is_number(self, node: Reference) -> bool:
        key = fold(node.name)
        if key == TIME or any(each.marked for each in node.subscripts):
            return False
        return key in CONTROLS or self._obstacle(key) == ""

    # --- Writing ---

    def _span(self, node: Expression) -> Span:
        return self.equation.span_of(node.extent)

    def _own(self, what: str, extent: syntax.Extent) -> Reference:
        """The reading of a hidden variable of this check, at the elements of the check."""
        return reference(f"#{self.stem}>{what}#", extent, self.subscripts)

    def _is_one(self, what: str) -> Expression:
        extent = self.constraint.extent
        one = syntax.Number(1.0, extent=extent)
        return syntax.Binary(BinaryOperator.EQUAL, self._own(what, extent), one, extent=extent)

    def _join(self, operator: BinaryOperator, left: Expression, right: Expression) -> Expression:
        return syntax.Binary(operator, left, right, extent=self.constraint.extent)

    def _negated(self, node: Expression, *, wanted: bool) -> Expression:
        return node if wanted else syntax.Unary(UnaryOperator.NOT, node, extent=node.extent)


def _function(node: Expression) -> str:
    return fold(node.function.name) if isinstance(node, syntax.Call) else ""


def _is_rc(node: Expression) -> bool:
    return _function(node) in RC_FUNCTIONS


def _together(first: Ways, second: Ways) -> Ways:
    """The ways in which two things come true at once; no more than would be refused."""
    found = dict.fromkeys(one | two for one in first for two in second)
    return tuple(found)[: _MOST_ALTERNATIVES + 1]


def _either(first: Ways, second: Ways) -> Ways:
    """The ways in which one of two things comes true."""
    return tuple(dict.fromkeys((*first, *second)))[: _MOST_ALTERNATIVES + 1]
