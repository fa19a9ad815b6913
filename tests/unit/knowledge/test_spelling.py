"""A word that no text has is read as the one that is a slip of the finger away."""

from __future__ import annotations

import pytest

from knowledge.engine.writing.spelling import Spelling


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(
        {"declaration": 40, "warehouse": 9, "nhap": 300, "khau": 300, "import": 80, "imports": 5, "8703": 2}
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("decleration", "declaration"),
        ("declration", "declaration"),
        ("declarration", "declaration"),
        ("delcaration", "declaration"),
        ("wharehouse", "warehouse"),
        ("nhapp", "nhap"),
        ("kahu", "khau"),
    ],
)
def test_one_slip_is_mended(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize("typed", ["declaration", "imports", "dekleratoin", "xyz", "hau", "8704", "", "ca"])
def test_known_short_and_quite_other_words_are_left(spelling: Spelling, typed: str) -> None:
    assert spelling.corrected(typed) == typed


def test_of_several_near_words_the_commonest_is_taken(spelling: Spelling) -> None:
    assert Spelling({"thuoc": 5, "thuec": 90}).corrected("thusc") == "thuec"
