"""What the derivatives are called that a model computes."""

from __future__ import annotations

from .subscripts import split_subscripts

__all__ = ["derivative_name"]


def derivative_name(variable: str, constant: str) -> str:
    """What the derivative of a variable with respect to a constant is called.

    Either may be an element.

    >>> derivative_name("Population", "birth rate")
    '∂Population/∂birth rate'
    >>> derivative_name("Population[East]", "birth rate[West]")
    '∂Population/∂birth rate[West][East]'
    """
    for name, _ in split_subscripts(variable):
        return f"∂{name}/∂{constant}{variable.strip().removeprefix(name)}"
    return f"∂{variable}/∂{constant}"
