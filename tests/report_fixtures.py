"""Figures of a month as tests of reports make them up, and a desk with months behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from desk.people.model import Role
from desk.reports.month.figures import Acted, EntryCount, MonthFigures, Rated, Side, Times, Trouble, UnitCount
from desk.reports.month.months import Month
from desk.reports.month.procedures import WEIGHTS
from desk.units.model import DEPARTMENT
from tests.desk_fixtures import NOON, World
from tests.figures_fixtures import History
from tests.small_tree import add_units
from tests.unit_fixtures import hire

OCTOBER = Month(2026, 10)
UNITS = ("CATLAI", "VN", "CATLAI-1", "KV03", "LINHTRUNG")
TITLES = {
    "channels": {"vi": "Phân luồng tờ khai", "en": "Channels of declarations"},
    "fee_rates": {"vi": "Mức phí hải quan", "en": "Customs fees"},
}


def times(opened: int = 0, judged: int = 0, kept: int = 0, **more: Any) -> Times:
    return Times(
        **{"opened": opened, "answered": judged, "ended": 0, "judged": judged, "kept": kept, "overdue": 0} | more
    )


def side(month: str = "2026-10", asked: int = 0, **more: Any) -> Side:
    """A month with so many questions, all of them answered and about one topic; nothing else happened in it."""
    filled: dict[str, Any] = {
        "month": month,
        "is_known": True,
        "asked": asked,
        "conversations": asked,
        "families": {"answered": asked} if asked else {},
        "without_an_officer": asked,
        "channels": {"web": asked} if asked else {},
        "topics": {"declaration": asked} if asked else {},
        "entries": (EntryCount(entry="channels", group="declaration", asked=asked, answered=asked),) if asked else (),
        "gaps": {},
        "rated": Rated(),
        "times": times(),
        "units": (),
        "acted": Acted(),
    }
    return Side(**filled | more)


def figures(now: Side | None = None, before: Side | None = None, **more: Any) -> MonthFigures:
    filled: dict[str, Any] = {
        "month": "2026-10",
        "unit": DEPARTMENT,
        "unit_names": {"vi": "Cục Hải quan", "en": "Vietnam Customs"},
        "is_department": True,
        "made_at": NOON,
        "now": now or side(),
        "before": before or side("2026-09"),
        "trouble": (),
        "weights": WEIGHTS,
        "titles": TITLES,
    }
    return MonthFigures(**filled | more)


def a_full_month() -> MonthFigures:
    """A month with something to say in every section."""
    unit = UnitCount(
        code="KV02", names={"vi": "Khu vực II", "en": "Region II"}, cases=60, judged=60, kept=50, rated=Rated()
    )
    return figures(
        side(
            asked=1204,
            families={"answered": 1000, "unanswerable": 204},
            without_an_officer=900,
            gaps={"channels": 104},
            rated=Rated(asked=300, counts=(10, 20, 30, 60, 80), elsewhere=7),
            times=times(
                80, 80, 70, answered=78, ended=60, answer_median=2.5, answer_p90=9.0, end_median=4.0, end_p90=12.0
            ),
            units=(unit, unit.model_copy(update={"code": "KV03", "cases": 20, "judged": 20, "kept": 20})),
            acted=Acted(published=3, corrected=1, gaps_closed=2, recalls=1, recalled_chats=12),
        ),
        side("2026-09", asked=1115),
        trouble=(Trouble(entry="channels", asked=1204, unhelpful=3, cases=40, low_about_rule=2, reopened=1),),
    )


def with_months(world: World, *, busiest: int = 9) -> None:
    """From August to the 23rd of November; mai manages the department, vinh heads a region, thu is an officer."""
    with world.store.writing() as session:
        add_units(session)
        History(session, UNITS).of_days(dt.date(2026, 8, 3), dt.date(2026, 11, 22), NOON, busiest=busiest)
    hire(world, "mai", DEPARTMENT, Role.MANAGER)
    hire(world, "vinh", "KV02", Role.HEAD)
    hire(world, "dung", "KV03", Role.MANAGER)
    hire(world, "thu", "CATLAI", Role.OFFICER)
