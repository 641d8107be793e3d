"""MESSAGE: texts that a run shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from s3c.runtime import Builtin

from .. import syntax
from ..syntax import BinaryOperator
from . import calls, files
from .scope import Scope
from .tree import Auxiliary, Binary, Choice, Expression, Number

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["message"]


def message(resolver: Resolver, builtin: Builtin, node: syntax.Call, scope: Scope) -> Expression:
    """A call of MESSAGE: a variable of its own, which is 1 whenever the text is shown.

    A branch of IF THEN ELSE that is not chosen shows nothing.
    """
    if not calls.count_is_right(resolver, node, builtin.name, builtin.parameters, scope):
        return Number(math.nan)
    words, display = node.arguments
    text = files.text(resolver, builtin.name, words, scope)
    value: Expression = Choice(
        Binary(BinaryOperator.GREATER, resolver.expression(display, scope), Number(0.0)),
        Number(1.0),
        Number(0.0),
    )
    if text is None:
        return Number(math.nan)
    for guard in reversed(scope.guards):
        value = Choice(guard, value, Number(0.0))
    shown = Auxiliary(value, held=True, message=text)
    return resolver.hidden(scope, builtin.name, shown, node.extent)
