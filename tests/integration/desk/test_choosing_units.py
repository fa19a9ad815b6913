"""Choosing a unit: the tree in order, those around one, and those that a name or code means."""

from __future__ import annotations

import pytest

from desk.units import choosing
from tests.desk_fixtures import World
from tests.small_tree import add_units, unit


@pytest.fixture(autouse=True)
def _units(world: World) -> None:
    with world.store.writing() as session:
        add_units(session)


def test_the_tree_lists_every_unit_below_its_own(world: World) -> None:
    with world.store.reading() as session:
        listed = [(depth, found.code) for depth, found in choosing.tree(session)]
    assert listed == [(0, "VN"), (1, "KV02"), (2, "CATLAI"), (3, "CATLAI-1"), (2, "LINHTRUNG"), (1, "KV03")]


@pytest.mark.parametrize(
    ("code", "around"),
    [
        ("CATLAI", ["KV02", "CATLAI-1", "LINHTRUNG"]),
        ("KV02", ["VN", "CATLAI", "LINHTRUNG", "KV03"]),
        ("VN", ["KV02", "KV03"]),
        ("CATLAI-1", ["CATLAI"]),
    ],
)
def test_around_a_unit_are_those_above_below_and_beside(world: World, code: str, around: list[str]) -> None:
    with world.store.reading() as session:
        assert [found.code for found in choosing.around(session, unit(session, code))] == around


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("catlai", ["CATLAI"]),
        ("02ci", ["CATLAI"]),
        ("cat lai", ["CATLAI"]),
        ("Cát Lái", ["CATLAI"]),
        ("linh trung epz", ["LINHTRUNG"]),
        ("khu vực III", ["KV03"]),
        ("khu vực II", ["KV02"]),
        ("đội", ["CATLAI-1"]),
        ("chi cục", ["KV02", "KV03"]),
        ("Sài Gòn", []),
        ("", []),
        ("  ", []),
    ],
)
def test_a_unit_is_meant_by_its_code_or_by_all_the_words(world: World, words: str, found: list[str]) -> None:
    with world.store.reading() as session:
        assert [unit.code for unit in choosing.matching(session, words, 5)] == found


def test_units_out_of_service_are_not_chosen(world: World) -> None:
    with world.store.writing() as session:
        unit(session, "LINHTRUNG").active = False
    with world.store.reading() as session:
        assert "LINHTRUNG" not in [found.code for _, found in choosing.tree(session)]
        assert choosing.matching(session, "linh trung", 5) == []
        assert "LINHTRUNG" not in [found.code for found in choosing.around(session, unit(session, "CATLAI"))]
