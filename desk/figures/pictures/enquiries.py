"""Plots of what was asked: how much, by which way, how it ended, about what, and what could not be answered."""

from __future__ import annotations

from desk.figures.pictures.making import Making, value_of
from desk.figures.statistics import ENOUGH
from desk.figures.tables.words import share
from desk.figures.volume import ANSWERED, FAMILIES, over_time
from desk.plots.bars import Bar
from desk.plots.drawing import Kind, Look
from desk.plots.shares import Part, Shares, Whole
from desk.plots.timeline import Series
from desk.tables.shown import NOTHING

#: So many bars are drawn; the table below has the rest.
_BARS = 10
#: How the families of outcomes look, in their order.
_OF_FAMILIES = (Look(1), Look(2, "stripes"), Look(4, "dots"), Look(5, "cross"))


class EnquiryPictures(Making):
    def volume(self) -> Kind | None:
        counts = self.volume_of_period
        sums = [over_time(each, self.step) for each in (counts.enquiries, counts.conversations, counts.cases)]
        totals = [sum(each.values()) for each in sums]
        if not any(totals):
            return None
        names = ("enquiries", "conversations", "cases")
        summary = self.say("figures.plot.volume_says", **dict(zip(names, map(self.number, totals), strict=True)))
        series = [
            Series(self.say(f"figures.column.{name}"), self.over(each)) for name, each in zip(names, sums, strict=True)
        ]
        return self.timeline("volume", summary, series, self.number)

    def channels(self) -> Kind | None:
        rows = [row for row in self.tables.channels().rows if row[2]]
        bars = [
            Bar(f"{channel}, {language}", value_of(count), self.part(count, self.volume_of_period.asked))
            for channel, language, count, *_ in rows
        ]
        return self.bars("channels", bars)

    def outcomes(self) -> Kind | None:
        here, then = self.volume_of_period, self.tables.shown.before.volume
        if not here.asked:
            return None
        unanswered = here.asked - here.by_family.get(ANSWERED, 0)
        summary = self.say(
            "figures.plot.outcomes_says",
            answered=self.percent(1 - unanswered / here.asked),
            without=self.percent(here.without_an_officer / here.asked),
        )
        parts = [
            Part(self.say(f"figures.family.{family}"), look)
            for family, look in zip(FAMILIES, _OF_FAMILIES, strict=True)
        ]
        wholes = [
            Whole(self.say(name), [each.by_family.get(family, 0) for family in FAMILIES], self.enquiries(each.asked))
            for name, each in (("figures.this_period", here), ("figures.period_before", then))
        ]
        return Shares(self.frame("outcomes", summary), parts, wholes, self.percent)

    def answered(self) -> Kind | None:
        if not self.volume_of_period.asked:
            return None
        *_, asked, _, shares = zip(*self.tables.answered().rows, strict=True)
        whole = share(self.volume_of_period.without_an_officer, self.volume_of_period.asked) or 0.0
        before = self.tables.shown.before.volume
        then = share(before.without_an_officer, before.asked)
        summary = self.say(
            "figures.plot.answered_says",
            share=self.percent(whole),
            before=NOTHING if then is None else self.percent(then),
        )
        series = [Series("", [None if each is None else value_of(each) for each in shares])]
        return self.timeline(
            "answered", summary, series, self.percent, 1.0, [value_of(each or 0) >= ENOUGH for each in asked]
        )

    def gaps(self) -> Kind | None:
        rows = list(self.tables.gaps().rows)[:_BARS]
        return self.bars("gaps", [Bar(str(row[0]), value_of(row[2]), self.number(row[2])) for row in rows])

    def topics(self) -> Kind | None:
        rows = [row for row in self.tables.topics().rows if row[1]]
        bars = [Bar(str(row[0]), value_of(row[1]), self.part(row[1], self.volume_of_period.asked)) for row in rows]
        return self.bars("topics", bars)

    def entries(self) -> Kind | None:
        rows = list(self.tables.entries().rows)[:_BARS]
        return self.bars("entries", [Bar(str(row[0]), value_of(row[1]), self.number(row[1])) for row in rows])
