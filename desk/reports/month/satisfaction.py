"""The section of a report on satisfaction: who was asked, who answered, and what they said."""

from __future__ import annotations

from desk.figures.ratings import LEVELS, RatingFigures
from desk.plots.drawing import Kind as Plot
from desk.plots.drawing import Look
from desk.plots.points import Point, Points
from desk.plots.shares import Part, Shares, Whole
from desk.reports.month.document import Section
from desk.reports.month.figures import Side, UnitCount
from desk.reports.month.making import Making
from desk.reports.month.public import Shown
from desk.tables.shown import parts
from desk.tables.table import Kind, Table

#: How the levels of a rating look, from one star to five.
_OF_LEVELS = (Look(2), Look(2, "stripes"), Look(5, "dots"), Look(1, "lines"), Look(1))
_LEVELS = [f"level.{level}" for level in range(1, LEVELS + 1)]
_STARS = tuple(float(level) for level in range(1, LEVELS + 1))


class SatisfactionSections(Making):
    def ratings(self) -> Section:
        sentences = self.count("requested", "ratings", "requested")
        if self.figures.now.rated.asked:
            sentences += [*self._response(), *self._satisfied(), *self._mean(), *self._apart()]
        notes = [self.say("note.ratings" if self.figures.is_department else "note.ratings_unit")]
        plots = [plot for plot in (self._distribution(), self._means()) if plot]
        tables = [self._ratings_table()] if self.figures.now.rated.asked else []
        return self.section("ratings", sentences, plots, tables, notes)

    def _response(self) -> list[str]:
        now, before = (self.share(shown, "rated", "requested") for shown in (self.now, self.before))
        rated = self.now.count("rated")
        if now.value is None or rated is None:
            return []
        if not rated:
            return [self.say("say.response_none")]
        than = self.points(now, before)
        return [self.sentence("response", than, what=self.counted("ratings", rated), share=self.percent(now.value))]

    def _satisfied(self) -> list[str]:
        now, before = (self.share(shown, "satisfied", "counted") for shown in (self.now, self.before))
        if now.value is None:
            return []
        if now.interval is None:
            return [self.say("say.satisfied_few", share=self.percent(now.value), count=parts(now.of, self.language))]
        than = self.points(now, before)
        return [self.sentence("satisfied", than, share=self.percent(now.value), **self.ends(now.interval))]

    def _mean(self) -> list[str]:
        """The mean; to the public only where all levels are shown, for it would tell of those that are not."""
        now, before = (self._rated(side, shown) for side, shown, _ in self.sides)
        if now is None or now.mean is None or now.mean_interval is None:
            return []
        intervals = (now.mean_interval, before.mean_interval if before else None)
        than = self.levels(now.mean, before.mean if before else None, intervals)
        ends = {"low": self.number(intervals[0].low, 1), "high": self.number(intervals[0].high, 1)}
        return [self.sentence("mean", than, mean=self.number(now.mean, 1), **ends)]

    def _rated(self, side: Side, shown: Shown) -> RatingFigures | None:
        return side.rated.figures if shown.shows("counted", *_LEVELS) else None

    def _apart(self) -> list[str]:
        """What was given and counts for no service, and what was left out of all figures."""
        found = {name: self.now.count(name) for name in ("elsewhere", "left_out")}
        return [self.say(f"say.{name}", what=self.counted("ratings", count)) for name, count in found.items() if count]

    def _distribution(self) -> Plot | None:
        wholes = []
        for side, shown, label in self.sides:
            rated = self._rated(side, shown)
            if rated is not None and rated.judged:
                wholes.append(Whole(label, rated.counts, self.counted("ratings", rated.judged)))
        if not wholes or wholes[0].label != self.sides[0][2]:
            return None
        parts = [
            Part(self.texts.say(f"figures.stars_{level}", self.language), look)
            for level, look in enumerate(_OF_LEVELS, start=1)
        ]
        return Shares(self.frame("distribution", wholes[0].label, wholes[0].words), parts, wholes, self.percent)

    def _means(self) -> Plot | None:
        """The mean of each unit with its interval, in the order of the tree: they are not ranked."""
        units = [unit for unit in self.figures.now.units if unit.rated.figures.judged]
        if self.is_public or len(units) < 2:
            return None
        points = [self._mean_of(unit) for unit in units]
        return Points(self.frame("means", points[0].label, points[0].words), points, _STARS, self.number)

    def _mean_of(self, unit: UnitCount) -> Point:
        rated, interval = unit.rated.figures, unit.rated.figures.mean_interval
        words = self.say(
            "plot.n" if interval else "plot.n_few",
            value=self.number(rated.mean or 0, 1),
            count=parts(rated.judged, self.language),
        )
        ends = (interval.low, interval.high) if interval else (None, None)
        return Point(self.part(unit), rated.mean, words, *ends)

    def _ratings_table(self) -> Table:
        columns = [
            self.column("month"),
            *(self.column(name, Kind.NUMBER) for name in ("requested", "rated")),
            self.column("response", Kind.SHARE, 1),
            self.column("mean", Kind.NUMBER, 2),
            self.column("satisfied", Kind.SHARE, 1),
            *(self.column(f"stars_{level}", Kind.NUMBER) for level in range(1, LEVELS + 1)),
        ]
        rows = []
        for side, shown, label in self.sides:
            rated = self._rated(side, shown)
            shares = (shown.share("rated", "requested"), rated.mean if rated else None)
            rows.append(
                (
                    *(label, shown.count("requested"), shown.count("rated")),
                    *(*shares, shown.share("satisfied", "counted")),
                    *(shown.count(level) for level in _LEVELS),
                )
            )
        return self.table("ratings", columns, rows)
