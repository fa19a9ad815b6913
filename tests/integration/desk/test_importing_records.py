"""Records from a file become drafts, after a look that changes nothing; a second time nothing is left to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clock.due import forget_what_is_due
from desk.audit.model import AuditEntry
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.model import DraftState, GuidanceDraft, GuidanceVersion
from desk.guidance.permissions import GuidanceRefused
from desk.guidance.record import GuidanceRecord
from desk.imports import carrying_out, keeping, records
from desk.imports.carrying_out import Done, NothingDone
from desk.imports.given import Given
from desk.imports.model import KeptFile
from desk.imports.preview import Preview, preview
from desk.imports.words import wrong_said
from desk.people import service as people
from desk.people.model import Role
from tests import import_fixtures as files
from tests.conftest import PASSWORD
from tests.curator_fixtures import add_curators, edited, gate_passes, named, submits
from tests.desk_fixtures import NOON, World, record_data


@pytest.fixture
def town(world: World) -> World:
    with world.store.writing() as session:
        add_curators(session)
        people.add_officer(
            session, username="quan", name="Quan", role=Role.ADMINISTRATOR, password=PASSWORD, by="operator", at=NOON
        )
    return world


#: A new entry, a changed one, and one as it is.
CONTENTS = [
    record_data("brand_new", related=["channels", "second_new"]),
    record_data("second_new", related=["brand_new"]),
    record_data("channels", time_limit={"vi": "60 ngày", "en": "60 days"}),
    record_data("fee_rates"),
]


def given(*contents: dict[str, Any]) -> Sequence[Given]:
    return records.read(files.jsonl_file(*(contents or CONTENTS)))


def looks(world: World, session: Session, *contents: dict[str, Any], by: str = "hoa") -> Preview:
    return preview(session, given(*contents), named(session, by), world.desk.rules.instruments)


def imports(world: World, session: Session, *contents: dict[str, Any], by: str = "hoa", **how: Any) -> Done:
    file = files.jsonl_file(*(contents or CONTENTS))
    law = world.desk.rules.instruments
    return carrying_out.carry_out(session, file, records.read(file), named(session, by), law, world.clock.now(), **how)


def hows(found: Preview) -> dict[str, str]:
    return {line.given.id: line.how for line in found.lines}


@pytest.fixture
def session(town: World) -> Iterator[Session]:
    with town.store.writing() as session:
        yield session


def test_a_preview_tells_what_is_new_changed_and_unchanged_and_changes_nothing(town: World, session: Session) -> None:
    before = session.scalar(select(func.count(AuditEntry.id)))
    found = looks(town, session)
    assert hows(found) == {
        "brand_new": "new",
        "second_new": "new",
        "channels": "changed",
        "fee_rates": "unchanged",
    }
    [changed] = [line for line in found.lines if line.how == "changed"]
    assert {(d.field, d.language) for d in changed.differences()} == {("time_limit", "vi"), ("time_limit", "en")}
    assert session.scalar(select(func.count(AuditEntry.id))) == before
    assert session.scalar(select(func.count(GuidanceDraft.id))) == 0


def test_an_import_writes_drafts_and_publishes_nothing(town: World, session: Session) -> None:
    published = session.scalar(select(func.count()).select_from(GuidanceVersion))
    done = imports(town, session)
    written = session.scalars(select(GuidanceDraft).order_by(GuidanceDraft.id)).all()
    assert [(draft.entry_id, draft.kind, draft.state) for draft in written] == [
        ("brand_new", "new", "draft"),
        ("second_new", "new", "draft"),
        ("channels", "edit", "draft"),
    ]
    assert done.drafts == [draft.id for draft in written]
    assert session.scalar(select(func.count()).select_from(GuidanceVersion)) == published
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "guidance.imported")).one()
    assert (entry.actor, entry.subject) == ("officer:hoa", "records.jsonl")
    assert {name: entry.detail[name] for name in ("new", "changed", "unchanged", "waiting")} == {
        "new": 2,
        "changed": 1,
        "unchanged": 1,
        "waiting": 0,
    }


def test_a_second_import_of_the_same_file_changes_nothing(town: World, session: Session) -> None:
    imports(town, session)
    assert set(hows(looks(town, session)).values()) == {"waiting", "unchanged"}
    assert set(hows(looks(town, session, by="mai")).values()) == {"waiting", "unchanged"}
    with pytest.raises(NothingDone, match="nothing"):
        imports(town, session)


def test_what_was_published_from_a_file_and_withdrawn_is_not_brought_back_by_it(town: World, session: Session) -> None:
    one = record_data("brand_new")
    [draft_id] = imports(town, session, one, submit=True).drafts
    draft = session.get_one(GuidanceDraft, draft_id)
    law = town.desk.rules.instruments
    gate_passes(session, draft)
    drafts.approve(session, draft, named(session, "mai"), law, revision=draft.revision, at=NOON)
    assert hows(looks(town, session, one)) == {"brand_new": "unchanged"}
    guidance.withdraw(session, "brand_new", by="officer:mai", reason="sai", at=NOON)
    assert hows(looks(town, session, one)) == {"brand_new": "unchanged"}


def test_new_entries_that_refer_to_one_another_are_submitted_and_approved_one_by_one(
    town: World, session: Session
) -> None:
    done = imports(town, session, *CONTENTS[:2], submit=True)
    for draft_id in done.drafts:
        draft = session.get_one(GuidanceDraft, draft_id)
        assert draft.state == DraftState.IN_REVIEW
        law = town.desk.rules.instruments
        gate_passes(session, draft)
        drafts.approve(session, draft, named(session, "mai"), law, revision=draft.revision, at=NOON)
    assert versions.newest_live(session, "second_new") is not None


def test_one_wrong_record_keeps_the_whole_file_out(town: World, session: Session) -> None:
    wrong = record_data("third_new", related=["no_such_entry"], legal_basis=[{"instrument": "1/1900/X"}], group="x")
    wrong["title"] = {"vi": "Chỉ tiếng Việt"}
    found = looks(town, session, *CONTENTS, wrong)
    assert found.counts["wrong"] == 1
    assert [(one.where, one.column) for one in found.lines[-1].wrong] == [
        (("line", 5), "legal_basis"),
        (("line", 5), "related"),
        (("line", 5), "group"),
        (("line", 5), "title_en"),
    ]
    said = [wrong_said(town.desk.texts, one, "vi") for one in found.lines[-1].wrong]
    assert said[1] == "Dòng 5: Hướng dẫn liên quan (related): Không có hướng dẫn nào khác mang mã no_such_entry."
    assert "organisation" in said[2]
    with pytest.raises(NothingDone, match="wrong"):
        imports(town, session, *CONTENTS, wrong)
    assert session.scalar(select(func.count(GuidanceDraft.id))) == 0


def test_the_cell_of_a_sheet_is_named(town: World, session: Session) -> None:
    read = records.read(files.xlsx_file([files.a_row(text_date="gần đây", fee_en="")]))
    found = preview(session, read, named(session, "hoa"), town.desk.rules.instruments)
    [wrong] = found.lines[0].wrong
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[files.COLUMNS.index("text_date")]
    assert (wrong.where, wrong.column) == (("cell", f"{column}2"), "text_date")


def test_half_the_rows_wrong_are_all_told(town: World, session: Session) -> None:
    rows = [record_data(f"entry_{n}", **({"group": "x"} if n % 2 else {})) for n in range(10)]
    found = looks(town, session, *rows)
    assert [line.given.where.place for line in found.lines if line.how == "wrong"] == [2, 4, 6, 8, 10]


def test_another_officers_open_draft_is_not_written_over(town: World, session: Session) -> None:
    edited(town, session, "channels", fee={"vi": "10.000 đồng", "en": "10,000 dong"}, not_stated=[])
    assert hows(looks(town, session, CONTENTS[2]))["channels"] == "changed"  # one's own is written into
    assert hows(looks(town, session, CONTENTS[2], by="mai"))["channels"] == "wrong"
    [draft_id] = imports(town, session, CONTENTS[2]).drafts
    draft = session.get_one(GuidanceDraft, draft_id)
    assert draft.content["fee"] is None
    submits(town, session, draft)
    assert hows(looks(town, session, record_data("channels", sources=["Khác"])))["channels"] == "wrong"


def test_a_retirement_that_came_back_is_no_draft_to_write_into(town: World, session: Session) -> None:
    draft = draft_opening.propose_retirement(session, "channels", named(session, "hoa"), "cũ", NOON)
    drafts.return_to_author(session, draft, named(session, "mai"), "chưa", NOON)
    assert hows(looks(town, session, CONTENTS[2]))["channels"] == "wrong"


def test_what_changed_after_the_look_is_not_carried_out(town: World, session: Session) -> None:
    seen = looks(town, session, CONTENTS[2]).fingerprint
    guidance.publish(session, _record(CONTENTS[2], fee="1"), origin="curator", by="officer:mai", at=NOON)
    with pytest.raises(NothingDone, match="another"):
        imports(town, session, CONTENTS[2], seen=seen)


def _record(content: dict[str, Any], fee: str) -> Any:
    return GuidanceRecord.model_validate({**content, "fee": {"vi": fee, "en": fee}, "not_stated": []})


def test_only_those_who_write_guidance_import(town: World, session: Session) -> None:
    with pytest.raises(GuidanceRefused, match="not_a_curator"):
        imports(town, session, by="minh")


class TestAFirstLoad:
    def publishes(self, town: World, session: Session, by: str, approver: str, *contents: dict[str, Any]) -> Done:
        file = files.jsonl_file(*contents)
        two, law = (named(session, by), named(session, approver)), town.desk.rules.instruments
        return carrying_out.publish(session, file, records.read(file), *two, law, NOON)

    def test_is_published_by_an_administrator_with_a_second_person(self, town: World, session: Session) -> None:
        done = self.publishes(town, session, "quan", "mai", *CONTENTS[:2])
        published = versions.newest_live(session, "brand_new")
        assert published is not None
        assert published.published_by == "officer:mai"
        draft = session.get_one(GuidanceDraft, done.drafts[0])
        assert (draft.author.username, draft.reviewer and draft.reviewer.username) == ("quan", "mai")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "guidance.import_published")).one()
        assert (entry.actor, entry.detail["approver"]) == ("officer:quan", "mai")

    @pytest.mark.parametrize(
        ("by", "approver", "reason"),
        [
            ("hoa", "mai", "only_administrator"),
            ("quan", "quan", "own_draft"),
            ("quan", "minh", "only_department"),
            ("quan", "quang", "only_department"),
        ],
    )
    def test_needs_two_persons_who_may(
        self, town: World, session: Session, by: str, approver: str, reason: str
    ) -> None:
        with pytest.raises(GuidanceRefused, match=reason):
            self.publishes(town, session, by, approver, *CONTENTS[:2])

    def test_changes_nothing_that_is_published(self, town: World, session: Session) -> None:
        with pytest.raises(NothingDone, match="not_first"):
            self.publishes(town, session, "quan", "mai", *CONTENTS)


class TestAKeptFile:
    def test_is_its_officers_alone_and_for_an_hour(self, town: World) -> None:
        with town.store.writing() as session:
            hoa, mai = named(session, "hoa"), named(session, "mai")
            id = keeping.keep(session, files.jsonl_file(*CONTENTS), hoa, "guidance", town.clock.now()).id
            assert keeping.kept(session, id, hoa, "guidance", town.clock.now()) is not None
            assert keeping.kept(session, id, mai, "guidance", town.clock.now()) is None
            assert keeping.kept(session, id, hoa, "law", town.clock.now()) is None
        forget_what_is_due(town.desk)
        town.clock.advance(minutes=61)
        with town.store.reading() as session:
            assert keeping.kept(session, id, named(session, "hoa"), "guidance", town.clock.now()) is None
            assert session.scalar(select(func.count(KeptFile.id))) == 1
        forget_what_is_due(town.desk)
        with town.store.reading() as session:
            assert session.scalar(select(func.count(KeptFile.id))) == 0
