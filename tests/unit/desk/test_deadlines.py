"""By when a case is to be answered: hand-computed due times, and pauses that give back the time that was left."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from desk.cases.model import Urgency
from desk.cases.promises.deadlines import Deadline, Deadlines
from desk.guidance.record import RecordError
from desk.units.model import Unit
from desk.working_time.hours import VIETNAM
from tests.desk_fixtures import CONTENT

DEADLINES = Deadlines.read(CONTENT / "cases.yml")
UNIT = Unit(code="VN", kind="department", path="1.", name_vi="Cục Hải quan", name_en="Vietnam Customs")
ON_DUTY = Unit(
    code="GATE",
    kind="office",
    path="1.2.",
    name_vi="Cửa khẩu",
    name_en="Gate",
    hours={"duty": {"saturday": ["07:00-18:00"], "public_day": ["07:00-18:00"]}},
)


def here(text: str) -> dt.datetime:
    """A moment on the clocks of Viet Nam, written 24/11/2026 07:30."""
    return dt.datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("urgency", "unit", "at", "at_risk", "due"),
    [
        ("truck_at_gate", UNIT, "23/11/2026 11:00", "23/11/2026 13:45", "23/11/2026 14:00"),
        ("truck_at_gate", UNIT, "21/11/2026 09:00", "23/11/2026 08:15", "23/11/2026 08:30"),
        ("truck_at_gate", ON_DUTY, "21/11/2026 09:00", "21/11/2026 09:45", "21/11/2026 10:00"),
        ("truck_at_gate", ON_DUTY, "17/02/2026 17:30", "18/02/2026 07:15", "18/02/2026 07:30"),
        ("vessel_cut_off", UNIT, "23/11/2026 16:00", "25/11/2026 08:00", "25/11/2026 08:30"),
        ("perishable", ON_DUTY, "24/11/2026 05:00", "24/11/2026 08:30", "24/11/2026 09:00"),
        ("urgent", UNIT, "23/11/2026 07:30", "23/11/2026 10:30", "23/11/2026 11:30"),
        ("urgent", ON_DUTY, "21/11/2026 09:00", "23/11/2026 10:30", "23/11/2026 11:30"),
        ("not_urgent", UNIT, "21/08/2026 07:30", "22/08/2026 11:15", "22/08/2026 17:00"),
        ("not_urgent", UNIT, "13/02/2026 13:30", "24/02/2026 07:45", "24/02/2026 11:30"),
    ],
)
def test_a_case_is_due_after_the_promised_working_time(
    urgency: str, unit: Unit, at: str, at_risk: str, due: str
) -> None:
    promised = DEADLINES.of(Urgency(urgency), unit, here(at))
    assert promised == Deadline(here(at_risk), here(due))


@pytest.mark.parametrize(
    ("paused", "resumed", "at_risk", "due"),
    [
        # Opened on Monday 23/11 at 7:30: at risk at 10:30, due at 11:30. Three hours were left to the due time.
        ("23/11/2026 08:30", "23/11/2026 09:30", "23/11/2026 11:30", "23/11/2026 14:30"),
        ("23/11/2026 08:30", "23/11/2026 19:00", "25/11/2026 09:30", "25/11/2026 10:30"),
        ("23/11/2026 08:30", "28/11/2026 10:00", "30/11/2026 09:30", "30/11/2026 10:30"),
        # a pause in which nobody works anyway costs nothing
        ("23/11/2026 08:30", "23/11/2026 08:30", "23/11/2026 10:30", "23/11/2026 11:30"),
        # the time at risk had come: it is now, or when work begins again
        ("23/11/2026 11:00", "25/11/2026 09:00", "25/11/2026 09:00", "25/11/2026 09:30"),
        ("23/11/2026 11:00", "24/11/2026 22:00", "25/11/2026 07:30", "25/11/2026 08:00"),
        # the promise was broken before the pause, and stays so
        ("23/11/2026 11:30", "25/11/2026 09:00", "23/11/2026 10:30", "23/11/2026 11:30"),
        ("23/11/2026 16:00", "25/11/2026 09:00", "23/11/2026 10:30", "23/11/2026 11:30"),
    ],
)
def test_after_a_pause_as_much_is_left_as_before(paused: str, resumed: str, at_risk: str, due: str) -> None:
    before = DEADLINES.of(Urgency.URGENT, UNIT, here("23/11/2026 07:30"))
    after = DEADLINES.after_pause(before, UNIT, here(paused), here(resumed), urgency=Urgency.URGENT)
    assert after == Deadline(here(at_risk), here(due).astimezone(dt.UTC))


def test_duty_counts_after_a_pause_where_it_counted_before() -> None:
    before = DEADLINES.of(Urgency.TRUCK_AT_GATE, ON_DUTY, here("21/11/2026 09:00"))
    paused, resumed = here("21/11/2026 09:30"), here("21/11/2026 15:00")
    after = DEADLINES.after_pause(before, ON_DUTY, paused, resumed, urgency=Urgency.TRUCK_AT_GATE)
    assert after.due_at == here("21/11/2026 15:30")


moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 6, 1)).map(lambda at: at.replace(tzinfo=dt.UTC))  # noqa: DTZ001
waits = st.timedeltas(dt.timedelta(), dt.timedelta(days=20))


@given(st.sampled_from(Urgency), st.sampled_from([UNIT, ON_DUTY]), moments, waits, waits)
def test_a_pause_never_takes_time_from_officers_or_gives_it(
    urgency: Urgency, unit: Unit, opened: dt.datetime, worked: dt.timedelta, away: dt.timedelta
) -> None:
    before = DEADLINES.of(urgency, unit, opened)
    assert opened < before.at_risk_at < before.due_at
    paused, resumed = opened + worked, opened + worked + away
    after = DEADLINES.after_pause(before, unit, paused, resumed, urgency=urgency)
    if before.due_at <= paused:
        assert after == before
        return
    duty = DEADLINES.promise(urgency).duty
    left = DEADLINES.calendar.between(paused, before.due_at, unit, duty=duty)
    assert DEADLINES.calendar.between(resumed, after.due_at, unit, duty=duty) == left
    assert resumed <= after.at_risk_at <= after.due_at


def shipped() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((CONTENT / "cases.yml").read_text(encoding="utf-8"))
    return data


def changed(urgency: str, **values: Any) -> dict[str, Any]:
    data = shipped()
    data["promises"][urgency] |= values
    return data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({**shipped(), "at_risk_after": 1.5}, "at_risk_after must lie between 0 and 1, not be 1.5"),
        ({"promises": shipped()["promises"]}, "promises and at_risk_after are expected"),
        ({**shipped(), "promises": {"urgent": {}}}, "promises must have exactly not_urgent, perishable"),
        (changed("urgent", answered_within=0), "urgent: answered_within must be minutes, a whole number above 0"),
        (changed("urgent", answered_within=True), "urgent: answered_within must be minutes, a whole number above 0"),
        (changed("urgent", duty="no"), "urgent: duty must be true or false, not 'no'"),
        (changed("urgent", colour="red"), "urgent: exactly answered_within, "),
    ],
)
def test_promises_that_make_no_sense_are_refused_in_a_sentence(tmp_path: Path, data: Any, said: str) -> None:
    path = tmp_path / "cases.yml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(RecordError) as refused:
        Deadlines.read(path)
    assert str(refused.value).startswith(f"cases.yml: {said}")
