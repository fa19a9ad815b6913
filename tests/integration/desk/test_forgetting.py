"""What people wrote is forgotten after the time that they were told; the figures stay."""

from __future__ import annotations

from sqlalchemy import select

from clock.due import forget_what_is_due
from desk.cases.model import Case, Contradiction
from desk.conversations.model import Message, Person
from desk.enquiries.model import Enquiry
from desk.figures.period import OpenPeriod
from desk.figures.ratings import ratings
from desk.figures.scope import whole
from desk.people.model import Officer
from desk.ratings.model import Rating
from tests.desk_fixtures import Chatter, World
from tests.privacy_fixtures import KEPT_FOR


def test_the_words_go_and_the_figures_stay(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="hồ sơ")
    lan.writes("hồ sơ nhập khẩu bí mật", person_name="Lan")
    lan.commands("done")
    lan.taps("rate", ":4")
    lan.writes("góp ý bí mật")
    world.clock.advance(days=KEPT_FOR.days, minutes=-1)
    forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert "bí mật" in session.scalars(select(Enquiry.text)).one()
    world.clock.advance(minutes=1)
    forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert not any(session.scalars(select(Message.text)).all())
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.text, enquiry.outcome, enquiry.entry) == ("", "answered", "dossier_import")
        assert enquiry.searched == []
        assert session.scalars(select(Rating.comment)).one() is None
        assert session.scalars(select(Person.name)).one() is None
        assert ratings(session, OpenPeriod(), whole(session)).all.mean == 4.0


def test_a_cases_words_go_too(world: World, lan: Chatter) -> None:
    lan.writes("nhập khẩu hoa bí mật")
    lan.taps("ask_officer")
    lan.taps("add_details")
    for words in ("Công ty Lan", "0100109106", "0912345678", "gấp", "chi tiết bí mật"):
        lan.writes(words)
    with world.store.writing() as session:
        case, minh = session.scalars(select(Case)).one(), session.scalars(select(Officer)).first()
        assert minh is not None
        told = {"case_id": case.id, "other_case_id": case.id, "said_by": minh.id, "at": world.clock.now()}
        session.add(Contradiction(note="hoa bí mật", ruling="Cần giấy phép.", **told))
    lan.commands("done")
    world.clock.advance(days=KEPT_FOR.days)
    forget_what_is_due(world.desk)
    with world.store.reading() as session:
        contradiction = session.scalars(select(Contradiction)).one()
        assert (contradiction.note, contradiction.ruling) == ("", "Cần giấy phép.")  # what is law is not forgotten
        case = session.scalars(select(Case)).one()
        assert (case.question, case.details, case.enterprise_name, case.tax_code, case.contact) == ("", *[None] * 4)
        assert (case.number, case.urgency) == ("2026-00001", "urgent")
        person = session.scalars(select(Person)).one()
        assert (person.enterprise_name, person.tax_code, person.contact) == (None,) * 3


def test_what_is_not_old_and_what_has_not_ended_stays(world: World, lan: Chatter, an: Chatter) -> None:
    lan.writes("nhập khẩu hoa")
    world.clock.advance(days=KEPT_FOR.days)
    an.writes("nhập khẩu gỗ")
    an.commands("done")
    forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert set(session.scalars(select(Enquiry.text))) == {"nhập khẩu hoa", "nhập khẩu gỗ"}
