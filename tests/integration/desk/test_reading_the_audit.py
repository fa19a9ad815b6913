"""Who reads what of the audit, and how it is narrowed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from desk.audit import listing
from desk.audit.listing import Chosen
from desk.audit.service import record_act
from desk.cases import queries
from desk.people import service as people
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.small_tree import a_case_at, add_people, add_units, officer, unit

DAY = dt.timedelta(days=1)


@pytest.fixture
def case(world: World) -> str:
    """Two cases in two regions, the acts of several people, and readers of every role; the number of the first."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
        for username, role, code in (
            ("ly", Role.ADMINISTRATOR, "VN"),
            ("long", Role.ADMINISTRATOR, "KV02"),
            ("mai", Role.MANAGER, "CATLAI"),
            ("top", Role.HEAD, "VN"),
        ):
            people.add_officer(
                session,
                username=username,
                name=username.title(),
                role=role,
                password=PASSWORD,
                by="operator",
                at=NOON - 3 * DAY,
                unit=unit(session, code),
            )
    world.search.finds("channels", confidence=0.1)
    a_case_at(world, "CATLAI", world.chatter("301"))
    a_case_at(world, "KV03", world.chatter("302"))
    with world.store.writing() as session:
        for actor, act, subject, ago in (
            ("officer:thu", "case.claimed", "2026-00001", 0),
            ("officer:dung", "case.claimed", "2026-00002", 0),
            ("officer:dung", "case.noted", "2026-00001", 1),
            ("officer:thu", "officer.signed_in", "thu", 2),
            ("clock", "case.reminded", "2026-00002", 0),
            ("clock", "conversation.forgotten", "conversation", 0),
            ("operator", "law.imported", "54/2014/QH13", 0),
        ):
            record_act(session, actor=actor, act=act, subject=subject, at=NOON + DAY - ago * DAY)
    return "2026-00001"


def seen(session: Session, username: str, chosen: Chosen = Chosen()) -> set[tuple[str, str, str]]:  # noqa: B008
    found = listing.listed(session, officer(session, username), chosen, limit=200)
    assert found.after is None
    return {(entry.actor, entry.act, entry.subject) for entry in found.rows}


THU = ("officer:thu", "case.claimed", "2026-00001")
OTHER_ON_OURS = ("officer:dung", "case.noted", "2026-00001")
OTHERS = ("officer:dung", "case.claimed", "2026-00002")
SIGNED_IN = ("officer:thu", "officer.signed_in", "thu")
REMINDED = ("clock", "case.reminded", "2026-00002")
IMPORTED = ("operator", "law.imported", "54/2014/QH13")
ALL = {THU, OTHER_ON_OURS, OTHERS, SIGNED_IN, REMINDED, IMPORTED}


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("ly", ALL),
        ("hanh", {THU, OTHER_ON_OURS, SIGNED_IN}),
        ("mai", {THU, OTHER_ON_OURS, SIGNED_IN}),
        ("vinh", {THU, OTHER_ON_OURS, SIGNED_IN}),
        ("long", {THU, OTHER_ON_OURS, SIGNED_IN}),
        ("top", ALL - {IMPORTED}),
        ("thu", set()),
        ("dung", set()),
    ],
)
def test_each_reads_what_was_done_by_and_in_their_units(
    world: World, case: str, username: str, expected: set[tuple[str, str, str]]
) -> None:
    with world.store.reading() as session:
        assert seen(session, username) & ALL == expected


def test_a_case_that_moves_takes_what_was_done_with_it_along(world: World, case: str) -> None:
    with world.store.writing() as session:
        found = queries.by_number(session, case)
        assert found is not None
        found.unit = unit(session, "KV03")
    with world.store.reading() as session:
        assert seen(session, "hanh") & ALL == {THU, SIGNED_IN}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Chosen(who="THU"), {THU, SIGNED_IN}),
        (Chosen(who="Dung"), {OTHER_ON_OURS, OTHERS}),
        (Chosen(kind="clock"), {REMINDED}),
        (Chosen(kind="officer"), {THU, OTHER_ON_OURS, OTHERS, SIGNED_IN}),
        (Chosen(act="case."), {THU, OTHER_ON_OURS, OTHERS, REMINDED}),
        (Chosen(act="case.claimed"), {THU, OTHERS}),
        (Chosen(subject="00002"), {OTHERS, REMINDED}),
        (Chosen(subject="54/2014/qh13"), {IMPORTED}),
        (Chosen(subject="%"), set()),
        (Chosen(who="_"), set()),
        (Chosen(since=dt.date(2026, 11, 24)), {THU, OTHERS, REMINDED, IMPORTED}),
        (Chosen(until=dt.date(2026, 11, 22)), {SIGNED_IN}),
        (Chosen(since=dt.date(2026, 11, 23), until=dt.date(2026, 11, 23)), {OTHER_ON_OURS}),
        (Chosen(act="case.", who="dung", subject="00001"), {OTHER_ON_OURS}),
    ],
)
def test_it_is_narrowed_by_person_act_subject_and_day(
    world: World, case: str, chosen: Chosen, expected: set[tuple[str, str, str]]
) -> None:
    with world.store.reading() as session:
        assert seen(session, "ly", chosen) & ALL == expected


def test_an_export_holds_every_row_once_and_no_more_than_it_may(
    world: World, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 3)
    with world.store.reading() as session:
        ly = officer(session, "ly")
        every = [entry.id for entry in listing.listed(session, ly, Chosen(), limit=500).rows]
    assert len(every) > 9
    assert [entry.id for entry in listing.all_of(world.store, ly, Chosen(), at_most=10_000)] == every
    assert [entry.id for entry in listing.all_of(world.store, ly, Chosen(), at_most=7)] == every[:7]
