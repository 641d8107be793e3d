"""What native code knows of methods of integration."""

from __future__ import annotations

from collections.abc import Mapping

from s3c.runtime import Method

__all__ = ["AUTO", "EVALUATIONS", "ROOM"]

EVALUATIONS: Mapping[Method, int] = {
    Method.EULER: 1,
    Method.DIFFERENCE: 1,
    Method.RK2: 2,
    Method.RK4: 4,
}
"""How often equations are computed in a step, by the methods whose steps are all alike."""

AUTO: Mapping[Method, tuple[Method, int]] = {
    Method.RK2_AUTO: (Method.RK2, 2),
    Method.RK4_AUTO: (Method.RK4, 4),
}
"""The methods that halve their steps: the formula of each part, and its order."""

ROOM: Mapping[Method, int] = {
    Method.EULER: 0,
    Method.DIFFERENCE: 0,
    Method.RK2: 1,
    Method.RK4: 4,
    Method.RK2_AUTO: 4,
    Method.RK4_AUTO: 7,
}
"""How many more times the stocks need room while a step is made."""
