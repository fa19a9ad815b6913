"""Officers in Telegram: acts that need words, choosing a unit, quoting, reading page by page, lists and duty."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.cases.model import Case, CaseEntry, CaseState
from desk.cases.officers import desk as officer_desk
from desk.cases.officers_chat import reading as chat_reading
from desk.conversations.incoming import Kind
from desk.deliveries.model import Delivery, DeliveryState
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from desk.people import telegram_link
from desk.people.model import OfficerLink
from tests.desk_fixtures import UNSURE, Chatter, Said, World, a_record
from tests.small_tree import a_case_at, add_people, add_units, linked, officer, unit

NUMBER = "2026-00001"


@pytest.fixture(autouse=True)
def _units(world: World) -> None:
    with world.store.writing() as session:
        add_units(session)
        add_people(session)


@pytest.fixture
def thu(world: World) -> Chatter:
    return linked(world, "thu")


@pytest.fixture
def case_id(world: World, thu: Chatter, lan: Chatter) -> int:
    """A case that thu holds, the newest thing in her chat being the case with its buttons."""
    world.search.finds("fee_rates", "channels", "old_rule", "dossier_import", confidence=UNSURE, about="hoa lan")
    case_id = a_case_at(world, "CATLAI", lan)
    thu.commands("waiting")
    thu.taps("officer_show")
    thu.taps("officer_claim")
    world.search.finds()
    return case_id


def entries(world: World) -> list[tuple[str, str | None]]:
    with world.store.reading() as session:
        return [(e.kind, e.text) for e in session.scalars(select(CaseEntry).order_by(CaseEntry.id))]


def the_case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def replies(officer_: Chatter, said: Said, text: str) -> list[Said]:
    return officer_.writes(text, reply_to=officer_.external_id(said))


class TestActsInWords:
    def test_a_note_is_asked_for_and_kept_from_the_person(
        self, world: World, case_id: int, thu: Chatter, lan: Chatter
    ) -> None:
        heard = len(lan.read())
        asked = thu.taps("officer_note")[-1]
        assert (asked.text, asked.acts) == (world.text("officer.write_note", number=NUMBER), ["officer_cancel"])
        assert thu.writes("Đã gọi điện cho doanh nghiệp")[-1].text == world.text("officer.noted", number=NUMBER)
        assert entries(world)[-1] == ("noted", "Đã gọi điện cho doanh nghiệp")
        assert len(lan.read()) == heard

    def test_a_question_goes_to_the_person(self, world: World, case_id: int, thu: Chatter, lan: Chatter) -> None:
        thu.taps("officer_ask")
        assert thu.writes("Hàng về cửa khẩu nào?")[-1].text == world.text("officer.asked", number=NUMBER)
        assert "Hàng về cửa khẩu nào?" in lan.read()[-1].text
        assert the_case(world).state is CaseState.NEEDS_INFORMATION

    def test_a_return_keeps_the_reason(self, world: World, case_id: int, thu: Chatter) -> None:
        asked = thu.taps("officer_return")[-1]
        assert asked.acts == ["officer_return_now", "officer_cancel"]
        assert thu.writes("Nhầm việc")[-1].text == world.text("officer.returned", number=NUMBER)
        assert entries(world)[-1] == ("returned", "Nhầm việc")

    def test_a_return_without_a_reason_awaits_nothing(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_return")
        thu.taps("officer_return_now")
        world.search.finds("dossier_import", about="hồ sơ")
        assert thu.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"

    def test_what_was_begun_can_be_cancelled(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_note")
        assert thu.taps("officer_cancel")[-1].text == world.text("officer.cancelled")
        world.search.finds("dossier_import", about="hồ sơ")
        assert thu.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"
        assert entries(world)[-1][0] == "claimed"

    def test_after_ten_minutes_a_text_is_an_enterprises_again(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_note")
        world.clock.advance(minutes=10)
        world.search.finds("dossier_import", about="hồ sơ")
        assert thu.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"

    def test_within_them_it_is_never_an_enquiry(self, world: World, case_id: int, thu: Chatter) -> None:
        world.search.finds("dossier_import", about="hồ sơ")
        thu.taps("officer_note")
        world.clock.advance(minutes=9, seconds=59)
        asked = len(world.search.asked)
        assert thu.writes("hồ sơ nhập khẩu gồm gì")[-1].text == world.text("officer.noted", number=NUMBER)
        assert len(world.search.asked) == asked

    @pytest.mark.parametrize("what", ["the question for the note", "the case"])
    def test_a_note_written_with_telegrams_reply_does_not_go_to_the_person(
        self, world: World, case_id: int, thu: Chatter, lan: Chatter, what: str
    ) -> None:
        case = thu.read()[-1]
        asked = thu.taps("officer_note")[-1]
        heard = len(lan.read())
        replies(thu, asked if what == "the question for the note" else case, "Doanh nghiệp này hay khai sai")
        assert entries(world)[-1] == ("noted", "Doanh nghiệp này hay khai sai")
        assert len(lan.read()) == heard

    def test_a_reply_to_another_cases_message_is_a_reply(
        self, world: World, case_id: int, thu: Chatter, an: Chatter
    ) -> None:
        other = a_case_at(world, "CATLAI", an)
        thu.commands("waiting")
        thu.taps("officer_show", "00002")
        shown = thu.read()[-1]
        thu.taps("officer_claim", str(other))
        thu.taps("officer_note", str(case_id))
        replies(thu, shown, "Câu trả lời cho hồ sơ thứ hai")
        assert "Câu trả lời cho hồ sơ thứ hai" in an.read()[-1].text
        thu.writes("Ghi chú cho hồ sơ thứ nhất")
        assert entries(world)[-1] == ("noted", "Ghi chú cho hồ sơ thứ nhất")

    def test_words_in_english_do_not_change_the_officers_language(
        self, world: World, case_id: int, thu: Chatter
    ) -> None:
        thu.taps("officer_note")
        assert thu.writes("I have called the enterprise today")[-1].text == world.text("officer.noted", number=NUMBER)

    @pytest.mark.parametrize("text", ["👍", "x" * 8001])
    def test_what_cannot_be_kept_is_said(self, world: World, case_id: int, thu: Chatter, text: str) -> None:
        thu.taps("officer_note")
        said = thu.writes(text)[-1].text
        assert said in (world.text("bad_input.nothing_to_read"), world.text("officer.long_reply"))
        assert entries(world)[-1][0] == "claimed"

    def test_an_act_begun_while_ones_own_question_is_filled_in_waits(
        self, world: World, case_id: int, thu: Chatter
    ) -> None:
        thu.writes("xuất khẩu gỗ lạ thì sao")
        thu.taps("ask_officer")
        thu.taps("add_details")
        assert thu.taps("officer_note")[-1].text == world.text("officer.form_first")


class TestTransfer:
    def test_a_unit_is_chosen_by_its_button_then_the_reason_is_asked(
        self, world: World, case_id: int, thu: Chatter, lan: Chatter
    ) -> None:
        asked = thu.taps("officer_transfer")[-1]
        assert asked.text == world.text("officer.choose_unit", number=NUMBER, unit="Hải quan cửa khẩu cảng Cát Lái")
        assert asked.titles == [
            "Chi cục Hải quan khu vực II (KV02)",
            "Đội Thủ tục 1 (CATLAI-1)",
            "Hải quan Khu chế xuất Linh Trung (LINHTRUNG)",
            world.text("button.officer_cancel"),
        ]
        reason = thu.taps("officer_transfer_to", "LINHTRUNG")[-1]
        expected = world.text("officer.write_transfer", number=NUMBER, unit="Hải quan Khu chế xuất Linh Trung")
        assert reason.text == expected
        assert thu.writes("Hàng ở khu chế xuất")[-1].text == world.text("officer.transferred", number=NUMBER)
        assert entries(world)[-1] == ("transferred", "Hàng ở khu chế xuất")
        assert the_case(world).unit.code == "LINHTRUNG"

    @pytest.mark.parametrize(
        ("typed", "found"), [("linh trung", ["LINHTRUNG"]), ("02F1", ["LINHTRUNG"]), ("khu vuc iii", ["KV03"])]
    )
    def test_a_unit_is_found_by_name_or_code(
        self, world: World, case_id: int, thu: Chatter, typed: str, found: list[str]
    ) -> None:
        thu.taps("officer_transfer")
        said = thu.writes(typed)[-1]
        assert [title.rsplit("(")[-1].rstrip(")") for title in said.titles[:-1]] == found
        thu.taps("officer_transfer_to", found[0])
        thu.writes("Hàng ở đó")
        assert the_case(world).unit.code == found[0]

    def test_a_name_that_no_unit_has_is_asked_for_again(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_transfer")
        for typed in ("đơn vị không có", "Cát Lái xa lắm"):
            said = thu.writes(typed)[-1]
            assert said.acts == ["officer_cancel"]
        assert thu.writes("Linh Trung")[-1].acts == ["officer_transfer_to", "officer_cancel"]
        assert the_case(world).unit.code == "CATLAI"

    def test_a_unit_that_was_closed_meanwhile_takes_nothing(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_transfer")
        thu.taps("officer_transfer_to", "LINHTRUNG")
        with world.store.writing() as session:
            unit(session, "LINHTRUNG").active = False
        assert thu.writes("Hàng ở đó")[-1].text == world.text("officer.no_such_unit", number=NUMBER)

    def test_a_button_that_is_older_than_the_state_says_so(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_transfer")
        thu.writes("KV03")
        thu.taps("officer_transfer_to", "KV03")
        assert thu.writes("Hàng ở đó")[-1].acts == []
        assert thu.taps("officer_transfer_to", "KV03")[-1].text == world.text("officer.not_your_unit", number=NUMBER)
        assert thu.taps("officer_quote")[-1].text == world.text("officer.not_your_unit", number=NUMBER)
        for act in ("officer_return", "officer_ask"):
            assert thu.taps(act)[-1].text == world.text("officer.claim_first", number=NUMBER)
        assert thu.taps("officer_claim")[-1].text == world.text("officer.not_your_unit", number=NUMBER)
        assert thu.taps("officer_note")[-1].text == world.text("officer.not_your_unit", number=NUMBER)


class TestQuotes:
    def test_the_entries_near_to_the_question_are_offered_if_in_force(
        self, world: World, case_id: int, thu: Chatter
    ) -> None:
        offered = thu.taps("officer_quote")[-1]
        assert offered.titles == ["Tiêu đề fee_rates", "Tiêu đề channels", "Tiêu đề dossier_import"]

    def test_a_quote_is_shown_and_sent_word_for_word_after_a_confirmation(
        self, world: World, case_id: int, thu: Chatter, lan: Chatter
    ) -> None:
        heard = len(lan.read())
        thu.taps("officer_quote")
        shown = thu.taps("officer_quote_show", "channels")[-1]
        assert len(lan.read()) == heard
        assert thu.taps("officer_quote_send")[-1].text == world.text("officer.sent", number=NUMBER)
        (reply,) = lan.read()[heard:]
        for words in (shown.text, reply.text):
            assert "Tiêu đề channels\n\nNguyên văn channels: nộp ở chi cục." in words
            assert f"{world.text('answer.legal_basis')}:\n- Khoản 1 Điều 24 Luật Hải quan" in words
        with world.store.reading() as session:
            entry = session.scalars(select(CaseEntry).where(CaseEntry.kind == "replied")).one()
            assert entry.detail == {"quoted": [{"entry": "channels", "version": 1}]}

    def test_sending_a_quote_twice_is_one_reply(self, world: World, case_id: int, thu: Chatter, lan: Chatter) -> None:
        thu.taps("officer_quote")
        thu.taps("officer_quote_show", "channels")
        heard = len(lan.read())
        for _ in range(2):
            thu.taps("officer_quote_send")
        assert len(lan.read()) == heard + 1

    @pytest.mark.parametrize("change", ["withdrawn", "changed"])
    def test_a_quote_of_what_has_changed_is_not_sent(
        self, world: World, case_id: int, thu: Chatter, lan: Chatter, change: str
    ) -> None:
        thu.taps("officer_quote")
        thu.taps("officer_quote_show", "channels")
        with world.store.writing() as session:
            if change == "withdrawn":
                guidance.withdraw(session, "channels", by="hoa", reason="sai", at=world.clock.now())
            else:
                record = a_record("channels", answer={"vi": "Nguyên văn mới.", "en": "A new text."})
                guidance.publish(session, record, origin="curator", by="hoa", at=world.clock.now())
        heard = len(lan.read())
        assert thu.taps("officer_quote_send")[-1].text == world.text("officer.quote_outdated", number=NUMBER)
        assert len(lan.read()) == heard

    def test_a_question_near_to_nothing_offers_nothing(self, world: World, case_id: int, thu: Chatter) -> None:
        with world.store.writing() as session:
            for asked in session.scalars(select(Enquiry)):
                asked.candidates = []
        assert thu.taps("officer_quote")[-1].text == world.text("officer.nothing_to_quote", number=NUMBER)


class TestReading:
    def test_the_thread_is_read_with_notes_and_what_was_done(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_note")
        thu.writes("Đã gọi điện")
        thu.taps("officer_transfer")
        thu.taps("officer_transfer_to", "CATLAI-1")
        thu.writes("Hàng ở đó")
        read = thu.taps("officer_thread")[-1].text
        assert f"{world.text('page.desk.entry.noted')} · Thu: Đã gọi điện" in read
        expected = f"{world.text('page.desk.entry.transferred')} · Thu (Đội Thủ tục 1): Hàng ở đó"
        assert expected in read

    def test_a_long_thread_is_read_page_by_page(
        self, world: World, case_id: int, thu: Chatter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chat_reading, "ON_A_PAGE", 2)
        with world.store.writing() as session:
            case, who = session.get_one(Case, case_id), officer(session, "thu")
            for number in range(3):
                officer_desk.note(world.desk, session, case, who, f"ghi chú {number}")
        newest = thu.taps("officer_thread")[-1]
        assert "ghi chú 1" in newest.text
        assert "ghi chú 2" in newest.text
        older = thu.presses(newest.buttons[0].id)[-1]
        assert "ghi chú 0" in older.text
        assert "ghi chú 1" not in older.text
        oldest = thu.presses(older.buttons[0].id)[-1]
        assert world.text("page.desk.entry.opened") in oldest.text
        assert oldest.titles[0] == world.text("officer.newest")
        assert thu.presses(oldest.buttons[0].id)[-1].text == newest.text


class TestListsAndDuty:
    def test_an_officer_sees_what_waits_in_their_units_and_what_they_hold(
        self, world: World, case_id: int, thu: Chatter, an: Chatter
    ) -> None:
        assert thu.commands("waiting")[-1].text == world.text("officer.cases", held=1, waiting=0)
        a_case_at(world, "KV03", an)
        assert thu.commands("waiting")[-1].text == world.text("officer.cases", held=1, waiting=0)
        with world.store.writing() as session:
            session.get_one(Case, 2).unit = unit(session, "CATLAI-1")
        assert thu.commands("waiting")[-1].text == world.text("officer.cases", held=1, waiting=1)

    def test_other_lists_are_offered_where_something_stands_in_them(
        self, world: World, case_id: int, thu: Chatter
    ) -> None:
        assert "officer_list" not in thu.commands("waiting")[-1].acts
        world.clock.set(the_case(world).due_at)
        assert world.text("officer.list_overdue", count=1) in thu.commands("waiting")[-1].titles
        listed = thu.taps("officer_list", "overdue")[-1]
        assert listed.text == world.text("officer.list_overdue", count=1)
        assert listed.acts[0] == "officer_show"

    def test_a_head_takes_a_case_over(self, world: World, case_id: int, thu: Chatter) -> None:
        hanh = linked(world, "hanh")
        world.clock.set(the_case(world).due_at)
        hanh.commands("waiting")
        hanh.taps("officer_list", "overdue")
        assert "officer_take_over" in hanh.taps("officer_show")[-1].acts
        assert hanh.taps("officer_take_over")[-1].text == world.text("officer.taken_over", number=NUMBER)
        assert world.text("officer.taken_from_you", name="Hanh", number=NUMBER) in thu.read()[-1].text

    def test_duty_is_ended_and_begun(self, world: World, case_id: int, thu: Chatter, an: Chatter) -> None:
        said = thu.commands("duty")[-1]
        assert (said.text, said.titles) == (world.text("officer.on_duty"), [world.text("officer.go_off_duty")])
        assert thu.taps("officer_duty")[-1].text == world.text("officer.off_duty")
        heard = len(thu.read())
        an.writes("xuất khẩu gỗ lạ thì sao")
        an.taps("ask_officer")
        an.taps("send_as_is")
        assert len(thu.read()) == heard
        assert thu.taps("officer_duty")[-1].text == world.text("officer.on_duty")

    def test_the_strangers_get_nowhere(self, world: World, case_id: int, thu: Chatter, an: Chatter) -> None:
        assert an.commands("duty")[-1].text == world.text("officer.only_officers")
        assert an.presses(thu.button("officer_note").id)[-1].text == world.text("bad_input.button")

    def test_an_unlinked_officers_awaited_words_do_nothing(self, world: World, case_id: int, thu: Chatter) -> None:
        thu.taps("officer_note")
        with world.store.writing() as session:
            telegram_link.unlink_telegram(session, officer(session, "thu"), by="operator", at=world.clock.now())
        assert thu.writes("Ghi chú")[-1].text == world.text("officer.only_officers")
        assert entries(world)[-1][0] == "claimed"


def test_an_officer_is_not_linked_in_a_group(world: World) -> None:
    """Even if a door took a group for a private chat: its number is not the person's."""
    with world.store.writing() as session:
        code = telegram_link.make_link_code(session, officer(session, "dung"), by="operator", at=world.clock.now())
    group = world.chatter("-100200")
    said = group.sends(Kind.COMMAND, command="start", argument=code, user="700")[-1]
    assert said.text == world.text("officer.link_only_telegram")
    assert group.sends(Kind.GROUP, command="start", argument=code, user="700")[-1].text == world.text("bad_input.group")
    with world.store.reading() as session:
        assert session.scalars(select(OfficerLink)).all() == []


def test_nothing_of_a_case_is_ever_delivered_to_a_group(world: World, case_id: int, lan: Chatter) -> None:
    group = world.chatter("-100200")
    for words in ("/waiting", NUMBER):
        group.sends(Kind.GROUP, text=words, user="600")
    assert {said.text for said in group.read()} == {world.text("bad_input.group")}


class TestRepliesToWhatNobodyNoted:
    """A notice that was cut while it was sent may have arrived, under a name that the desk never learned."""

    ANSWER = "Cần giấy phép CITES."

    def cut(self, world: World, said: Said) -> None:
        with world.store.writing() as session:
            delivery = session.scalars(select(Delivery).where(Delivery.message_order == said.order)).one()
            delivery.state, delivery.external_ids = DeliveryState.UNCERTAIN.value, []

    def test_by_its_words_it_is_known_and_the_answer_goes_to_its_case(
        self, world: World, case_id: int, thu: Chatter, lan: Chatter
    ) -> None:
        shown = next(said for said in reversed(thu.read()) if "officer_claim" in said.acts)
        self.cut(world, shown)
        quoted = "  ".join(shown.text.replace("- ", "• ").splitlines())

        said = thu.writes(self.ANSWER, reply_to="999", reply_words=quoted)[-1]

        assert said.text == world.text("officer.sent", number=NUMBER)
        assert entries(world)[-1] == ("replied", self.ANSWER)
        assert self.ANSWER in lan.read()[-1].text

    @pytest.mark.parametrize("quoted", ["", "Hồ sơ nào đó", " – "])
    def test_what_nobody_knows_is_said_so_and_is_no_question(
        self, world: World, case_id: int, thu: Chatter, lan: Chatter, quoted: str
    ) -> None:
        shown = next(said for said in reversed(thu.read()) if "officer_claim" in said.acts)
        self.cut(world, shown)
        before, heard = len(world.dialogue.seen), len(lan.read())

        said = thu.writes(self.ANSWER, reply_to="999", reply_words=quoted)[-1]

        assert said.text == world.text("officer.reply_to_unknown")
        assert (len(world.dialogue.seen), len(lan.read())) == (before, heard)
