"""Vensim's discrete and N-th order delays as XMILE's, with what Vensim fixes when a run starts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from s3c.runtime import display_name

from ..syntax import Call, parse_expression
from . import messages as lost
from .rewrites import OWN_NAMES
from .scope import Place
from .text import Written, call, numbers

if TYPE_CHECKING:
    from .body import Body

__all__ = ["delay_fixed", "nth_order"]

# The delay in whole time steps, halves rounded up, and the order that a delay has room for.
_ROUNDED = "INITIAL(MAX(1, WHOLE(delay / TIME STEP + 0.500001)) * TIME STEP)"
_FEWER = "INITIAL(MAX(1, MIN(stages, WHOLE(delay / TIME STEP + 1e-06))))"


def delay_fixed(body: Body, node: Call, place: Place) -> Written:
    """DELAY: a whole number of time steps, rounded as Vensim does, and fixed at the start."""
    x, time, initial = node.arguments
    known, step = body.model.constants.value(time), body.model.time_step
    written = body.write(time, place)
    if known is None or not step:
        inner = replace(place, arguments={**OWN_NAMES, "delay": written})
        written = body.write(parse_expression(_ROUNDED), inner)
    else:
        exact = max(1, math.floor(known / step + 0.5 + 1e-6)) * step
        if not math.isclose(exact, known, rel_tol=1e-9):
            written = Written(numbers(exact))
    return call("DELAY", body.write(x, place), written, body.write(initial, place))


def nth_order(name: str, *, time_may_change: bool) -> Callable[[Body, Call, Place], Written]:
    """What writes DELAY N, or SMOOTH N, whose delay time may change during a run.

    XMILE knows no order that is too high for the time step: it is made smaller here, as Vensim
    does it.
    """

    def delayed(body: Body, node: Call, place: Place) -> Written:
        x, time, initial, order = node.arguments
        constants, step = body.model.constants, body.model.time_step
        known, stages = constants.value(time), constants.value(order)
        span = place.span(node.extent)
        if stages is None or not step or (known is None and not time_may_change):
            way_out = "give it a delay time and an order that are constants"
            shown = display_name(node.function.name).upper()
            what = f"a {shown} whose order or delay time is computed"
            body.tell(lost.no_such_thing(what, span, way_out))
            return Written("0")
        written = Written(numbers(max(1, math.trunc(stages))))
        if known is not None:
            most = max(1, math.floor(known / step + 1e-6))
            written = Written(numbers(max(1, math.trunc(min(stages, most)))))
        elif stages >= 2:
            arguments = {**OWN_NAMES, "delay": body.write(time, place), "stages": written}
            inner = replace(place, arguments=arguments)
            written = body.write(parse_expression(_FEWER), inner)
        return call(
            name, body.write(x, place), body.write(time, place), written,
            body.write(initial, place),
        )  # fmt: skip

    return delayed
