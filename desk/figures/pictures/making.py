"""What all plots of figures are made with: the tables in a language, frames that say what is shown, bars and lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desk.figures.period import Bucket, Step
from desk.figures.tables.sections import Tables
from desk.figures.volume import Volume
from desk.plots.bars import Bar, Bars
from desk.plots.drawing import Frame, Kind
from desk.plots.timeline import Series, Timeline
from desk.tables.shown import number, parts, percent
from desk.tables.table import Cell
from desk.working_time.hours import local_day


@dataclass(frozen=True)
class Making:
    """Draws what the tables of a dashboard hold."""

    tables: Tables

    @property
    def volume_of_period(self) -> Volume:
        return self.tables.shown.now.volume

    @property
    def step(self) -> Step:
        return self.tables.shown.step

    def bars(self, name: str, bars: Sequence[Bar]) -> Kind | None:
        """Bars that say which is the longest; None where there is no bar."""
        if not bars:
            return None
        summary = self.say(f"figures.plot.{name}_says", first=bars[0].label, words=bars[0].words)
        return Bars(self.frame(name, summary), bars)

    def timeline(
        self,
        name: str,
        summary: str,
        series: Sequence[Series],
        written: Callable[[float], str],
        highest: float | None = None,
        enough: Sequence[bool] = (),
    ) -> Timeline:
        """Lines over the steps of the period; a step that is not whole, or not ``enough`` to judge by, is hollow."""
        buckets = self.tables.buckets()
        today = local_day(self.tables.shown.made_at)
        whole = [bucket.whole and bucket.last < today for bucket in buckets]
        if enough:
            whole = [each and is_enough for each, is_enough in zip(whole, enough, strict=True)]
        if not all(whole):
            summary += " " + self.say("figures.plot.few_are_hollow" if enough else "figures.plot.not_whole")
        steps = [self.label(bucket) for bucket in buckets]
        return Timeline(self.frame(name, summary), steps, whole, series, written, highest)

    def over(self, counts: Mapping[dt.date, int]) -> list[float | None]:
        """The counts of each step; None where the desk was not there yet."""
        return [
            float(counts.get(self.tables.key_of(bucket), 0)) if self.tables.is_known(bucket) else None
            for bucket in self.tables.buckets()
        ]

    def label(self, bucket: Bucket) -> str:
        """A step in few letters."""
        first, is_vi = bucket.first, self.tables.language == "vi"
        if self.step is Step.MONTH:
            return f"{first:%-m/%Y}" if is_vi else f"{first:%b %Y}"
        return f"{first:%-d/%-m}" if is_vi else f"{first:%-d %b}"

    def enquiries(self, count: int) -> str:
        return self.say("figures.plot.enquiries", count=self.number(count))

    def part(self, count: Cell, whole: int) -> str:
        """A number and its share."""
        value = value_of(count)
        return f"{self.number(value)} ({self.percent(value / whole)})"

    def frame(self, name: str, summary: str) -> Frame:
        return Frame(f"plot-{name.replace('_', '-')}", self.say(f"figures.plot.{name}"), summary)

    def number(self, value: Cell, digits: int = 0) -> str:
        return number(value_of(value), self.tables.language, digits)

    def parts(self, value: float) -> str:
        return parts(value, self.tables.language)

    def percent(self, value: float) -> str:
        return percent(value, self.tables.language)

    def say(self, name: str, /, **values: object) -> str:
        return self.tables.texts.say(name, self.tables.language, **values)


def value_of(cell: Cell) -> float:
    """The number in a cell; raises TypeError for any other."""
    if not isinstance(cell, int | float):
        raise TypeError(f"{cell!r} is no number")
    return float(cell)
