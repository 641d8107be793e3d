"""The table of diagnostic codes: each with what it means, for `s3c explain` and the docs.

1xx syntax, 2xx names and subscripts, 3xx units, 4xx order, 5xx lowering, 6xx running, 9xx ours.
"""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, str] = {
    "S3C101": "the equation does not follow the grammar",
    "S3C102": "an equation has no closing “|”",
    "S3C103": "a quoted name or a string is not closed",
    "S3C104": "a comment “{ … }” is not closed",
    "S3C105": "a bracket or parenthesis has no partner",
    "S3C106": "a macro is not closed, or is closed twice",
    "S3C107": "a number is too large or not a number",
    "S3C108": "a lookup table is malformed",
    "S3C109": "an equation is nested too deeply",
    "S3C110": "a name stands where none may stand, or lacks its quotes",
    "S3C111": "units cannot be read",
    "S3C112": "text is not in the encoding that the file declares",
    "S3C201": "a name is not defined",
    "S3C202": "a name is defined twice",
    "S3C203": "a function gets the wrong number of arguments",
    "S3C204": "there is no function of this name",
    "S3C205": "a function must be the whole right side, or stand elsewhere",
    "S3C206": "a lookup is used as a number, or a number as a lookup",
    "S3C207": "an equation has no right side",
    "S3C208": "a reserved name is redefined",
    "S3C209": "a macro is malformed or calls itself",
    "S3C210": "this part of the language is not compiled yet",
    "S3C211": "a lookup table's x values go backwards",
    "S3C212": "a name is defined by a range and by a variable",
    "S3C213": "a control variable is missing",
    "S3C214": "a subscript range lists an element twice",
    "S3C215": "subscript ranges contain one another in a circle",
    "S3C216": "a range of numbered elements is malformed",
    "S3C217": "a mapping does not fit its two subscript ranges",
    "S3C401": "equations depend on one another in a circle",
    "S3C402": "initial values depend on one another in a circle",
    "S3C403": "a constant depends on something that changes",
    "S3C501": "the model is too large for one run",
    "S3C601": "an equation has no finite value at some time",
    "S3C602": "a run was asked to set something that cannot be set",
    "S3C603": "a run's times do not fit together",
    "S3C604": "a name that is asked for is not in the model",
    "S3C605": "a compiled model was made for another runtime",
    "S3C606": "a file cannot be read or written",
    "S3C901": "an error of s3c's own",
}
