"""What a docstring's labelled sentences say."""

from __future__ import annotations

import pytest

from s3c.runtime import Check, Documentation, Evidence, read_documentation


def test_labelled_sentences_in_one_line() -> None:
    found = read_documentation("The root of x. Never below 0. Errors: x < 0. Source: Manual, SQRT.")
    assert found == Documentation(
        summary="The root of x.", details="Never below 0.", errors="x < 0.", source="Manual, SQRT."
    )


def test_a_label_ends_with_its_paragraph() -> None:
    found = read_documentation(
        """Passes things on,
        later. Formula: x(t - T).

        Source: Manual, LATER,
        page 3.

        The queue is a ring.

        Args:
            Source: no label of ours.
        """
    )
    assert found.summary == "Passes things on, later."
    assert found.details == "The queue is a ring."
    assert found.formula == "x(t - T)"
    assert found.source == "Manual, LATER, page 3."


def test_what_it_was_checked_against() -> None:
    found = read_documentation(
        "One. Checked against: closed form, Vensim (delays, trends (two)), independent"
        " implementation (scipy.stats). Uncertain: ties; see Source: of the manual."
    )
    assert found.checked == (
        Check(Evidence.CLOSED_FORM),
        Check(Evidence.VENSIM, "delays, trends (two)"),
        Check(Evidence.INDEPENDENT, "scipy.stats"),
    )
    assert [str(each) for each in found.checked][2] == "independent implementation (scipy.stats)"


@pytest.mark.parametrize(
    "text", ["", "One.", "`x`, in a colon: no label. The source: none.", "Resource: none"]
)
def test_without_labels(text: str) -> None:
    found = read_documentation(text)
    assert f"{found.summary} {found.details}".strip() == text
    assert found == Documentation(found.summary, found.details)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One. Source: a. Source: b.", "stands twice"),
        ("One. Checked against: hearsay.", "hearsay"),
        ("One. Checked against: Vensim and more.", "Vensim and more"),
        ("One. Checked against: Vensim (a) b.", "Vensim"),
        ("One. Checked against: ,.", "''"),
    ],
)
def test_what_is_malformed(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_documentation(text)
