"""The report of the desk beside the second count: every figure of every row, now and before, ranks and names."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures.breakdown import report, sight
from desk.figures.breakdown.asked import Asked, By, Only
from desk.figures.breakdown.names import Names
from desk.figures.period import Period
from desk.units import service as units
from evaluation.ratings.recount.counting import STEPS, Figures, Recount, step_of

#: Figures are the same that differ by less, or by less than this share of themselves: sums in another order.
TOLERANCE = 1e-6
TOTAL = "total"
#: A rank, and the ranks of the others with whose intervals its own overlaps.
Standing = tuple[int, tuple[int, ...]]
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """One report: by what, from when to when, of which unit (its code; None for everything), of which matters."""

    by: str
    first: dt.date
    last: dt.date
    unit: str | None = None
    only: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        of = "".join(f", {name} {word}" for name, word in (("unit", self.unit), *self.only) if word)
        return f"by {self.by}, {self.first} to {self.last}{of}"

    def before(self) -> tuple[dt.date, dt.date]:
        """As many days, which end the day before."""
        return self.first - (self.last - self.first) - _DAY, self.first - _DAY


@dataclass(frozen=True)
class Line:
    """One row: its figures by name, those before (None where it is compared with nothing), its rank and overlaps.

    ``name`` is that of an officer.
    """

    now: Mapping[str, Any]
    before: Mapping[str, Any] | None
    standing: Standing | None = None
    name: str | None = None


#: Lines by key; None for what lies in none, TOTAL for all together.
Lines = dict[Hashable, Line]


@dataclass
class Outcome:
    """How many figures were compared, how many of them say something, and a sentence for each that differs.

    The others have no value or are 0, as in a row that had nothing in the period before.
    """

    checked: int = 0
    valued: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.checked += other.checked
        self.valued += other.valued
        self.wrong += other.wrong


def told(desk: Desk, session: Session, question: Question) -> Lines:
    """What the desk's report tells."""
    seen = sight.whole(session)
    if question.unit is not None:
        unit = units.by_code(session, question.unit)
        assert unit is not None, question.unit
        seen = sight.of_unit(unit)
    period = Period(question.first, question.last)
    made = report.report(desk, session, Asked(By(question.by), period, seen, Only(**dict(question.only))))
    lines: Lines = {row.key: _line(row, made.names) for row in made.rows}
    if made.none is not None:
        lines[None] = _line(made.none, made.names)
    lines[TOTAL] = _line(made.total, made.names)
    return lines


def _line(row: report.Row, names: Names) -> Line:
    standing = (row.standing.rank, row.standing.overlaps) if row.standing is not None else None
    before = row.before.values() if row.before is not None else None
    return Line(row.now.values(), before, standing, names.titles.get(row.key, {}).get("vi"))


class Second:
    """The second count, which remembers what it has counted."""

    def __init__(self, recount: Recount) -> None:
        self.recount = recount
        self._lines: dict[Question, Lines] = {}

    def lines(self, question: Question) -> Lines:
        if question not in self._lines:
            self._lines[question] = counted(self.recount, question)
        return self._lines[question]


def counted(recount: Recount, question: Question) -> Lines:
    """What the second count says to the same question."""
    only = dict(question.only)
    now = recount.count(question.by, question.first, question.last, question.unit, only)
    before = recount.count(question.by, *question.before(), question.unit, only)
    then = _compared(question) if question.by in STEPS else {key: key for key in {*now.rows, *before.rows}}
    keys = then if question.by in STEPS else now.rows
    empty = _nothing(now.total)
    lines: Lines = {
        key: Line(
            now.rows.get(key, empty),
            None if then[key] is None and key is not None else before.rows.get(then[key], empty),
            now.ranks.get(key),
            recount.names.get(key) if question.by == "officer" else None,
        )
        for key in keys
    }
    lines[TOTAL] = Line(now.total, before.total)
    return lines


def _compared(question: Question) -> dict[Hashable, Hashable]:
    """For each step of the period the one that it is compared with.

    Both are at the same place from the end, and both are whole or have as many days; else None.
    """
    now = list(_steps(question.by, question.first, question.last))
    before = list(_steps(question.by, *question.before()))
    pairs: dict[Hashable, Hashable] = {key: None for key, _, _ in now}
    for (key, days, whole), (then, its_days, its_whole) in zip(reversed(now), reversed(before), strict=False):
        if (whole and its_whole) or (not whole and not its_whole and days == its_days):
            pairs[key] = then
    return pairs


def _steps(by: str, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, int, bool]]:
    """The steps of a period: the first day by the calendar, how many days lie in the period, whether all do."""
    steps: dict[dt.date, int] = {}
    day = first
    while day <= last:
        steps[step_of(by, day)] = steps.get(step_of(by, day), 0) + 1
        day += _DAY
    for begin, days in steps.items():
        yield begin, days, step_of(by, begin + days * _DAY) != begin and step_of(by, begin) == begin >= first


_COUNTS = frozenset(
    "asked answered judged stars_1 stars_2 stars_3 stars_4 stars_5 about_rule left_out enquiries gaps cases"
    " answered_cases ended overdue".split()
)


def compare(question: Question, desks: Lines, seconds: Lines) -> Outcome:
    """All figures of both; a row that one of them does not have is one in which there is nothing."""
    outcome = Outcome()
    nothing = _nothing(seconds[TOTAL].now)
    for key in {**desks, **seconds}:
        ours = seconds.get(key) or Line(nothing, nothing)
        theirs = desks.get(key) or Line(nothing, nothing, name=ours.name)
        where = f"{question}: {'none' if key is None else key}"
        _compare_figures(outcome, where, theirs.now, ours.now)
        if question.by in STEPS and key != TOTAL and (theirs.before is None or ours.before is None):
            _one(outcome, f"{where}: whether there is a before", theirs.before is not None, ours.before is not None)
        else:
            _compare_figures(outcome, f"{where}, before", theirs.before or nothing, ours.before or nothing)
        if question.by not in STEPS:
            _compare_standings(outcome, where, theirs.standing, ours.standing)
        if question.by == "officer" and key not in (None, TOTAL) and key in seconds:
            _one(outcome, f"{where}: name", theirs.name, ours.name)
    return outcome


def _nothing(total: Mapping[str, Any]) -> Figures:
    """The figures of a row in which there is nothing; what the total does not count it does not count either."""
    return {name: 0 if value is not None and name in _COUNTS else None for name, value in total.items()}


def _compare_figures(outcome: Outcome, where: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    for name in sorted({*theirs, *ours}):
        _one(outcome, f"{where}: {name}", theirs.get(name, "missing"), ours.get(name, "missing"))


def _compare_standings(outcome: Outcome, where: str, theirs: Standing | None, ours: Standing | None) -> None:
    """The rank, and which of the others are told as overlapping by one of both only."""
    its_rank, its_overlaps = theirs or (None, ())
    our_rank, our_overlaps = ours or (None, ())
    _one(outcome, f"{where}: rank", its_rank, our_rank)
    here, there = sorted({*our_overlaps} - {*its_overlaps}), sorted({*its_overlaps} - {*our_overlaps})
    outcome.checked += 1
    outcome.valued += bool(our_overlaps)
    if here or there:
        outcome.wrong.append(f"{where}: overlaps with {there} only in the report, with {here} only in the second count")


def _one(outcome: Outcome, what: str, theirs: Any, ours: Any) -> None:
    outcome.checked += 1
    outcome.valued += bool(ours)
    if not _same(theirs, ours):
        outcome.wrong.append(f"{what} is {theirs} in the report and {ours} in the second count")


def _same(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, int | float) and isinstance(ours, int | float):
        return math.isclose(theirs, ours, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(theirs == ours)
