"""The sections of the dashboard, in the order of the page, and the tables in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk.figures.tables.cases import CaseTables
from desk.figures.tables.enquiries import EnquiryTables
from desk.tables.table import Table


class Tables(EnquiryTables, CaseTables):
    """Every table of a dashboard in a language."""

    def of(self, section: str) -> list[Table]:
        """The tables of a section; raises KeyError."""
        return [make(self) for make in SECTIONS[section].values()]

    def chosen(self, name: str) -> list[Table]:
        """The table of this name, all tables where the name is empty; none where no table has it."""
        makers = {key: make for section in SECTIONS.values() for key, make in section.items()}
        return [make(self) for key, make in makers.items() if name in ("", key)]


SECTIONS: Mapping[str, Mapping[str, Callable[[Tables], Table]]] = {
    "volume": {"volume": Tables.volume, "channels": Tables.channels},
    "outcomes": {"outcomes": Tables.outcomes, "answered": Tables.answered},
    "ratings": {"ratings": Tables.ratings},
    "timeliness": {"timeliness": Tables.timeliness},
    "gaps": {"gaps": Tables.gaps},
    "topics": {"topics": Tables.topics, "entries": Tables.entries},
}
