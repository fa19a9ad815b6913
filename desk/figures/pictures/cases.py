"""Plots of how cases and conversations were rated, and of how quickly cases were answered."""

from __future__ import annotations

from desk.figures.pictures.making import Making
from desk.figures.ratings import LEVELS, RatingFigures
from desk.plots.bars import Bar
from desk.plots.drawing import Kind, Look
from desk.plots.points import Point, Points
from desk.plots.shares import Part, Shares, Whole

#: How the levels of a rating look, from one star to five.
OF_LEVELS = (Look(2), Look(2, "stripes"), Look(5, "dots"), Look(1, "lines"), Look(1))
_STARS = tuple(float(level) for level in range(1, LEVELS + 1))
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


class CasePictures(Making):
    def distribution(self) -> Kind | None:
        rated = [(name, figures) for name, figures in self.tables.rated()[:2] if figures.judged]
        if not rated:
            return None
        parts = [Part(self.say(f"figures.stars_{level}"), look) for level, look in enumerate(OF_LEVELS, start=1)]
        wholes = [
            Whole(
                name,
                figures.counts,
                self.say(
                    "figures.plot.rated",
                    answered=self.parts(figures.answered),
                    asked=self.parts(figures.asked),
                    rate=self.percent(figures.response_rate or 0),
                ),
            )
            for name, figures in rated
        ]
        summary = " ".join(f"{whole.label}: {whole.words}." for whole in wholes)
        return Shares(self.frame("distribution", summary), parts, wholes, self.percent)

    def means(self) -> Kind | None:
        rated = [(name, figures) for name, figures in self.tables.rated() if figures.judged]
        if not rated:
            return None
        points = [self._mean(name, figures) for name, figures in rated]
        summary = " ".join(f"{point.label}: {point.words}." for point in points[:2])
        return Points(self.frame("means", summary), points, _STARS, self.number)

    def _mean(self, name: str, figures: RatingFigures) -> Point:
        count, value = self.parts(figures.judged), self.number(figures.mean or 0, 2)
        interval = figures.mean_interval
        if interval is None:
            return Point(name, figures.mean, self.say("figures.plot.few_rated", value=value, count=count))
        words = self.say("figures.plot.mean_rated", value=value, count=count)
        return Point(name, figures.mean, words, interval.low, interval.high)

    def on_time(self) -> Kind | None:
        timed = [(name, times) for name, times, _ in self.tables.timed() if times.judged]
        if not timed:
            return None
        points = []
        for name, times in timed:
            interval, value = times.kept_interval, self.percent(times.share_kept or 0)
            few = "few" if interval is None else "enough"
            words = self.say(f"figures.plot.on_time_{few}", value=value, count=self.number(times.judged))
            ends = (interval.low, interval.high) if interval is not None else (None, None)
            points.append(Point(name, times.share_kept, words, *ends))
        return Points(self.frame("on_time", f"{points[0].label}: {points[0].words}."), points, _SHARES, self.percent)

    def hours(self) -> Kind | None:
        timed = [(name, times, times.to_answer(0.5)) for name, times, _ in self.tables.timed()]
        bars = [
            Bar(
                name,
                median,
                self.say(
                    "figures.plot.hours_of",
                    median=self.number(median, 1),
                    p90=self.number(times.to_answer(0.9) or 0, 1),
                ),
            )
            for name, times, median in timed
            if median is not None
        ]
        return self.bars("hours", bars)
