"""Tables of what was asked: how much, by which way, how it ended, about what, and what could not be answered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from desk.answering.outcome import Outcome
from desk.figures.dashboard import LISTED
from desk.figures.tables.words import Words, share
from desk.figures.volume import FAMILIES, grouped, over_time
from desk.tables.table import Cell, Kind, Table

Counted = Counter[dt.date]


class EnquiryTables(Words):
    def volume(self) -> Table:
        """Enquiries, conversations and cases in each step."""
        counts, step = self.shown.now.volume, self.shown.step
        sums = [over_time(each, step) for each in (counts.enquiries, counts.conversations, counts.cases)]
        columns = [*self.step_columns(), *self.numbers("enquiries", "conversations", "cases")]
        rows = (
            (
                *self.step_cells(bucket),
                *(each[self.key_of(bucket)] if self.is_known(bucket) else None for each in sums),
            )
            for bucket in self.buckets()
        )
        return self.table("volume", columns, rows)

    def channels(self) -> Table:
        """Enquiries, conversations and cases by the way they came and their language."""
        counts = self.shown.now.volume
        asked = grouped(counts.enquiries, lambda each: (each.channel, each.language))
        conversations = grouped(counts.conversations, lambda each: (each.channel, each.language))
        cases = grouped(counts.cases, lambda each: (each.channel, each.language))
        keys = sorted({*asked, *conversations, *cases}, key=lambda key: (-asked[key], key))
        columns = [self.column("channel"), self.column("language")]
        rows = [
            (
                self.say(f"figures.channel.{channel}"),
                self.say(f"figures.language.{language}"),
                asked[channel, language],
                conversations[channel, language],
                cases[channel, language],
            )
            for channel, language in keys
        ]
        return self.table("channels", [*columns, *self.numbers("enquiries", "conversations", "cases")], rows)

    def outcomes(self) -> Table:
        """How enquiries ended, in this period and in the one before, family by family."""
        columns = [
            self.column("family"),
            self.column("outcome"),
            *self.numbers("enquiries"),
            self.column("share", Kind.SHARE, 1),
            *self.numbers("enquiries_before"),
            self.column("share_before", Kind.SHARE, 1),
        ]
        return self.table("outcomes", columns, self._outcome_rows())

    def _outcome_rows(self) -> Iterator[Sequence[Cell]]:
        now, before = self.shown.now.volume, self.shown.before.volume
        for family in FAMILIES:
            for outcome in (each for each in Outcome if each.family == family):
                here, then = now.by_outcome.get(outcome, 0), before.by_outcome.get(outcome, 0)
                if here or then:
                    named = (self.say(f"figures.family.{family}"), self.say(f"figures.outcome.{outcome.value}"))
                    yield (*named, here, share(here, now.asked), then, share(then, before.asked))

    def answered(self) -> Table:
        """Enquiries answered without an officer in each step."""
        enquiries, step = self.shown.now.volume.enquiries, self.shown.step
        asked = over_time(enquiries, step)
        without = over_time({each: n for each, n in enquiries.items() if each.without_an_officer}, step)
        columns = [
            *self.step_columns(),
            *self.numbers("enquiries", "without_an_officer"),
            self.column("share", Kind.SHARE, 1),
        ]
        return self.table("answered", columns, self._answered_rows(asked, without))

    def _answered_rows(self, asked: Counted, without: Counted) -> Iterator[Sequence[Cell]]:
        for bucket in self.buckets():
            key = self.key_of(bucket)
            counts = (asked[key], without[key]) if self.is_known(bucket) else (None, None)
            yield (*self.step_cells(bucket), *counts, share(without[key], asked[key]))

    def gaps(self) -> Table:
        """What could not be answered, with a few questions."""
        columns = [self.column("nearest"), self.column("topic"), *self.numbers("enquiries"), self.column("examples")]
        rows = (
            (
                self.shown.title(gap.entry, self.language) if gap.entry else self.say("figures.nothing_near"),
                self.topic(gap.group),
                gap.asked,
                " | ".join(example.text for example in gap.examples),
            )
            for gap in self.shown.gaps
        )
        return self.table("gaps", columns, rows)

    def topics(self) -> Table:
        """Enquiries and cases by group of guidance."""
        columns = [
            self.column("topic"),
            *self.numbers("enquiries", "answered_enquiries"),
            self.column("share_answered", Kind.SHARE, 1),
            *self.numbers("escalated", "cases"),
        ]
        rows = (
            (self.topic(group), n.asked, n.answered, share(n.answered, n.asked), n.escalated, n.cases)
            for group, n in self.shown.topics.by_group.items()
        )
        return self.table("topics", columns, rows)

    def entries(self) -> Table:
        """The entries that are asked for most."""
        columns = [
            self.column("entry"),
            *self.numbers("enquiries", "answered_enquiries"),
            self.column("share_answered", Kind.SHARE, 1),
            *self.numbers("escalated"),
        ]
        most = list(self.shown.topics.by_entry.items())[:LISTED]
        rows = (
            (self.shown.title(entry, self.language), n.asked, n.answered, share(n.answered, n.asked), n.escalated)
            for entry, n in most
        )
        return self.table("entries", columns, rows)
