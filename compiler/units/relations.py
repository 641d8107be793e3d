"""What is found out of units that are not written: relations, each solved for one symbol."""

from __future__ import annotations

from itertools import count

from .measure import Measure, Unit, power_of, product_of, ratio_of, single

__all__ = ["Relations", "is_symbol", "label_of", "symbol"]

_MARK = "?\t"  # what a symbol begins with; no folded name holds a tab


def symbol(name: str) -> Unit:
    """The unknown unit of a name."""
    return single(f"{_MARK}{name}")


def is_symbol(base: str) -> bool:
    """Whether a base stands for an unknown unit."""
    return base.startswith(_MARK)


def label_of(base: str) -> str:
    """What a symbol is called, that of a macro's parameter by its name."""
    return base.removeprefix(_MARK).partition("\t")[0]


class Relations:
    """Equations between units: linear in the exponents.

    Every known symbol is expressed by others, without circles, so that what a unit comes to is
    found by replacing until nothing changes.
    """

    def __init__(self) -> None:
        self._known: dict[str, Unit] = {}
        self._numbers = count()

    def new(self, name: str) -> Unit:
        """A unit of which nothing is known: another one at each call, whatever it is called."""
        return symbol(f"{name}\t{next(self._numbers)}")

    def same(self, first: Measure, second: Measure) -> bool:
        """Whether two measures may be the same; if so, they are from now on."""
        rest = self.reduced(ratio_of(first, second)) if _both(first, second) else None
        if not isinstance(rest, Unit) or not rest.factors:
            return True
        unknown = [base for base, _ in rest.factors if is_symbol(base)]
        if not unknown:
            return False
        pivot = unknown[-1]
        power = rest.exponent(pivot)
        found = power_of(ratio_of(rest, power_of(single(pivot), power)), -1 / power)
        if isinstance(found, Unit):
            self._known[pivot] = found
        return True

    def reduced(self, measure: Measure) -> Measure:
        """A measure in symbols of which nothing is known."""
        if not isinstance(measure, Unit):
            return measure
        for base, _ in measure.factors:
            self._settle(base)
        return self._replaced(measure)

    def _replaced(self, unit: Unit) -> Measure:
        if all(base not in self._known for base, _ in unit.factors):
            return unit
        found: Measure = Unit()
        for base, power in unit.factors:
            found = product_of(found, self._known.get(base) or single(base), power)
        return found

    def _settle(self, base: str) -> None:
        """Express a symbol by such as nothing is known of; with a stack, as chains may be long."""
        waiting = [base] if base in self._known else []
        while waiting:
            top = waiting[-1]
            if top not in self._known:
                waiting.pop()
                continue
            inner = [each for each, _ in self._known[top].factors if each in self._known]
            unsettled = [
                each
                for each in inner
                if any(deeper in self._known for deeper, _ in self._known[each].factors)
            ]
            if unsettled:
                waiting += unsettled
                continue
            found = self._replaced(self._known[top])
            if isinstance(found, Unit):
                self._known[top] = found
            else:  # larger than anyone can mean: nothing is known of it
                del self._known[top]
            waiting.pop()


def _both(first: Measure, second: Measure) -> bool:
    return isinstance(first, Unit) and isinstance(second, Unit)
