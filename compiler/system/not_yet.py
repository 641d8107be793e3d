"""Functions of the language that this version knows by name only.

A model that calls one is told so; none of them is mistaken for a lookup or a slip of the pen.
"""

from __future__ import annotations

from s3c.runtime import fold

__all__ = ["NOT_YET", "VDF_READERS"]

_NAMES = """
A FUNCTION OF, CUMULATE, CUMULATEF, DELAY BATCH, DELAY CONVEYOR, DELAY INFORMATION, DELAY MATERIAL,
DELAY PROFILE, DELAYP, DEPRECIATE BY SCHEDULE, DEPRECIATE STRAIGHTLINE,
GET ODBC CONSTANTS, GET ODBC DATA, GET ODBC LOOKUPS, GET TIME VALUE, INTERNAL RATE OF RETURN,
INTERPOLATE, MESSAGE, NET PRESENT VALUE, NPV, NPVE, QUEUE AGE AVERAGE, QUEUE AGE IN RANGE,
QUEUE AGE OLDEST, QUEUE ATTRIB AVERAGE, QUEUE ATTRIB IN RANGE, QUEUE ATTRIB MAX, QUEUE ATTRIB MIN,
QUEUE ATTRIB QUANTITY, QUEUE FIFO, QUEUE FIFO ATTRIB, REINITIAL, SINTEG, TABBED ARRAY, TABXL,
TIME BASE
"""

NOT_YET = frozenset(fold(name) for name in _NAMES.replace("\n", " ").split(","))
"""Folded names, of the reference's section on functions."""

VDF_READERS = frozenset({"get vdf constants", "get vdf data", "get vdf lookups"})
"""What reads files whose format nobody has published."""
