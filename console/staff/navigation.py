"""The tabs of the staff console: the pages at which each role begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.web.guard import (
    ADMINISTRATORS,
    CASE_WORKERS,
    CURATORS,
    HEADS,
    KEEPERS_OF_DATA,
    MANAGERS,
    READERS_OF_FIGURES,
    READERS_OF_GUIDANCE,
    READERS_OF_LAW,
    SETTLERS,
    STAFF,
)
from desk.people.model import Officer, Role

#: With more tabs than this they are shown in groups: the groups above, the pages of the one that is open below.
SIDE_BY_SIDE = 8


@dataclass(frozen=True)
class Tab:
    """A page at which work begins; ``name`` names its text ``page.desk.tab_<name>``, ``group`` ``…group_<name>``."""

    path: str
    name: str
    roles: frozenset[Role]
    group: str


TABS = (
    Tab("/desk/cases", "cases", CASE_WORKERS, "cases"),
    Tab("/desk/enterprises", "enterprises", CASE_WORKERS, "cases"),
    Tab("/desk/guidance", "guidance", READERS_OF_GUIDANCE, "guidance"),
    Tab("/desk/law", "law", READERS_OF_LAW, "guidance"),
    Tab("/desk/gaps", "gaps", CURATORS, "guidance"),
    Tab("/desk/contradictions", "contradictions", SETTLERS, "cases"),
    Tab("/desk/search", "search", READERS_OF_LAW, "guidance"),
    Tab("/desk/guidance/try", "try", CURATORS, "guidance"),
    Tab("/desk/recall", "recall", CURATORS, "guidance"),
    Tab("/desk/figures", "figures", READERS_OF_FIGURES, "figures"),
    Tab("/desk/reports", "reports", MANAGERS, "figures"),
    Tab("/desk/service-index", "service_index", READERS_OF_FIGURES, "figures"),
    Tab("/desk/audit", "audit", MANAGERS, "figures"),
    Tab("/desk/ratings", "ratings", MANAGERS, "satisfaction"),
    Tab("/desk/ratings/reviews", "reviews", HEADS, "satisfaction"),
    Tab("/desk/ratings/received", "received", MANAGERS, "satisfaction"),
    Tab("/desk/ratings/mine", "my_ratings", CASE_WORKERS, "satisfaction"),
    Tab("/desk/questionnaires", "questionnaires", MANAGERS, "satisfaction"),
    Tab("/desk/consultations", "consultations", MANAGERS, "satisfaction"),
    Tab("/desk/people", "people", ADMINISTRATORS, "administration"),
    Tab("/desk/units", "units", ADMINISTRATORS, "administration"),
    Tab("/desk/calendar", "calendar", ADMINISTRATORS, "administration"),
    Tab("/desk/privacy", "privacy", KEEPERS_OF_DATA, "administration"),
    Tab("/desk/settings", "settings", ADMINISTRATORS, "administration"),
    Tab("/desk/system", "system", ADMINISTRATORS, "administration"),
    Tab("/desk/me", "me", STAFF, "me"),
)


@dataclass(frozen=True)
class Link:
    """A tab as it is shown on a page: where it leads, its text, whether the page is one of its own, and what waits."""

    path: str
    text: str
    is_current: bool
    waiting: int = 0


@dataclass(frozen=True)
class Navigation:
    """The rows of tabs on a page: the upper one, and below it that of the open group where there are groups."""

    upper: list[Link]
    lower: list[Link]


def navigation(officer: Officer, here: str, waiting: Mapping[str, int] | None = None) -> Navigation:
    """What an officer sees above the page ``here``: the tabs of all roles held in any unit.

    ``waiting``: how much waits behind tabs, by their names; a group has that of all its tabs.
    """
    counts, tabs = waiting or {}, _tabs_of(officer)
    open_ones = [tab for tab in tabs if f"{here}/".startswith(f"{tab.path}/")]
    current = max(open_ones, key=lambda tab: len(tab.path), default=None)
    links = {tab: Link(tab.path, f"page.desk.tab_{tab.name}", tab is current, counts.get(tab.name, 0)) for tab in tabs}
    if len(tabs) <= SIDE_BY_SIDE:
        return Navigation(list(links.values()), [])
    groups: dict[str, list[Tab]] = {}
    for tab in tabs:
        groups.setdefault(tab.group, []).append(tab)
    upper = [
        Link(
            within[0].path,
            f"page.desk.group_{group}",
            current is not None and current.group == group,
            sum(counts.get(tab.name, 0) for tab in within),
        )
        for group, within in groups.items()
    ]
    opened = groups[current.group] if current is not None else []
    return Navigation(upper, [links[tab] for tab in opened] if len(opened) > 1 else [])


def first_page_of(officer: Officer) -> str:
    """The page on which an officer's day begins."""
    return _tabs_of(officer)[0].path


def _tabs_of(officer: Officer) -> list[Tab]:
    return [tab for tab in TABS if officer.roles & tab.roles]
