"""A report in a language: what its rows are called, and what its figures say in sentences."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from desk.answering.compose import day
from desk.cases.words import moment
from desk.figures.breakdown.asked import Key
from desk.figures.breakdown.figures import Figures
from desk.figures.breakdown.ranking import in_stretches
from desk.figures.breakdown.report import Report, Row
from desk.figures.period import Period, Step
from desk.figures.statistics import Interval
from desk.guidance.record import Language
from desk.tables.shown import number, parts, percent
from desk.texts import Texts

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Words:
    """What tables, plots and pages of a report are made with."""

    report: Report
    texts: Texts
    language: Language

    @property
    def by(self) -> str:
        return self.say(f"breakdown.by.{self.report.asked.by}")

    @property
    def title(self) -> str:
        return self.say("breakdown.title", by=self.by)

    @cached_property
    def ranked(self) -> Sequence[Row]:
        return [row for row in self.report.rows if row.standing is not None]

    @cached_property
    def unranked(self) -> Sequence[Row]:
        """Those of whom too little was judged, by name, which ranks nobody; steps of time in their order."""
        rows = [row for row in self.report.rows if row.standing is None]
        return rows if self.report.asked.by.step is not None else sorted(rows, key=self._by_name)

    def _by_name(self, row: Row) -> tuple[str, str]:
        return self.name(row.key).casefold(), str(row.key)

    def name(self, key: Key) -> str:
        """What a row is called."""
        asked = self.report.asked
        if isinstance(key, dt.date):
            return self._step(key, asked.by.step or Step.DAY)
        title = self.report.names.titles.get(key, {}).get(self.language, str(key))
        if self._how_often[title] > 1:
            return f"{title} ({self.report.names.code(key)})"
        known = f"{_TEXTS.get(asked.by.value, '')}.{key}"
        return self.say(known) if self.texts.has(known) else title

    @cached_property
    def _how_often(self) -> Counter[str]:
        """How many rows have a title, so that those of the same are told apart."""
        return Counter(each.get(self.language, "") for each in self.report.names.titles.values())

    def _step(self, first: dt.date, step: Step) -> str:
        if step is Step.MONTH:
            return f"{first:%-m/%Y}" if self.language == "vi" else f"{first:%b %Y}"
        period = self.report.asked.period
        last = first if step is Step.DAY else min(first + 6 * _DAY, period.last)
        return self.days(Period(max(first, period.first), last))

    @property
    def name_of_none(self) -> str:
        return self.say(f"breakdown.none.{self.report.asked.by}")

    @property
    def name_of_all(self) -> str:
        return self.say("breakdown.all")

    def days(self, period: Period) -> str:
        """The days of a period in words."""
        if period.first == period.last:
            return day(period.first, self.language)
        return f"{day(period.first, self.language)} – {day(period.last, self.language)}"

    def about(self) -> list[tuple[str, str]]:
        """By what the figures were chosen, and when they were counted."""
        asked = self.report.asked
        units = ", ".join(unit.name(self.language) for unit in asked.sight.scope.units)
        return [
            (self.say("figures.about.period"), self.days(asked.period)),
            (self.say("figures.about.before"), self.days(self.report.before)),
            (self.say("figures.about.unit"), units),
            *((self.say(f"breakdown.only.{name}"), self.filtered(name, word)) for name, word in self._only()),
            (self.say("page.export.made_at"), moment(self.report.made_at, self.language)),
            (self.say("figures.about.note"), self.say("breakdown.definition")),
        ]

    def _only(self) -> Iterator[tuple[str, str]]:
        yield from self.report.asked.only.chosen().items()

    def filtered(self, name: str, word: str) -> str:
        """What a filter was set to."""
        known = f"{_TEXTS[name]}.{word}"
        return self.say(known) if self.texts.has(known) else word

    def overlap(self, row: Row) -> str:
        """From which ranks a row is not told apart; empty for what has no rank."""
        if row.standing is None:
            return ""
        if not row.standing.overlaps:
            return self.say("breakdown.apart")
        return self.say("breakdown.overlaps", ranks=in_stretches(row.standing.overlaps))

    def summary(self) -> list[str]:
        """What the whole report says, in a few sentences."""
        now, before = self.report.total.now, self.report.total.before
        found = [self._asked(now, before), self._mean(now, before), self._cases(now), self._enquiries(now)]
        return [sentence for sentence in (*found, self._ranks()) if sentence]

    def _asked(self, now: Figures, before: Figures | None) -> str:
        rated = now.requests
        if not rated.asked:
            return self.say("breakdown.says.nobody_asked")
        told = {"asked": self.parts(rated.asked), "answered": self.parts(rated.answered)}
        rate = self.percent(rated.response_rate or 0, 1)
        then = before.requests.response_rate if before is not None else None
        if then is None:
            return self.say("breakdown.says.asked", **told, rate=rate)
        return self.say("breakdown.says.asked_compared", **told, rate=rate, before=self.percent(then, 1))

    def _mean(self, now: Figures, before: Figures | None) -> str:
        """The mean, how sure it is, and whether it differs from that of the period before."""
        rated = now.requests
        if rated.mean is None:
            return self.say("breakdown.says.nobody_judged") if rated.asked else ""
        value, count = self.number(rated.mean, 2), self.parts(rated.judged)
        interval = rated.mean_interval
        if interval is None:
            return self.say("breakdown.says.few", mean=value, count=count)
        low, high = (self.number(end, 2) for end in (interval.low, interval.high))
        said = self.say("breakdown.says.mean", mean=value, low=low, high=high, count=count)
        then = before.requests if before is not None else None
        if then is None or then.mean is None or then.mean_interval is None:
            return f"{said} {self.say('breakdown.says.before_few')}"
        compared = self.say(f"breakdown.says.{_way(interval, then.mean_interval)}", before=self.number(then.mean, 2))
        return f"{said} {compared}"

    def _cases(self, now: Figures) -> str:
        times, values = now.cases.times, now.values()
        hours, on_time = values["to_answer_p50"], values["on_time"]
        if not times.opened or hours is None or on_time is None:
            return ""
        return self.say(
            "breakdown.says.cases",
            cases=self.number(times.opened),
            hours=self.number(hours, 1),
            on_time=self.percent(on_time),
            overdue=self.number(now.cases.overdue),
        )

    def _enquiries(self, now: Figures) -> str:
        asked = now.enquiries
        if asked is None or not asked.enquiries:
            return ""
        share = self.percent(asked.share_without_officer or 0)
        count, gaps = self.number(asked.enquiries), self.number(asked.gaps)
        return self.say("breakdown.says.enquiries", count=count, share=share, gaps=gaps)

    def _ranks(self) -> str:
        rows = self.report.rows
        if not rows or self.report.asked.by.step is not None:
            return ""
        few = sum(not row.now.requests.is_enough for row in rows)
        if not self.ranked:
            return self.say("breakdown.says.no_ranks")
        told = {"ranked": len(self.ranked), "few": few}
        said = self.say("breakdown.says.ranks", **told) if few else self.say("breakdown.says.ranks_all", **told)
        if any(row.standing.overlaps for row in self.ranked if row.standing is not None):
            said += " " + self.say("breakdown.says.some_overlap")
        return said

    def number(self, value: float, digits: int = 0) -> str:
        return number(value, self.language, digits)

    def parts(self, value: float) -> str:
        return parts(value, self.language)

    def percent(self, value: float, digits: int = 0) -> str:
        return percent(value, self.language, digits)

    def say(self, name: str, /, **values: object) -> str:
        return self.texts.say(name, self.language, **values)


#: Where words that are keys, or filters, have their texts.
_TEXTS = {"topic": "news.topic", "channel": "figures.channel", "language": "figures.language"}


def _way(now: Interval, before: Interval) -> str:
    """Whether the mean went up, down, or neither for sure."""
    if now.low > before.high:
        return "higher"
    return "lower" if now.high < before.low else "alike"
