"""The clauses of a report's sentences: how many, which share, how sure, and how it differs from the month before."""

from __future__ import annotations

from dataclasses import dataclass

from desk.figures.statistics import ENOUGH, Interval
from desk.guidance.record import Language
from desk.reports.month.figures import MonthFigures, Side
from desk.reports.month.public import Shown, shown
from desk.tables.shown import number, parts, percent
from desk.texts import Texts


@dataclass(frozen=True)
class Share:
    """A share with the number that it rests on, and its interval where those are enough."""

    value: float | None
    of: float
    interval: Interval | None = None


class Wording:
    """A report's figures in a language; ``now`` and ``before`` are what may be shown of its two months."""

    def __init__(self, figures: MonthFigures, texts: Texts, language: Language, *, is_public: bool) -> None:
        self.figures, self.texts, self.language, self.is_public = figures, texts, language, is_public
        self.now = shown(figures.now, is_public=is_public)
        self.before = shown(figures.before, is_public=is_public)
        month = figures.of_month
        self.month = month.named(language)
        self.month_before = month.before.named_beside(month, language)

    @property
    def sides(self) -> tuple[tuple[Side, Shown, str], tuple[Side, Shown, str]]:
        """The two months with what may be shown of them, and with their names as labels."""
        names = [f"{name[:1].upper()}{name[1:]}" for name in (self.month, self.month_before)]
        return (self.figures.now, self.now, names[0]), (self.figures.before, self.before, names[1])

    def say(self, name: str, /, **values: object) -> str:
        return self.texts.say(f"month.{name}", self.language, **values)

    def counted(self, what: str, count: float) -> str:
        """How many of something: 1 question, 1,204 questions."""
        return self.say(f"what.{what}.{'one' if count == 1 else 'other'}", count=parts(count, self.language))

    def count(self, name: str, what: str, cell: str) -> list[str]:
        """The sentence ``say.<name>`` on a count and how it differs; nothing where it is withheld."""
        now = self.now.count(cell)
        if now is None:
            return []
        if not now:
            return [self.say(f"say.{name}_none", month=self.month)]
        return [
            self.sentence(name, self.than(now, self.before.count(cell)), month=self.month, what=self.counted(what, now))
        ]

    def sentence(self, name: str, than: str, /, **values: object) -> str:
        """A sentence with a clause on the month before, or without one."""
        return self.say(f"say.{name}", **values, than=f", {than}" if than else "")

    def than(self, now: float, before: float | None) -> str:
        """How a count differs from the month before; in hundredths only where that has enough to be one of."""
        if before is None:
            return ""
        if not self.figures.before.is_known:
            return self.say("than.not_yet", before=self.month_before)
        if before == 0:
            return self.say("than.none", before=self.month_before)
        if before < ENOUGH:
            return self.say("than.few", before=self.month_before, was=parts(before, self.language))
        if now == before:
            return self.say("than.same", before=self.month_before)
        change = (now - before) / before
        if abs(change) < 0.005:
            return self.say("than.about_same", before=self.month_before)
        return self.say(
            f"than.{'more' if change > 0 else 'less'}", before=self.month_before, by=self.percent(abs(change))
        )

    def points(self, now: Share, before: Share) -> str:
        """How a share differs in percentage points, and whether chance alone may explain that."""
        if not now.value or before.value is None:
            return "" if self.figures.before.is_known else self.say("than.not_yet", before=self.month_before)
        if min(now.of, before.of) < ENOUGH:
            return self.say("than.too_few", before=self.month_before)
        points = round(now.value * 100) - round(before.value * 100)
        if not points:
            return self.say("than.level", before=self.month_before)
        said = self.say(
            f"than.points_{'more' if points > 0 else 'less'}", before=self.month_before, by=self.number(abs(points))
        )
        return said + self._chance(now.interval, before.interval)

    def levels(self, now: float, before: float | None, intervals: tuple[Interval | None, Interval | None]) -> str:
        """How a mean differs."""
        if before is None:
            return "" if self.figures.before.is_known else self.say("than.not_yet", before=self.month_before)
        if None in intervals:
            return self.say("than.too_few", before=self.month_before)
        by = round(round(now, 1) - round(before, 1), 1)
        if not by:
            return self.say("than.level", before=self.month_before)
        way = "higher" if by > 0 else "lower"
        said = self.say(f"than.{way}", before=self.month_before, by=self.number(abs(by), 1))
        return said + self._chance(*intervals)

    def _chance(self, now: Interval | None, before: Interval | None) -> str:
        """That the intervals overlap, so that the difference may be chance."""
        if now is None or before is None or now.low > before.high or before.low > now.high:
            return ""
        return " " + self.say("than.chance")

    def number(self, value: float, digits: int = 0) -> str:
        return number(value, self.language, digits)

    def percent(self, value: float) -> str:
        return percent(value, self.language)

    def title(self, entry: str) -> str:
        return (
            self.figures.title(entry, self.language) if entry else self.texts.say("figures.nothing_near", self.language)
        )

    def topic(self, group: str) -> str:
        return self.texts.say(f"news.topic.{group}" if group else "figures.no_topic", self.language)
