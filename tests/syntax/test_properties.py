"""What holds of every tree and of every text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from s3c.compiler import Source, syntax

words = st.from_regex(r"[a-zäéப][a-z0-9$'%&விி]{0,5}", fullmatch=True)
plain_names = st.lists(words, min_size=1, max_size=3).map(" ".join)
quoted_names = st.from_regex(r'"[a-z0-9 ~|{}()*/+€-]{1,8}"', fullmatch=True)
names = plain_names | quoted_names
values = st.floats(min_value=0, allow_nan=False, allow_infinity=False)
points = st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2)
subscripts = st.lists(st.builds(syntax.Subscript, names, st.booleans()), max_size=3).map(tuple)
references = st.builds(syntax.Reference, names, subscripts)
leaves: st.SearchStrategy[syntax.Expression] = st.one_of(
    st.builds(syntax.Number, values),
    st.builds(syntax.Missing),
    st.builds(syntax.Text, st.from_regex(r"[a-z .|~?\\]{0,8}", fullmatch=True)),
    references,
)


def larger(smaller: st.SearchStrategy[syntax.Expression]) -> st.SearchStrategy[syntax.Expression]:
    tables = st.builds(
        syntax.Table,
        st.lists(points, min_size=1, max_size=3).map(tuple),
        st.just(()) | st.lists(points, min_size=2, max_size=3).map(tuple),
    )
    return st.one_of(
        st.builds(syntax.Unary, st.sampled_from(syntax.UnaryOperator), smaller),
        st.builds(syntax.Binary, st.sampled_from(syntax.BinaryOperator), smaller, smaller),
        st.builds(
            syntax.Call,
            references,
            st.lists(smaller | tables, max_size=3).map(tuple),
            st.lists(references, max_size=2).map(tuple),
        ),
    )


expressions = st.recursive(leaves, larger, max_leaves=12)
# Texts of the signs that mean something, so that most of the language's corners are met.
signs = r"""
    x y 1 1e9 . € é ி = == := <> < > + - * ^ , ; : ! " ' { } ( ) [ ] ~ | ~~| -> <-> ****
    :AND: :NOT: :NA: :RAW: :EXCEPT: :IS: :MACRO: m(a) :END_OF_MACRO: {UTF-8} TABBED_ARRAY(
    WITH_LOOKUP( ((0,0),(1,1)) \\\---/// ///---\\\ :L<%^E!@
""".split()  # noqa: SIM905 -- one a line, a list would hide them
blanks = [" ", "\t", "\n", "\r\n", "\r", "\\\n", "\n\n"]
pieces = st.sampled_from(signs + blanks)
texts = st.text(max_size=60) | st.lists(pieces, max_size=30).map("".join)


@settings(deadline=None)  # the first call builds the parser
@given(expressions)
def test_a_printed_expression_reads_as_the_same_tree(expression: syntax.Expression) -> None:
    assert syntax.parse_expression(syntax.print_expression(expression)) == expression


@settings(deadline=None)  # the first call builds the parser
@given(expressions, names)
def test_formatting_an_equation_keeps_its_tree(expression: syntax.Expression, name: str) -> None:
    text = f"{name}={syntax.print_expression(expression)}~ u ~ c |"
    document, diagnostics = syntax.parse(Source("m.mdl", text))
    assert not diagnostics
    laid_out = syntax.format_document(document)
    again, diagnostics = syntax.parse(Source("m.mdl", laid_out))
    assert not diagnostics
    (before,), (after,) = document.equations(), again.equations()
    assert after.definition == before.definition
    assert syntax.format_document(again) == laid_out


@settings(max_examples=400, deadline=None)
@given(texts)
def test_no_text_raises_and_none_loses_a_byte(text: str) -> None:
    source = Source("m.mdl", text)
    document, diagnostics = syntax.parse(source)
    assert "".join(part.span.text for part in document.parts) == text
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert str(diagnostic)
        assert diagnostic.hint


@settings(max_examples=400, deadline=None)
@given(texts)
def test_formatting_any_text_is_idempotent_and_keeps_what_it_says(text: str) -> None:
    document, _ = syntax.parse(Source("m.mdl", text))
    laid_out = syntax.format_document(document)
    again, _ = syntax.parse(Source("m.mdl", laid_out))
    assert syntax.format_document(again) == laid_out
    assert [each.definition for each in again.equations()] == [
        each.definition for each in document.equations()
    ]
