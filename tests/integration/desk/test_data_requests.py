"""What a person asks for about their data: a copy that is theirs alone, and to be forgotten without a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from clock.due import carry_out_data_requests, forget_trackers, forget_what_is_due
from desk.attachments.model import Attachment, FileContent
from desk.attachments.service import Upload
from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseEntry
from desk.cases.officers import desk as officer_desk
from desk.conversations import service as conversations
from desk.conversations.model import Chat, Person
from desk.deliveries.model import Delivery
from desk.enquiries.model import Enquiry
from desk.enterprises.model import Membership
from desk.figures.period import OpenPeriod
from desk.figures.ratings import ratings
from desk.figures.scope import whole
from desk.people.model import Role
from desk.privacy import carrying_out, deleting, holds, requests
from desk.privacy.holds import HoldRefused
from desk.privacy.model import DataRequest, Farewell, ForgottenTracker, RequestKind, RequestState, WaitsFor
from desk.privacy.requests import DataRefused
from desk.ratings.model import Rating, RatingRequest
from desk.speech import Utterance
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import A, acts_for, opens, verified
from tests.file_fixtures import PDF, sends_files
from tests.privacy_fixtures import carry_out, delivered, found_in, linked, officer, only_case, with_staff

#: Stands in everything that lan says or is known by.
MARK, LAN = "bimat", "770077001"
QUESTION = f"hàng của {MARK} bị giữ ở cảng thì phải làm gì"


@pytest.fixture
def town(own_world: World) -> World:
    with_staff(own_world, minh=Role.OFFICER, thu=Role.HEAD, vinh=Role.HEAD)
    return own_world


@pytest.fixture
def lan(town: World) -> Chatter:
    return town.chatter(LAN)


@pytest.fixture
def minh(town: World) -> Chatter:
    return linked(town, "minh", "501")


def asks_an_officer(lan: Chatter) -> None:
    """A case with a file, told to the officers in their chats."""
    sends_files(lan, Upload(f"{MARK}.pdf", PDF + MARK.encode()), text=QUESTION, person_name=f"Lan {MARK}")
    lan.taps("ask_officer")
    lan.taps("add_details")
    for words in (f"Công ty {MARK}", "0100109106", f"{MARK}@example.vn", "gấp", f"chi tiết {MARK}"):
        lan.writes(words)


def settles(town: World, *words: str) -> None:
    """minh answers the one case, notes something and resolves it."""
    with town.store.writing() as session:
        case, who = session.scalars(select(Case)).one(), officer(session, "minh")
        officer_desk.claim(town.desk, session, case, who)
        officer_desk.note(town.desk, session, case, who, f"ghi chú nội bộ {MARK}")
        for text in words or (f"Trả lời {MARK}",):
            officer_desk.reply(town.desk, session, case, who, text)
        officer_desk.resolve(town.desk, session, case, who)


def wants_to_be_forgotten(chatter: Chatter) -> str:
    """Through the chat: the command, the button, the confirmation; returns what is said in the end."""
    chatter.commands("mydata")
    chatter.taps("data_delete")
    return chatter.taps("data_delete_confirm")[-1].text


def request_of(town: World, kind: RequestKind = RequestKind.DELETE) -> DataRequest:
    with town.store.reading() as session:
        query = select(DataRequest).where(DataRequest.kind == kind).order_by(DataRequest.asked_at.desc())
        return session.scalars(query).first() or pytest.fail("nothing was asked for")


def files_of(town: World) -> dict[str, str]:
    """The exported files by their names."""
    with town.store.reading() as session:
        rows = session.execute(
            select(Attachment.name, FileContent.data)
            .join(FileContent, FileContent.sha256 == Attachment.sha256)
            .where(Attachment.name.startswith("my-data"))
        )
        return {name: data.decode() for name, data in rows}


def exported(town: World) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files_of(town)["my-data.json"])
    return found


class TestBeingForgotten:
    def test_nothing_of_the_person_is_left_anywhere_and_the_figures_stay(
        self, town: World, minh: Chatter, lan: Chatter
    ) -> None:
        asks_an_officer(lan)
        minh.commands("waiting")
        settles(town)
        lan.taps("rate", ":4")
        lan.writes(f"góp ý {MARK}")
        minh.taps("officer_list") if any("officer_list" in said.acts for said in minh.read()) else None
        assert found_in(town.store, MARK)
        assert wants_to_be_forgotten(lan) == town.text("mydata.deleting")
        carry_out(town)
        assert lan.read() == []
        assert found_in(town.store, MARK, LAN) == []
        assert request_of(town).state is RequestState.DONE
        with town.store.reading() as session:
            case = session.scalars(select(Case)).one()
            assert (case.number, case.state.value, case.question) == ("2026-00001", "resolved", "")
            assert session.scalars(select(Rating.person_id)).one() == "nobody"
            assert set(session.scalars(select(RatingRequest.person_id))) == {"nobody"}
            assert ratings(session, OpenPeriod(), whole(session)).all.mean == 4.0
            assert session.scalars(select(Enquiry.outcome)).first()

    def test_who_was_forgotten_is_told_so_and_comes_back_as_somebody_new(self, town: World, lan: Chatter) -> None:
        lan.writes("xin chào")
        before = id_of(town, lan)
        wants_to_be_forgotten(lan)
        delivered(town)
        carry_out_data_requests(town.desk)
        assert [said.text for said in lan.read()] == [town.text("mydata.deleted")]
        said = lan.writes("xin chào")
        assert said[0].text == town.text("notice.first_contact")
        delivered(town)
        carry_out_data_requests(town.desk)
        assert id_of(town, lan) != before
        with town.store.reading() as session:
            assert session.scalars(select(Farewell)).all() == []
            assert session.scalar(select(Chat.address).where(Chat.address == LAN)) == LAN

    def test_the_dialogue_forgets_what_was_said_when_it_can(self, town: World, lan: Chatter) -> None:
        lan.writes("xin chào")
        wants_to_be_forgotten(lan)
        delivered(town)
        carry_out_data_requests(town.desk)
        assert town.dialogue.seen
        town.clock.advance(minutes=3)
        town.dialogue.fails = True
        forget_trackers(town.desk)
        town.dialogue.fails = False
        forget_trackers(town.desk)
        assert town.dialogue.seen
        town.clock.advance(minutes=2)
        forget_trackers(town.desk)
        assert town.dialogue.seen == {}
        with town.store.reading() as session:
            assert session.scalars(select(ForgottenTracker)).all() == []

    def test_a_deletion_waits_for_an_open_case_and_says_so(self, town: World, lan: Chatter, minh: Chatter) -> None:
        asks_an_officer(lan)
        number = only_case(town).number
        assert wants_to_be_forgotten(lan) == town.text("mydata.waits_for_case", numbers=number)
        carry_out(town)
        assert found_in(town.store, MARK)
        assert request_of(town).waits_for is WaitsFor.CASE
        settles(town)
        carry_out(town)
        assert found_in(town.store, MARK, LAN) == []

    def test_a_deletion_waits_for_what_is_still_on_its_way(self, town: World, lan: Chatter) -> None:
        lan.writes("xin chào")
        wants_to_be_forgotten(lan)
        carry_out_data_requests(town.desk)
        assert request_of(town).waits_for is WaitsFor.MESSAGES
        town.clock.advance(hours=1)
        carry_out_data_requests(town.desk)
        assert request_of(town).state is RequestState.DONE
        with town.store.reading() as session:
            chats = session.scalars(select(Chat).where(Chat.address == LAN)).one()
            assert {row.chat_id for row in session.scalars(select(Delivery))} == {chats.id}

    def test_twice_is_once(self, town: World, lan: Chatter) -> None:
        lan.writes("xin chào")
        lan.commands("mydata")
        lan.taps("data_delete")
        button = lan.button("data_delete_confirm").id
        assert lan.presses(button)[-1].text == town.text("mydata.deleting")
        assert lan.presses(button)[-1].text == town.text("mydata.deleting")
        assert lan.taps("data_delete")[-1].text == town.text("mydata.refused.being_deleted")
        carry_out(town)
        carry_out(town)
        with town.store.reading() as session:
            deleted = select(AuditEntry).where(AuditEntry.act == "data.deleted")
            assert len(session.scalars(deleted).all()) == 1
        assert lan.presses(button)[-1].text == town.text("bad_input.button")

    def test_two_clocks_forget_once(self, town: World, lan: Chatter) -> None:
        lan.writes("xin chào")
        wants_to_be_forgotten(lan)
        delivered(town)
        id_ = request_of(town).id
        for _ in range(2):
            with town.store.writing() as session:
                carrying_out.carry_out(town.desk, session, id_)
        assert [said.text for said in lan.read()] == [town.text("mydata.deleted")]

    def test_much_is_forgotten_some_after_some(
        self, town: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(deleting, "AT_ONCE", 2)
        for _ in range(5):
            lan.writes(QUESTION)
            lan.commands("done")
            town.clock.advance(minutes=1)
        wants_to_be_forgotten(lan)
        delivered(town)
        left = []
        for _ in range(3):
            carry_out_data_requests(town.desk)
            left.append(request_of(town).state.value)
        assert left == ["confirmed", "confirmed", "done"]
        assert request_of(town).found["conversations"] == 6
        carry_out(town)
        assert found_in(town.store, MARK, LAN) == []

    def test_the_confirmation_is_the_chats_own_and_is_soon_over(self, town: World, lan: Chatter) -> None:
        lan.writes("xin chào")
        lan.commands("mydata")
        lan.taps("data_delete")
        button = lan.button("data_delete_confirm").id
        assert town.chatter("900").presses(button)[-1].text == town.text("bad_input.button")
        town.clock.advance(minutes=10)
        assert lan.presses(button)[-1].text == town.text("bad_input.button")
        with town.store.writing() as session:
            chat = session.scalars(select(Chat).where(Chat.address == LAN)).one()
            with pytest.raises(DataRefused, match="too_late"):
                requests.confirm(town.desk, session, request_of(town).id, chat)
            other = session.scalars(select(Chat).where(Chat.address == "900")).one()
            with pytest.raises(DataRefused, match="not_yours"):
                requests.confirm(town.desk, session, request_of(town).id, other)

    def test_it_can_be_withdrawn_until_it_is_done(self, town: World, lan: Chatter, minh: Chatter) -> None:
        asks_an_officer(lan)
        wants_to_be_forgotten(lan)
        carry_out(town)
        assert lan.taps("data_keep")[-1].text == town.text("mydata.kept_after_all")
        settles(town)
        carry_out(town)
        assert request_of(town).state is RequestState.WITHDRAWN
        assert found_in(town.store, MARK)
        assert lan.taps("data_keep")[-1].text == town.text("mydata.nothing_to_keep")

    def test_an_officer_is_not_forgotten_by_a_button(self, town: World, minh: Chatter) -> None:
        minh.commands("mydata")
        assert minh.taps("data_delete")[-1].text == town.text("mydata.refused.officer")

    def test_nothing_is_carried_to_who_is_forgotten(self, town: World, lan: Chatter, minh: Chatter) -> None:
        asks_an_officer(lan)
        settles(town)
        wants_to_be_forgotten(lan)
        carry_out(town)
        with town.store.writing() as session:
            case = session.scalars(select(Case)).one()
            told = conversations.say(session, case.conversation, Utterance.plain("Chào bạn."), town.clock.now())
            delivery = session.scalars(select(Delivery).where(Delivery.message_order == told.order_no)).one()
            assert (delivery.state, delivery.error) == ("permanent_failure", "forgotten")

    def test_somebody_elses_words_stay(self, town: World, lan: Chatter) -> None:
        an = town.chatter("900")
        lan.writes(QUESTION)
        an.writes("câu hỏi của an")
        wants_to_be_forgotten(lan)
        carry_out(town)
        assert found_in(town.store, MARK) == []
        assert found_in(town.store, "câu hỏi của an")
        assert an.read()

    def test_what_is_an_enterprises_stays_without_how_the_person_is_reached(
        self, town: World, lan: Chatter, minh: Chatter
    ) -> None:
        mai = town.chatter("200")
        for chatter in (lan, mai):
            verified(town, chatter)
            acts_for(chatter, A)
        case = opens(town, lan, "hoa lan của công ty nhập thế nào")
        with town.store.writing() as session:
            session.execute(update(Case).values(contact=f"{MARK}@example.vn"))
        assert wants_to_be_forgotten(lan) == town.text("mydata.deleting")
        carry_out(town)
        with town.store.reading() as session:
            kept = session.get_one(Case, case.id)
            assert (kept.question, kept.contact) == ("hoa lan của công ty nhập thế nào", None)
            assert kept.conversation.chat.address == mai.address
            states = {held.person_id: held.state for held in session.scalars(select(Membership))}
            assert sorted(states.values()) == ["ended", "verified"]
        assert found_in(town.store, MARK, LAN) == []


class TestHeld:
    def place(self, town: World, thing: object) -> None:
        with town.store.writing() as session:
            merged: Any = session.merge(thing)
            until = town.desk.today().replace(year=2027)
            holds.place(town.desk, session, merged, reason="khiếu nại", review_on=until, by=officer(session, "thu"))

    def lift(self, town: World) -> None:
        with town.store.writing() as session:
            (hold,) = holds.listed(session, None)
            holds.lift(town.desk, session, hold, reason="xong", by=officer(session, "thu"))

    def test_what_is_held_stays_until_the_hold_is_lifted_and_the_rest_goes(
        self, town: World, lan: Chatter, minh: Chatter
    ) -> None:
        asks_an_officer(lan)
        settles(town)
        lan.commands("done")
        self.place(town, only_case(town))
        town.clock.advance(minutes=1)
        lan.writes("một câu hỏi khác hẳn chuyện kia")
        lan.commands("mydata")
        told = lan.taps("data_delete")[-1].text
        assert town.text("mydata.sure_held") in told
        lan.taps("data_delete_confirm")
        carry_out(town)
        assert found_in(town.store, "một câu hỏi khác hẳn chuyện kia") == []
        assert found_in(town.store, MARK)
        assert lan.read()[-1].text == town.text("mydata.held")
        assert (request_of(town).state, request_of(town).waits_for) == (RequestState.CONFIRMED, WaitsFor.HOLD)
        carry_out(town)
        self.lift(town)
        carry_out(town)
        assert found_in(town.store, MARK, LAN) == []
        assert request_of(town).state is RequestState.DONE

    def test_a_held_person_is_neither_deleted_nor_forgotten_by_age(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        lan.commands("done")
        self.place(town, person_of(town, lan))
        wants_to_be_forgotten(lan)
        carry_out(town)
        town.clock.advance(days=800)
        forget_what_is_due(town.desk)
        assert found_in(town.store, MARK)
        self.lift(town)
        forget_what_is_due(town.desk)
        carry_out(town)
        assert found_in(town.store, MARK, LAN) == []

    def test_a_hold_wants_a_reason_a_day_and_somebody_who_may(self, town: World, lan: Chatter, minh: Chatter) -> None:
        asks_an_officer(lan)
        today = town.desk.today()
        with town.store.writing() as session:
            case = session.scalars(select(Case)).one()
            thu, of_cases = officer(session, "thu"), officer(session, "minh")
            for by, reason, day, why in (
                (of_cases, "khiếu nại", today.replace(year=2027), "not_yours"),
                (thu, "  ", today.replace(year=2027), "reason_missing"),
                (thu, "khiếu nại", today, "review_day"),
                (thu, "khiếu nại", today.replace(year=2029), "review_day"),
            ):
                with pytest.raises(HoldRefused, match=why):
                    holds.place(town.desk, session, case, reason=reason, review_on=day, by=by)
            until = today.replace(year=2027)
            hold = holds.place(town.desk, session, case, reason="khiếu nại", review_on=until, by=thu)
            with pytest.raises(HoldRefused, match="held_already"):
                holds.place(town.desk, session, case, reason="nữa", review_on=until, by=thu)
            assert not holds.is_to_be_reviewed(hold, today)
            assert holds.is_to_be_reviewed(hold, until)
            assert [each.id for each in holds.listed(session, thu)] == [hold.id]
            assert holds.listed(session, of_cases) == []
            holds.lift(town.desk, session, hold, reason="xong", by=thu)
            with pytest.raises(HoldRefused, match="lifted_already"):
                holds.lift(town.desk, session, hold, reason="xong", by=thu)
            acts = [row.act for row in session.scalars(select(AuditEntry)) if row.act.startswith("hold.")]
            assert acts == ["hold.placed", "hold.lifted"]


class TestACopy:
    def test_it_has_everything_of_the_person_and_nothing_of_others(
        self, town: World, lan: Chatter, minh: Chatter
    ) -> None:
        asks_an_officer(lan)
        settles(town, "Anh chị nộp ở chi cục.")
        lan.taps("rate", ":4")
        town.chatter("900").writes("câu hỏi của an")
        lan.commands("mydata")
        assert lan.taps("data_send")[-1].text == town.text("mydata.being_made")
        carry_out(town)
        told = exported(town)
        assert told["person"]["name"] == f"Lan {MARK}"
        (case,) = told["cases"]
        assert (case["question"], case["contact"]) == (QUESTION, f"{MARK}@example.vn")
        assert "Anh chị nộp ở chi cục." in [entry["text"] for entry in case["thread"]]
        assert told["ratings"][0]["stars"] == 4
        assert any(QUESTION in message["text"] for each in told["conversations"] for message in each["messages"])
        (file,) = told["files"]
        assert (file["name"], bool(file["base64"])) == (f"{MARK}.pdf", True)
        everything = json.dumps(told, ensure_ascii=False)
        assert f"ghi chú nội bộ {MARK}" not in everything
        assert "câu hỏi của an" not in everything
        text = files_of(town)["my-data.txt"]
        assert QUESTION in text
        assert f"ghi chú nội bộ {MARK}" not in text
        assert "base64" not in text

    def test_it_is_sent_to_the_chat_as_two_files_and_kept_for_a_week(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        lan.commands("mydata")
        lan.taps("data_send")
        carry_out(town)
        assert set(files_of(town)) == {"my-data.json", "my-data.txt"}
        assert lan.read()[-1].text == town.text("mydata.sent", days=7)
        town.clock.advance(days=7)
        forget_what_is_due(town.desk)
        assert files_of(town) == {}

    def test_an_earlier_copy_is_not_part_of_the_next(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        for _ in range(2):
            lan.commands("mydata")
            lan.taps("data_send")
            carry_out(town)
        assert exported(town)["files"] == []

    def test_so_many_a_day(self, town: World, lan: Chatter) -> None:
        lan.writes("xin chào")
        lan.commands("mydata")
        lan.taps("data_send")
        assert lan.taps("data_send")[-1].text == town.text("mydata.refused.being_made")
        for _ in range(2):
            carry_out(town)
            lan.taps("data_send")
        carry_out(town)
        assert lan.taps("data_send")[-1].text == town.text("mydata.refused.too_often")

    def test_a_copy_that_was_asked_for_before_the_deletion_comes_first(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        lan.commands("mydata")
        lan.taps("data_send")
        wants_to_be_forgotten(lan)
        assert lan.taps("data_send")[-1].text == town.text("mydata.refused.being_deleted")
        delivered(town)
        carry_out_data_requests(town.desk)
        assert request_of(town, RequestKind.EXPORT).state is RequestState.DONE
        assert request_of(town).state is RequestState.CONFIRMED
        assert QUESTION in files_of(town)["my-data.json"]
        carry_out(town)
        assert request_of(town).state is RequestState.DONE
        assert files_of(town) == {}
        assert found_in(town.store, MARK, LAN) == []

    def test_what_an_officers_chat_tells_of_others_is_not_theirs(
        self, town: World, lan: Chatter, minh: Chatter
    ) -> None:
        asks_an_officer(lan)
        minh.commands("mydata")
        minh.taps("data_send")
        carry_out(town)
        assert MARK not in files_of(town)["my-data.json"]

    def test_a_colleagues_words_are_not_in_it(self, town: World, lan: Chatter, minh: Chatter) -> None:
        mai = town.chatter("200")
        for chatter in (lan, mai):
            verified(town, chatter)
            acts_for(chatter, A)
        case = opens(town, lan, "hoa lan của công ty nhập thế nào")
        mai.commands("cases")
        mai.taps("case_show", str(case.id))
        mai.taps("case_add")
        mai.writes("lời của đồng nghiệp")
        lan.commands("mydata")
        lan.taps("data_send")
        carry_out(town)
        with town.store.reading() as session:
            assert "lời của đồng nghiệp" in session.scalars(select(CaseEntry.text)).all()
        assert "lời của đồng nghiệp" not in files_of(town)["my-data.json"]


class TestByOfficers:
    def test_two_officers_delete_for_somebody_and_the_audit_tells_who(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        person_id = id_of(town, lan)
        with town.store.writing() as session:
            person = session.get_one(Person, person_id)
            thu, vinh, minh = (officer(session, name) for name in ("thu", "vinh", "minh"))
            with pytest.raises(DataRefused, match="not_yours"):
                requests.ask_for(town.desk, session, person, minh, "thư tay")
            with pytest.raises(DataRefused, match="reason_missing"):
                requests.ask_for(town.desk, session, person, thu, " ")
            request = requests.ask_for(town.desk, session, person, thu, "thư tay, đã đối chiếu căn cước")
            with pytest.raises(DataRefused, match="asked_already"):
                requests.ask_for(town.desk, session, person, vinh, "thư tay")
            with pytest.raises(DataRefused, match="four_eyes"):
                requests.approve(town.desk, session, request, thu)
        carry_out(town)
        assert found_in(town.store, MARK)
        with town.store.writing() as session:
            request = session.get_one(DataRequest, request.id)
            requests.approve(town.desk, session, request, officer(session, "vinh"))
            with pytest.raises(DataRefused, match="settled_already"):
                requests.approve(town.desk, session, request, officer(session, "vinh"))
        carry_out(town)
        assert found_in(town.store, MARK, LAN) == []
        with town.store.reading() as session:
            entries = [row for row in session.scalars(select(AuditEntry)) if row.act.startswith("data.")]
            assert [(row.actor, row.act) for row in entries] == [
                ("officer:thu", "data.deletion_asked"),
                ("officer:vinh", "data.deletion_confirmed"),
                ("officer:vinh", "data.deleted"),
            ]

    def test_what_was_refused_is_not_done(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        person_id = id_of(town, lan)
        with town.store.writing() as session:
            person = session.get_one(Person, person_id)
            request = requests.ask_for(town.desk, session, person, officer(session, "thu"), "thư tay")
            requests.refuse(town.desk, session, request, officer(session, "thu"), "không phải người đó")
            assert requests.listed(session, None) == []
        carry_out(town)
        assert found_in(town.store, MARK)

    def test_a_copy_for_somebody_is_made_for_a_reason(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        person_id = id_of(town, lan)
        with town.store.writing() as session:
            person, thu = session.get_one(Person, person_id), officer(session, "thu")
            with pytest.raises(DataRefused, match="reason_missing"):
                requests.note_export_for(town.desk, session, person, thu, "")
            requests.note_export_for(town.desk, session, person, thu, f"Lan gọi từ 0912345678, {MARK}@example.vn")
            entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "data.exported")).one()
            assert entry.detail["reason"] == "Lan gọi từ [số], [thư điện tử]"
        assert request_of(town, RequestKind.EXPORT).state is RequestState.DONE

    def test_a_restored_backup_deletes_again(self, town: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        person_id = id_of(town, lan)
        with town.store.writing() as session:
            assert requests.delete_again(town.desk, session, person_id)
            assert not requests.delete_again(town.desk, session, "nobody knows")
        carry_out(town)
        assert found_in(town.store, MARK, LAN) == []
        with town.store.writing() as session:
            assert not requests.delete_again(town.desk, session, person_id)
            assert [id_ for id_, _ in requests.deleted_since(session, town.desk.today())] == [person_id]


def person_of(town: World, chatter: Chatter) -> Person:
    with town.store.reading() as session:
        return session.scalars(select(Chat).where(Chat.address == chatter.address)).one().person


def id_of(town: World, chatter: Chatter) -> str:
    return person_of(town, chatter).id
