"""Stock-flow diagrams: which stock has which flows, and what they depend on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from s3c.compiler import Compilation
from s3c.diagrams import Diagram, Pipe, Shape, stock_flow
from s3c.runtime import RunError, UnknownNameError

EPIDEMIC = """
Susceptible = INTEG(-infection, 99) ~~|
Infectious = INTEG(infection - recovery, first cases) ~~|
infection = contacts * Susceptible * Infectious ~~|
recovery = Infectious / duration ~~|
contacts = 0.01 ~~|
duration = 4 ~~|
first cases = 1 ~~|
"""


def joined(diagram: Diagram) -> set[tuple[str, str]]:
    """The links by their nodes' names."""
    name = {node.key: node.name for node in diagram.nodes}
    return {(name[link.source], name[link.target]) for link in diagram.links}


def test_pipes_run_between_stocks_and_into_clouds(compiled: Callable[[str], Compilation]) -> None:
    diagram = stock_flow(compiled(EPIDEMIC))
    infection, recovery = diagram.pipes
    assert infection == Pipe("infection", "susceptible", "infectious")
    assert recovery.source == "infectious"
    assert diagram.node(recovery.target).shape is Shape.CLOUD
    assert [node.name for node in diagram.of_shape(Shape.STOCK)] == ["Susceptible", "Infectious"]
    assert [node.name for node in diagram.of_shape(Shape.FLOW)] == ["infection", "recovery"]
    assert len(diagram.of_shape(Shape.CLOUD)) == 1


def test_links_are_what_equations_read_and_pipes_are_none(
    compiled: Callable[[str], Compilation],
) -> None:
    diagram = stock_flow(compiled(EPIDEMIC))
    assert joined(diagram) == {
        ("contacts", "infection"),
        ("Susceptible", "infection"),
        ("Infectious", "infection"),
        ("Infectious", "recovery"),
        ("duration", "recovery"),
        ("first cases", "Infectious"),
    }
    assert [link.source for link in diagram.links if link.initial] == ["first cases"]


def test_a_rate_that_computes_has_a_valve_without_a_name(
    compiled: Callable[[str], Compilation],
) -> None:
    diagram = stock_flow(compiled("Tea = INTEG((room - Tea) / slow, 90) ~~| room=20~~| slow=9~~|"))
    (pipe,) = diagram.pipes
    assert diagram.node(pipe.flow).name == ""
    assert pipe.target == "tea"
    assert joined(diagram) == {("room", ""), ("Tea", ""), ("slow", "")}


def test_a_flow_into_two_stocks_has_two_valves(compiled: Callable[[str], Compilation]) -> None:
    diagram = stock_flow(compiled("A=INTEG(f,0)~~| B=INTEG(f,0)~~| f=2*g~~| g=1~~|"))
    first, second = diagram.pipes
    assert (first.flow, first.target, second.target) == ("f", "a", "b")
    assert ("f", second.flow) in {(link.source, link.target) for link in diagram.links}


def test_a_delay_is_one_link(compiled: Callable[[str], Compilation]) -> None:
    diagram = stock_flow(compiled("late = DELAY3(early, 5) ~~| early = Time ~~|"))
    assert joined(diagram) == {("early", "late")}
    assert not diagram.of_shape(Shape.STOCK)
    assert diagram.left_out == ("Time",)


def test_many_readers_of_a_constant_have_shadows(compiled: Callable[[str], Compilation]) -> None:
    readers = "".join(f"r{n} = 2 * k ~~|" for n in range(5))
    diagram = stock_flow(compiled("k = 3 ~~|" + readers))
    shadows = diagram.of_shape(Shape.SHADOW)
    assert [node.name for node in shadows] == ["k"] * 5
    assert len({link.source for link in diagram.links}) == 5


def test_the_specialization_level_of_the_paper(s3: Compilation) -> None:
    diagram = stock_flow(s3, group=".specialization  LEVEL")
    (pipe,) = diagram.pipes
    assert pipe.flow == "specialization development rate"
    assert pipe.target == "industry specialization level"
    assert diagram.node(pipe.source).shape is Shape.CLOUD
    assert {source for source, target in joined(diagram) if target.endswith("rate")} == {
        "Industry concentration",
        "Specialization degree",
        "Industry relatedness",
    }
    assert len(diagram.of_shape(Shape.CONSTANT)) == 10
    assert diagram.left_out == ("One year", "Time")


def test_what_a_group_reads_of_others_is_a_shadow(s3: Compilation) -> None:
    diagram = stock_flow(s3, group="Smart specialization level")
    assert [node.name for node in diagram.of_shape(Shape.SHADOW)] == [
        "Industry smart level",
        "Industry specialization level",
        "Coupling degree",
        "Environmental turbulence",
    ]
    assert len(diagram.pipes) == 2
    assert not any(link.target == "coupling degree" for link in diagram.links)


def test_the_neighbourhood_of_a_variable(s3: Compilation) -> None:
    near = stock_flow(s3, around="Market opportunity", steps=1)
    names = {node.name for node in near.nodes} - {""}
    assert names == {"Market opportunity", "Accumulation rate", "Number of grasping opportunities"}
    assert len(stock_flow(s3, around="Market opportunity", steps=2).nodes) > len(near.nodes)


def test_all_of_s3(s3: Compilation) -> None:
    diagram = stock_flow(s3)
    assert len(diagram.of_shape(Shape.STOCK)) == 5
    assert len(diagram.of_shape(Shape.FLOW)) == 6
    assert len(diagram.of_shape(Shape.CONSTANT)) == 21
    assert not diagram.of_shape(Shape.SHADOW)


def test_an_unknown_group_or_variable_is_told_with_what_is_near(s3: Compilation) -> None:
    with pytest.raises(UnknownNameError, match="no group “Smrt level”") as caught:
        stock_flow(s3, group="Smrt level")
    assert "“Smart level”" in caught.value.hint
    with pytest.raises(UnknownNameError, match="S3C604") as caught:
        stock_flow(s3, around="Coupling degre")
    assert "“Coupling degree”" in caught.value.hint


def test_what_is_in_no_diagram(s3: Compilation) -> None:
    with pytest.raises(RunError, match="S3C722"):
        stock_flow(s3, around="One year")
    with pytest.raises(RunError, match="S3C720"):
        stock_flow(s3, group="Control")


def test_too_much_for_a_picture(compiled: Callable[[str], Compilation]) -> None:
    large = compiled("".join(f"v{n} = {n} ~~|\n" for n in range(400)))
    with pytest.raises(RunError, match="S3C721") as caught:
        stock_flow(large)
    assert "--around" in caught.value.hint


def test_too_many_links_for_a_picture(compiled: Callable[[str], Compilation]) -> None:
    sums = (f"v{n} = " + " + ".join(f"v{k}" for k in range(n)) + " ~~|\n" for n in range(1, 50))
    with pytest.raises(RunError, match=r"S3C721.*links"):
        stock_flow(compiled("v0 = 1 ~~|" + "".join(sums)))
