"""The sections of a report on what was asked, what could not be answered, and which procedures cause trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desk.figures.gaps import Example
from desk.figures.volume import FAMILIES
from desk.plots.bars import Bar, Bars
from desk.plots.drawing import Kind as Plot
from desk.plots.drawing import Look
from desk.plots.shares import Part, Shares, Whole
from desk.reports.month.document import Quoted, Section
from desk.reports.month.making import Making
from desk.reports.month.public import LISTED
from desk.reports.month.wording import Share
from desk.tables.table import Cell, Kind, Table

_LOOKS = (Look(1), Look(2, "stripes"), Look(4, "dots"), Look(5, "cross"))
_TABLES = {"topic": "topics", "entry": "entries"}
#: Procedures in a public list of trouble have at least so many questions.
_ENOUGH_ASKED = 20


class AskingSections(Making):
    def asked(self) -> Section:
        sentences = self.count("asked", "questions", "asked")
        if self.figures.now.asked:
            sentences += [*self._without(), *self._most("topic"), *self._most("entry")]
        plots = [plot for plot in (self._outcomes(), self._bars("topic"), self._bars("entry")) if plot]
        tables = [self._table("topic"), self._table("entry")] if self.figures.now.asked else []
        return self.section("asked", sentences, plots, tables, self.everybodys())

    def _without(self) -> list[str]:
        now, before = (Share(s.share("without", "asked"), s.count("asked") or 0) for s in (self.now, self.before))
        if now.value is None:
            return []
        return [self.sentence("without", self.points(now, before), share=self.percent(now.value))]

    def _most(self, kind: str) -> list[str]:
        listed = self.listed(kind)
        if not listed or self.now.count("asked") is None:
            return []
        name, label, count = listed[0]
        if kind == "topic" and not name:
            return []
        what = self.counted("questions", count)
        return [self.say(f"say.most_{kind}", name=label, what=what, share=self.percent(count / self.figures.now.asked))]

    def _bars(self, kind: str) -> Plot | None:
        bars = [Bar(label, count, self.number(count)) for _, label, count in self.listed(kind)]
        return Bars(self.frame(_TABLES[kind], bars[0].label, bars[0].words), bars) if bars else None

    def _outcomes(self) -> Plot | None:
        """How questions ended, of those months of which every part may be shown."""
        names = [f"family.{family}" for family in FAMILIES]
        wholes = [
            Whole(label, [shown.count(name) or 0 for name in names], self.counted("questions", side.asked))
            for side, shown, label in self.sides
            if side.asked and shown.shows("asked", *names)
        ]
        if not self.figures.now.asked or not self.now.shows("asked", *names):
            return None
        parts = [
            Part(self.texts.say(f"figures.family.{name}", self.language), look)
            for name, look in zip(FAMILIES, _LOOKS, strict=True)
        ]
        answered = wholes[0].counts[0] / self.figures.now.asked
        return Shares(self.frame("outcomes", wholes[0].label, self.percent(answered)), parts, wholes, self.percent)

    def _table(self, kind: str) -> Table:
        """The most asked, with their share; of the public's table numbers are missing that are small or tell of one."""
        columns = [
            self.column(kind),
            self.column("asked", Kind.NUMBER),
            self.column("share", Kind.SHARE, 1),
            *([] if self.is_public else [self.column("asked_before", Kind.NUMBER)]),
        ]
        names = [each.entry for each in self.figures.now.entries] if kind == "entry" else list(self.figures.now.topics)
        rows = []
        for name in names[:LISTED] if kind == "entry" else names:
            cell = f"{kind}.{name}"
            row = (self.label(kind, name), self.now.count(cell), self.now.share(cell, "asked"))
            rows.append(row if self.is_public else (*row, self.before.count(cell)))
        return self.table(_TABLES[kind], columns, rows)

    def gaps(self, examples: Mapping[str, Sequence[Example]]) -> Section:
        """Questions that guidance could have answered and did not; examples are for officers only."""
        sentences, gaps = self.count("gaps", "questions", "unanswered"), self.figures.now.gaps
        listed = sorted(gaps.items(), key=lambda each: (-each[1], each[0]))[:LISTED]
        if self.is_public:
            return self.section("gaps", [*sentences, *self._near(listed)], notes=[self.say("note.gaps_public")])
        bars = [Bar(self.title(entry), count, self.number(count)) for entry, count in listed]
        plots = [Bars(self.frame("gaps", bars[0].label, bars[0].words), bars)] if bars else []
        columns = [self.column("nearest"), self.column("asked", Kind.NUMBER), self.column("asked_before", Kind.NUMBER)]
        rows = [(self.title(entry), count, self.figures.before.gaps.get(entry, 0)) for entry, count in listed]
        quoted = [Quoted(self.title(entry), examples[entry]) for entry, _ in listed if examples.get(entry)]
        tables = [self.table("gaps", columns, rows)] if rows else []
        notes = [*self.everybodys(), self.say("note.gaps")]
        return self.section("gaps", sentences, plots, tables, notes, quoted)

    def _near(self, listed: Sequence[tuple[str, int]]) -> list[str]:
        """What most of the questions were near, without numbers: these hang together with those of the entries."""
        near = [self.title(entry) for entry, count in listed if entry and count >= _ENOUGH_ASKED][:3]
        return [self.say("say.gaps_near", names="; ".join(near))] if near else []

    def trouble(self) -> Section:
        """The list for simplification: to officers each with its score and what that is made of."""
        weights = {part: self.number(weight) for part, weight in self.figures.weights.items()}
        found = [each for each in self.figures.trouble if self._may_be_listed(each.entry)]
        if not found:
            return self.section("trouble", [self.say("say.trouble_none")], notes=[self.say("note.formula", **weights)])
        if self.is_public:
            names = [self.title(each.entry) for each in found]
            table = self.table("trouble", [self.column("procedure")], [(name,) for name in names])
            sentences = [self.say("say.trouble_public", name=names[0])]
            return self.section("trouble", sentences, [], [table], [self.say("note.formula", **weights)])
        score = self.figures.score
        bars = [Bar(self.title(each.entry), score(each), self.number(score(each))) for each in found[:LISTED]]
        parts = list(self.figures.weights)
        columns = [
            self.column("procedure"),
            self.column("score", Kind.NUMBER),
            *(self.column(f"part_{part}", Kind.NUMBER) for part in parts),
        ]
        rows: list[tuple[Cell, ...]] = [
            (self.title(each.entry), score(each), *(int(getattr(each, part)) for part in parts)) for each in found
        ]
        sentences = [self.say("say.trouble", name=bars[0].label, score=bars[0].words)]
        plot = Bars(self.frame("trouble", bars[0].label, bars[0].words), bars)
        notes = [self.say("note.formula", **weights), *self.everybodys()]
        return self.section("trouble", sentences, [plot], [self.table("trouble", columns, rows)], notes)

    def _may_be_listed(self, entry: str) -> bool:
        """To the public only procedures that are listed above, and that so many asked about that nobody is meant."""
        if not self.is_public:
            return True
        return (self.now.count(f"entry.{entry}") or 0) >= _ENOUGH_ASKED
