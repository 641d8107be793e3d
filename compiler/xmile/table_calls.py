"""Calls that read tables: by the table's name, LOOKUP and LOOKUPINV."""

from __future__ import annotations

from ..syntax import Expression, Number, Reference
from . import messages
from .outline import Entity
from .tables import GraphicalFunction, read_at, read_table
from .use import Use

__all__ = ["has_table", "inverse_lookup", "lookup", "table_call"]

_ZERO = Number(0.0)


def has_table(entity: Entity) -> bool:
    """Whether a variable has a table, or some of its elements have."""
    within = entity.element.all("element")
    return entity.table is not None or any(each.first("gf") for each in within)


def _table(
    use: Use, entity: Entity, node: Reference
) -> tuple[Reference | None, GraphicalFunction | None]:
    """A table as an argument: by its variable's name, or by its points where that is a number."""
    first = entity.table or next(
        (each.first("gf") for each in entity.element.all("element") if each.first("gf")), None
    )
    assert first is not None
    if not entity.is_table and entity.table is None:
        span = use.to.passage.span(node.extent.start, node.extent.end)
        hint = "give the tables a variable without an equation"
        what = "a call of the tables of an array that has equations, too"
        use.to.refuse(messages.not_expressible(span, what, hint))
        return None, None
    table = read_table(first)
    if not isinstance(table, GraphicalFunction):
        use.to.refuse(table)
        return None, None
    return (use.to.variable(node, entity, None) if entity.is_table else None), table


def table_call(
    use: Use, entity: Entity, node: Reference, arguments: tuple[Expression, ...]
) -> Expression:
    """`table(x)`, `LOOKUP(table, x)`."""
    if len(arguments) != 1:
        span = use.to.passage.span(use.node.extent.start, use.node.extent.end)
        return use.to.refuse(messages.argument_count(span, use.name, 1, 1, len(arguments)))
    reference, table = _table(use, entity, node)
    if table is None:
        return _ZERO
    x = use.to.value(arguments[0], use.marks)
    return read_at(reference or table.node(use.extent), table.kind, x, use.extent)


def _named_table(use: Use) -> tuple[Entity, Reference] | None:
    """The first argument, which must be a table's name."""
    first = use.arguments[0]
    entity = use.to.entity(first.name) if isinstance(first, Reference) else None
    if entity is None or not isinstance(first, Reference) or not has_table(entity):
        span = use.to.passage.span(first.extent.start, first.extent.end)
        use.to.refuse(messages.needs_table(span, use.name))
        return None
    return entity, first


def lookup(use: Use) -> Expression:
    """`LOOKUP(table, x)`."""
    named = _named_table(use)
    return table_call(use, *named, use.arguments[1:]) if named else _ZERO


def inverse_lookup(use: Use) -> Expression:
    """`LOOKUPINV(table, y)`."""
    named = _named_table(use)
    if named is None:
        return _ZERO
    reference, table = _table(use, *named)
    if table is None:
        return _ZERO
    return use.apply("LOOKUP INVERT", reference or table.node(use.extent), use.value(1))
