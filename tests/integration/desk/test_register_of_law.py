"""Instruments that curators enter: laid over what ships, learnt by every process, checked, and never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from desk.audit.model import AuditEntry
from desk.guidance import service as guidance
from desk.guidance.permissions import GuidanceRefused
from desk.law import keeping, register
from desk.law.instruments import Instruments
from desk.law.model import InstrumentRow, RowState
from desk.law.register import FRESH_FOR, Register
from tests.curator_fixtures import add_curators, named
from tests.desk_fixtures import NOON, World, a_record

NEW, KNOWN = "999/2026/NĐ-CP", "128/2020/NĐ-CP"


def decree(number: str = NEW, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "kind": "decree",
        "title": {"vi": "Nghị định thử", "en": "Trial decree"},
        "issued": "2026-05-15",
        "in_force": {"from": "2026-07-01", "to": None},
        "changes": [],
        "sources": ["Công báo"],
        **changes,
    }


def enters(world: World, content: dict[str, Any], by: str = "hoa") -> keeping.Kept:
    with world.store.writing() as session:
        return keeping.enter(world.desk, session, content, named(session, by))


def edits(world: World, number: str, revision: int, by: str = "hoa", **changes: Any) -> keeping.Kept:
    with world.store.writing() as session:
        standing = keeping.standing(world.desk, session, number)
        assert standing.instrument is not None
        content = standing.instrument.as_json() | changes
        return keeping.edit(world.desk, session, number, content, named(session, by), revision=revision, words="Sửa.")


def does(world: World, act: Callable[..., None], number: str, by: str = "hoa", words: str = "Nhập nhầm.") -> None:
    with world.store.writing() as session:
        act(world.desk, session, number, named(session, by), words=words)


def held(world: World) -> Instruments:
    with world.store.reading() as session:
        return keeping.held(world.desk, session)


def standing(world: World, number: str, **shipped: Any) -> keeping.Standing:
    """How it stands; with ``shipped`` as if a later release shipped the instrument with these changes."""
    desk = world.desk
    if shipped:
        others = [one for one in desk.rules.instruments if one.number != number]
        anew = Instruments([*others, desk.rules.instruments[KNOWN].model_copy(update={"number": number, **shipped})])
        desk = replace(desk, rules=replace(desk.rules, instruments=anew))
    with world.store.reading() as session:
        return keeping.standing(desk, session, number)


class TestWhatHolds:
    def test_without_a_row_what_ships_holds_as_it_is(self, world: World) -> None:
        assert world.desk.instruments is world.desk.rules.instruments

    def test_a_new_number_is_added_and_a_known_one_replaced(self, world: World) -> None:
        enters(world, decree())
        edits(world, KNOWN, 0, note={"vi": "Đã đối chiếu.", "en": "Compared."})
        known = held(world)
        assert NEW in known
        assert known[KNOWN].note is not None
        assert known[KNOWN].note.en == "Compared."
        assert len(list(known)) == len(list(world.desk.rules.instruments)) + 1

    def test_a_change_counts_in_another_process_within_half_a_second(self, world: World) -> None:
        moment = [0.0]
        here, there = (Register(world.store, world.desk.rules.instruments, lambda: moment[0]) for _ in range(2))
        before = here.held
        assert there.held is before
        enters(world, decree())
        moment[0] = FRESH_FOR - 0.01
        assert NEW not in here.held
        assert NEW not in there.held
        moment[0] = FRESH_FOR
        assert NEW in here.held
        assert NEW in there.held

    def test_a_look_without_a_change_reads_nothing_anew(self, world: World) -> None:
        moment = [0.0]
        reader = Register(world.store, world.desk.rules.instruments, lambda: moment[0])
        enters(world, decree())
        first = reader.held
        moment[0] = 10 * FRESH_FOR
        assert reader.held is first

    def test_answers_judge_by_what_was_entered(self, world: World) -> None:
        assert replace(world.desk).related_law.state_on(KNOWN, dt.date(2026, 7, 1)) == "ended"
        edits(world, KNOWN, 0, in_force={"from": "2020-12-10", "to": "2026-12-31"})
        states = [world.desk.related_law.state_on(KNOWN, dt.date(*day)) for day in ((2026, 12, 31), (2027, 1, 1))]
        assert states == ["in_force_amended", "ended"]

    def test_a_row_that_cannot_be_read_leaves_what_ships(self, world: World) -> None:
        with world.store.writing() as session:
            row = InstrumentRow(number=KNOWN, revision=1, state="entered", content={"number": KNOWN}, words="")
            row.entered_at, row.entered_by = NOON, "officer:hoa"
            session.add(row)
        assert held(world)[KNOWN] == world.desk.rules.instruments[KNOWN]


class TestEntering:
    def test_every_step_is_kept_and_told_in_the_audit(self, world: World) -> None:
        enters(world, decree())
        edits(world, NEW, 1, sources=["Công báo số 9"])
        with world.store.reading() as session:
            rows = register.history(session, NEW)
            acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == NEW).order_by(AuditEntry.id))
            assert [(row.revision, row.state, row.entered_by) for row in rows] == [
                (2, RowState.ENTERED, "officer:hoa"),
                (1, RowState.ENTERED, "officer:hoa"),
            ]
            assert list(acts) == ["law.instrument_entered", "law.instrument_edited"]

    @pytest.mark.parametrize("by", ["minh", "son"])
    def test_officers_and_heads_do_not_write(self, world: World, by: str) -> None:
        with world.store.writing() as session:
            add_curators(session)
        with pytest.raises(GuidanceRefused, match="not_a_curator"):
            enters(world, decree(), by)

    def test_a_number_that_is_known_is_edited_and_not_entered(self, world: World) -> None:
        with pytest.raises(keeping.Incorrect) as refused:
            enters(world, decree(KNOWN))
        assert refused.value.problems[0].text == "law_desk.problem.known"

    def test_what_is_wrong_changes_nothing(self, world: World) -> None:
        with pytest.raises(keeping.Incorrect):
            enters(world, decree(sources=[]))
        with world.store.reading() as session:
            assert register.changes_so_far(session) == 0
            assert session.scalar(select(AuditEntry.id).where(AuditEntry.subject == NEW)) is None

    def test_a_number_is_kept_in_one_form_however_it_was_typed(self, world: World) -> None:
        enters(world, decree("999/2026/N\u0110-CP "))
        assert NEW in held(world)

    def test_an_edit_over_what_changed_meanwhile_is_refused(self, world: World) -> None:
        edits(world, KNOWN, 0, sources=["Một"])
        with pytest.raises(GuidanceRefused, match="changed_meanwhile"):
            edits(world, KNOWN, 0, sources=["Hai"])

    def test_the_same_again_is_no_edit(self, world: World) -> None:
        with pytest.raises(GuidanceRefused, match="same"):
            edits(world, KNOWN, 0)


class TestGoingBack:
    def test_what_a_curator_wrote_is_taken_back_to_what_ships(self, world: World) -> None:
        edits(world, KNOWN, 0, sources=["Một"])
        does(world, keeping.reset, KNOWN)
        now_standing = standing(world, KNOWN)
        assert (now_standing.is_entered, now_standing.revision) == (False, 2)
        assert held(world)[KNOWN] == world.desk.rules.instruments[KNOWN]

    def test_what_ships_anew_under_a_curators_record_is_told_and_the_record_holds(self, world: World) -> None:
        edits(world, KNOWN, 0, sources=["Một"])
        assert not standing(world, KNOWN).ships_anew
        anew = standing(world, KNOWN, sources=["Bản phát hành sau"])
        assert anew.ships_anew
        assert anew.instrument is not None
        assert anew.instrument.sources == ["Một"]

    def test_a_number_that_a_curator_entered_and_that_ships_later_is_told(self, world: World) -> None:
        enters(world, decree())
        assert standing(world, NEW, sources=["Bản phát hành sau"]).ships_anew

    def test_what_nothing_ships_of_cannot_go_back(self, world: World) -> None:
        enters(world, decree())
        with pytest.raises(GuidanceRefused, match="nothing_ships"):
            does(world, keeping.reset, NEW)
        with pytest.raises(GuidanceRefused, match="ships_already"):
            does(world, keeping.reset, KNOWN)

    def test_going_back_needs_words(self, world: World) -> None:
        edits(world, KNOWN, 0, sources=["Một"])
        with pytest.raises(GuidanceRefused, match="words_missing"):
            does(world, keeping.reset, KNOWN, words=" ")


class TestEnteredByMistake:
    def test_it_is_known_no_more_and_can_be_entered_again(self, world: World) -> None:
        enters(world, decree())
        does(world, keeping.set_aside, NEW)
        assert NEW not in held(world)
        assert standing(world, NEW).instrument is None
        enters(world, decree())
        assert standing(world, NEW).revision == 3

    def test_only_while_nothing_cites_it(self, world: World) -> None:
        enters(world, decree())
        cites(world, NEW)
        with pytest.raises(GuidanceRefused, match="cited"):
            does(world, keeping.set_aside, NEW)

    def test_also_another_instrument_cites_it(self, world: World) -> None:
        enters(world, decree())
        enters(world, decree("1000/2026/NĐ-CP", changes=[{"instrument": NEW, "how": "amends"}]))
        with pytest.raises(GuidanceRefused, match="cited"):
            does(world, keeping.set_aside, NEW)

    def test_what_ships_cannot_be_set_aside(self, world: World) -> None:
        with pytest.raises(GuidanceRefused, match="ships"):
            does(world, keeping.set_aside, KNOWN)


def cites(world: World, number: str) -> None:
    record = a_record("channels", legal_basis=[{"instrument": number, "article": 3}])
    with world.store.writing() as session:
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=NOON)
