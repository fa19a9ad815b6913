"""The sections of a report on how quickly cases were answered, and on what was done about what was found."""

from __future__ import annotations

from collections.abc import Sequence

from desk.figures.statistics import ENOUGH, share_interval
from desk.figures.tables.words import share
from desk.plots.drawing import Kind as Plot
from desk.plots.points import Point, Points
from desk.reports.month.document import Section
from desk.reports.month.figures import Side, UnitCount
from desk.reports.month.making import Making
from desk.reports.month.reviews import SaidAndDone
from desk.reports.month.wording import Share
from desk.tables.table import Cell, Kind, Table

_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_HOURS = ("answer_median", "answer_p90", "end_median", "end_p90")
#: What was done that is told with a number, in the order in which it is told.
_DONE = ("published", "revised", "corrected", "withdrawn", "gaps_closed")


class ServingSections(Making):
    def times(self) -> Section:
        sentences, times = self.count("cases", "cases", "cases"), self.figures.now.times
        if times.opened:
            sentences += [*self._hours("answer"), *self._hours("end"), *self._on_time(), *self._overdue()]
        plots = [plot for plot in (self._on_time_plot(),) if plot]
        tables = [self._times_table(), *self._units_table()] if times.opened else []
        return self.section("times", sentences, plots, tables, [self.say("note.times")])

    def _hours(self, which: str) -> list[str]:
        """Within how many hours half and nine in ten were answered or ended; of a few cases nothing is said."""
        times = self.figures.now.times
        median, p90 = getattr(times, f"{which}_median"), getattr(times, f"{which}_p90")
        many = times.answered if which == "answer" else times.ended
        if median is None or p90 is None or many < ENOUGH:
            return []
        return [self.say(f"say.hours_{which}", median=self.number(median, 1), p90=self.number(p90, 1))]

    def _on_time(self) -> list[str]:
        now, before = (self.share(shown, "kept", "judged") for shown in (self.now, self.before))
        if now.value is None:
            return []
        what = self.counted("cases", now.of)
        if now.interval is None:
            return [self.say("say.on_time_few", what=what, share=self.percent(now.value))]
        than = self.points(now, before)
        return [self.sentence("on_time", than, what=what, share=self.percent(now.value), **self.ends(now.interval))]

    def _overdue(self) -> list[str]:
        count = self.now.count("overdue")
        if count is None:
            return []
        return [self.say("say.overdue", what=self.counted("cases", count)) if count else self.say("say.overdue_none")]

    def _on_time_plot(self) -> Plot | None:
        points = []
        for _, shown, label in self.sides:
            points += self._on_time_point(label, self.share(shown, "kept", "judged"))
        if not self.is_public and len(self.figures.now.units) > 1:
            for unit in self.figures.now.units:
                interval = share_interval(unit.kept, unit.judged) if unit.judged >= ENOUGH else None
                of = Share(share(unit.kept, unit.judged), unit.judged, interval)
                points += self._on_time_point(self.part(unit), of)
        if not points:
            return None
        return Points(self.frame("on_time", points[0].label, points[0].words), points, _SHARES, self.percent)

    def _on_time_point(self, label: str, of: Share) -> list[Point]:
        if of.value is None:
            return []
        words = self.say(
            "plot.n" if of.interval else "plot.n_few", value=self.percent(of.value), count=self.number(of.of)
        )
        ends = (of.interval.low, of.interval.high) if of.interval else (None, None)
        return [Point(label, of.value, words, *ends)]

    def _times_table(self) -> Table:
        columns = [
            self.column("month"),
            self.column("cases", Kind.NUMBER),
            *(self.column(f"{name}", Kind.NUMBER, 1) for name in _HOURS),
            self.column("judged", Kind.NUMBER),
            self.column("on_time", Kind.SHARE, 1),
            self.column("overdue", Kind.NUMBER),
        ]
        rows: list[tuple[Cell, ...]] = []
        for side, shown, label in self.sides:
            hours = (self._of_enough(side, name) for name in _HOURS)
            rest = (shown.count("judged"), shown.share("kept", "judged"), shown.count("overdue"))
            rows.append((label, shown.count("cases"), *hours, *rest))
        return self.table("times", columns, rows)

    def _of_enough(self, side: Side, name: str) -> float | None:
        """Hours; to the public only those of many cases, for those of a few are somebody's."""
        many = side.times.answered if name.startswith("answer") else side.times.ended
        value: float | None = getattr(side.times, name)
        return value if not self.is_public or many >= ENOUGH else None

    def _units_table(self) -> list[Table]:
        """Cases by part of the unit, in the order of the tree."""
        units = self.figures.now.units
        if len(units) < 2:
            return []
        columns = [self.column("unit"), self.column("cases", Kind.NUMBER)]
        if self.is_public:
            rows = [(self.part(unit), self.now.count(f"unit.{unit.code}")) for unit in units]
            return [self.table("units", columns, rows)]
        columns += [
            self.column("judged", Kind.NUMBER),
            self.column("on_time", Kind.SHARE, 1),
            self.column("requested", Kind.NUMBER),
            self.column("rated", Kind.NUMBER),
            self.column("mean", Kind.NUMBER, 2),
        ]
        return [self.table("units", columns, [self._unit_row(unit) for unit in units])]

    def _unit_row(self, unit: UnitCount) -> tuple[Cell, ...]:
        rated = unit.rated.figures
        mean = rated.mean if rated.is_enough else None
        return (
            *(self.part(unit), unit.cases, unit.judged, share(unit.kept, unit.judged)),
            *(rated.asked, rated.answered, mean),
        )

    def acted(self, said_and_done: Sequence[SaidAndDone] = ()) -> Section:
        """What was done about what was found; what was said and done after low ratings is for officers only."""
        done = self.figures.now.acted
        sentences = [
            self.say(f"say.{name}", what=self.counted("entries" if name != "gaps_closed" else "gaps", count))
            for name in _DONE
            if (count := int(getattr(done, name)))
        ]
        sentences += [*self._recalls(), *self._reviews()]
        notes = [] if self.figures.is_department else [self.say("note.acted_unit")]
        tables = [] if self.is_public else [*self._causes(), *self._said_and_done(said_and_done)]
        return self.section("acted", sentences or [self.say("say.acted_none", month=self.month)], [], tables, notes)

    def _recalls(self) -> list[str]:
        recalls, chats = self.figures.now.acted.recalls, self.now.count("recalled")
        if not recalls:
            return []
        told = self.say("say.recalled_chats", what=self.counted("chats", chats)) if chats else ""
        return [self.say("say.recalls", what=self.counted("recalls", recalls), told=told)]

    def _reviews(self) -> list[str]:
        """How many low ratings were looked into; to the public only how many enterprises were told what came of it."""
        settled, told = self.figures.now.acted.reviews.settled, self.now.count("told")
        sentences = []
        if settled and not self.is_public:
            sentences.append(self.say("say.reviews", what=self.counted("reviews", settled)))
        if told:
            sentences.append(self.say("say.told", what=self.counted("raters", told)))
        return sentences

    def _causes(self) -> list[Table]:
        causes = self.figures.now.acted.reviews.causes
        columns = [self.column("cause"), self.column("reviews", Kind.NUMBER)]
        rows = [(self._cause(cause), count) for cause, count in causes.items()]
        return [self.table("causes", columns, rows)] if rows else []

    def _said_and_done(self, found: Sequence[SaidAndDone]) -> list[Table]:
        columns = [self.column(name) for name in ("cause", "done", "told")]
        rows = [(self._cause(each.cause), each.done or None, each.told or None) for each in found]
        return [self.table("said_and_done", columns, rows)] if rows else []

    def _cause(self, cause: str) -> str:
        name = f"rating_review.cause.{cause}"
        return self.texts.say(name, self.language) if cause and self.texts.has(name) else self.say("no_cause")
