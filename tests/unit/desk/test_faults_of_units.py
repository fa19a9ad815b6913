"""What can be wrong with a tree of units is said in both languages."""

from __future__ import annotations

from string import Formatter

import pytest

from desk.texts import Texts
from desk.units.faults import SENTENCES, Fault
from tests.desk_fixtures import CONTENT

TEXTS = Texts.read(CONTENT / "texts")


@pytest.mark.parametrize("name", SENTENCES)
def test_every_fault_has_its_text_with_the_same_gaps(name: str) -> None:
    gaps = {gap.split("!")[0]: "something" for _, gap, _, _ in Formatter().parse(SENTENCES[name]) if gap}
    fault = Fault.of(name, 3, **gaps)
    assert fault.startswith("Line 3: ")
    for language in ("vi", "en"):
        said = TEXTS.say(f"page.units.fault_{fault.name}", language, **fault.values)
        assert all(value in said for value in gaps.values())
