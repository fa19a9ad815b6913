"""A reply on a chosen topic needs two people: one drafts it, a head signs it or sends it back."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments import service as attachments
from desk.attachments.service import Upload
from desk.cases import permissions
from desk.cases.model import Case, CaseEntry, CaseState
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import second_signature
from desk.cases.officers.signed_topics import SignedTopics
from desk.conversations.model import Message
from desk.desk import Rules
from tests.desk_fixtures import Chatter, Said, World
from tests.file_fixtures import PDF, a_jpeg, sends_files
from tests.small_tree import a_case_at, add_people, add_units, linked, officer

NUMBER = "2026-00001"
WORDS = "Cần giấy phép CITES."


@pytest.fixture
def rules(rules: Rules) -> Rules:
    return dataclasses.replace(rules, signed_topics=SignedTopics(frozenset({"tax"})))


@pytest.fixture
def case_id(world: World, lan: Chatter) -> int:
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    case_id = a_case_at(world, "CATLAI", lan)
    with world.store.writing() as session:
        session.get_one(Case, case_id).topic = "tax"
    return case_id


@pytest.fixture
def thu(world: World, case_id: int) -> Chatter:
    return linked(world, "thu")


@pytest.fixture
def hanh(world: World, case_id: int) -> Chatter:
    return linked(world, "hanh")


def draft(world: World, case_id: int, by: str = "thu", text: str = WORDS) -> None:
    with world.store.writing() as session:
        case, who = session.get_one(Case, case_id), officer(session, by)
        officer_desk.claim(world.desk, session, case, who)
        assert officer_desk.reply(world.desk, session, case, who, text) is None


def act(world: World, case_id: int, name: str, by: str, *words: str) -> str:
    """Carry out an act of officer_desk; returns the reason for which it was refused, or nothing."""
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        try:
            getattr(officer_desk, name)(world.desk, session, case, officer(session, by), *words)
        except permissions.CaseRefused as refused:
            return refused.reason
    return ""


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(CaseEntry.kind).order_by(CaseEntry.id)))


def from_officers(chatter: Chatter) -> list[Said]:
    return [said for said in chatter.read() if said.author == "officer"]


def test_a_reply_waits_for_the_head_and_is_sent_in_the_drafters_name(
    world: World, case_id: int, lan: Chatter, thu: Chatter, hanh: Chatter
) -> None:
    draft(world, case_id)
    assert from_officers(lan) == []
    asked = hanh.read()[-1]
    assert WORDS in asked.text
    assert world.text("officer.draft_for_you", name="Thu", number=NUMBER) in asked.text
    assert asked.acts[:2] == ["officer_sign", "officer_return_draft"]
    assert hanh.taps("officer_sign")[-1].text == world.text("officer.signed", number=NUMBER)
    (reply,) = from_officers(lan)
    assert reply.text == f"{world.text('case.reply_title', number=NUMBER)}\n\n{WORDS}"
    assert world.text("officer.draft_signed", name="Hanh", number=NUMBER) in thu.read()[-1].text
    with world.store.reading() as session:
        case = session.get_one(Case, case_id)
        entry = case.entries[-1]
        assert (case.state, case.holder_id) == (CaseState.ANSWERED, officer(session, "thu").id)
        assert (entry.kind, entry.officer_id) == ("replied", officer(session, "hanh").id)
        assert entry.detail == {"drafted_by": officer(session, "thu").id}


def test_a_signature_given_twice_sends_one_reply(world: World, case_id: int, lan: Chatter) -> None:
    draft(world, case_id)
    assert [act(world, case_id, "sign", "hanh") for _ in range(2)] == ["", ""]
    assert len(from_officers(lan)) == 1


def test_a_draft_comes_back_with_the_reason(
    world: World, case_id: int, lan: Chatter, thu: Chatter, hanh: Chatter
) -> None:
    draft(world, case_id)
    asked = hanh.taps("officer_return_draft")[-1]
    assert asked.text == world.text("officer.write_draft_return", number=NUMBER)
    assert hanh.writes("Thiếu căn cứ pháp lý")[-1].text == world.text("officer.draft_returned", number=NUMBER)
    assert "Thiếu căn cứ pháp lý" in thu.read()[-1].text
    assert hanh.taps("officer_sign")[-1].text == world.text("officer.no_draft", number=NUMBER)
    assert from_officers(lan) == []


def test_a_returned_draft_that_was_revised_is_signed(world: World, case_id: int, lan: Chatter) -> None:
    draft(world, case_id)
    assert act(world, case_id, "return_draft", "hanh", "Thiếu căn cứ") == ""
    draft(world, case_id, text="Cần giấy phép CITES theo luật.")
    assert act(world, case_id, "sign", "hanh") == ""
    assert [said.text.split("\n\n")[1] for said in from_officers(lan)] == ["Cần giấy phép CITES theo luật."]


def test_another_draft_takes_the_place_of_the_first(world: World, case_id: int, lan: Chatter) -> None:
    draft(world, case_id)
    draft(world, case_id, text="Bản thứ hai.")
    with world.store.reading() as session:
        assert kinds(session)[-3:] == ["drafted", "draft_withdrawn", "drafted"]
    act(world, case_id, "sign", "hanh")
    assert "Bản thứ hai." in from_officers(lan)[0].text


def test_the_same_draft_twice_is_one(world: World, case_id: int, hanh: Chatter) -> None:
    draft(world, case_id)
    heard = len(hanh.read())
    draft(world, case_id)
    with world.store.reading() as session:
        assert kinds(session).count("drafted") == 1
    assert len(hanh.read()) == heard


@pytest.mark.parametrize("who", ["thu", "nam", "dung"])
def test_only_a_head_signs(world: World, case_id: int, who: str) -> None:
    draft(world, case_id)
    assert act(world, case_id, "sign", who) == "officer.only_head"
    assert act(world, case_id, "return_draft", who, "Không") == "officer.only_head"


def test_a_heads_own_draft_goes_to_the_head_above(world: World, case_id: int, hanh: Chatter, lan: Chatter) -> None:
    vinh = linked(world, "vinh")
    heard = len(hanh.read())
    draft(world, case_id, by="hanh")
    assert len(hanh.read()) == heard
    assert WORDS in vinh.read()[-1].text
    assert act(world, case_id, "sign", "hanh") == "officer.only_head"
    assert act(world, case_id, "sign", "vinh") == ""
    assert len(from_officers(lan)) == 1


def test_the_nearest_heads_are_asked(world: World, case_id: int) -> None:
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        nearest = [
            [head.username for head in second_signature.heads_for(session, case, officer(session, name))]
            for name in ("thu", "hanh")
        ]
        assert nearest == [["hanh"], ["vinh"]]
        officer(session, "hanh").active = False
        officer(session, "vinh").active = False
        assert second_signature.heads_for(session, case, officer(session, "thu")) == []


def test_a_draft_is_not_signed_once_the_person_wrote_again(
    world: World, case_id: int, lan: Chatter, hanh: Chatter
) -> None:
    draft(world, case_id)
    lan.writes("hàng đã đổi sang lan nuôi trồng")
    lan.taps("same_case")
    assert hanh.taps("officer_sign")[-1].text == world.text("officer.draft_is_older", number=NUMBER)
    assert from_officers(lan) == []
    assert act(world, case_id, "return_draft", "hanh", "Doanh nghiệp vừa bổ sung") == ""


@pytest.mark.parametrize(("name", "words"), [("give_back", ("Nhầm",)), ("take_over", ())])
def test_a_draft_falls_with_the_return_and_stays_with_the_head_who_takes_over(
    world: World, case_id: int, name: str, words: tuple[str, ...]
) -> None:
    draft(world, case_id)
    act(world, case_id, name, "thu" if name == "give_back" else "vinh", *words)
    assert act(world, case_id, "sign", "hanh") == ("officer.no_draft" if name == "give_back" else "")


def test_other_topics_are_answered_with_one_signature(world: World, case_id: int, lan: Chatter) -> None:
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, "thu")
        case.topic = "declaration"
        officer_desk.claim(world.desk, session, case, thu)
        message = officer_desk.reply(world.desk, session, case, thu, WORDS)
        assert isinstance(message, Message)
    assert len(from_officers(lan)) == 1


def test_drafts_to_sign_are_listed_for_those_who_may(world: World, case_id: int) -> None:
    draft(world, case_id)
    with world.store.reading() as session:
        listed = {
            name: [case.id for case in second_signature.to_sign(session, officer(session, name))]
            for name in ("thu", "nam", "hanh", "vinh", "dung")
        }
    assert listed == {"thu": [], "nam": [], "hanh": [case_id], "vinh": [case_id], "dung": []}


def test_the_officer_is_told_in_chat_that_the_reply_is_not_sent_yet(world: World, case_id: int, thu: Chatter) -> None:
    thu.commands("waiting")
    thu.taps("officer_show")
    thu.taps("officer_claim")
    said = thu.writes(WORDS, reply_to=thu.external_id(thu.read()[-1]))[-1]
    assert said.text == world.text("officer.drafted", number=NUMBER)


class TestFilesOfADraft:
    def test_the_head_gets_them_and_the_person_once_it_is_signed(
        self, world: World, case_id: int, lan: Chatter, thu: Chatter, hanh: Chatter
    ) -> None:
        told = replies_with(thu, SCAN, text=WORDS)
        assert told[-1].text == world.text("officer.drafted", number=NUMBER)
        assert names_for(world, hanh.read()[-1]) == ["mẫu đơn.pdf"]
        assert from_officers(lan) == []
        hanh.taps("officer_sign")
        (reply,) = from_officers(lan)
        assert WORDS in reply.text
        assert names_for(world, reply) == ["mẫu đơn.pdf"]

    def test_a_draft_may_be_a_file_alone(
        self, world: World, case_id: int, lan: Chatter, thu: Chatter, hanh: Chatter
    ) -> None:
        replies_with(thu, SCAN)
        hanh.taps("officer_sign")
        (reply,) = from_officers(lan)
        with world.store.reading() as session:
            entry = session.get_one(Case, case_id).entries[-1]
            assert entry.text == world.text("files.only", names="mẫu đơn.pdf")
        assert entry.text not in reply.text
        assert names_for(world, reply) == ["mẫu đơn.pdf"]

    def test_the_photos_of_an_album_are_one_draft(
        self, world: World, case_id: int, lan: Chatter, thu: Chatter, hanh: Chatter
    ) -> None:
        photos = [Upload(f"ảnh {number}.jpg", a_jpeg(number)) for number in range(3)]
        replies_with(thu, photos[0], text=WORDS)
        for photo in photos[1:]:
            replies_with(thu, photo)
        hanh.taps("officer_sign")
        (reply,) = from_officers(lan)
        assert WORDS in reply.text
        assert names_for(world, reply) == ["ảnh 0.jpg", "ảnh 1.jpg", "ảnh 2.jpg"]

    def test_a_file_sent_later_is_a_draft_of_its_own(
        self, world: World, case_id: int, lan: Chatter, thu: Chatter, hanh: Chatter
    ) -> None:
        replies_with(thu, SCAN, text=WORDS)
        world.clock.advance(minutes=5)
        replies_with(thu, Upload("ảnh.jpg", a_jpeg(1)))
        hanh.taps("officer_sign")
        (reply,) = from_officers(lan)
        assert WORDS not in reply.text
        assert names_for(world, reply) == ["ảnh.jpg"]


SCAN = Upload("mẫu đơn.pdf", PDF)


def replies_with(thu: Chatter, upload: Upload, text: str = "") -> list[Said]:
    """thu, who claims the case where nobody has, answers its message with a file."""
    if not any("officer_show" in said.acts for said in thu.read()):
        thu.commands("waiting")
        thu.taps("officer_show")
        thu.taps("officer_claim")
    case = next(said for said in reversed(thu.read()) if said.case_id is not None)
    return sends_files(thu, upload, text=text, reply_to=thu.external_id(case))


def names_for(world: World, said: Said) -> list[str]:
    with world.store.reading() as session:
        message = session.get_one(Message, said.order)
        return [file.name for file in attachments.of_message(session, message)]
