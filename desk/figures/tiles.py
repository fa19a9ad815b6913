"""The figures at the top: each with what it is, how sure it is, and how it differs from the period before in words."""

from __future__ import annotations

from dataclasses import dataclass

from desk.figures.dashboard import Counted
from desk.figures.ratings import RatingFigures
from desk.figures.statistics import ENOUGH, Interval
from desk.figures.tables.words import Words, share
from desk.tables.shown import NOTHING, number, parts, percent

#: Arrows beside the words that say the same.
_UP, _DOWN, _SAME = "▲", "▼", "="


@dataclass(frozen=True)
class Tile:
    """``value``, ``note`` and ``change`` are in words already; ``section`` is where more is said."""

    name: str
    label: str
    value: str
    note: str
    change: str
    section: str


def tiles_of(words: Words) -> list[Tile]:
    now, before = words.shown.now, words.shown.before
    counts = [
        _count(words, "enquiries", now.volume.asked, before.volume.asked),
        _count(words, "conversations", *(sum(each.volume.conversations.values()) for each in (now, before))),
        _count(words, "cases", *(sum(each.volume.cases.values()) for each in (now, before))),
    ]
    return [*counts, _without_an_officer(words), _mean(words), _satisfied(words), _on_time(words), _overdue(words)]


def _count(words: Words, name: str, now: int, before: int) -> Tile:
    if not before:
        change = words.say("figures.change.none_before") if now else words.say("figures.change.none_at_all")
    elif before < ENOUGH:  # of a few, a share says more than there is
        change = words.texts.say("figures.change.before", words.language, count=number(before, words.language))
    else:
        change = _changed(words, now - before, percent(abs(now - before) / before, words.language), "count")
    return _tile(words, name, number(now, words.language), "", change, "volume")


def _without_an_officer(words: Words) -> Tile:
    def of(counted: Counted) -> float | None:
        return share(counted.volume.without_an_officer, counted.volume.asked)

    now, before = words.shown.now, words.shown.before
    enough = min(now.volume.asked, before.volume.asked) >= ENOUGH
    return _share(words, "without_an_officer", of(now), of(before), "", "outcomes", enough)


def _mean(words: Words) -> Tile:
    now, before = _rated(words, words.shown.now), _rated(words, words.shown.before)
    value = NOTHING if now.mean is None else number(now.mean, words.language, 1)
    note = _interval(words, now.mean_interval, now.judged, digits=True)
    if now.mean is None or before.mean is None:
        change = words.say("figures.change.none_before" if now.answered else "figures.change.none_at_all")
    elif not (now.is_enough and before.is_enough):
        change = words.say("figures.change.too_few")
    else:
        apart = round(now.mean, 1) - round(before.mean, 1)
        change = _changed(words, round(apart, 1), number(abs(apart), words.language, 1), "stars")
    return _tile(words, _of_cases(words, "mean"), value, note, change, "ratings")


def _satisfied(words: Words) -> Tile:
    now, before = _rated(words, words.shown.now), _rated(words, words.shown.before)
    note = _interval(words, now.share_interval, now.judged)
    enough = now.is_enough and before.is_enough
    return _share(
        words, _of_cases(words, "satisfied"), now.share_satisfied, before.share_satisfied, note, "ratings", enough
    )


def _rated(words: Words, counted: Counted) -> RatingFigures:
    """All ratings for the whole department; for units those of their cases, for the assistant is not theirs."""
    return counted.ratings.all if words.shown.scope.is_everything else counted.ratings.cases


def _of_cases(words: Words, name: str) -> str:
    return name if words.shown.scope.is_everything else f"{name}_of_cases"


def _on_time(words: Words) -> Tile:
    now, before = words.shown.now.times, words.shown.before.times
    note = _interval(words, now.kept_interval, now.judged)
    enough = now.kept_interval is not None and before.kept_interval is not None
    return _share(words, "on_time", now.share_kept, before.share_kept, note, "timeliness", enough)


def _overdue(words: Words) -> Tile:
    count = sum(words.shown.overdue.values())
    change = words.say("figures.change.at_this_moment")
    return _tile(words, "overdue", number(count, words.language), "", change, "timeliness")


def _share(
    words: Words, name: str, now: float | None, before: float | None, note: str, section: str, enough: bool
) -> Tile:
    """A share and by how many points it differs; of too few nothing is compared."""
    if now is None or before is None:
        change = words.say("figures.change.none_before" if now is not None else "figures.change.none_at_all")
    elif not enough:
        change = words.say("figures.change.too_few")
    else:
        points = round(now * 100) - round(before * 100)
        change = _changed(words, points, number(abs(points), words.language), "points")
    return _tile(words, name, NOTHING if now is None else percent(now, words.language), note, change, section)


def _interval(words: Words, interval: Interval | None, count: float, *, digits: bool = False) -> str:
    """How sure a figure is, or that it rests on too few."""
    if not count:
        return ""
    if interval is None:
        return words.texts.say("figures.too_few", words.language, count=parts(count, words.language))
    low, high = (
        number(end, words.language, 1) if digits else percent(end, words.language)
        for end in (interval.low, interval.high)
    )
    return words.texts.say("figures.interval", words.language, low=low, high=high, count=parts(count, words.language))


def _changed(words: Words, difference: float, by: str, kind: str) -> str:
    """An arrow and the words for it."""
    if not difference:
        return f"{_SAME} {words.say('figures.change.same')}"
    way, arrow = ("more", _UP) if difference > 0 else ("less", _DOWN)
    return f"{arrow} " + words.texts.say(f"figures.change.{kind}_{way}", words.language, by=by)


def _tile(words: Words, name: str, value: str, note: str, change: str, section: str) -> Tile:
    return Tile(name, words.say(f"figures.tile.{name}"), value, note, change, section)
