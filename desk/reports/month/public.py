"""What a report may show: everything to officers; to the public no small number and none from which one follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desk.figures.ratings import LEVELS, SATISFIED
from desk.reports.month.figures import Number, Side
from desk.reports.month.withholding import Sum, withheld

#: So many entries are listed; the rest are in no table.
LISTED = 10
#: Enquiries that are near no entry; they are a part of those without a topic, and listed nowhere.
_NOWHERE = "entry."
#: What is shown nowhere by itself.
_RESTS = frozenset({"escalated", "matters", "silent", "elsewhere", "unjudged", "late", "unsatisfied", _NOWHERE})
_OF_FAMILIES = {"answered": ("without", "escalated"), "unanswerable": ("unanswered", "matters")}


@dataclass(frozen=True)
class Shown:
    """A month's numbers by name; ``gone`` are the names of those that are not shown."""

    cells: Mapping[str, Number]
    gone: frozenset[str] = field(default_factory=frozenset)

    def count(self, name: str) -> Number | None:
        """The number, or None where it is withheld; what is not there was not counted, which is 0."""
        return None if name in self.gone else self.cells.get(name, 0)

    def share(self, part: str, whole: str) -> float | None:
        """The share of a part, None where it is withheld or where there is no whole."""
        some, all_ = self.count(part), self.count(whole)
        return some / all_ if some is not None and all_ else None

    def shows(self, *names: str) -> bool:
        return not any(name in self.gone for name in names)


def shown(side: Side, *, is_public: bool) -> Shown:
    """The numbers of a month as they may be shown. What is shown of a month does not follow from any other month."""
    cells = cells_of(side)
    if not is_public:
        return Shown(cells)
    sums = sums_of(side)
    return Shown(cells, withheld(cells, sums, unlisted=unlisted(side), rests=_RESTS))


def cells_of(side: Side) -> dict[str, Number]:
    times, rated = side.times, side.rated.figures
    return {
        "asked": side.asked,
        "conversations": side.conversations,
        **{f"family.{name}": count for name, count in side.families.items()},
        "without": side.without_an_officer,
        "escalated": side.families.get("answered", 0) - side.without_an_officer,
        **{f"channel.{name}": count for name, count in side.channels.items()},
        **{f"topic.{name}": count for name, count in side.topics.items()},
        **{f"entry.{each.entry}": each.asked for each in side.entries},
        _NOWHERE: side.topics.get("", 0) - sum(each.asked for each in side.entries if not each.group),
        "requested": rated.asked,
        "rated": rated.answered,
        "silent": rated.asked - rated.answered,
        "counted": rated.judged,
        "elsewhere": rated.elsewhere,
        "left_out": rated.left_out,
        "satisfied": rated.satisfied,
        "unsatisfied": rated.judged - rated.satisfied,
        **{f"level.{level}": count for level, count in enumerate(rated.counts, start=1)},
        "cases": times.opened,
        "judged": times.judged,
        "unjudged": times.opened - times.judged,
        "kept": times.kept,
        "late": times.judged - times.kept,
        "overdue": times.overdue,
        **{f"unit.{each.code}": each.cases for each in side.units},
        "unanswered": side.unanswered,
        "matters": side.families.get("unanswerable", 0) - side.unanswered,
        "recalled": side.acted.recalled_chats,
        "told": side.acted.reviews.told,
    }


def sums_of(side: Side) -> list[Sum]:
    """How the numbers hang together, as a reader knows it."""
    levels = [f"level.{level}" for level in range(1, LEVELS + 1)]
    of_topics = [Sum(f"topic.{topic}", tuple(_entries_of(side, topic))) for topic in side.topics]
    found = [
        Sum("asked", tuple(f"family.{name}" for name in side.families)),
        *(Sum(f"family.{name}", _OF_FAMILIES[name]) for name in _OF_FAMILIES if name in side.families),
        Sum("asked", tuple(f"channel.{name}" for name in side.channels)),
        Sum("asked", tuple(f"topic.{name}" for name in side.topics)),
        *of_topics,
        Sum("requested", ("rated", "silent")),
        Sum("rated", ("counted", "elsewhere")),
        Sum("counted", ("satisfied", "unsatisfied")),
        Sum("satisfied", tuple(levels[SATISFIED - 1 :])),
        Sum("unsatisfied", tuple(levels[: SATISFIED - 1])),
        Sum("cases", ("judged", "unjudged")),
        Sum("judged", ("kept", "late")),
        Sum("cases", tuple(f"unit.{each.code}" for each in side.units)),
    ]
    return [each for each in found if each.parts]


def unlisted(side: Side) -> frozenset[str]:
    """The entries that are too far down to be listed."""
    return frozenset({_NOWHERE, *(f"entry.{each.entry}" for each in side.entries[LISTED:])})


def _entries_of(side: Side, topic: str) -> list[str]:
    found = [f"entry.{each.entry}" for each in side.entries if each.group == topic]
    return found if topic else [*found, _NOWHERE]
