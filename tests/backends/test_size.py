"""Generated modules grow with the text of a model, not with its arrays."""

from __future__ import annotations

from s3c.compiler import Source, compile_source


def lines(size: int) -> int:
    """How long the module is for fifty equations over arrays of that size."""
    text = [
        f"Row: (r1-r{size}) ~~|\nColumn: (c1-c{size}) ~~|\nLater: (r2-r{size}) ~~|",
        f"Earlier: (r1-r{size - 1}) -> Later ~~|",
        "x 0[Row, Column] = Row + Column / 100 ~~|",
        "chain[r1, Column] = Time ~~|",
        "chain[Later, Column] = chain[Earlier, Column] * 0.9 + x 0[Later, Column] ~~|",
        "guarded[Row, Column] = IF THEN ELSE(Row > 1, 1 / (Row - 1), 0) ~~|",
        "except[Row, Column] :EXCEPT: [Later, c1] = 1 ~~|\nexcept[Later, c1] = 2 ~~|",
        "total[Row] = SUM(x 0[Row, Column!]) ~~|",
        "stock[Row, Column] = INTEG(x 41[Row, Column] - stock[Row, Column], 0) ~~|",
    ]
    text += [
        f"x {n}[Row, Column] = x {n - 1}[Row, Column] * 0.5 + total[Row] * EXP(-Time) ~~|"
        for n in range(1, 42)
    ]
    generated = compile_source(Source("m.mdl", "\n".join(text))).generated
    assert generated
    return len(generated.text.splitlines())


def test_a_module_is_as_long_for_small_arrays_as_for_large_ones() -> None:
    # Sizes from which the elements' names are generated, not listed.
    assert lines(200) == lines(40) < 500
