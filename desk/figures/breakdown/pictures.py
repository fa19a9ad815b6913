"""The plots of a report: means with their intervals, the levels of ratings, promptness, and steps of time as lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from desk.figures.breakdown.report import Row
from desk.figures.breakdown.words import Words
from desk.figures.pictures.cases import OF_LEVELS
from desk.figures.ratings import LEVELS, RatingFigures
from desk.figures.timeliness import Times
from desk.plots.drawing import Frame, Kind, Plot
from desk.plots.points import Point, Points
from desk.plots.shares import Part, Shares, Whole
from desk.plots.timeline import MARKED_UP_TO, Series, Timeline
from desk.working_time.hours import local_day

#: So many rows are drawn; the table has the rest.
DRAWN = 20
_BARS = 8
_STARS = tuple(float(level) for level in range(1, LEVELS + 1))
_PARTS_OF_ONE = (0.0, 0.25, 0.5, 0.75, 1.0)


def pictures(words: Words) -> list[Plot]:
    """Every plot for which there is something to draw."""
    made = _Pictures(words)
    over_time = words.report.asked.by.step is not None
    kinds = (made.lines(), made.satisfied(), made.counts()) if over_time else (made.means(),)
    return [Plot.of(kind) for kind in (*kinds, made.distribution(), made.on_time()) if kind is not None]


@dataclass(frozen=True)
class _Pictures:
    words: Words

    def means(self) -> Kind | None:
        """Of each row, the ranked first, then of all."""
        words, rows = self.words, self._rows("judged")
        if not rows:
            return None
        points = [self._mean(name, row.now.requests) for name, row in rows[:DRAWN]]
        points.append(self._mean(words.name_of_all, words.report.total.now.requests))
        summary = f"{points[-1].label}: {points[-1].words}.{self._not_drawn(len(rows), DRAWN)}"
        return Points(self._frame("means", summary), points, _STARS, words.number)

    def distribution(self) -> Kind | None:
        """How the levels were given in all, now and before, and in the first rows."""
        words, total = self.words, self.words.report.total
        wholes = [(words.say("figures.this_period"), total.now.requests)]
        if total.before is not None:
            wholes.append((words.say("figures.period_before"), total.before.requests))
        if words.report.asked.by.step is None:
            wholes += [(name, row.now.requests) for name, row in self._rows("judged")[:_BARS]]
        drawn = [self._levels(name, figures) for name, figures in wholes if figures.judged]
        if not total.now.requests.judged:
            return None
        parts = [Part(words.say(f"figures.stars_{level}"), look) for level, look in enumerate(OF_LEVELS, start=1)]
        share = total.now.requests.share_satisfied or 0
        summary = words.say("breakdown.plot.distribution_says", share=words.percent(share))
        return Shares(self._frame("distribution", summary), parts, drawn, words.percent)

    def on_time(self) -> Kind | None:
        words, rows = self.words, self._rows("cases")
        timed = [(name, row.now.cases.times) for name, row in rows if row.now.cases.times.judged]
        if not timed or words.report.asked.by.step is not None:
            return None
        points = [self._promptness(name, times) for name, times in timed[:DRAWN]]
        points.append(self._promptness(words.name_of_all, words.report.total.now.cases.times))
        summary = f"{points[-1].label}: {points[-1].words}.{self._not_drawn(len(timed), DRAWN)}"
        return Points(self._frame("on_time", summary), points, _PARTS_OF_ONE, words.percent)

    def lines(self) -> Kind | None:
        """The mean of each step; hollow where too few judged."""
        rated = self._rated()
        if not any(each.judged for each in rated):
            return None
        series = [Series("", [each.mean for each in rated])]
        mean = self.words.report.total.now.requests.mean or 0
        summary = self.words.say("breakdown.plot.lines_says", mean=self.words.number(mean, 2))
        return self._timeline("lines", summary, series, [each.is_enough for each in rated], float(LEVELS))

    def satisfied(self) -> Kind | None:
        rated = self._rated()
        share = self.words.report.total.now.requests.share_satisfied
        if share is None:
            return None
        series = [Series("", [each.share_satisfied for each in rated])]
        summary = self.words.say("breakdown.plot.satisfied_says", share=self.words.percent(share))
        return self._timeline("satisfied", summary, series, [each.is_enough for each in rated], 1.0)

    def counts(self) -> Kind | None:
        """Asked and answered in each step."""
        words, rated = self.words, self._rated()
        if not any(each.asked for each in rated):
            return None
        series = [
            Series(words.say("breakdown.figure.asked"), _from_the_first([each.asked for each in rated])),
            Series(words.say("breakdown.figure.answered"), _from_the_first([each.answered for each in rated])),
        ]
        total = words.report.total.now.requests
        said = {"asked": words.parts(total.asked), "answered": words.parts(total.answered)}
        return self._timeline("counts", words.say("breakdown.plot.counts_says", **said), series, [True] * len(rated))

    def _timeline(
        self,
        name: str,
        summary: str,
        series: Sequence[Series],
        enough: Sequence[bool],
        highest: float | None = None,
    ) -> Timeline:
        report = self.words.report
        step = report.asked.by.step
        buckets = report.asked.period.buckets(step) if step is not None else []
        today = local_day(report.made_at)
        whole = [
            bucket.whole and bucket.last < today and is_enough
            for bucket, is_enough in zip(buckets, enough, strict=True)
        ]
        if not all(whole):
            summary = f"{summary} {self.words.say(_told_of_marks(enough))}"
        labels = [self._label(bucket.first) for bucket in buckets]
        written = self.words.percent if highest == 1.0 else self.words.number
        ticks = LEVELS if highest == LEVELS else 4
        return Timeline(self._frame(name, summary), labels, whole, series, written, highest, ticks)

    def _label(self, first: dt.date) -> str:
        """A step in few letters."""
        is_vi = self.words.language == "vi"
        if self.words.report.asked.by.value == "month":
            return f"{first:%-m/%Y}" if is_vi else f"{first:%b %Y}"
        return f"{first:%-d/%-m}" if is_vi else f"{first:%-d %b}"

    def _rated(self) -> list[RatingFigures]:
        return [row.now.requests for row in self.words.report.rows]

    def _rows(self, figure: str) -> list[tuple[str, Row]]:
        """The rows that have a figure, in the order in which they stand in the tables."""
        rows = (*self.words.ranked, *self.words.unranked)
        return [(self.words.name(row.key), row) for row in rows if row.now.values()[figure]]

    def _not_drawn(self, rows: int, drawn: int) -> str:
        """That only the first rows are drawn, where there are more."""
        if rows <= drawn:
            return ""
        return " " + self.words.say("breakdown.plot.first_only", drawn=drawn, rows=self.words.number(rows))

    def _mean(self, name: str, rated: RatingFigures) -> Point:
        words, interval = self.words, rated.mean_interval
        told = {"value": words.number(rated.mean or 0, 2), "count": words.parts(rated.judged)}
        if interval is None:
            return Point(name, rated.mean, words.say("figures.plot.few_rated", **told))
        return Point(name, rated.mean, words.say("figures.plot.mean_rated", **told), interval.low, interval.high)

    def _promptness(self, name: str, times: Times) -> Point:
        words, interval = self.words, times.kept_interval
        told = {"value": words.percent(times.share_kept or 0), "count": words.number(times.judged)}
        if interval is None:
            return Point(name, times.share_kept, words.say("figures.plot.on_time_few", **told))
        said = words.say("figures.plot.on_time_enough", **told)
        return Point(name, times.share_kept, said, interval.low, interval.high)

    def _levels(self, name: str, rated: RatingFigures) -> Whole:
        words = self.words
        count = words.say("breakdown.plot.judged", count=words.parts(rated.judged))
        return Whole(name, rated.counts, count)

    def _frame(self, name: str, summary: str) -> Frame:
        return Frame(f"plot-{name.replace('_', '-')}", self.words.say(f"breakdown.plot.{name}"), summary)


def _told_of_marks(enough: Sequence[bool]) -> str:
    """What is said of steps that are not whole or rest on too few: a long line has no marks to tell them by."""
    if all(enough):
        return "figures.plot.not_whole"
    return "breakdown.plot.few_are_hollow" if len(enough) <= MARKED_UP_TO else "breakdown.plot.few_in_line"


def _from_the_first(counts: Sequence[float]) -> list[float | None]:
    """The counts from the first that is not zero on: before it nobody was asked at all, perhaps by no desk."""
    first = next((place for place, count in enumerate(counts) if count), len(counts))
    return [float(count) if place >= first else None for place, count in enumerate(counts)]
