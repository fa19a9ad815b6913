"""Where each version of an entry stands on a day, and which entries are about to end."""

from __future__ import annotations

import datetime as dt

import pytest

from desk.guidance.drafts.cautions import cautions
from desk.guidance.model import GuidanceDraft, GuidanceVersion
from desk.guidance.standing import ends_soon, standings
from tests.desk_fixtures import NOON, record_data

TODAY = NOON.date()
PAST, NEXT = dt.date(2015, 1, 1), dt.date(2027, 3, 1)
LAST = dt.date(2027, 2, 28)


def version(number: int, from_: dt.date = PAST, to: dt.date | None = None, **more: object) -> GuidanceVersion:
    values = {"published_at": NOON + dt.timedelta(hours=number), "content": {}, **more}
    return GuidanceVersion(entry_id="e", number=number, in_force_from=from_, in_force_to=to, **values)


def told(*versions: GuidanceVersion, day: dt.date = TODAY) -> list[tuple[object, ...]]:
    found = standings(versions, day)
    return [(one.where, one.by, one.from_, one.to) for one in (found[version.number] for version in versions)]


def test_a_version_holds_until_the_next_one_begins() -> None:
    versions = [version(1), version(2, NEXT)]
    assert told(*versions) == [("in_force", None, PAST, LAST), ("comes", None, NEXT, None)]
    assert told(*versions, day=LAST) == [("in_force", None, PAST, LAST), ("comes", None, NEXT, None)]
    assert told(*versions, day=NEXT) == [("superseded", 2, PAST, LAST), ("in_force", None, NEXT, None)]


def test_a_version_ends_by_its_own_last_day_or_by_being_retired() -> None:
    assert told(version(1, to=LAST), day=NEXT) == [("ended", None, PAST, LAST)]
    assert told(version(1, last_day=LAST), day=NEXT) == [("retired", None, PAST, LAST)]
    assert told(version(1, last_day=LAST), day=LAST) == [("in_force", None, PAST, LAST)]


def test_a_version_that_answers_for_no_day_says_why() -> None:
    at = NOON + dt.timedelta(hours=2)
    replaced = version(1, withdrawn_at=at)
    assert told(replaced, version(2))[0] == ("replaced", 2, None, None)
    assert told(replaced, version(2, corrects=1))[0] == ("corrected", 2, None, None)
    assert told(version(1, withdrawn_at=NOON))[0] == ("withdrawn", None, None, None)
    assert told(version(1, withdrawn_at=NOON), version(2))[0] == ("withdrawn", None, None, None)


@pytest.mark.parametrize(
    ("end", "day", "is_seen"),
    [
        (LAST, dt.date(2027, 1, 28), False),
        (LAST, dt.date(2027, 1, 29), True),
        (LAST, LAST, True),
        (LAST, NEXT, False),
        (None, TODAY, False),
    ],
)
def test_the_end_is_seen_thirty_days_before(end: dt.date | None, day: dt.date, is_seen: bool) -> None:
    assert ends_soon([version(1, to=end)], day) == (end if is_seen else None)
    assert ends_soon([version(1, last_day=end)], day) == (end if is_seen else None)
    assert ends_soon([version(1, to=end), version(2, NEXT)], day) is None


def draft(**changes: object) -> GuidanceDraft:
    more = {name: changes.pop(name) for name in ("corrects", "kind", "base_live") if name in changes}
    values = {"kind": "edit", "corrects": False, "base_live": True, **more}
    return GuidanceDraft(content=record_data(**changes), **values)


NEW = {"vi": "Mới.", "en": "New."}


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"answer": NEW}, ["lifecycle.caution.same_first_day"]),
        ({"answer": NEW, "in_force": {"from": "2027-03-01"}}, []),
        ({"answer": NEW, "corrects": True}, []),
        ({"corrects": True, "in_force": {"from": "2027-03-01"}}, ["lifecycle.caution.corrected_from_later"]),
        ({"questions": {"vi": ["a"] * 6, "en": ["b"] * 6}}, []),
        ({"answer": NEW, "kind": "new"}, []),
        ({"answer": NEW, "base_live": False}, []),
    ],
)
def test_who_changes_a_rule_is_asked_for_its_day(changed: dict[str, object], names: list[str]) -> None:
    assert cautions(draft(**changed), record_data()) == names
