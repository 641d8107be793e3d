"""The functions of the C library that Python's `math` calls, as native code calls them.

LLVM knows `pow`, `exp` and others by their names, and writes `x * x` for `pow(x, 2)` or takes a
vector library's `exp`, whose last bits differ. So here they have names that it does not know; they
are declared to have no effects, since all they do besides is to set `errno`.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from llvmlite.binding import add_symbol  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = [
    "acos",
    "asin",
    "atan",
    "cos",
    "cosh",
    "erfc",
    "exp",
    "fmod",
    "log",
    "log1p",
    "pow_",
    "sin",
    "sinh",
    "tan",
    "tanh",
]

# The library of this process: that which `math` was linked with.
_LIBRARY = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)


def _symbol(name: str) -> str:
    """Another name of a function of the library, for code that is linked from now on."""
    address = ctypes.cast(getattr(_LIBRARY, name), ctypes.c_void_p).value
    add_symbol(f"s3c_{name}", address)
    return f"s3c_{name}"


def _declared(builder: Any, symbol: str, arity: int) -> Any:
    """The function of that symbol, declared in the module that is being built."""
    number = ir.DoubleType()
    kind = ir.FunctionType(number, [number] * arity)
    function: Any = cast("Any", cgutils).get_or_insert_function(builder.module, kind, symbol)
    for attribute in ("readnone", "nounwind"):
        function.attributes.add(attribute)
    return function


def _of_one(name: str) -> Callable[[float], float]:
    symbol = _symbol(name)

    @intrinsic
    def call(_context: Any, _x: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return builder.call(_declared(builder, symbol, 1), args)

        return types.float64(types.float64), generate

    return cast("Callable[[float], float]", call)


def _of_two(name: str) -> Callable[[float, float], float]:
    symbol = _symbol(name)

    @intrinsic
    def call(_context: Any, _x: Any, _y: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return builder.call(_declared(builder, symbol, 2), args)

        return types.float64(types.float64, types.float64), generate

    return cast("Callable[[float, float], float]", call)


acos, asin, atan = _of_one("acos"), _of_one("asin"), _of_one("atan")
cos, sin, tan = _of_one("cos"), _of_one("sin"), _of_one("tan")
cosh, sinh, tanh = _of_one("cosh"), _of_one("sinh"), _of_one("tanh")
erfc, exp = _of_one("erfc"), _of_one("exp")
log, log1p = _of_one("log"), _of_one("log1p")
fmod, pow_ = _of_two("fmod"), _of_two("pow")
