"""The tree of units in the store: loaded, loaded again, changed, moved, closed, each with its audit entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli import prepare
from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseState
from desk.cases.officers import desk as officer_desk
from desk.store import Store
from desk.units import service as units
from desk.units.model import Unit
from desk.units.tree import TreeError, UnitRow, parse, read, write
from tests.console_fixtures import officer_named, open_case, settings_in
from tests.desk_fixtures import CONTENT, NOON, World

SHIPPED = read(CONTENT / "units.csv")
HOURS = {"office": {"monday": ["08:00-12:00"]}}
OWN = [
    UnitRow("KV03-DX", "office", "KV03", "Hải quan Đình Vũ thử", "Trial office", office_codes=("03AA",), line=2),
    UnitRow("KV03-DX-1", "team", "KV03-DX", "Đội 1", "Team 1", line=3),
]


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as session:
        yield session


def unit(session: Session, code: str) -> Unit:
    found = units.by_code(session, code)
    assert found is not None
    return found


def load(session: Session, rows: list[UnitRow], **more: object) -> units.LoadReport:
    return units.load(session, rows, by="operator", at=NOON, **more)  # type: ignore[arg-type]


def acts(session: Session, code: str) -> list[tuple[str, str]]:
    query = select(AuditEntry.act, AuditEntry.actor).where(AuditEntry.subject == code).order_by(AuditEntry.id)
    return [(act, actor) for act, actor in session.execute(query)]


def test_the_shipped_tree_is_there_and_loading_it_again_changes_nothing(session: Session) -> None:
    report = units.load_shipped(session, SHIPPED, at=NOON)
    assert sorted(report.unchanged) == sorted(row.code for row in SHIPPED)
    assert report.added == report.changed == report.moved == report.closed == []
    assert {row.code for row in units.rows(session)} == {row.code for row in SHIPPED}


def test_a_path_holds_the_ids_from_the_top_down(session: Session) -> None:
    top, region, office = (unit(session, code) for code in ("VN", "KV02", "KV02-CNC"))
    team = unit(session, "KV02-CNC-DT")
    assert team.path == f"{top.id}.{region.id}.{office.id}.{team.id}."
    assert units.chain(session, team) == [team, office, region, top]
    assert [each.code for each in units.below(session, office)] == ["KV02-CNC", "KV02-CNC-DT"]
    assert team.is_within(region)
    assert not region.is_within(team)


def test_rows_are_brought_in_in_any_order_with_an_audit_entry_each(session: Session) -> None:
    report = load(session, OWN[::-1])
    assert report.added == ["KV03-DX", "KV03-DX-1"]
    assert acts(session, "KV03-DX") == [("unit.added", "operator")]
    assert unit(session, "KV03-DX-1").is_within(unit(session, "KV03"))
    assert load(session, OWN).unchanged == ["KV03-DX", "KV03-DX-1"]
    assert acts(session, "KV03-DX") == [("unit.added", "operator")]


def test_a_change_is_told_with_what_was_before(session: Session) -> None:
    load(session, OWN)
    report = load(session, [replace(OWN[0], name_vi="Hải quan khác", hours=HOURS)])
    assert (report.changed, report.added, report.unchanged) == (["KV03-DX"], [], [])
    changed = select(AuditEntry).where(AuditEntry.act == "unit.changed", AuditEntry.subject == "KV03-DX")
    entry = session.scalars(changed).one()
    assert entry.detail == {"name_vi": ["Hải quan Đình Vũ thử", "Hải quan khác"], "hours": [None, HOURS]}


def test_of_columns_that_a_file_does_not_have_a_unit_keeps_what_it_has(session: Session) -> None:
    load(session, [replace(OWN[0], hours=HOURS)])
    report = load(session, parse("code,kind,parent,name_vi,name_en\nKV03-DX,office,KV03,Tên khác,Trial office\n"))
    assert report.changed == ["KV03-DX"]
    office = unit(session, "KV03-DX")
    assert (office.name_vi, office.office_codes, office.hours) == ("Tên khác", ["03AA"], HOURS)


def test_with_a_unit_its_whole_subtree_moves(session: Session) -> None:
    load(session, OWN)
    report = load(session, [replace(OWN[0], parent="KV08")])
    assert report.moved == ["KV03-DX"]
    assert unit(session, "KV03-DX-1").path == f"{unit(session, 'KV08').path}{unit(session, 'KV03-DX').id}." + (
        f"{unit(session, 'KV03-DX-1').id}."
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "unit.moved")).one()
    assert entry.detail == {"from": "KV03", "to": "KV08"}


def test_a_whole_region_goes_below_another_authoritys_top(session: Session) -> None:
    rows = [replace(row, name_vi="Hải quan nước khác") if row.code == "VN" else row for row in SHIPPED]
    rows = [replace(row, kind="office", parent="KV02") if row.code == "KV15" else row for row in rows]
    load(session, rows)
    assert unit(session, "KV15").is_within(unit(session, "KV02"))
    assert units.department(session).name_vi == "Hải quan nước khác"


def test_units_that_a_file_does_not_name_stay_unless_their_closing_is_asked_for(session: Session) -> None:
    load(session, OWN)
    load(session, [OWN[0]])
    assert unit(session, "KV03-DX-1").active
    report = load(session, SHIPPED, close_missing=True)
    assert report.closed == ["KV03-DX-1", "KV03-DX"]
    assert acts(session, "KV03-DX") == [("unit.added", "operator"), ("unit.closed", "operator")]
    assert [each.code for each in units.below(session, unit(session, "KV03"))] == ["KV03"]
    assert len(units.below(session, unit(session, "KV03"), closed=True)) == 3
    assert load(session, OWN).reopened == ["KV03-DX", "KV03-DX-1"]


def test_the_top_is_never_closed(session: Session) -> None:
    load(session, [row for row in SHIPPED if row.code != "VN"], close_missing=True)
    assert units.department(session).active


def test_a_unit_cannot_lie_below_one_that_the_same_load_closes(session: Session) -> None:
    load(session, OWN)
    with pytest.raises(TreeError, match="the parent KV03-DX of KV03-DX-1 is not known, or is closed"):
        load(session, [*SHIPPED, OWN[1]], close_missing=True)


def test_an_office_code_that_a_standing_unit_has_is_refused(session: Session) -> None:
    with pytest.raises(TreeError, match="the office code 02F3 is both"):
        load(session, [replace(OWN[0], office_codes=("02F3",))])


def test_the_tree_is_written_and_read_back(session: Session) -> None:
    load(session, OWN)
    text = write(units.rows(session))
    assert sorted(load(session, parse(text), close_missing=True).unchanged) == sorted(row.code for row in parse(text))


class TestWhatShipsAndWhatThisAuthorityChanged:
    def test_what_ships_does_not_undo_what_this_authority_changed(self, session: Session) -> None:
        load(session, [replace(row, name_vi="Tên riêng") for row in SHIPPED if row.code == "KV03"])
        report = units.load_shipped(session, SHIPPED, at=NOON)
        assert report.changed == []
        assert unit(session, "KV03").name_vi == "Tên riêng"

    def test_what_this_authority_closed_stays_closed(self, session: Session) -> None:
        load(session, [row for row in SHIPPED if row.code != "KV02-VSIP"], close_missing=True)
        assert units.load_shipped(session, SHIPPED, at=NOON).reopened == []
        assert not unit(session, "KV02-VSIP").active

    def test_a_new_edition_of_what_ships_changes_the_rest(self, session: Session) -> None:
        newer = [replace(row, name_en="Newer") for row in SHIPPED if row.code == "KV04"]
        assert units.load_shipped(session, newer, at=NOON).changed == ["KV04"]
        assert acts(session, "KV04") == [("unit.added", "content"), ("unit.changed", "content")]

    def test_what_ships_and_no_longer_fits_is_refused_as_a_whole_and_the_start_goes_on(
        self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with world.store.writing() as session:
            load(session, OWN)
        newer = [replace(row, name_en="Newer", office_codes=("03AA",)) for row in SHIPPED if row.code == "KV04"]
        monkeypatch.setattr(prepare, "read_tree", lambda _: newer)
        prepare._load_units(world.desk, settings_in(tmp_path))
        assert "the office code 03AA is both KV04's and KV03-DX's" in capsys.readouterr().out
        with world.store.reading() as session:
            assert unit(session, "KV04").name_en == "Regional Customs Sub-department IV"


class TestAUnitWithOpenCases:
    @pytest.fixture
    def case(self, world: World) -> Case:
        """A case in the queue of an office of this authority, held by minh."""
        case = open_case(world)
        with world.store.writing() as session:
            load(session, OWN)
            found = session.get_one(Case, case.id)
            found.unit = unit(session, "KV03-DX-1")
            session.flush()
            officer_desk.claim(world.desk, session, found, officer_named(session, "minh"))
        return case

    def test_it_is_not_closed_silently(self, world: World, case: Case) -> None:
        with pytest.raises(TreeError, match="KV03-DX-1 has 1 open cases"), world.store.writing() as session:
            load(session, SHIPPED, close_missing=True)
        with world.store.reading() as session:
            assert unit(session, "KV03-DX-1").active

    def test_its_cases_go_to_the_nearest_queue_above_when_that_is_asked_for(self, world: World, case: Case) -> None:
        with world.store.writing() as session:
            report = load(session, SHIPPED, close_missing=True, move_cases="Đội giải thể")
            assert report.cases == [case.number]
        with world.store.reading() as session:
            found = session.get_one(Case, case.id)
            assert (found.unit.code, found.state) == ("KV03", CaseState.CLAIMED)
            assert found.holder is not None
            last = found.entries[-1]
            assert (last.kind, last.text, last.officer) == ("transferred", "Đội giải thể", None)
            assert last.detail["from"] == "KV03-DX-1"
            assert acts(session, case.number or "")[-1] == ("case.transferred", "operator")

    def test_a_settled_case_keeps_its_unit(self, world: World, case: Case) -> None:
        with world.store.writing() as session:
            found, minh = session.get_one(Case, case.id), officer_named(session, "minh")
            officer_desk.reply(world.desk, session, found, minh, "Xong.")
            officer_desk.resolve(world.desk, session, found, minh)
            load(session, SHIPPED, close_missing=True)
            assert session.get_one(Case, case.id).unit.code == "KV03-DX-1"
