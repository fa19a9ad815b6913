"""What has become of a text that was given as an answer: whether it still holds, and what came in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desk.guidance.model import GuidanceVersion
from desk.guidance.versions import Held, held
from desk.working_time.hours import local_day

_DAY = dt.timedelta(days=1)


class State(StrEnum):
    """How a text stands on a day."""

    HOLDS = "holds"
    NOT_YET = "not_yet"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"
    WRONG = "wrong"


@dataclass(frozen=True)
class Standing:
    """How a version stands on a day; ``since`` is the day from which it does, None where it simply holds.

    ``by`` is the version in its place, of one that was wrong the newest that says what is right. ``for_asked_day``:
    whether the text is still the answer for the day that was asked about.
    """

    state: State
    since: dt.date | None = None
    by: int | None = None
    for_asked_day: bool = False


def standing_of(known: Sequence[GuidanceVersion], number: int, *, asked: dt.date, today: dt.date) -> Standing:
    """How the version ``number`` of an entry stands today; ``known`` are all versions of the entry.

    A version that tells people the same counts as the same text.
    """
    version = next(one for one in known if one.number == number)
    served = held(known)
    then = any(_tells_the_same(one.version, version) for one in served if one.holds_on(asked))
    now = next((one for one in served if one.holds_on(today)), None)
    if now is not None and _tells_the_same(now.version, version):
        return Standing(State.HOLDS, for_asked_day=then)
    correction = _correction(known, version)
    if correction is not None and not then:
        by = now.version.number if now is not None else None
        return Standing(State.WRONG, local_day(correction.published_at), by)
    own = next((one for one in served if one.version is version), None)
    return _not_now(version, own, served, now, for_asked_day=then, today=today)


def _not_now(
    version: GuidanceVersion,
    own: Held | None,
    served: Sequence[Held],
    now: Held | None,
    *,
    for_asked_day: bool,
    today: dt.date,
) -> Standing:
    """How a version stands that is not the text of today."""
    if own is not None and own.from_ > today:
        return Standing(State.NOT_YET, own.from_, for_asked_day=for_asked_day)
    if own is not None and own.to is not None:
        since = own.to + _DAY
        follower = next((one.version.number for one in served if one.from_ == since), None)
        state = State.SUPERSEDED if follower is not None else State.RETIRED
        return Standing(state, since, follower, for_asked_day)
    ended = local_day(version.withdrawn_at) if version.withdrawn_at is not None else None
    if now is not None and now.version.number > version.number:
        return Standing(State.SUPERSEDED, ended, now.version.number, for_asked_day)
    return Standing(State.WITHDRAWN, ended, for_asked_day=for_asked_day)


def _correction(known: Sequence[GuidanceVersion], version: GuidanceVersion) -> GuidanceVersion | None:
    """The version that says that this text was wrong."""
    numbers = {one.number for one in known if _tells_the_same(one, version)}
    return next((one for one in known if one.corrects in numbers), None)


def _tells_the_same(one: GuidanceVersion, other: GuidanceVersion) -> bool:
    return one.number == other.number or one.record.tells() == other.record.tells()
