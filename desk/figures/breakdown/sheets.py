"""The rows of a report as they are read: a few sheets with what belongs together, ranked rows, then those too few."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desk.figures.breakdown.figures import HOURS, MEANS, SHARES, Figures, Value
from desk.figures.breakdown.narrowing import narrowed
from desk.figures.breakdown.report import Row
from desk.figures.breakdown.words import Words
from desk.tables.shown import NOTHING

#: What stands on each sheet, in the order of its columns; intervals stand with their figure.
SHEETS: Mapping[str, Sequence[str]] = {
    "ratings": ("asked", "answered", "response_rate", "judged", "mean", "satisfied"),
    "stars": ("stars_1", "stars_2", "stars_3", "stars_4", "stars_5", "about_rule", "left_out"),
    "cases": (
        "cases",
        "answered_cases",
        "to_answer_p50",
        "to_answer_p90",
        "on_time",
        "overdue",
        "ended",
        "to_end_p50",
        "to_end_p90",
        "once_and_done",
    ),
    "enquiries": ("enquiries", "without_officer", "gaps"),
}


@dataclass(frozen=True)
class Place:
    """One figure in words: ``interval`` and ``before``, that of the period before, are empty where there is none."""

    value: str
    interval: str = ""
    before: str = ""


@dataclass(frozen=True)
class Line:
    """A row in words. ``note`` says from whom it is not told apart; ``way`` is the query of the report within it."""

    name: str
    places: Sequence[Place]
    rank: str = ""
    note: str = ""
    way: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """Rows that stand together; ``heading`` is empty where they need none."""

    name: str
    heading: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Sheet:
    """``columns`` are the titles of the figures; where ``is_ranked``, a column of ranks comes before the names."""

    name: str
    title: str
    first: str
    columns: Sequence[str]
    groups: Sequence[Group]
    is_ranked: bool


def sheets(words: Words) -> list[Sheet]:
    """All sheets that have something to say: that of enquiries only where they are counted."""
    counted = words.report.asked.counts_enquiries
    return [_sheet(words, name, SHEETS[name]) for name in SHEETS if name != "enquiries" or counted]


def _sheet(words: Words, name: str, figures: Sequence[str]) -> Sheet:
    is_ranked = name == "ratings" and bool(words.ranked)

    def line(row: Row, called: str) -> Line:
        places = [place(words, row.now.values(), row.before, figure) for figure in figures]
        rank = str(row.standing.rank) if row.standing and is_ranked else ""
        return Line(called, places, rank, words.overlap(row) if is_ranked else "", narrowed(words.report, row.key))

    columns = [words.say(f"breakdown.figure.{figure}") for figure in figures]
    title = words.say(f"breakdown.sheet.{name}", by=words.by)
    return Sheet(name, title, words.by, columns, _groups(words, line, is_ranked), is_ranked)


def _groups(words: Words, line: Callable[[Row, str], Line], is_ranked: bool) -> list[Group]:
    report = words.report

    def lines(rows: Sequence[Row]) -> list[Line]:
        return [line(row, words.name(row.key)) for row in rows]

    few = words.say("breakdown.too_few") if is_ranked else ""
    groups = [Group("ranked", "", lines(words.ranked)), Group("few", few, lines(words.unranked))]
    rest = [line(report.none, words.name_of_none)] if report.none is not None else []
    groups.append(Group("all", "", [*rest, line(report.total, words.name_of_all)]))
    return [group for group in groups if group.lines]


def place(words: Words, values: Mapping[str, Value], before: Figures | None, figure: str) -> Place:
    """A figure of a row with its interval, and as it was in the period before."""
    low, high = values.get(f"{figure}_low"), values.get(f"{figure}_high")
    interval = "" if low is None or high is None else f"{written(words, low, figure)}–{written(words, high, figure)}"
    then = before.values()[figure] if before is not None else None
    return Place(written(words, values[figure], figure), interval, "" if then is None else written(words, then, figure))


def written(words: Words, value: Value, figure: str) -> str:
    """A figure as a reader of the language takes it."""
    if value is None:
        return NOTHING
    if figure in SHARES:
        return words.percent(value, 1)
    if figure in MEANS:
        return words.number(value, 2)
    return words.number(value, 1) if figure in HOURS else words.parts(value)
