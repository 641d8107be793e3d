"""Subscript ranges: what each lists, how elements are numbered, what maps to what."""

from __future__ import annotations

from pathlib import Path

import pytest
from conformance import CONFORMANCE, model_files
from hypothesis import given
from hypothesis import strategies as st
from model_texts import errors

from s3c.compiler import Diagnostic, Source, render, syntax, system
from s3c.runtime import Files


def read(text: str) -> tuple[system.Ranges, tuple[Diagnostic, ...]]:
    document, of_syntax = syntax.parse(Source("m.mdl", text))
    assert not of_syntax, "\n".join(map(render, of_syntax))
    return system.ranges(
        (each, each.definition)
        for each in document.equations()
        if isinstance(each.definition, syntax.SubscriptRange | syntax.Equivalence)
    )


def ranges(*definitions: str) -> system.Ranges:
    """What definitions without errors mean."""
    found, diagnostics = read("".join(f"{each} ~~|\n" for each in definitions))
    assert not diagnostics, "\n".join(map(render, diagnostics))
    return found


def elements(found: system.Ranges, name: str) -> list[str]:
    """A range's elements as they are shown."""
    return [found.names[each] for each in found.ranges[system.RangeId(name)].elements]


def numbers(found: system.Ranges, *names: str) -> list[int]:
    return [found.position(system.ElementId(name)) for name in names]


def partners(found: system.Ranges, from_range: str, to_range: str) -> dict[str, str] | None:
    """What is read for each element of the loop; no range means None."""
    pairs = found.correspondence(system.RangeId(from_range), system.RangeId(to_range))
    return None if pairs is None else {str(key): str(value) for key, value in pairs.items()}


# --- Lists (B.6) ---


def test_a_list_keeps_its_order_and_its_spelling() -> None:
    found = ranges('My Range: Zulu, a_b, "c/d"')
    assert elements(found, "my range") == ["Zulu", "a_b", "c/d"]
    assert found.ranges[system.RangeId("my range")].elements == ("zulu", "a b", "c/d")
    assert found.ranges[system.RangeId("my range")].name == "My Range"


def test_an_element_is_shown_as_it_is_first_spelled() -> None:
    found = ranges("D: First, Second", "E: FIRST, second")
    assert elements(found, "e") == ["First", "Second"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("(A1-A3)", "A1 A2 A3"),
        ("(da1-da4),da5", "da1 da2 da3 da4 da5"),
        ("x, (A9-A11), y", "x A9 A10 A11 y"),
        ("(ab10-ab12), (ab20-ab21)", "ab10 ab11 ab12 ab20 ab21"),
        ("(A0-A0)", "A0"),
        ("(A01-A03)", "A1 A2 A3"),  # no padding is generated
        ("(Layer 1-LAYER_2)", "Layer 1|Layer 2"),
        ('("x-1"-"x-2")', "x-1 x-2"),
    ],
)
def test_numeric_ranges(items: str, expected: str) -> None:
    wanted = expected.split("|") if "|" in expected else expected.split()
    assert elements(ranges(f"D: {items}"), "d") == wanted


DEFINITION = (
    "dim: A, subdim1, B, subdim2, C",
    "subdim1: (ab1-ab20)",
    "subdim2: (bc1-bc5), subsubdim, bc17, bc18",
    "subsubdim: (abc6-abc17)",
    "subdim1 copy <-> subdim1",
    "subdim2 copy: subdim2",
)


def test_a_range_in_a_list_stands_for_its_elements() -> None:
    """TM/subscript_definition: the ranges are named before they are defined."""
    found = ranges(*DEFINITION)
    subsubdim = [f"abc{n}" for n in range(6, 18)]
    subdim2 = [*(f"bc{n}" for n in range(1, 6)), *subsubdim, "bc17", "bc18"]
    subdim1 = [f"ab{n}" for n in range(1, 21)]
    assert elements(found, "dim") == ["A", *subdim1, "B", *subdim2, "C"]
    assert elements(found, "subdim2 copy") == elements(found, "subdim2") == subdim2
    assert elements(found, "subdim1 copy") == subdim1


@pytest.mark.parametrize("order", [1, -1])
def test_an_alias_has_the_same_elements_and_is_another_range(order: int) -> None:
    """SDE/subalias, TM/subscript_copy: either definition may come first."""
    found = ranges(*("DimF: F1, F2, F3", "NewDim <-> DimF")[::order])
    assert elements(found, "newdim") == ["F1", "F2", "F3"]
    assert found.ranges[system.RangeId("newdim")] != found.ranges[system.RangeId("dimf")]
    assert found.originals == {"newdim": "dimf"}


def test_aliases_of_aliases_have_one_original() -> None:
    found = ranges("A <-> B", "B <-> C", "C: D", "D: d1, d2 -> E", "E: e1, e2")
    assert found.originals == {"a": "c", "b": "c"}
    assert elements(found, "a") == ["d1", "d2"]


def test_a_second_name_for_the_same_elements() -> None:
    """SDE/directconst."""
    found = ranges("To DimC: DimC", "DimC: C1, C2")
    assert elements(found, "to dimc") == ["C1", "C2"]
    assert not found.originals
    assert found.families[system.RangeId("to dimc")].root == "dimc"


def test_deep_nesting_needs_no_stack() -> None:
    found = ranges("R0: a", *(f"R{n}: R{n - 1}" for n in range(1, 5000)))
    assert elements(found, "r4999") == ["a"]


# --- Families and numbers (B.6, B.8, H 13) ---


def test_numbers_are_positions_in_the_root() -> None:
    """TM/subscript_definition: `subdim1[ab1]` is 2."""
    found = ranges(*DEFINITION)
    assert numbers(found, "a", "ab1", "ab20", "b", "bc1", "abc6", "c") == [1, 2, 21, 22, 23, 28, 42]
    assert {family.root for family in found.families.values()} == {"dim"}


def test_another_order_of_the_same_elements_has_the_roots_numbers() -> None:
    """TM/subscript_logicals: `dim3: A,C,B` loops in its order, and compares by `dim1`'s."""
    found = ranges("dim1: A,B,C", "dim2: A,B,C", "dim3: A,C,B", "dim4: A,B")
    assert elements(found, "dim3") == ["A", "C", "B"]
    assert numbers(found, "a", "b", "c") == [1, 2, 3]


def test_a_root_may_follow_its_subranges() -> None:
    found = ranges("lower: L2, L3", "Layers: L1, L2, L3", "upper: L1, L2")
    assert found.families[system.RangeId("lower")].root == "layers"
    assert numbers(found, "l1", "l2", "l3") == [1, 2, 3]


def test_families_of_their_own_have_the_same_numbers() -> None:
    """TM/conditional_subscripts: first equals first across families."""
    found = ranges("dimA: A, B, C", "dimD: D, E, F", "dimG: G, H", "subA: B, A")
    assert numbers(found, "a", "d", "g") == [1, 1, 1]
    assert numbers(found, "b", "c", "h") == [2, 3, 2]
    assert len({id(family) for family in found.families.values()}) == 3


def test_a_family_without_a_root_is_numbered_as_first_listed() -> None:
    found = ranges("D: c, a", "E: z", "F: a, b")
    family = found.families[system.RangeId("d")]
    assert (family.root, family.elements) == (None, ("c", "a", "b"))
    assert numbers(found, "c", "a", "b", "z") == [1, 2, 3, 1]


def test_a_later_range_joins_families() -> None:
    found = ranges("X: a, b", "Y: c", "Z: c, d, a, b")
    assert found.families[system.RangeId("x")] is found.families[system.RangeId("y")]
    assert numbers(found, "a", "c") == [3, 1]


# --- Mapping (B.7, H 28) ---


def test_a_positional_mapping_goes_one_way() -> None:
    """TM/subscript_mapping_vensim."""
    found = ranges("MFG SKILLS: MACHINERS, ASSEMBLERS -> PRODUCTS", "PRODUCTS: PARTS, SYSTEMS")
    assert partners(found, "mfg skills", "products") == {
        "parts": "machiners",
        "systems": "assemblers",
    }
    assert partners(found, "products", "mfg skills") is None


def test_two_ranges_may_map_to_each_other() -> None:
    """TM/subscript_mapping_simple."""
    found = ranges("DimB: b1,b2 -> DimC", "DimC: c1,c2->DimB")
    assert partners(found, "dimb", "dimc") == {"c1": "b1", "c2": "b2"}
    assert partners(found, "dimc", "dimb") == {"b1": "c1", "b2": "c2"}


def test_an_item_may_be_a_subrange() -> None:
    """SDE/mapping: `a[A1], a[A2]` read `b[B1]`, `a[A3]` reads `b[B2]`."""
    found = ranges("DimA: SubA, A3", "SubA: A1, A2", "DimB: B1, B2 -> (DimA: SubA, A3)")
    assert partners(found, "dimb", "dima") == {"a1": "b1", "a2": "b1", "a3": "b2"}
    assert partners(found, "dimb", "suba") == {"a1": "b1", "a2": "b1"}


def test_the_mapped_range_may_be_built_of_subranges() -> None:
    """SDE/mapping: `DimC: SubC, C3 -> DimD` is written out first."""
    found = ranges("SubC: C1, C2", "DimC: SubC, C3 -> DimD", "DimD: D1, D2, D3")
    assert partners(found, "dimc", "dimd") == {"d1": "c1", "d2": "c2", "d3": "c3"}


def test_items_may_be_reversed_and_targets_several() -> None:
    """SDE/multimap."""
    found = ranges(
        "DimA: A1, A2, A3 -> (DimB: B3, B2, B1), DimC", "DimB: B1, B2, B3", "DimC: C1, C2, C3"
    )
    assert partners(found, "dima", "dimb") == {"b3": "a1", "b2": "a2", "b1": "a3"}
    assert partners(found, "dima", "dimc") == {"c1": "a1", "c2": "a2", "c3": "a3"}


def test_explicit_items_may_be_numbered() -> None:
    found = ranges("D: d1, (d2-d3) -> (E: e3, (e1-e2))", "E: (e1-e3)")
    assert partners(found, "d", "e") == {"e3": "d1", "e1": "d2", "e2": "d3"}


def test_a_subrange_may_map_to_a_subrange_of_its_family() -> None:
    """TM/subscript_mapping_vensim: the cohort before."""
    found = ranges(
        "AGE: INFANT, CHILD, TEEN, OLD",
        "ALL BUT YOUNGEST: CHILD, TEEN, OLD",
        "PREVIOUS: INFANT, CHILD, TEEN -> ALL BUT YOUNGEST",
    )
    before = {"child": "infant", "teen": "child", "old": "teen"}
    assert partners(found, "previous", "all but youngest") == before
    assert partners(found, "previous", "age") is None  # nothing is before the infants
    assert numbers(found, "child", "old") == [2, 4]


def test_the_general_form() -> None:
    """As Vensim's manual gives it: a plain, a coarser and a reversed target in one definition."""
    found = ranges(
        "Rhsub: rh1,rh2 -> (Lhsub: lh1,lh2), (Lhbigger: Part1,Part2), (Lhopposite: lho2,lho1)",
        "Lhsub: lh1,lh2",
        "Lhbigger: lhb1,lhb2,lhb3,lhb4",
        "Part1: lhb1,lhb3",
        "Part2: lhb2,lhb4",
        "Lhopposite: lho1,lho2",
    )
    assert partners(found, "rhsub", "lhsub") == {"lh1": "rh1", "lh2": "rh2"}
    assert partners(found, "rhsub", "lhopposite") == {"lho2": "rh1", "lho1": "rh2"}
    assert partners(found, "rhsub", "lhbigger") == {
        "lhb1": "rh1",
        "lhb2": "rh2",
        "lhb3": "rh1",
        "lhb4": "rh2",
    }


def test_a_mapping_serves_a_loop_over_part_of_its_target() -> None:
    found = ranges("R: r1,r2,r3 -> L", "L: l1,l2,l3", "Part: l3,l1", "Other: l1, x", "Same <-> L")
    assert partners(found, "r", "part") == {"l3": "r3", "l1": "r1"}
    assert partners(found, "r", "same") == {"l1": "r1", "l2": "r2", "l3": "r3"}
    assert partners(found, "r", "other") is None


def test_a_mapping_to_the_loop_itself_goes_before_one_to_more() -> None:
    found = ranges("R: r1,r2 -> (L: l1,P), (P: l3,l2)", "L: l1,l2,l3", "P: l2,l3")
    assert partners(found, "r", "p") == {"l3": "r1", "l2": "r2"}


def test_an_alias_has_its_originals_mappings() -> None:
    found = ranges("D: d1,d2 -> E", "E: e1,e2", "F <-> D")
    assert partners(found, "f", "e") == {"e1": "d1", "e2": "d2"}
    assert partners(found, "f", "d") is None


# --- What is wrong ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D: a ~~|\nd: b ~~|", [("S3C202", "d: b")]),
        ("D: a ~~|\nD <-> E ~~|\nE: b ~~|", [("S3C202", "D <-> E")]),
        ("D: a, b, A ~~|", [("S3C214", "A")]),
        ("D: (a1-a3), a2 ~~|", [("S3C214", "a2")]),
        ("D: E, b ~~|\nE: a, b ~~|\nF: b, E ~~|", [("S3C214", "b"), ("S3C214", "E")]),
        ("D: D ~~|", [("S3C215", "D")]),
        ("D: a, E ~~|\nE: F, b ~~|\nF <-> D ~~|\nG: F, c ~~|", [("S3C215", "E")]),
        ("D: E ~~|\nE: D ~~|\nF: G ~~|\nG: F ~~|", [("S3C215", "E"), ("S3C215", "G")]),
        ("D: (a1-b2) ~~|", [("S3C216", "(a1-b2)")]),
        ("D: (a-b) ~~|", [("S3C216", "(a-b)")]),
        ("D: (a3-a1) ~~|", [("S3C216", "(a3-a1)")]),
        ("D: (a1-a1234567890123456) ~~|", [("S3C216", "(a1-a1234567890123456)")]),
        ("D: (a1-a1000001) ~~|", [("S3C501", "(a1-a1000001)")]),
        ("D: (a1-a3) ~~|\na2: b ~~|", [("S3C202", "(a1-a3)")]),
        ("D: a -> E ~~|", [("S3C201", "E")]),
        ("D: a -> a ~~|", [("S3C201", "a")]),
        ("D <-> E ~~|\nF: D, b ~~|", [("S3C201", "D <-> E")]),
        ("D: a,b -> E ~~|\nE: c ~~|", [("S3C217", "E")]),
        ("D: a,b -> (E: c) ~~|\nE: c ~~|", [("S3C217", "(E: c)")]),
        ("D: a -> (E: F) ~~|\nE: c ~~|\nF: c, d ~~|", [("S3C217", "F")]),
        ("D: a,b -> (E: c, x) ~~|\nE: c, d ~~|", [("S3C217", "x")]),
        ("D: a,b -> (E: E, c) ~~|\nE: c ~~|", [("S3C217", "c")]),
        ("D: a -> (E: c) ~~|\nE: c, d ~~|", [("S3C217", "(E: c)")]),
        ("D: a -> E, E ~~|\nE: c ~~|", [("S3C217", "E")]),
        ("D: a ~~|\nA = 1 ~~|", [("S3C212", "A")]),
        ("D: a ~~|\nd[D] = 1 ~~|", [("S3C212", "d[D]")]),
        ("D: (a1-a9) ~~|\na3 = 1 ~~|", [("S3C212", "a3")]),
    ],
)  # fmt: skip
def test_errors(text: str, expected: list[tuple[str, str]]) -> None:
    assert errors(text) == expected


DATA = "D: GET XLS SUBSCRIPT('f', 't', 'A1', 'A9', '')"


@pytest.mark.parametrize(
    "others",
    [
        [],
        ["E: D, b"],
        ["E <-> D"],
        ["E: a, b -> D"],
        ["E: a -> (D: x)"],
        ["E: a -> (F: D)", "F: g"],
    ],
)
def test_of_a_range_from_a_file_no_more_is_told(others: list[str]) -> None:
    found, diagnostics = read("".join(f"{each} ~~|\n" for each in [DATA, *others]))
    assert [each.code for each in diagnostics] == ["S3C231"]
    assert found.ranges[system.RangeId("d")].broken
    assert not found.ranges[system.RangeId("d")].elements


def test_elements_of_broken_ranges_have_no_number() -> None:
    found, _ = read(f"{DATA} ~~|\nE: D, b ~~|")
    with pytest.raises(KeyError):
        found.position(system.ElementId("b"))


@pytest.mark.parametrize(
    "text",
    ["D: a,,b ~~|\nE: D, c -> D ~~|\nF <-> D ~~|", "D <-> <-> ~~|\nE: c -> (D: x) ~~|"],
)
def test_of_a_range_that_could_not_be_read_no_more_is_told(text: str) -> None:
    assert [code for code, _ in errors(text)] == ["S3C101"]


@pytest.mark.parametrize("other", ["F: D", "F <-> D", "F: D, x"])
def test_a_range_with_a_repeated_element_is_used_without_it(other: str) -> None:
    """Its length is not what was meant, so that mappings are not judged by it."""
    found, diagnostics = read(
        f"D: a, b, a -> E ~~|\nE: c, k, l ~~|\nG: m, n, o, p -> F ~~|\n{other} ~~|"
    )
    assert [each.code for each in diagnostics] == ["S3C214"]
    assert elements(found, "d") == ["a", "b"]


def test_more_elements_than_a_million_are_told_once() -> None:
    text = "D: (a1-a600000) ~~|\nE: D, x ~~|\nF: D, y ~~|\nG <-> D ~~|\nH: D ~~|"
    found, diagnostics = read(text)
    assert [each.code for each in diagnostics] == ["S3C501"]
    assert "1,000,000" in diagnostics[0].message
    assert len(found.ranges[system.RangeId("h")].elements) == 600_000


def test_a_system_has_its_ranges() -> None:
    document, _ = syntax.parse(Source("m.mdl", "D: a, b ~~|"))
    found, _ = system.resolve(document)
    assert elements(found.ranges, "d") == ["a", "b"]


def test_models_are_there() -> None:
    if not CONFORMANCE.is_dir():
        pytest.skip(f"no conformance models at {CONFORMANCE}: set S3C_CONFORMANCE")
    assert model_files()


@pytest.mark.parametrize("model", model_files(), ids=lambda each: f"{each.parent.name}-{each.stem}")
def test_vensims_models_have_no_wrong_ranges(model: Path) -> None:
    """Nothing is wrong with their ranges, those in spreadsheets with them."""
    document, _ = syntax.parse(Source.decode(model.read_bytes(), model.name))
    files = Files(model.parent, (), system.aliases(document))
    found, diagnostics = system.resolve(document, files)
    defined = [
        each.span
        for each in document.equations()
        if isinstance(each.definition, syntax.SubscriptRange | syntax.Equivalence)
    ]
    of_ranges = [
        each
        for each in diagnostics
        if each.code == "S3C212"
        or any(span.start <= each.span.start < span.end for span in defined if each.span)
    ]
    assert of_ranges == []
    assert not any(each.broken for each in found.ranges.ranges.values())


# --- Properties ---


@st.composite
def nested(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Ranges that list new elements and earlier ranges, each once, in any order of definition."""
    count = draw(st.integers(1, 6))
    unused = list(range(count))  # ranges that no other lists yet
    lists: list[tuple[str, list[str]]] = []
    for number in range(count):
        items = [f"e{number} {n}" for n in range(draw(st.integers(1, 3)))]
        for inner in [each for each in unused if each < number]:
            if draw(st.booleans()):
                unused.remove(inner)
                items.append(f"R{inner}")
        lists.append((f"R{number}", list(draw(st.permutations(items)))))
    return list(draw(st.permutations(lists)))


def naive(name: str, lists: dict[str, list[str]]) -> list[str]:
    if name not in lists:
        return [name]
    return [each for item in lists[name] for each in naive(item, lists)]


@given(nested())
def test_nested_ranges_are_written_out(lists: list[tuple[str, list[str]]]) -> None:
    found = ranges(*(f"{name}: {', '.join(items)}" for name, items in lists))
    for name, _ in lists:
        assert elements(found, name.casefold()) == naive(name, dict(lists))


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True), min_size=1))
def test_positions_count_each_family_from_one(lists: list[list[str]]) -> None:
    found = ranges(*(f"R{n}: {', '.join(each)}" for n, each in enumerate(lists)))
    for family in found.families.values():
        places = numbers(found, *family.elements)
        assert places == list(range(1, len(places) + 1))
        if family.root:
            assert found.ranges[family.root].elements == family.elements
    for key, each in found.ranges.items():
        family = found.families[key]
        assert set(each.elements) <= set(family.elements)
        sharing = {
            other for other, its in found.ranges.items() if set(its.elements) & set(each.elements)
        }
        assert {id(found.families[other]) for other in sharing} == {id(family)}
    assert len(found.positions) == len({each for one in lists for each in one})


@given(st.permutations(range(1, 7)))
def test_a_mapping_has_a_partner_for_each_element(order: list[int]) -> None:
    items = ", ".join(f"l{n}" for n in order)
    found = ranges(f"R: (r1-r6) -> (L: {items})", "L: (l1-l6)")
    assert partners(found, "r", "l") == {f"l{n}": f"r{k}" for k, n in enumerate(order, start=1)}
