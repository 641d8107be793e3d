"""The printers of programs, one module a target language."""

from __future__ import annotations

from .protocol import Backend, Generated
from .python_expression import PythonExpressions
from .python_page import Page
from .python_source import print_python
from .python_statements import Statements
from .python_text import flat

__all__ = [
    "Backend",
    "Generated",
    "Page",
    "PythonExpressions",
    "Statements",
    "flat",
    "print_python",
]
