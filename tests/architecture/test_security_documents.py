"""docs/threats.md and docs/asvs.md tell the truth: each test that they name is there, no requirement is left out."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

import pytest

from bootstrap.settings import PROJECT

ASVS, THREATS = (PROJECT / "docs" / name for name in ("asvs.md", "threats.md"))
_NAMED = re.compile(r"`(test_\w+)::(\w+)`")
_LINK = re.compile(r"\]\(([^)#]+)\)")
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
_ANSWERS = ("met", "in part", "not met", "not applicable")
#: The requirements of levels 1 and 2 of release 5.0.0, of the chapters that are held against it: the section, then the
#: numbers in it.
REQUIRED = {
    "1.1": 2,
    "1.2": 9,
    "1.3": 11,
    "1.4": 3,
    "1.5": 2,
    "2.1": 3,
    "2.2": 3,
    "2.3": 4,
    "2.4": 1,
    "3.2": 2,
    "3.3": 4,
    "3.4": 6,
    "3.5": 5,
    "3.7": 2,
    "5.1": 1,
    "5.2": 3,
    "5.3": 2,
    "5.4": 3,
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "16.1": 1,
    "16.2": 5,
    "16.3": 4,
    "16.4": 3,
    "16.5": 3,
}


@cache
def of_modules() -> dict[str, frozenset[str]]:
    """The tests and classes of each module of tests, by its name."""
    found: dict[str, frozenset[str]] = {}
    for path in (PROJECT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        names = frozenset(node.name for node in ast.walk(tree) if isinstance(node, named))
        found[path.stem] = found.get(path.stem, frozenset()) | names
    return found


@pytest.mark.parametrize("document", [ASVS, THREATS], ids=lambda path: path.name)
def test_every_test_that_is_named_is_there(document: object) -> None:
    named = _NAMED.findall(PROJECT.joinpath(str(document)).read_text(encoding="utf-8"))
    assert len(named) > 40
    known = of_modules()
    missing = [f"{module}::{name}" for module, name in named if name not in known.get(module, frozenset())]
    assert missing == []


@pytest.mark.parametrize("document", [ASVS, THREATS], ids=lambda path: path.name)
def test_every_document_that_is_named_is_there(document: object) -> None:
    text = PROJECT.joinpath(str(document)).read_text(encoding="utf-8")
    links = [link for link in _LINK.findall(text) if "://" not in link]
    assert links
    assert [link for link in links if not (PROJECT / "docs" / link).exists()] == []


def test_no_requirement_is_left_out_and_none_is_made_up() -> None:
    expected = [f"{section}.{number}" for section, last in REQUIRED.items() for number in range(1, last + 1)]
    assert [number for number, _, _ in _ROW.findall(ASVS.read_text(encoding="utf-8"))] == expected


def test_every_answer_is_one_of_four_and_what_is_met_says_by_what() -> None:
    for number, _, answer in _ROW.findall(ASVS.read_text(encoding="utf-8")):
        assert answer.startswith(_ANSWERS), number
        if answer.startswith("met"):
            assert _NAMED.search(answer) or _LINK.search(answer) or number in ("1.4.1",), number
        else:
            assert len(answer) > 20, number  # and why


def test_the_counts_are_those_of_the_tables() -> None:
    text = ASVS.read_text(encoding="utf-8")
    counted = {chapter: Counter[str]() for chapter in ("1", "2", "3", "5", "6", "7", "8", "16")}
    for number, _, answer in _ROW.findall(text):
        kind = "met" if answer.startswith("met") else "no" if answer.startswith("not applicable") else "part"
        counted[number.partition(".")[0]][kind] += 1
    told = re.findall(r"^\| V(\d+) [^|]+\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    assert {chapter: tuple(map(int, rest)) for chapter, *rest in told} == {
        chapter: (counts.total(), counts["met"], counts["part"], counts["no"]) for chapter, counts in counted.items()
    }


def test_every_threat_has_its_control_and_its_test() -> None:
    rows = re.findall(r"^\| ([STRIDE]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", THREATS.read_text(encoding="utf-8"), re.M)
    assert len(rows) > 60
    for kind, threat, control, test in rows:
        assert len(control) > 10, (kind, threat)
        assert _NAMED.search(test) or test.startswith("none: "), (kind, threat)
