"""What content/routing.yml says about where a case belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desk.units.gazetteer import PlaceWords
from desk.yaml_file import read_yaml


@dataclass(frozen=True)
class RoutingRules:
    """The words for places, and the code of the unit in charge of a topic: an entry or a group of the guidance."""

    places: PlaceWords
    topics: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> RoutingRules:
        data = read_yaml(path)
        topics = dict(data.pop("topics"))
        return cls(PlaceWords(**data), topics)

    def unit_of_topic(self, entry: str, group: str) -> str | None:
        """The code of the unit in charge; an entry goes before its group."""
        return self.topics.get(entry) or self.topics.get(group)
