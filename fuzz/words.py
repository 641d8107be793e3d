"""Words of the languages that targets read, for the fuzzer's dictionary."""

from __future__ import annotations

__all__ = ["WORDS"]

_MODELS = """
INTEG( DELAY3( SMOOTH3I( ACTIVE INITIAL( :MACRO: :END OF MACRO: :EXCEPT: :RAW: :INTERPOLATE: :NA:
:AND: :NOT: :IMPLIES: {UTF-8} ~~| -> <-> (a1-a9) [a!] 1e308 1e-308 1e400 *** ((0,1),(1,2)) := ==
"""
_PHRASES = (
    *("DELAY FIXED(", "DELAY N(", "IF THEN ELSE(", "WITH LOOKUP(", "A FUNCTION OF("),
    *("TABBED ARRAY(", "GET XLS DATA('a.csv','S','1','B2')", "GET DIRECT SUBSCRIPT("),
    *("RANDOM NORMAL(", "VECTOR SELECT(", "ALLOCATE AVAILABLE(", "FIND ZERO(", "QUEUE FIFO("),
    *("INVERT MATRIX(", "SHIFT IF TRUE(", "SAMPLE IF TRUE(", "TIME SHIFT(", ":THE CONDITION:"),
    *(":TEST INPUT:", "FINAL TIME", "TIME STEP", "\\\\\\---///", ":L<%^E!@", "\u2028", "\\\n"),
    *("<module name=", "<connect to=", '<gf xscale="', '"uniflow"', "{s3c: ignore S3C801}"),
)
_FILES = """
<eqn> </eqn> <dimensions> <![CDATA[ ]]> &lt; <row <c r= <v> t="s" sharedStrings #REF! 1904
table:number-columns-repeated= table:number-rows-repeated= office:value-type= distribution factors
[[scenario]] [[product]] RANDOM_UNIFORM( VECTOR( :OPTIMIZER= *CG <= nan inf -inf null true
"""

WORDS = tuple(dict.fromkeys((*_MODELS.split(), *_PHRASES, *_FILES.split())))
