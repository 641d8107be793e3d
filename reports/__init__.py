"""Studies: what a paper says, beside what its model gives, as one page.

>>> from s3c.reports import make_report, read_study
>>> report = make_report(read_study("studies/s3.toml"))  # doctest: +SKIP
>>> report.save("s3_report")  # doctest: +SKIP

A study is a TOML file. All that is of the paper stands there and in the files that it names.
"""

from __future__ import annotations

from .making import make_report
from .pieces import Report
from .reading import read_study
from .tree import (
    Claim,
    Claims,
    Curves,
    Equations,
    Picture,
    Published,
    Section,
    Study,
    Table,
    Values,
)

__all__ = [
    "Claim",
    "Claims",
    "Curves",
    "Equations",
    "Picture",
    "Published",
    "Report",
    "Section",
    "Study",
    "Table",
    "Values",
    "make_report",
    "read_study",
]
