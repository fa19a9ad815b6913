"""The tabs of the staff console: the pages at which each role begins."""

from __future__ import annotations

from dataclasses import dataclass

from console.web.guard import (
    ADMINISTRATORS,
    CASE_WORKERS,
    CURATORS,
    MANAGERS,
    READERS_OF_FIGURES,
    READERS_OF_GUIDANCE,
    READERS_OF_LAW,
    SETTLERS,
    STAFF,
)
from desk.people.model import Officer, Role


@dataclass(frozen=True)
class Tab:
    """A page at which work begins; ``name`` names its text ``page.desk.tab_<name>``."""

    path: str
    name: str
    roles: frozenset[Role]


TABS = (
    Tab("/desk/cases", "cases", CASE_WORKERS),
    Tab("/desk/enterprises", "enterprises", CASE_WORKERS),
    Tab("/desk/guidance", "guidance", READERS_OF_GUIDANCE),
    Tab("/desk/contradictions", "contradictions", SETTLERS),
    Tab("/desk/search", "search", READERS_OF_LAW),
    Tab("/desk/guidance/try", "try", CURATORS),
    Tab("/desk/figures", "figures", READERS_OF_FIGURES),
    Tab("/desk/people", "people", ADMINISTRATORS),
    Tab("/desk/units", "units", ADMINISTRATORS),
    Tab("/desk/calendar", "calendar", ADMINISTRATORS),
    Tab("/desk/audit", "audit", MANAGERS),
    Tab("/desk/settings", "settings", ADMINISTRATORS),
    Tab("/desk/system", "system", ADMINISTRATORS),
    Tab("/desk/me", "me", STAFF),
)


def tabs_of(officer: Officer | None) -> list[Tab]:
    """The tabs that an officer sees: those of all roles held in any unit."""
    return [tab for tab in TABS if officer is not None and officer.roles & tab.roles]


def chosen_tab(officer: Officer | None, here: str) -> Tab | None:
    """The tab under which a page lies: of several whose addresses it begins with, the longest."""
    above = [tab for tab in tabs_of(officer) if here == tab.path or here.startswith(f"{tab.path}/")]
    return max(above, key=lambda tab: len(tab.path), default=None)


def first_page_of(officer: Officer) -> str:
    """The page on which an officer's day begins."""
    return tabs_of(officer)[0].path
