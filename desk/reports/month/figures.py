"""The figures of a month and of the one before it, as plain data: what a report says, and what is kept of it.

Nobody is named in them, and no word that a person wrote is: those are looked up when a report is shown, as long as they
are there.
"""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict

from desk.figures.ratings import LEVELS, RatingFigures
from desk.figures.statistics import ENOUGH, Interval, share_interval
from desk.guidance.record import Language
from desk.reports.month.months import Month

Titles = dict[str, str]
#: A whole number, or a sum of shares where units share a case.
Number = int | float


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class EntryCount(_Kept):
    """Questions about an entry of guidance; ``group`` is its topic."""

    entry: str
    group: str
    asked: int
    answered: int


class Rated(_Kept):
    """Ratings as desk/figures/ratings.py counts them."""

    asked: Number = 0
    counts: tuple[Number, ...] = (0,) * LEVELS
    elsewhere: Number = 0
    left_out: Number = 0

    @property
    def figures(self) -> RatingFigures:
        return RatingFigures(self.asked, self.counts, self.elsewhere, self.left_out)


class UnitCount(_Kept):
    """Cases of a part of the unit that the report is about, and how they were rated."""

    code: str
    names: Titles
    cases: int
    judged: int
    kept: int
    rated: Rated


class Times(_Kept):
    """Cases opened in the month. Hours are of working time; None where there was nothing to measure.

    ``overdue`` had no answer yet when the figures were made, although the promised time had passed.
    """

    opened: int
    answered: int
    ended: int
    judged: int
    kept: int
    overdue: int
    answer_median: float | None = None
    answer_p90: float | None = None
    end_median: float | None = None
    end_p90: float | None = None

    @property
    def interval(self) -> Interval | None:
        return share_interval(self.kept, self.judged) if self.judged >= ENOUGH else None


class Trouble(_Kept):
    """How much trouble an entry made: the parts of its score, which ``WEIGHTS`` in procedures.py weigh."""

    entry: str
    asked: int = 0
    unhelpful: int = 0
    cases: int = 0
    low_about_rule: int = 0
    reopened: int = 0


class Reviews(_Kept):
    """Reviews of low ratings that were settled in the month, those whose enterprise was told, and all by cause."""

    settled: int = 0
    told: int = 0
    causes: dict[str, int] = {}


class Acted(_Kept):
    """What was done in the month: entries of guidance, groups of gaps, corrections that were sent, and reviews."""

    published: int = 0
    revised: int = 0
    corrected: int = 0
    withdrawn: int = 0
    gaps_closed: int = 0
    recalls: int = 0
    recalled_chats: int = 0
    reviews: Reviews = Reviews()


class Side(_Kept):
    """One month. ``topics``: enquiries by group of guidance, "" for none; ``entries`` are all that were asked for."""

    month: str
    is_known: bool
    asked: int
    conversations: int
    families: dict[str, int]
    without_an_officer: int
    channels: dict[str, int]
    topics: dict[str, int]
    entries: tuple[EntryCount, ...]
    gaps: dict[str, int]
    rated: Rated
    times: Times
    units: tuple[UnitCount, ...]
    acted: Acted

    @property
    def unanswered(self) -> int:
        return sum(self.gaps.values())


class MonthFigures(_Kept):
    """A report's figures. ``gaps`` in each side is by the nearest entry, "" for none; ``titles`` has those of entries.

    ``weights`` are those by which ``trouble`` was put in order, the most troublesome first. ``changes_until`` is until
    when its ratings can change, as far as was known when it was made; None where none can any more.
    """

    month: str
    unit: str
    unit_names: Titles
    is_department: bool
    made_at: dt.datetime
    changes_until: dt.datetime | None = None
    now: Side
    before: Side
    trouble: tuple[Trouble, ...]
    weights: dict[str, int]
    titles: dict[str, Titles]

    def title(self, entry: str, language: Language) -> str:
        """The title of an entry, or its id where the store had no version of it."""
        return self.titles.get(entry, {}).get(language, entry)

    def unit_name(self, language: Language) -> str:
        return self.unit_names[language]

    def score(self, trouble: Trouble) -> int:
        return sum(weight * int(getattr(trouble, part)) for part, weight in self.weights.items())

    @property
    def of_month(self) -> Month:
        year, number = self.month.split("-")
        return Month(int(year), int(number))
