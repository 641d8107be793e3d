"""Random models for property tests: whole `.mdl` texts that compile and have finite values."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["models"]

_NUMBERS = st.floats(-4, 4, allow_nan=False).map(lambda x: f"{round(x, 3):g}")
_UNARY = ("ABS", "SIN", "COS", "ARCTAN", "INTEGER", "TANH")
_KINDS = ("", "", "", "SAMPLE", "FIXED", "N", "S", "INITIAL")
_DISCRETE = ("MATERIAL", "INFORMATION", "BATCH", "CONVEYOR", "PROFILE", "QUEUE")
_BINARY = ("MIN", "MAX", "ZIDZ", "QUANTUM", "MODULO")


def expressions(names: list[str]) -> st.SearchStrategy[str]:
    """Expressions over some names, bounded so that no value overflows in a few steps."""
    leaves = st.one_of(_NUMBERS.map(lambda x: f"({x})"), st.sampled_from([*names, "Time"]))

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-"]), inner),
            st.builds("TANH({}) * {}".format, inner, inner),
            st.builds("{} - {} * 0.5".format, inner, inner),
            st.builds("-{}".format, inner),
            st.builds("{}({})".format, st.sampled_from(_UNARY), inner),
            st.builds("{}({}, {})".format, st.sampled_from(_BINARY), inner, inner),
            st.builds("XIDZ({}, {}, {})".format, inner, inner, inner),
            st.builds("{} / (1 + ABS({}))".format, inner, inner),
            st.builds("TANH({})^2".format, inner),
            st.builds("{} {} {}".format, inner, st.sampled_from(["=", "<>", "<", ">="]), inner).map(
                "({})".format
            ),
            st.builds(
                "IF THEN ELSE({} > {} :{}: :NOT: {} < {}, {}, {})".format,
                inner, inner, st.sampled_from(["AND", "OR"]), inner, inner, inner, inner,
            ),
            st.builds("STEP({}, {})".format, inner, st.integers(0, 3)),
            st.builds("PULSE({}, 1) + {}".format, st.integers(0, 3), inner),
            st.builds("RAMP({}, 1, 3)".format, _NUMBERS),
            st.builds("RANDOM UNIFORM(-1, 1, {})".format, st.integers(0, 3)),
            st.builds("RANDOM NORMAL(-2, 2, 0, 1, 7) + {}".format, inner),
            st.builds("bend({})".format, inner),
            st.builds("WITH LOOKUP({}, ((0,1),(1,2),(3,-1)))".format, inner),
            st.builds("SMOOTH({}, 2)".format, inner),
            st.builds("DELAY3I({}, 1.5, {})".format, inner, _NUMBERS),
        )  # fmt: skip

    return st.recursive(leaves, grow, max_leaves=6)


@st.composite
def models(draw: st.DrawFn, *, discrete: bool = False) -> str:
    """A model of stocks, constants and auxiliaries; each auxiliary reads earlier names.

    With `discrete`, discrete delays and queues, too, which XMILE lacks.
    """
    constants = [f"constant {n}" for n in range(draw(st.integers(1, 3)))]
    stocks = [f"stock {n}" for n in range(draw(st.integers(1, 3)))]
    lines = [f"{name} = {draw(_NUMBERS)} ~~|" for name in constants]
    lines.append("bend((-2,1),(0,0),(1,3),(2,3)) ~~|")
    lines.append("hill((0,0),(1,2),(3,0)) ~~|")
    names = [*constants, *stocks]
    for number in range(draw(st.integers(1, 5))):
        name = f"auxiliary {number}"
        kind = draw(st.sampled_from([*_KINDS, *(_DISCRETE if discrete else ())]))
        value, other = draw(expressions(names)), draw(expressions(names))
        whole = {
            "": value,
            "SAMPLE": f"SAMPLE IF TRUE({value} > 0, {draw(expressions(names))}, 1)",
            "FIXED": f"DELAY FIXED({value}, {draw(st.sampled_from([0.5, 1, 1.3]))}, 2)",
            "N": f"DELAY N({value}, 2, 0.5, 2)",
            "S": f"SMOOTH N({value}, 2, 0.5, 2)",
            "INITIAL": f"INITIAL({value})",
            "MATERIAL": f"DELAY MATERIAL({value}, {other}, 1, 0)",
            "INFORMATION": f"DELAY INFORMATION({value}, {other}, 1)",
            "BATCH": f"DELAY BATCH({value}, 1 + TANH({other}), 0.7, 0, 0, 1)",
            "CONVEYOR": f"DELAY CONVEYOR({value}, 2 + TANH({other}), 0.1, hill, 2, 2)",
            "PROFILE": f"DELAY PROFILE(hill, {value}, 2 + TANH({other}), 1, 0.1)",
            "QUEUE": f"QUEUE FIFO({value}, {other}, hill, 1, 2)",
        }[kind]
        lines.append(f"{name} = {whole} ~~|")
        names.append(name)
        if kind == "QUEUE":
            lines.append(f"age of {number} = QUEUE AGE AVERAGE({name}, {other}) ~~|")
            names.append(f"age of {number}")
    for stock in stocks:
        rate = draw(expressions(names))
        lines.append(f"{stock} = INTEG(TANH({rate}), {draw(_NUMBERS)}) ~~|")
    lines += ["INITIAL TIME = 0 ~~|", "FINAL TIME = 4 ~~|", "TIME STEP = 0.5 ~~|",
              "SAVEPER = TIME STEP ~~|"]  # fmt: skip
    return "\n".join(draw(st.permutations(lines))) + "\n"
