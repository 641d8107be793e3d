"""Stocks, flows, tables, arrays, macros, modules and settings."""

from __future__ import annotations

import numpy as np
import pytest
from xmile_models import SPECS, aux, compiled, diagnostics, errors, run, xmile

from s3c import compiler
from s3c.compiler import Source, check_syntax, format_source, syntax
from s3c.runtime import Kind

DIMENSIONS = (
    '<dimensions><dim name="Dim"><elem name="P"/><elem name="Q"/><elem name="R"/></dim>'
    '<dim name="N" size="2"/></dimensions>'
)


def array(name: str, dimensions: str, inside: str, tag: str = "aux") -> str:
    each = "".join(f'<dim name="{one}"/>' for one in dimensions.split())
    return f'<{tag} name="{name}"><dimensions>{each}</dimensions>{inside}</{tag}>'


def element(subscript: str, equation: str) -> str:
    return f'<element subscript="{subscript}"><eqn>{equation}</eqn></element>'


# --- Stocks and flows ---


def test_a_stock_with_several_flows() -> None:
    text = xmile(
        '<stock name="s"><eqn>10</eqn><inflow>a</inflow><inflow>b</inflow><outflow>c</outflow>'
        "<outflow>d</outflow></stock>"
        '<flow name="a"><eqn>1</eqn></flow><flow name="b"><eqn>2 * Time</eqn></flow>'
        '<flow name="c"><eqn>s / 10</eqn></flow><flow name="d"><eqn>0.5</eqn></flow>'
    )
    found = run(text)
    expected = [10.0]
    for time in range(4):
        expected.append(expected[-1] + 1 + 2 * time - expected[-1] / 10 - 0.5)
    assert found["s"] == pytest.approx(expected)


def test_a_stock_without_flows_and_one_with_an_outflow_only() -> None:
    text = xmile(
        '<stock name="still"><eqn>3</eqn></stock>'
        '<stock name="drain"><eqn>8</eqn><outflow>out</outflow></stock>'
        '<flow name="out"><eqn>drain / 2</eqn></flow>'
    )
    found = run(text)
    assert list(found["still"]) == [3] * 5
    assert list(found["drain"]) == [8, 4, 2, 1, 0.5]


def test_non_negative() -> None:
    text = xmile(
        '<stock name="s"><eqn>2.5</eqn><outflow>out</outflow><non_negative/></stock>'
        '<flow name="out"><eqn>1</eqn></flow>'
        '<flow name="f"><eqn>1 - Time</eqn><non_negative/></flow>'
        '<flow name="g"><eqn>1 - Time</eqn><non_negative> False </non_negative></flow>'
    )
    found = run(text)
    assert list(found["s"]) == [2.5, 1.5, 0.5, 0, 0]
    assert list(found["f"]) == [1, 0, 0, 0, 0]
    assert list(found["g"]) == [1, 0, -1, -2, -3]
    (warning,) = diagnostics(text)
    assert warning.code == "S3C156"
    assert not warning.is_error
    assert warning.span
    assert warning.span.text == "out"


@pytest.mark.parametrize("kind", ["conveyor", "queue", "oven"])
def test_blocks_are_refused(kind: str) -> None:
    stock = f'<stock name="s"><eqn>1</eqn><{kind}><len>3</len></{kind}></stock>'
    assert errors(xmile(stock)) == ["S3C153"]


def test_initial_equation() -> None:
    text = xmile(
        '<aux name="a"><eqn>s * 2</eqn><init_eqn>5</init_eqn></aux>'
        '<stock name="s"><eqn>a</eqn></stock>'
    )
    found = run(text)
    assert found["s"][0] == 5
    assert found["a"][0] == 10


# --- Tables ---


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ("", [0, 0, 5, 10, 10]),
        (' type="continuous"', [0, 0, 5, 10, 10]),
        (' type="extrapolate"', [-5, 0, 5, 10, 20]),
        (' type="discrete"', [0, 0, 0, 10, 20]),
        (' discrete="true"', [0, 0, 0, 10, 20]),
    ],
)
def test_table_types(attributes: str, wanted: list[float]) -> None:
    # Points at 1, 3, 4: below, on, between, on, beyond them.
    points = "<xpts>1,3,4</xpts><ypts>0,10,20</ypts>"
    if attributes in ("", ' type="continuous"'):
        points = "<xpts>1,3</xpts><ypts>0,10</ypts>"
    text = xmile(
        f'<aux name="x"><eqn>Time</eqn><gf{attributes}>{points}</gf></aux>'
        f'<gf name="t"{attributes}>{points}</gf>'
        + aux("y", "t(Time)")
        + aux("z", "LOOKUP(x, Time)")
    )
    found = run(text)
    assert list(found["x"]) == wanted
    assert list(found["y"]) == wanted
    assert list(found["z"]) == wanted


def test_table_scale_and_separators() -> None:
    text = xmile(
        '<gf name="a"><xscale min="0" max="4"/><ypts sep=";">0;1;4</ypts></gf>'
        '<aux name="b"><gf><xpts sep=" "> 0  2 4 </xpts><ypts>0, 1, 4</ypts></gf></aux>'
        + aux("x", "a(Time)")
        + aux("y", "b(Time)")
    )
    found = run(text)
    assert list(found["x"]) == [0, 0.5, 1, 2.5, 4]
    assert list(found["y"]) == [0, 0.5, 1, 2.5, 4]


@pytest.mark.parametrize(
    ("table", "code", "place"),
    [
        ("<gf></gf>", "S3C154", "<gf"),
        ("<gf><ypts>1,2</ypts></gf>", "S3C154", "<gf"),
        ("<gf><xpts>1,2,3</xpts><ypts>1,2</ypts></gf>", "S3C154", "<gf"),
        ("<gf><xpts>1,two</xpts><ypts>1,2</ypts></gf>", "S3C154", "two"),
        ("<gf><xpts>1,inf</xpts><ypts>1,2</ypts></gf>", "S3C154", "inf"),
        ('<gf><xscale min="4" max="4"/><ypts>1,2</ypts></gf>', "S3C154", "<xscale"),
        ('<gf type="spline"><xpts>1,2</xpts><ypts>1,2</ypts></gf>', "S3C153", "spline"),
    ],
)
def test_broken_tables(table: str, code: str, place: str) -> None:
    (found,) = diagnostics(xmile(f'<aux name="x"><eqn>Time</eqn>{table}</aux>'))
    assert found.code == code
    assert found.span
    assert found.span.text == place


def test_a_table_called_like_a_function_is_refused() -> None:
    table = '<gf name="sin"><xpts>0,1</xpts><ypts>0,1</ypts></gf>'
    assert errors(xmile(table)) == ["S3C153"]


# --- Arrays ---


def test_arrays() -> None:
    text = xmile(
        array("a", "Dim", element("P", "1") + element("Q", "2") + element("r", "4"))
        + array("b", "Dim", "<eqn>10 * a[Dim]</eqn>")
        + array("c", "Dim N", "<eqn>a[Dim] + N / 10</eqn>")
        + array("d", "Dim", "<eqn>a</eqn>")  # the same dimensions are implied
        + array("s", "Dim", "<eqn>0</eqn><inflow>f</inflow>", "stock")
        + array("f", "Dim", element("P", "a[Q]") + element("Q", "a") + element("R", "Dim"), "flow")
        + aux("one", "c[Q, 2]")
        + aux("last", "a[Dim.R]"),
        before=DIMENSIONS,
    )
    found = run(text)
    assert list(found["b"][0]) == [10, 20, 40]
    assert np.allclose(found["c"][0], [[1.1, 1.2], [2.1, 2.2], [4.1, 4.2]])
    assert list(found["d"][0]) == [1, 2, 4]
    assert list(found["f"][0]) == [2, 2, 3]
    assert list(found["s"][-1]) == [8, 8, 12]
    assert found["one"][0] == 2.2
    assert found["last"][0] == 4


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        ("SUM(a)", 7.0),
        ("SUM(a[*])", 7.0),
        ("SUM(a[*:Dim] * a[*:Dim])", 21.0),
        ("SUM(a[Dim] + 1)", 10.0),
        ("MEAN(a)", 7 / 3),
        ("MIN(a[*])", 1.0),
        ("MAX(a)", 4.0),
        ("PROD(a)", 8.0),
        ("SIZE(a)", 3.0),
        ("SIZE(Dim)", 3.0),
        ("SIZE(m)", 6.0),
        ("SUM(m)", 21.0),
        ("SUM(m[*, 1])", 7.0),
        ("SUM(m[Q, *])", 6.0),
        ("SUM(INT(a[*] / 2))", 3.0),
        ("SUM(a[*]) + MAX(a, 1) * 0", None),
    ],
)
def test_functions_of_arrays(equation: str, wanted: float | None) -> None:
    text = xmile(
        array("a", "Dim", element("P", "1") + element("Q", "2") + element("R", "4"))
        + array("m", "Dim N", "<eqn>a[Dim] * N</eqn>")
        + aux("x", equation),
        before=DIMENSIONS,
    )
    if wanted is None:
        assert errors(text)
    else:
        assert run(text)["x"][0] == pytest.approx(wanted)


def test_a_sum_within_an_array() -> None:
    text = xmile(
        array("m", "Dim N", "<eqn>Dim * 10 + N</eqn>")
        + array("rows", "Dim", "<eqn>SUM(m[Dim, *])</eqn>")
        + array("columns", "N", "<eqn>SUM(m[*, N])</eqn>"),
        before=DIMENSIONS,
    )
    found = run(text)
    assert list(found["rows"][0]) == [23, 43, 63]
    assert list(found["columns"][0]) == [63, 66]


@pytest.mark.parametrize("equation", ["SUM(a[*] * counts[*])", "SUM(sq[*, *])", "SUM(a * m)"])
def test_arrays_that_differ_are_refused(equation: str) -> None:
    text = xmile(
        array("a", "Dim", "<eqn>1</eqn>")
        + array("counts", "N", "<eqn>1</eqn>")
        + array("m", "Dim N", "<eqn>1</eqn>")
        + array("sq", "N N", element("1, 1", "1") + element("1, 2", "1")
                + element("2, 1", "1") + element("2, 2", "1"))
        + aux("x", equation),
        before=DIMENSIONS,
    )  # fmt: skip
    assert errors(text) == ["S3C153"]


def test_lists_of_numbers_and_of_equations() -> None:
    text = xmile(
        array("a", "Dim", "<eqn>1, -2, 3</eqn>")
        + array("m", "Dim N", "<eqn>1,2;3,4;5,6;</eqn>")
        + array("e", "N", "<eqn>Time</eqn><eqn>2 * Time</eqn>"),
        before=DIMENSIONS,
    )
    found = run(text)
    assert list(found["a"][0]) == [1, -2, 3]
    assert np.array_equal(found["m"][0], [[1, 2], [3, 4], [5, 6]])
    assert list(found["e"][2]) == [2, 4]
    assert errors(xmile('<aux name="x"><eqn>1</eqn><eqn>2</eqn></aux>')) == ["S3C153"]
    assert errors(xmile(aux("x", "1, 2"))) == ["S3C153"]


def test_a_dimension_as_a_number_must_mean_one_place() -> None:
    other = DIMENSIONS.replace(
        '<dim name="N"', '<dim name="Turned"><elem name="Q"/><elem name="P"/></dim><dim name="N"'
    )
    variables = array("x", "Turned", "<eqn>Turned</eqn>")
    assert errors(xmile(variables, before=other)) == ["S3C153"]


@pytest.mark.parametrize(
    ("dimension", "code"),
    [
        ('<dim name="D"/>', "S3C154"),
        ('<dim name="D" size="0"/>', "S3C154"),
        ('<dim name="D" size="many"/>', "S3C154"),
        ('<dim name="D" size="99999999999"/>', "S3C154"),
        ("<dim/>", "S3C154"),
    ],
)
def test_broken_dimensions(dimension: str, code: str) -> None:
    assert errors(xmile(aux("x", "1"), before=f"<dimensions>{dimension}</dimensions>")) == [code]


def test_unknown_dimensions_and_elements() -> None:
    assert errors(xmile(array("x", "Dym", "<eqn>1</eqn>"), before=DIMENSIONS)) == ["S3C154"]
    few = array("x", "Dim N", element("P", "1"))
    assert set(errors(xmile(few, before=DIMENSIONS))) == {"S3C154"}
    assert "S3C153" in errors(
        xmile(array("x", "Dim", "<eqn>1</eqn>") + aux("i", "1") + aux("y", "x[i]"),
              before=DIMENSIONS)
    )  # fmt: skip


# --- Macros and modules ---


def test_macros() -> None:
    macros = (
        '<macro name="twice"><parm>x</parm><eqn>2 * x</eqn></macro>'
        '<macro name="my smooth"><parm>input</parm><parm default="2">time</parm><eqn>level</eqn>'
        '<variables><stock name="level"><eqn>0</eqn><inflow>change</inflow></stock>'
        '<flow name="change"><eqn>(input - level) / time</eqn></flow></variables></macro>'
    )
    text = xmile(
        aux("x", "twice(Time) + 1") + aux("y", "my_smooth(4)") + aux("z", "my_smooth(4, 4)"),
        before=macros,
    )
    found = run(text)
    assert list(found["x"]) == [1, 3, 5, 7, 9]
    assert list(found["y"]) == [0, 2, 3, 3.5, 3.75]
    assert found["z"][1] == 1
    assert errors(xmile(aux("x", "twice(1, 2)"), before=macros)) == ["S3C203"]


def test_a_macro_called_like_a_function_is_refused() -> None:
    macro = '<macro name="max"><parm>x</parm><eqn>x</eqn></macro>'
    assert errors(xmile(aux("x", "1"), before=macro)) == ["S3C153"]


def model(name: str, variables: str) -> str:
    return f'<model name="{name}"><variables>{variables}</variables></model>'


def test_modules_within_modules() -> None:
    text = xmile(
        aux("rate", "0.5")
        + aux("total", "outer.inner.s + outer.level")
        + '<module name="outer"><connect to="outer.given" from="rate"/></module>',
        after=model(
            "outer",
            '<aux name="given" access="input"><eqn>{from outside}</eqn></aux>'
            + aux("level", "given * 10")
            + '<module name="inner"><connect to="r" from=".rate"/>'
            '<connect to="l" from="level"/></module>',
        )
        + model(
            "inner",
            aux("r", "99") + aux("l", "0")
            + '<stock name="s"><eqn>l</eqn><inflow>f</inflow></stock>'
            '<flow name="f"><eqn>r</eqn></flow>',
        ),
    )  # fmt: skip
    found = run(text)
    assert list(found["outer.inner.s"]) == [5, 5.5, 6, 6.5, 7]
    assert list(found["total"]) == [10, 10.5, 11, 11.5, 12]
    assert found["outer.given"][0] == 0.5


def test_one_model_in_two_modules() -> None:
    text = xmile(
        '<module name="a" model="m"><connect to="x" from="one"/></module>'
        '<module name="b" model="m"/>' + aux("one", "1"),
        after=model("m", aux("x", "7") + aux("y", "x * 2")),
    )
    found = run(text)
    assert found["a.y"][0] == 2
    assert found["b.y"][0] == 14


@pytest.mark.parametrize(
    ("variables", "after", "code"),
    [
        ('<module name="a"/>', "", "S3C155"),
        ('<module name="a"/>', model("a", '<module name="a"/>'), "S3C155"),
        ('<module name="a"><connect to="x" from="no"/></module>', model("a", aux("x", "1")),
         "S3C155"),
        ('<module name="a" resource="file.xmile"/>', "", "S3C153"),
        ('<module name="a"/>', '<model name="a"><sim_specs><dt>2</dt></sim_specs></model>',
         "S3C153"),
    ],
)  # fmt: skip
def test_broken_modules(variables: str, after: str, code: str) -> None:
    assert errors(xmile(variables, after=after)) == [code]


@pytest.mark.parametrize("leaf", ["", aux("v", "1")])
def test_modules_cannot_fill_the_memory(leaf: str) -> None:
    after = "".join(
        model(f"m{depth}", "".join(f'<module name="x{n}" model="m{depth + 1}"/>' for n in range(9)))
        for depth in range(8)
    ) + model("m8", leaf)
    text = xmile('<module name="top" model="m0"/>', after=after)
    found = [
        each for each in compiler.xmile.parse_xmile(Source("m.xmile", text))[1] if each.is_error
    ]
    assert [each.code for each in found] == ["S3C155"]


def test_a_model_that_no_module_uses_is_told() -> None:
    (found,) = diagnostics(xmile(aux("x", "1"), after=model("spare", aux("y", "1"))))
    assert found.code == "S3C155"
    assert not found.is_error


# --- Settings ---


def test_settings() -> None:
    specs = '<start>2</start><stop>3</stop><dt reciprocal="true">4</dt><save_step>0.5</save_step>'
    units = '<model_units><unit name="people"><alias>person</alias></unit></model_units>'
    document, found = compiler.xmile.parse_xmile(
        Source("m.xmile", xmile(aux("x", "Time"), specs=specs, before=units, method="RK4"))
    )
    assert found == ()
    controls = {
        each.definition.target.name: each
        for each in document.equations()
        if each.group == "Control" and isinstance(each.definition, syntax.Formula)
    }
    assert set(controls) == {"INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"}
    assert controls["TIME STEP"].units.text == "Month"
    assert controls["TIME STEP"].body.text == "4"
    (settings,) = [part for part in document.parts if isinstance(part, syntax.Settings)]
    assert settings.lines == (("15", "0,0,0,5"), ("22", "people,person"))
    assert list(run(xmile(aux("x", "Time"), specs=specs)).time) == [2, 2.5, 3]


@pytest.mark.parametrize(
    ("method", "found"),
    [("euler", []), ("RK4", []), ("gear, RK4", []), ("", []), ("RK2", []), ("gear", ["S3C153"])],
)
def test_methods(method: str, found: list[str]) -> None:
    assert errors(xmile(aux("x", "1"), method=method)) == found


def test_runge_kutta() -> None:
    stock = (
        '<stock name="s"><eqn>1</eqn><inflow>f</inflow></stock><flow name="f"><eqn>s</eqn></flow>'
    )
    one_step = 1 + 1 + 1 / 2 + 1 / 6 + 1 / 24
    assert run(xmile(stock, method="RK4"))["s"][1] == pytest.approx(one_step, rel=1e-12)


def test_runge_kutta_of_second_order() -> None:
    stock = (
        '<stock name="s"><eqn>1</eqn><inflow>f</inflow></stock><flow name="f"><eqn>s</eqn></flow>'
    )
    assert run(xmile(stock, method="RK2"))["s"][1] == pytest.approx(1 + 1 + 1 / 2, rel=1e-12)


def test_control_variables_of_the_model() -> None:
    same = aux("TIME STEP", "1") + aux("FINAL_TIME", "4") + aux("SAVEPER", "TIME_STEP * 2")
    found = run(xmile(same))
    assert list(found.time) == [0, 2, 4]
    (wrong,) = [each for each in diagnostics(xmile(aux("TIME STEP", "0.5"))) if each.is_error]
    assert wrong.code == "S3C154"
    assert wrong.notes[0].span
    assert wrong.notes[0].span.text == "<dt>1</dt>"


def test_fields() -> None:
    text = xmile(
        '<flow name="f"><eqn>1</eqn><units>people / Month</units><doc> How many\n  come. </doc>'
        '<range min="0" max="10"/></flow><group name="Births"><entity name="f"/></group>'
    )
    document, _ = compiler.xmile.parse_xmile(Source("m.xmile", text))
    (found,) = [each for each in document.equations() if each.group == "Births"]
    assert isinstance(found, syntax.Equation)
    assert found.units.text == "people / Month"
    assert (found.units.minimum, found.units.maximum) == (0, 10)
    assert found.comment == "How many\ncome."


def test_kinds() -> None:
    text = xmile(
        '<stock name="s"><eqn>1</eqn><inflow>f</inflow></stock><flow name="f"><eqn>s</eqn></flow>'
        '<stock name="held"><eqn>1</eqn><outflow>out</outflow><non_negative/></stock>'
        '<flow name="out"><eqn>s</eqn></flow>'
        + aux("c", "3") + aux("n", "-3") + aux("i", "INIT(s)")
    )  # fmt: skip
    kinds = {each.name: each.kind for each in compiled(text).variables}
    assert kinds["s"] is Kind.STOCK
    assert kinds["f"] is Kind.FLOW
    assert kinds["out"] is Kind.FLOW
    assert kinds["c"] is Kind.CONSTANT
    assert kinds["n"] is Kind.CONSTANT
    assert kinds["i"] is Kind.INITIAL


def test_what_is_there_twice_or_is_unknown_is_told() -> None:
    assert errors(xmile(aux("x", "1"), before=DIMENSIONS + DIMENSIONS)) == ["S3C154"] * 2
    macro = '<macro name="m"><parm>x</parm><eqn>x</eqn></macro>'
    assert errors(xmile(aux("x", "1"), before=macro * 2)) == ["S3C154"]
    spare = model("m", aux("y", "1"))
    modules = '<module name="m"/>'
    assert errors(xmile(modules, after=spare * 2)) == ["S3C154"]
    assert errors(xmile('<auxiliary name="x"><eqn>1</eqn></auxiliary>')) == ["S3C153"]
    assert errors(xmile(f'<aux name="x"><eqn>1</eqn>{element("P", "2")}</aux>')) == ["S3C154"]
    two = '<element subscript="1"><eqn>1</eqn><eqn>2</eqn></element>' + element("2", "1")
    assert errors(xmile(array("x", "N", two), before=DIMENSIONS)) == ["S3C153"]
    both = "<eqn>1</eqn><eqn>2</eqn>" + element("1", "1") + element("2", "1")
    assert errors(xmile(array("x", "N", both), before=DIMENSIONS)) == ["S3C153"]


def test_self_in_an_array() -> None:
    text = xmile(array("x", "Dim", "<eqn>PREVIOUS(SELF, Dim) + 1</eqn>"), before=DIMENSIONS)
    assert list(run(text)["x"][1]) == [3, 4, 5]


def test_a_flow_with_an_initial_equation() -> None:
    text = xmile(
        '<flow name="f"><eqn>s * 2 - 30</eqn><init_eqn>5</init_eqn><non_negative/></flow>'
        '<stock name="s"><eqn>f</eqn></stock>'
    )
    assert run(text)["s"][0] == 5
    assert run(text)["f"][0] == 0


def test_a_macro_does_not_delay_by_what_may_change() -> None:
    macro = '<macro name="late"><parm>x</parm><parm>t</parm><eqn>DELAY(x, {})</eqn></macro>'
    late = aux("y", "late(Time, 2)")
    assert errors(xmile(late, before=macro.replace("{}", "t"))) == ["S3C153"]
    assert list(run(xmile(late, before=macro.replace("{}", "INIT(t)")))["y"]) == [0, 0, 0, 1, 2]


def test_old_files_without_a_list_of_variables() -> None:
    text = xmile(aux("x", "2")).replace("<variables>", "").replace("</variables>", "")
    assert run(text)["x"][0] == 2


def test_prefixed_names_of_elements() -> None:
    text = xmile(aux("x", "2"))
    for tag in ("xmile", "sim_specs", "start", "stop", "dt", "model", "variables", "aux", "eqn"):
        text = text.replace(f"<{tag}", f"<x:{tag}").replace(f"</{tag}", f"</x:{tag}")
    text = text.replace("xmlns=", "xmlns:x=")
    assert run(text)["x"][0] == 2


def test_two_variables_of_one_name() -> None:
    assert errors(xmile(aux("a b", "1") + aux("A_B", "2"))) == ["S3C202"]


def test_a_variable_without_a_name_or_an_equation() -> None:
    assert errors(xmile("<aux><eqn>1</eqn></aux>")) == ["S3C154"]
    assert errors(xmile('<aux name="x"/>')) == ["S3C207"]
    assert errors(xmile(aux("x", "{nothing}"))) == ["S3C207"]
    assert errors(xmile(aux("x", "???"))) == ["S3C152"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "S3C151"),
        ("<xmile>", "S3C151"),
        ("<a></b>", "S3C151"),
        ("<svg/>", "S3C152"),
        ("<xmile/>", "S3C152"),
        ("<!DOCTYPE xmile []><xmile/>", "S3C151"),
        ("<x>" * 200, "S3C151"),
        ("a = 1 ~~|", "S3C151"),
        ("<xmile>\udcff</xmile>", "S3C151"),
    ],
)
def test_what_is_no_model(text: str, code: str) -> None:
    (found,) = compiler.xmile.parse_xmile(Source("m.xmile", text))[1]
    assert found.code == code
    assert found.hint


def test_a_bomb_of_entities_is_refused_before_it_is_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><xmile>&b;</xmile>'
    (found,) = compiler.xmile.parse_xmile(Source("m.xmile", bomb))[1]
    assert "document type" in found.message


def test_only_syntax() -> None:
    assert check_syntax(Source("m.xmile", xmile(aux("x", "y")))) == ()
    assert [each.code for each in check_syntax(Source("M.STMX", xmile(aux("x", "1 +"))))] == [
        "S3C101"
    ]


def test_formatting_is_refused() -> None:
    text = xmile(aux("x", "1"))
    again, (found,) = format_source(Source("m.itmx", text))
    assert again == text
    assert found.code == "S3C157"


def test_specs_default() -> None:
    assert "<start>0</start>" in SPECS
    assert run(xmile(aux("x", "DT"), specs="<start>0</start><stop>2</stop>"))["x"][0] == 1
