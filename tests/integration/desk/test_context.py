"""What came before counts: follow-ups, several questions in one message, and a question that is sent in pieces."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from desk.cases.model import Case
from desk.conversations.model import Message
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from tests.desk_fixtures import NO_IDEA, UNSURE, Chatter, World, a_record

QUESTION = "nhập khẩu thì nộp những gì cho hải quan"
NEXT = "xuất khẩu máy móc cũ"


def kept(world: World) -> list[Enquiry]:
    with world.store.reading() as session:
        query = select(Enquiry).join(Message, Message.id == Enquiry.message_id)
        return list(session.scalars(query.order_by(Message.order_no, Enquiry.position)))


def outcomes(world: World) -> list[tuple[str, str | None]]:
    return [(enquiry.outcome, enquiry.entry) for enquiry in kept(world)]


def publish(world: World, id: str = "dossier_import", **changes: Any) -> None:
    with world.store.writing() as session:
        guidance.publish(session, a_record(id, **changes), origin="curator", by="officer:hoa", at=world.clock.now())


@pytest.fixture
def shown(world: World, lan: Chatter) -> Chatter:
    """lan has just been shown the entry dossier_import."""
    world.search.finds("dossier_import", about=QUESTION)
    lan.writes(QUESTION)
    return lan


# Follow-ups


@pytest.mark.parametrize(
    ("text", "states", "silent_on"),
    [
        ("còn thời hạn thì sao?", "Thời hạn: 30 ngày", "Chi cục Hải quan"),
        ("con thoi han thi sao", "Thời hạn: 30 ngày", "Chi cục Hải quan"),
        ("nộp ở đâu ạ", "Nơi thực hiện: Chi cục Hải quan", "30 ngày"),
        ("can giay to gi", "- Hóa đơn", "30 ngày"),
        ("làm online được không", "Dịch vụ công trực tuyến: Toàn trình", "30 ngày"),
        ("ai phụ trách", "Đơn vị phụ trách: Cục Hải quan", "30 ngày"),
        ("and the deadline?", "Time limit: 30 days", "Customs branch"),
        ("where do I submit it", "Where: Customs branch", "30 days"),
        ("which law?", "Customs Law No. 54/2014/QH13", "30 days"),
    ],
)
def test_a_follow_up_is_answered_word_for_word_from_the_entry_just_shown(
    world: World, shown: Chatter, text: str, states: str, silent_on: str
) -> None:
    world.search.finds("channels")
    (said,) = shown.writes(text)
    assert said.entry == "dossier_import"
    assert states in said.text
    assert silent_on not in said.text
    assert said.acts == ["helpful", "not_helpful", "ask_officer", "show_entry", "show_entry", "other_day"]
    assert outcomes(world)[-1] == ("answered_from_context", "dossier_import")
    assert kept(world)[-1].version == 1


def test_its_title_legal_basis_and_doubts_come_with_every_part(world: World, shown: Chatter) -> None:
    doubt = {"vi": "Cần đối chiếu thêm.", "en": "To be compared."}
    publish(world, unverified=[doubt])
    (said,) = shown.writes("mất bao lâu?")
    assert said.text.startswith("Tiêu đề dossier_import")
    for part in ("Luật Hải quan số 54/2014/QH13", doubt["vi"], world.text("answer.text_date", date="22/11/2026")):
        assert part in said.text


def test_shipped_guidance_says_so_in_a_follow_up_too(world: World, shown: Chatter) -> None:
    assert world.text("answer.shipped") in shown.writes("mất bao lâu?")[0].text


@pytest.mark.parametrize(("text", "part"), [("còn lệ phí thì sao", "fee"), ("có bị phạt không?", "penalty")])
def test_what_the_entry_does_not_state_is_said_and_never_filled_in(
    world: World, shown: Chatter, text: str, part: str
) -> None:
    world.search.finds("fee_rates")
    (said,) = shown.writes(text)
    about, parts = "Tiêu đề dossier_import", world.text(f"part.{part}")
    assert world.text("answer.part_not_stated", about=about, parts=parts) in said.text
    assert said.acts[:2] == ["ask_officer", "show_entry"]
    assert world.text("button.whole_entry") in said.titles
    # A gap in the guidance counts as one, and the curator can see where.
    last = kept(world)[-1]
    assert (last.outcome, last.entry, last.parts) == ("unanswerable_not_covered", "dossier_import", [part])


def test_after_a_part_that_is_not_stated_the_next_one_is_still_answered(world: World, shown: Chatter) -> None:
    shown.writes("lệ phí bao nhiêu?")
    assert "30 ngày" in shown.writes("thế thời hạn?")[0].text


def test_one_part_stated_and_one_not_are_both_told(world: World, shown: Chatter) -> None:
    (said,) = shown.writes("thời hạn và lệ phí?")
    assert "Thời hạn: 30 ngày" in said.text
    assert world.text("part.fee") in said.text
    assert outcomes(world)[-1] == ("answered_from_context", "dossier_import")


def test_where_online_is_not_known_the_place_is_quoted_beside_it(world: World, shown: Chatter) -> None:
    publish(world, online_level="unknown")
    (said,) = shown.writes("nộp qua mạng được không")
    assert world.text("part.online") in said.text
    assert "Nơi thực hiện: Chi cục Hải quan" in said.text


def test_a_part_that_is_in_the_answers_own_words_shows_the_whole_answer(world: World, shown: Chatter) -> None:
    publish(world, answer={"vi": "Nộp chậm bị phạt tiền.", "en": "A late filer is fined."})
    (said,) = shown.writes("có bị phạt không?")
    assert "Nộp chậm bị phạt tiền." in said.text
    assert "30 ngày" in said.text
    assert outcomes(world)[-1] == ("answered_from_context", "dossier_import")


def test_the_whole_entry_is_a_tap_away(world: World, shown: Chatter) -> None:
    shown.writes("mất bao lâu?")
    (said,) = shown.taps("show_entry", world.text("button.whole_entry"))
    assert "Nguyên văn dossier_import" in said.text


def test_an_entry_chosen_from_a_button_is_what_a_follow_up_is_about(world: World, lan: Chatter) -> None:
    world.search.finds("channels", "fee_rates", confidence=UNSURE)
    lan.writes(QUESTION)
    lan.taps("show_entry", "fee_rates")
    assert lan.writes("mất bao lâu")[0].entry == "fee_rates"


def test_thanks_and_other_matters_between_do_not_break_the_context(world: World, shown: Chatter) -> None:
    shown.writes("cảm ơn")
    shown.writes("giá vàng hôm nay")
    assert shown.writes("mất bao lâu?")[0].entry == "dossier_import"


def test_after_another_matter_that_was_not_answered_the_old_entry_is_not_meant(world: World, shown: Chatter) -> None:
    shown.writes("nhập khẩu hoa lan")
    world.clock.advance(minutes=1)
    assert shown.writes("mất bao lâu?")[-1].text == world.text("outcome.clarify_question")


def test_a_bare_part_after_a_choice_is_searched_with_the_question_and_never_piles_up(
    world: World, lan: Chatter
) -> None:
    world.search.finds("channels", "fee_rates", confidence=UNSURE, about=QUESTION)
    world.search.finds("fee_rates", about=f"{QUESTION} lệ phí?")
    lan.writes(QUESTION)
    world.clock.advance(minutes=1)
    assert "show_entry" in lan.writes("mất bao lâu?")[-1].acts
    assert lan.writes("nộp ở đâu?")[-1].acts == ["show_entry", "show_entry", "ask_officer"]
    assert lan.writes("lệ phí?")[-1].entry == "fee_rates"


def test_a_new_conversation_begins_with_nothing_shown(world: World, shown: Chatter) -> None:
    shown.commands("done")
    world.clock.advance(minutes=1)
    assert shown.writes("mất bao lâu?")[-1].text == world.text("outcome.clarify_question")


def test_what_somebody_else_was_shown_does_not_count(world: World, shown: Chatter, an: Chatter) -> None:
    assert an.writes("mất bao lâu?")[-1].text == world.text("outcome.clarify_question")


def test_withdrawn_guidance_answers_no_follow_up(world: World, shown: Chatter) -> None:
    with world.store.writing() as session:
        guidance.withdraw(session, "dossier_import", by="officer:hoa", reason="wrong", at=world.clock.now())
    world.search.finds("channels", about="mất bao lâu")
    assert shown.writes("mất bao lâu?")[0].entry == "channels"


def test_a_follow_up_gets_the_words_of_today(world: World, shown: Chatter) -> None:
    publish(world, time_limit={"vi": "15 ngày", "en": "15 days"})
    assert "15 ngày" in shown.writes("mất bao lâu?")[0].text
    assert kept(world)[-1].version == 2


def test_a_question_with_a_subject_of_its_own_is_searched(world: World, shown: Chatter) -> None:
    world.search.finds("fee_rates", about="lệ phí quá cảnh")
    assert shown.writes("lệ phí quá cảnh là bao nhiêu?")[0].entry == "fee_rates"
    assert outcomes(world)[-1] == ("answered", "fee_rates")


def test_a_new_subject_that_is_answered_alone_wins(world: World, shown: Chatter) -> None:
    world.search.finds("channels", about="còn luồng đỏ thì sao")
    assert shown.writes("còn luồng đỏ thì sao?")[0].entry == "channels"
    assert world.search.asked[-1] == "còn luồng đỏ thì sao?"


def test_a_new_subject_that_points_back_is_tried_with_the_question_before(world: World, shown: Chatter) -> None:
    world.search.finds("channels", about=f"{QUESTION} còn hàng xuất")
    assert shown.writes("còn hàng xuất thì sao?")[0].entry == "channels"
    assert kept(world)[-1].searched == ["còn hàng xuất thì sao?", f"{QUESTION} còn hàng xuất thì sao?"]


def test_the_entry_just_read_is_not_shown_again_for_a_new_subject(world: World, shown: Chatter) -> None:
    (said,) = shown.writes("còn hàng xuất khẩu thì sao?")
    assert said.text == world.text("outcome.unanswerable_not_covered")


def test_a_bare_part_asks_which_procedure_and_the_next_text_is_joined_to_it(world: World, lan: Chatter) -> None:
    world.search.finds("fee_rates", about="lệ phí bao nhiêu? quá cảnh")
    *_, said = lan.writes("lệ phí bao nhiêu?")
    assert (said.text, said.acts) == (world.text("outcome.clarify_question"), ["ask_officer"])
    assert outcomes(world) == [("clarify_question", None)]
    assert world.search.asked == []
    world.clock.advance(minutes=5)
    assert lan.writes("quá cảnh")[0].entry == "fee_rates"
    assert outcomes(world)[-1] == ("answered", "fee_rates")


# Two questions in one message

TWO = "Hồ sơ nhập khẩu gồm gì? Tờ khai luồng đỏ thì làm gì?"


def test_two_questions_get_two_answers_in_order(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")
    _, first, second = lan.writes(TWO)
    assert [first.entry, second.entry] == ["dossier_import", "channels"]
    assert [(e.text, e.outcome, e.entry, e.position) for e in kept(world)] == [
        ("Hồ sơ nhập khẩu gồm gì?", "answered", "dossier_import", 0),
        ("Tờ khai luồng đỏ thì làm gì?", "answered", "channels", 1),
    ]


def test_of_several_questions_what_is_not_answered_says_which_it_is(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", confidence=UNSURE, about="Hồ sơ nhập khẩu")
    world.search.finds("channels", confidence=UNSURE, about="luồng đỏ")
    _, first, second = lan.writes(TWO)
    asked_back = world.text("outcome.clarify_one_entry")
    assert first.text == f"{world.text('outcome.of_several', question='Hồ sơ nhập khẩu gồm gì?')}\n\n{asked_back}"
    assert second.text == f"{world.text('outcome.of_several', question='Tờ khai luồng đỏ thì làm gì?')}\n\n{asked_back}"


def test_one_question_is_not_told_back(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", confidence=UNSURE)
    assert lan.writes("Hồ sơ nhập khẩu gồm gì?")[-1].text == world.text("outcome.clarify_one_entry")


def test_feedback_goes_to_the_answer_under_which_it_is_given(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")
    _, first, second = lan.writes(TWO)
    lan.presses(next(button.id for button in second.buttons if button.act == "not_helpful"))
    lan.presses(next(button.id for button in first.buttons if button.act == "helpful"))
    assert [e.feedback for e in kept(world)] == ["helpful", "not_helpful"]


def test_an_officer_gets_the_whole_message_once(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    _, _, second = lan.writes("Hồ sơ nhập khẩu gồm gì? Nhập khẩu hoa lan thì cần giấy phép nào?")
    assert second.text.endswith(world.text("outcome.unanswerable_not_covered"))
    for _ in range(2):
        lan.presses(second.buttons[-1].id)
        lan.taps("send_as_is")
    with world.store.reading() as session:
        (case,) = session.scalars(select(Case))
        assert case.question.endswith("Nhập khẩu hoa lan thì cần giấy phép nào?")
        assert case.question.startswith("Hồ sơ nhập khẩu gồm gì?")


def test_not_helpful_under_the_second_answer_leads_to_an_officer(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")
    _, _, second = lan.writes(TWO)
    lan.presses(next(button.id for button in second.buttons if button.act == "not_helpful"))
    lan.taps("ask_officer")
    assert lan.taps("add_details")[-1].text == world.text("case.ask_enterprise_name")


def test_pieces_that_lead_to_one_entry_get_one_answer(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    assert [said.entry for said in lan.writes("Hồ sơ nhập khẩu gồm gì? Hóa đơn có phải nộp không?")[1:]] == [
        "dossier_import"
    ]
    (enquiry,) = kept(world)
    assert enquiry.text == "Hồ sơ nhập khẩu gồm gì? Hóa đơn có phải nộp không?"


def test_a_second_question_may_be_a_follow_up_to_the_first(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    said = lan.writes("Hồ sơ nhập khẩu gồm gì? Mất bao lâu?")
    assert [s.entry for s in said[1:]] == ["dossier_import"]  # the whole entry states the time limit already
    assert "30 ngày" in said[1].text
    _, silent = lan.writes("Hồ sơ nhập khẩu gồm gì? Lệ phí bao nhiêu?")
    assert world.text("part.fee") in silent.text
    assert outcomes(world)[-2:] == [("answered", "dossier_import"), ("unanswerable_not_covered", "dossier_import")]


def test_the_whole_wins_where_a_piece_alone_is_not_answered(world: World, lan: Chatter) -> None:
    whole = "Tờ khai đăng ký rồi có sao không? Bên em muốn sửa lại có được không?"
    world.search.finds("channels", about=whole)
    (_, said) = lan.writes(whole)
    assert said.entry == "channels"
    (enquiry,) = kept(world)
    assert (enquiry.text, enquiry.outcome) == (whole, "answered")


def test_no_answer_is_lost_to_the_whole(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    world.search.finds("dossier_import", confidence=NO_IDEA, about="hoa lan")
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    _, first, second = lan.writes("Hồ sơ nhập khẩu gồm gì? Nhập khẩu hoa lan thì cần giấy phép nào?")
    assert first.entry == "dossier_import"
    assert second.text.endswith(world.text("outcome.unanswerable_not_covered"))


def test_a_question_out_of_scope_beside_an_answer_is_told_so(world: World, lan: Chatter) -> None:
    text = "Tờ khai luồng đỏ thì làm gì? Giá vàng hôm nay bao nhiêu một lượng?"
    world.search.finds("channels", confidence=UNSURE, about=text)
    world.search.finds("channels", about="Tờ khai luồng đỏ")
    world.search.finds("channels", confidence=NO_IDEA, about=text)
    _, first, second = lan.writes(text)
    assert first.entry == "channels"
    assert second.text.endswith(world.text("outcome.unanswerable_out_of_scope"))


def test_a_bare_part_after_an_unsure_question_belongs_to_it(world: World, lan: Chatter) -> None:
    world.search.finds("channels", "fee_rates", confidence=UNSURE)
    _, offer = lan.writes("Hàng quá cảnh thì thế nào? Lệ phí bao nhiêu?")
    assert offer.acts == ["show_entry", "show_entry", "ask_officer"]
    assert kept(world)[0].text == "Hàng quá cảnh thì thế nào? Lệ phí bao nhiêu?"


def test_an_aside_beside_an_answer_is_passed_over(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    said = lan.writes("Hồ sơ nhập khẩu gồm gì? Sếp giục quá biết làm sao bây giờ?")
    assert [s.entry for s in said[1:]] == ["dossier_import"]


def test_when_no_piece_is_answered_it_is_said_once(world: World, lan: Chatter) -> None:
    said = lan.writes("Nhập khẩu hoa lan cần gì? Nhập khẩu hoa hồng cần gì?")
    assert [s.text for s in said[1:]] == [world.text("outcome.unanswerable_not_covered")]
    assert len(kept(world)) == 1


def test_a_piece_may_be_unsure_or_an_officers(world: World, lan: Chatter) -> None:
    world.search.finds("channels", "fee_rates", confidence=UNSURE, about="quá cảnh")
    text = "Phí hàng quá cảnh tính thế nào? Tờ khai 105123456789 của tôi thông quan chưa?"
    _, offer, personal = lan.writes(text)
    assert offer.acts == ["show_entry", "show_entry", "ask_officer"]
    assert personal.acts == ["send_as_is", "add_details"]


def test_what_is_said_before_a_question_goes_with_it(world: World, lan: Chatter) -> None:
    text = "Công ty em là DNCX. Bán phế liệu vào nội địa cần gì? Tờ khai luồng đỏ thì làm gì?"
    lan.writes(text)
    assert world.search.asked[0] == "Công ty em là DNCX. Bán phế liệu vào nội địa cần gì?"


# A question in pieces


@pytest.mark.parametrize(("seconds", "joined"), [(1, True), (20, True), (21, False)])
def test_a_text_within_twenty_seconds_is_also_tried_joined(
    world: World, lan: Chatter, seconds: int, joined: bool
) -> None:
    world.search.finds("used_machinery", about=f"{NEXT} của Nhật")
    assert lan.writes(NEXT)[-1].text == world.text("outcome.unanswerable_not_covered")
    world.clock.advance(seconds=seconds)
    (said,) = lan.writes("của Nhật")
    assert (said.entry == "used_machinery") is joined
    assert kept(world)[-1].searched == ["của Nhật", f"{NEXT} của Nhật"][: 1 + joined]


def test_what_is_answered_alone_is_not_joined(world: World, lan: Chatter) -> None:
    lan.writes(NEXT)
    world.search.finds("channels", about="luồng đỏ")
    assert lan.writes("tờ khai luồng đỏ")[0].entry == "channels"
    assert kept(world)[-1].searched == ["tờ khai luồng đỏ"]


@pytest.mark.parametrize("alone", [UNSURE, NO_IDEA])
def test_the_joined_text_is_taken_only_where_it_is_better(world: World, lan: Chatter, alone: float) -> None:
    lan.writes(NEXT)
    world.search.finds("used_machinery", "channels", confidence=UNSURE, about=f"{NEXT} của Nhật")
    world.search.finds("fee_rates", "transit_land", confidence=alone, about="của Nhật")
    world.search.finds("used_machinery", "channels", confidence=UNSURE, about=f"{NEXT} của Nhật")
    (said,) = lan.writes("của Nhật")
    offered = {button.argument for button in said.buttons if button.act == "show_entry"}
    assert offered == ({"fee_rates", "transit_land"} if alone == UNSURE else {"used_machinery", "channels"})


def test_after_a_choice_was_offered_more_words_may_settle_it(world: World, lan: Chatter) -> None:
    world.search.finds("used_machinery", about=f"{NEXT} của Nhật")
    world.search.finds("channels", "fee_rates", confidence=UNSURE, about=NEXT)
    world.search.finds("used_machinery", about=f"{NEXT} của Nhật")
    lan.writes(NEXT)
    assert lan.writes("của Nhật")[0].entry == "used_machinery"


def test_three_pieces_are_read_as_one(world: World, lan: Chatter) -> None:
    world.search.finds("used_machinery", about=f"{NEXT} của Nhật cũ quá mười năm")
    lan.writes(NEXT)
    lan.writes("của Nhật")
    assert lan.writes("cũ quá mười năm")[0].entry == "used_machinery"


def test_an_answered_question_is_joined_to_nothing(world: World, shown: Chatter) -> None:
    shown.writes("của Nhật")
    assert world.search.asked[-1] == "của Nhật"
    assert kept(world)[-1].searched == ["của Nhật"]


def test_another_persons_text_is_not_joined(world: World, lan: Chatter, an: Chatter) -> None:
    lan.writes(NEXT)
    an.writes("của Nhật")
    assert world.search.asked[-1] == "của Nhật"
