"""The printers of programs, one module a target language."""

from __future__ import annotations

from .protocol import Backend, Generated
from .python_expression import PythonExpressions
from .python_source import print_python

__all__ = ["Backend", "Generated", "PythonExpressions", "print_python"]
