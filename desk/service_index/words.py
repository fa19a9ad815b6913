"""The index in a language: points, what was deducted and why, in sentences with their figures."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal

from desk.guidance.record import Language
from desk.service_index.criteria import HUNDREDTHS
from desk.service_index.index import ServiceIndex, UnitIndex
from desk.service_index.points import ALL, Score, Scored
from desk.tables.shown import NOTHING, number, parts
from desk.texts import Texts

_UP, _DOWN, _SAME = "▲", "▼", "="


@dataclass(frozen=True)
class Words:
    """``public``: figures are told as shares only, so that nobody reads out of them who they are about."""

    texts: Texts
    language: Language
    public: bool = False

    def points(self, hundredths: int | None) -> str:
        """Points in as many digits as they need: 18.25, 18.2, 18."""
        return NOTHING if hundredths is None else self._short(hundredths / HUNDREDTHS)

    def total(self, score: Score) -> str:
        """All points of a unit, or why there is no index."""
        if score.points is not None:
            return self.say("service_index.total", points=self.points(score.points), all=self.points(ALL))
        judged = self.points(score.judged_weight)
        return self.say("service_index.no_index", judged=judged)

    def criterion(self, scored: Scored, *, has_index: bool = True) -> str:
        """What a criterion gave, what was deducted, and by which figure."""
        name = scored.criterion.names[self.language]
        if not scored.is_judged:
            if scored.is_enough:
                return self.say("service_index.enough_alone", name=name, figure=self.figure(scored))
            return self._not_judged(name, scored, has_index)
        return self.say(
            "service_index.judged",
            name=name,
            points=self.points(scored.points),
            weight=self.points(scored.weight),
            figure=self.figure(scored),
            needed=self.needed(scored),
            deducted=self.deducted(scored.deducted),
        )

    def figure(self, scored: Scored) -> str:
        """The figure in words: of how many how many, with the share; or the share alone."""
        figure, found = scored.criterion.figure, scored.measured
        share = self._percent(float(found.percent))
        named = self.say(f"service_index.figure.{figure}")
        if self.public:
            return self.say("service_index.share_alone", figure=named, share=share)
        counts = {name: parts(round(value, 1), self.language) for name, value in vars(found).items()}
        what = self.say(f"service_index.of.{figure}")
        return self.say("service_index.part_of", figure=named, what=what, share=share, **counts)

    def needed(self, scored: Scored) -> str:
        scale = scored.criterion.scale
        if scale.less_is_better and not scale.all_at:
            return self.say("service_index.needed_none")
        least = "most" if scale.less_is_better else "least"
        return self.say(f"service_index.needed_at_{least}", share=self._percent(float(scale.all_at)))

    def deducted(self, hundredths: int) -> str:
        if not hundredths:
            return self.say("service_index.nothing_deducted")
        one = "one_point" if hundredths == HUNDREDTHS else "points"
        return self.say(f"service_index.{one}_deducted", points=self.points(hundredths))

    def by_hand(self, score: Score) -> str:
        """What was deducted by hand, empty where nothing was."""
        if not score.deductions:
            return ""
        return self.say(
            "service_index.by_hand",
            points=self.points(score.by_hand),
            count=number(score.deductions, self.language),
        )

    def change(self, row: UnitIndex) -> str:
        """How the points differ from those of the period before."""
        now, before = row.score.points, row.before
        if now is None or before is None:
            return self.say("service_index.change.none")
        if now == before:
            return f"{_SAME} {self.say('service_index.change.same')}"
        way, arrow = ("more", _UP) if now > before else ("less", _DOWN)
        return f"{arrow} {self.say(f'service_index.change.{way}', by=self.points(abs(now - before)))}"

    def standing(self, row: UnitIndex) -> str:
        """The rank, or why there is none; empty where nobody is ranked."""
        if row.rank is not None:
            return number(row.rank, self.language)
        if not row.score.has_index:
            return self.say("service_index.without_index")
        return "" if row.score.is_ranked else self.say("service_index.not_ranked")

    def about(self, index: ServiceIndex) -> list[tuple[str, str]]:
        """By what the points were reckoned, as pairs of words."""
        pairs = [
            ("period", self.period(index)),
            ("before", index.span.before().in_words(self.language)),
            ("criteria", index.criteria.hash[:12]),
            ("note", index.criteria.about[self.language]),
        ]
        return [(self.say(f"service_index.about.{name}"), words) for name, words in pairs]

    def period(self, index: ServiceIndex) -> str:
        words = index.span.in_words(self.language)
        return words if index.is_over else self.say("service_index.so_far", period=words)

    def say(self, name: str, /, **values: object) -> str:
        return self.texts.say(name, self.language, **values)

    def _not_judged(self, name: str, scored: Scored, has_index: bool) -> str:
        spread = self.say(
            "service_index.spread" if has_index else "service_index.not_spread", weight=self.points(scored.own_weight)
        )
        least, counted = scored.criterion.least, scored.measured.whole
        if self.public:
            return self.say("service_index.not_judged_public", name=name, least=least, spread=spread)
        return self.say(
            "service_index.not_judged",
            name=name,
            what=self.say(f"service_index.of.{scored.criterion.figure}"),
            whole=parts(round(counted, 1), self.language),
            least=least,
            spread=spread,
        )

    def _percent(self, percent: float) -> str:
        return f"{self._short(round(percent, 1))}%"

    def _short(self, value: float) -> str:
        return str(format_decimal(value, format="#,##0.##", locale=self.language))
