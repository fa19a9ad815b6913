"""What others read of a person's words leaves out every name that the desk knows of them, also of long ago."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.accounts.model import PersonEmail
from desk.cases.model import Case
from desk.conversations.model import Chat, Person
from desk.privacy.known_names import masked_words, names_in
from desk.receipts import service as receipts
from desk.receipts.model import Receipt
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import A, acts_for, ends, opens, verified


@pytest.fixture
def person_id(world: World, lan: Chatter) -> str:
    """lan acted for an enterprise once."""
    verified(world, lan)
    ends(world, lan)
    with world.store.writing() as session:
        person = session.scalars(select(Chat).where(Chat.address == lan.address)).one().person
        person.name, person.enterprise_name = "Đặng Thị Hồng", "Hoa Mai Logistics"
        session.add(PersonEmail(person_id=person.id, address="hong@example.vn", proven_at=world.clock.now()))
        return person.id


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bên dang thi hong hỏi", "bên [tên] hỏi"),
        ("hoa mai logistics và công ty an bình", "[tên] và [tên]"),
        ("MST 0100109106, hong@example.vn", "MST [tên], [thư điện tử]"),
        ("hoa mai nhập khẩu", "hoa mai nhập khẩu"),
    ],
)
def test_every_name_of_the_person_is_left_out(world: World, person_id: str, text: str, shown: str) -> None:
    with world.store.reading() as session:
        assert masked_words(world.desk.texts, session, text, person_id, "vi") == shown


def test_a_case_knows_its_enterprise_and_its_officers(world: World, lan: Chatter) -> None:
    verified(world, lan)
    acts_for(lan, A)
    case = opens(world, lan, "hoa lan nhập khẩu thế nào")
    with world.store.reading() as session:
        assert {"Công ty An Bình", A} <= set(names_in(session, session.get_one(Case, case.id)))


def test_a_strangers_view_of_a_receipt_is_masked_so(world: World, lan: Chatter, an: Chatter, person_id: str) -> None:
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("công ty an binh cần hồ sơ gì")
    with world.store.reading() as session:
        code = session.scalars(select(Receipt.code)).one()
        stranger = session.get_one(Person, person_id)
        assert receipts.for_person(world.desk, session, code, stranger, "lan").question
        seen = receipts.for_person(world.desk, session, code, None, "an")
    assert seen.question == "[tên] cần hồ sơ gì"
