"""A questionnaire in chat: invited, begun, answered with buttons and words, left and gone on with, handed in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from clock import due
from desk.conversations import claimed, exchange, inbox
from desk.conversations.incoming import Kind
from desk.conversations.model import Chat, Message
from desk.deliveries import claiming
from desk.deliveries.model import Delivery
from desk.enquiries.model import Enquiry
from desk.questionnaires import sending
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Answer, Invitation, InvitationState, Questionnaire, Response
from tests.desk_fixtures import NOON, Chatter, World
from tests.questionnaire_fixtures import (
    LAST_DAY,
    LEVEL,
    ONE,
    SEVERAL,
    WORDS,
    a_plan,
    answers,
    asked,
    closed,
    deliver,
    invitation,
    opened,
    sent,
)


def state(world: World, chatter: Chatter) -> str:
    with world.store.reading() as session:
        return invitation(session, chatter).state


def said(world: World, chatter: Chatter) -> list[tuple[Any, ...]]:
    """The answers that are kept, in the order of the questions."""
    with world.store.reading() as session:
        found = session.scalars(select(Answer).order_by(Answer.question_id)).all()
        return [(answer.level, answer.options, answer.text) for answer in found]


def test_the_invitation_says_what_it_asks_for_and_what_becomes_of_it(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world)
    invited = lan.read()[-1]
    assert invited.acts == ["questionnaire_begin", "questionnaire_decline"]
    with world.store.reading() as session:
        key = invitation(session, lan).key
    for part in (
        "Khảo sát năm 2026",
        "Mong bạn cho biết ý kiến.",
        "Số câu hỏi: 4",
        "khoảng 2 phút",
        "14/12/2026",
        "Khảo sát ẩn danh.",
        "Telegram vẫn lưu",
        f"https://desk.example/questionnaire/{key}",
        "/questionnaire",
    ):
        assert part in invited.text


def test_a_named_questionnaire_and_a_web_chat_are_promised_no_more_than_holds(world: World) -> None:
    asked(world, "100", channel="web")
    sent(world, a_plan(anonymous=False))
    text = world.chatter("100", "web").read()[-1].text
    assert "không ẩn danh" in text
    assert "Telegram" not in text


def test_question_by_question_to_the_thanks(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world)
    first = lan.taps("questionnaire_begin")[-1]
    assert "Câu 1/4" in first.text
    assert first.titles == ["Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"]
    second = lan.taps("questionnaire_level", "Không hài lòng")[-1]
    assert second.acts == ["questionnaire_choose", "questionnaire_choose", "questionnaire_back"]
    third = lan.taps("questionnaire_choose", "Trang web")[-1]
    assert third.acts[-3:] == ["questionnaire_chosen", "questionnaire_skip", "questionnaire_back"]
    assert lan.taps("questionnaire_toggle", "Nhanh")[-1].titles[:3] == ["✓ Nhanh", "Rõ", "Lịch sự"]
    lan.taps("questionnaire_toggle", "Lịch sự")
    assert lan.taps("questionnaire_toggle", "✓ Nhanh")[-1].titles[:3] == ["Nhanh", "Rõ", "✓ Lịch sự"]
    assert "Câu 4/4" in lan.taps("questionnaire_chosen")[-1].text
    assert lan.writes("Trả lời nhanh hơn nữa")[-1].acts == ["questionnaire_finish", "questionnaire_back"]
    assert [one.text for one in lan.taps("questionnaire_finish")] == ["Cảm ơn bạn đã trả lời."]
    assert state(world, lan) == InvitationState.FINISHED
    assert said(world, lan) == [
        (2, None, None),
        (None, [1], None),
        (None, [2], None),
        (None, None, "Trả lời nhanh hơn nữa"),
    ]
    assert lan.commands("questionnaire")[-1].text == world.text("questionnaire.none")


def test_back_and_an_older_button_change_an_answer_before_the_finish_and_not_after(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world, a_plan([LEVEL, ONE, WORDS]))
    lan.taps("questionnaire_begin")
    old = lan.button("questionnaire_level", "Rất hài lòng").id
    lan.taps("questionnaire_level", "Bình thường")
    back = lan.taps("questionnaire_back")[-1]
    assert back.titles[2] == "✓ Bình thường"
    lan.taps("questionnaire_level", "Không hài lòng")
    lan.taps("questionnaire_choose", "Telegram")
    assert "Câu 3/3" in lan.presses(old)[-1].text
    lan.writes("Tốt")
    lan.taps("questionnaire_back")
    assert lan.taps("questionnaire_keep")[-1].acts[0] == "questionnaire_finish"
    lan.taps("questionnaire_finish")
    assert said(world, lan)[0] == (5, None, None)
    assert lan.presses(old)[-1].text == world.text("questionnaire.refused.finished")
    assert said(world, lan)[0] == (5, None, None)


def test_a_question_to_the_desk_in_the_middle_is_an_enquiry_and_one_goes_on_where_one_was(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world)
    lan.taps("questionnaire_begin")
    lan.taps("questionnaire_level", "Hài lòng")
    assert lan.writes("hồ sơ nhập khẩu gồm những gì")[-1].entry == "dossier_import"
    lan.commands("done")
    world.clock.advance(days=1)
    assert "Câu 2/4" in lan.commands("questionnaire")[-1].text
    lan.taps("questionnaire_choose", "Telegram")
    lan.taps("questionnaire_skip")
    lan.taps("questionnaire_skip")
    lan.taps("questionnaire_finish")
    assert said(world, lan) == [(4, None, None), (None, [0], None), (None, None, None), (None, None, None)]


def test_words_that_look_like_a_question_are_asked_about(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world, a_plan([WORDS]))
    lan.taps("questionnaire_begin")
    which = lan.writes("Sao phải chờ lâu thế?")[-1]
    assert which.acts == ["questionnaire_words", "new_question"]
    assert said(world, lan) == []
    assert lan.taps("questionnaire_words")[-1].acts[0] == "questionnaire_finish"
    assert said(world, lan) == [(None, None, "Sao phải chờ lâu thế?")]
    lan.taps("questionnaire_back")
    lan.writes("hồ sơ nhập khẩu gồm gì?")
    assert lan.taps("new_question")[-1].entry == "dossier_import"
    assert lan.writes("còn ở đâu thì sao")[-1].acts != ["questionnaire_finish", "questionnaire_back"]
    assert said(world, lan) == [(None, None, "Sao phải chờ lâu thế?")]


def test_words_are_awaited_through_a_silence_and_then_no_longer(world: World) -> None:
    lan, an = asked(world, "100", "101")
    sent(world, a_plan([WORDS]))
    lan.taps("questionnaire_begin")
    world.clock.advance(minutes=40)
    due.end_idle_conversations(world.desk)
    assert lan.writes("x" * 201)[-1].text == world.text("questionnaire.refused.long_answer", length=200, typed=201)
    assert lan.writes("Ngắn gọn hơn")[-1].acts[0] == "questionnaire_finish"
    an.taps("questionnaire_begin")
    world.clock.advance(minutes=61)
    due.end_idle_conversations(world.desk)
    with world.store.reading() as session:
        before = session.scalar(select(func.count()).select_from(Enquiry))
    an.writes("hồ sơ nhập khẩu gồm gì")
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Enquiry)) == (before or 0) + 1


def test_words_are_no_longer_awaited_once_the_page_or_the_close_was_faster(world: World) -> None:
    lan, an = asked(world, "100", "101")
    id = sent(world, a_plan([WORDS]))
    for chatter in (lan, an):
        chatter.taps("questionnaire_begin")
    answers(world, lan, Given(text="trên trang web"))
    assert lan.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"
    closed(world, id)
    assert an.writes("hồ sơ nhập khẩu gồm gì")[-1].entry == "dossier_import"


def test_an_open_form_and_an_awaited_comment_go_first(world: World) -> None:
    lan, an = asked(world, "100", "101")
    sent(world, a_plan([WORDS]))
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("add_details")
    assert lan.taps("questionnaire_begin")[-1].text == world.text("questionnaire.first_finish")
    lan.taps("form_cancel")
    assert "Câu 1/1" in lan.taps("questionnaire_go_on")[-1].text
    an.taps("rate", "5")
    assert an.taps("questionnaire_begin")[-1].text == world.text("questionnaire.first_finish")
    assert an.writes("Rất nhanh")[-1].text == world.text("rating.comment_kept")
    assert "Câu 1/1" in an.taps("questionnaire_go_on")[-1].text


def test_files_are_no_answer(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world, a_plan([WORDS]))
    lan.taps("questionnaire_begin")
    told = lan.sends(Kind.ATTACHMENT, attachment="photo", text="xem ảnh nhé")
    assert told[-1].text == world.text("questionnaire.only_words")
    assert said(world, lan) == []


def test_whoever_declines_is_never_reminded_and_may_change_their_mind(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world)
    assert lan.taps("questionnaire_decline")[-1].text == world.text("questionnaire.declined", day="14/12/2026")
    lan.commands("done")
    world.clock.advance(days=8)
    due.send_questionnaires(world.desk)
    assert lan.read()[-1].acts != ["questionnaire_begin", "questionnaire_decline"]
    assert lan.commands("questionnaire")[-1].acts == ["questionnaire_begin", "questionnaire_decline"]
    assert "Câu 1/4" in lan.taps("questionnaire_begin")[-1].text
    assert state(world, lan) == InvitationState.BEGUN


def test_nobody_answers_for_another(world: World) -> None:
    lan, an = asked(world, "100", "101")
    sent(world)
    lan.taps("questionnaire_begin")
    level = lan.button("questionnaire_level", "Hài lòng").id
    assert an.presses(level)[-1].text == world.text("bad_input.button")
    assert said(world, lan) == []


def test_one_reminder_in_working_hours_to_who_has_not_finished(world: World) -> None:
    finished, begun, silent, _ = asked(world, "100", "101", "102", "103")
    sent(world)
    answers(world, finished, Given(level=5), Given(options=[0]))
    begun.taps("questionnaire_begin")
    begun.commands("done")
    with world.store.writing() as session:
        session.scalars(select(Chat).where(Chat.address == "103")).one().blocked_at = NOON
    deliver(world)

    def reminded() -> list[str]:
        due.send_questionnaires(world.desk)
        deliver(world)
        with world.store.reading() as session:
            query = select(Chat.address).join(Invitation).where(Invitation.reminded_at.is_not(None))
            return sorted(session.scalars(query))

    world.clock.advance(days=6, hours=23)
    assert reminded() == []
    world.clock.set(NOON + dt.timedelta(days=7, hours=6))  # 18:00, polite and after work
    assert reminded() == []
    world.clock.set(NOON + dt.timedelta(days=7, hours=2))
    assert reminded() == ["101", "102"]
    assert silent.read()[-1].text.startswith(world.text("questionnaire.reminder"))
    count = len(silent.read())
    world.clock.advance(days=7)
    assert reminded() == ["101", "102"]
    assert len(silent.read()) == count


def test_invitations_wait_for_the_day_and_for_who_is_talking(world: World) -> None:
    lan, an = asked(world, "100", "101")
    opened(world)
    world.clock.set(NOON + dt.timedelta(hours=9))  # 21:00
    due.send_questionnaires(world.desk)
    assert state(world, lan) == state(world, an) == InvitationState.WAITING
    world.clock.set(NOON + dt.timedelta(days=1))
    lan.writes("hồ sơ nhập khẩu gồm gì")
    due.send_questionnaires(world.desk)
    assert (state(world, lan), state(world, an)) == (InvitationState.WAITING, InvitationState.INVITED)
    lan.commands("done")
    world.clock.advance(seconds=2)
    due.send_questionnaires(world.desk)
    assert state(world, lan) == InvitationState.INVITED


def test_invitations_go_out_some_a_second_and_each_once_by_two_clocks(world: World) -> None:
    asked(world, *(str(number) for number in range(100, 130)))
    id = opened(world)
    rate = int(world.desk.settings.value("news_a_second"))

    def both_clocks() -> list[str]:
        with world.store.reading() as session:  # both look before either is at work
            assert sending.under_way(world.desk, session) == [id]
        for _ in range(2):
            with world.store.writing() as session:
                sending.ask_some(world.desk, session, id)
        with world.store.reading() as session:
            told = list(session.scalars(select(Delivery.chat_id).where(Delivery.bulk)))
        assert len(told) == len(set(told))
        return told

    assert len(both_clocks()) == rate
    world.clock.advance(seconds=2)
    deliver(world)
    assert len(both_clocks()) == 30
    with world.store.reading() as session:
        assert sending.under_way(world.desk, session) == []


def test_an_answer_to_somebody_goes_before_all_invitations(world: World, an: Chatter) -> None:
    asked(world, "100", "101")
    opened(world)
    due.send_questionnaires(world.desk)
    an.commands("help")
    with world.store.writing() as session:
        taken = claiming.claim_next(session, "telegram", world.clock.now())
        assert taken is not None
        assert taken.chat.address == an.address


def test_who_blocked_the_bot_since_the_draw_is_left_out(world: World) -> None:
    (lan,) = asked(world, "100")
    opened(world)
    lan.sends(Kind.BLOCKED)
    lan.commands("done")
    with world.store.writing() as session:
        session.scalars(select(Chat).where(Chat.address == "100")).one().blocked_at = NOON
    due.send_questionnaires(world.desk)
    assert state(world, lan) == InvitationState.LEFT_OUT
    with world.store.reading() as session:
        assert sending.under_way(world.desk, session) == []


def test_the_clock_closes_after_the_last_day(world: World) -> None:
    lan, an = asked(world, "100", "101")
    id = sent(world)
    answers(world, lan, Given(level=5), Given(options=[0]))
    answers(world, an, Given(level=1), finish=False)
    world.clock.set(NOON + (LAST_DAY - NOON.date()))
    due.close_questionnaires(world.desk)
    world.clock.advance(days=1)
    an.taps("questionnaire_begin")
    assert an.read()[-1].text == world.text("questionnaire.refused.over")
    due.close_questionnaires(world.desk)
    due.close_questionnaires(world.desk)
    with world.store.reading() as session:
        assert session.get_one(Questionnaire, id).state == "closed"
        assert [response.finished for response in session.scalars(select(Response))] == [True]


def test_an_answer_that_cannot_be_worked_on_becomes_no_enquiry(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world, a_plan([WORDS]))
    lan.taps("questionnaire_begin")
    update_id, incoming = lan.update(Kind.TEXT, text="Điều bí mật")
    with world.store.writing() as session:
        row = session.get_one(inbox.InboxUpdate, update_id)
        row.attempts = claimed.ATTEMPTS
    exchange.give_up(world.desk, update_id, incoming, "broken")
    assert lan.read()[-1].text == world.text("questionnaire.not_taken")
    with world.store.reading() as session:
        assert session.scalar(select(Enquiry.id).where(Enquiry.text.contains("bí mật"))) is None
        assert session.scalar(select(Message.id).where(Message.text.contains("bí mật"))) is None


def test_several_that_wait_are_named(world: World) -> None:
    (lan,) = asked(world, "100")
    sent(world)
    world.clock.advance(days=1)
    with world.store.writing() as session:
        first = session.scalars(select(Questionnaire)).one()
        second = Questionnaire(**{
            column.key: getattr(first, column.key) for column in Questionnaire.__mapper__.columns if column.key != "id"
        })  # fmt: skip
        second.title_vi = "Khảo sát thứ hai"
        session.add(second)
        session.flush()
        invited = invitation(session, lan)
        session.add(
            Invitation(
                questionnaire_id=second.id,
                chat_id=invited.chat_id,
                state="declined",
                message_order=None,
                invited_at=NOON,
            )
        )
    told = lan.commands("questionnaire")[-1]
    assert told.titles == ["Khảo sát thứ hai", "Khảo sát năm 2026"]
    assert "Câu 1/4" in lan.taps("questionnaire_go_on", "2026")[-1].text


def test_one_answers_in_english(world: World) -> None:
    (lan,) = asked(world, "100")
    lan.commands("language")
    lan.taps("language", "English")
    lan.commands("done")
    deliver(world)
    sent(world, a_plan([LEVEL, SEVERAL]))
    assert "Taking part is voluntary" in lan.read()[-1].text
    assert lan.taps("questionnaire_begin")[-1].titles[0] == "Very satisfied"
    lan.taps("questionnaire_level", "Neutral")
    assert lan.taps("questionnaire_chosen")[-1].acts[0] == "questionnaire_finish"
    assert lan.taps("questionnaire_finish")[-1].text == "Thank you for answering."
