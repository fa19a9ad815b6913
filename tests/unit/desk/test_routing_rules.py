"""content/routing.yml names only what exists."""

from __future__ import annotations

from desk.cases.assigning.rules import RoutingRules
from desk.guidance.record import read_records
from desk.units.model import DEPARTMENT
from desk.units.names import Name
from tests.desk_fixtures import CONTENT

RULES = RoutingRules.read(CONTENT / "routing.yml")
RECORDS = read_records(CONTENT / "guidance")


def test_topics_are_groups_or_entries_of_the_guidance() -> None:
    assert RULES.topics.keys() <= {record.id for record in RECORDS} | {record.group for record in RECORDS}


def test_what_ships_routes_topics_to_the_department_alone() -> None:
    # Central units are an authority's own; the sources name none with its code.
    assert set(RULES.topics.values()) <= {DEPARTMENT}


def test_an_entry_goes_before_its_group() -> None:
    rules = RoutingRules(RULES.places, {"declaration": "A", "channels": "B"})
    assert rules.unit_of_topic("channels", "declaration") == "B"
    assert rules.unit_of_topic("dossier_import", "declaration") == "A"
    assert rules.unit_of_topic("fee_rates", "tax") is None


def test_the_words_for_places_make_sense() -> None:
    places = RULES.places
    for written in (*places.provinces, *places.not_places, *places.also_words):
        assert Name.of(written).words
    assert places.denial().search("em khong lam thu tuc o hai quan")
    assert not places.denial().search("hang khong qua")
    assert places.lead().search("nha may o")
