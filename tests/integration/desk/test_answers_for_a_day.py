"""A question for another day than today is answered with the text of that day, which is named, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from desk.answering.outcome import Outcome
from desk.answering.question import Answer, Context, Question
from desk.cases.assigning.words import facts
from desk.cases.model import Case
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from desk.guidance.record import Language
from tests.desk_fixtures import NOON, UNSURE, Chatter, World, a_record

TODAY = dt.date(2026, 11, 23)
FINES = "penalties_deadline"
ASKED = "mức phạt nộp chậm báo cáo quyết toán là bao nhiêu?"


def publish(world: World, id: str, since: str, to: str | None = None, says: str = "", **more: Any) -> None:
    words = {"vi": f"{says or 'Lời'} {since}.", "en": f"{says or 'Words'} {since}."}
    record = a_record(id, answer=words, in_force={"from": since, "to": to}, **more)
    with world.store.writing() as session:
        guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=NOON)


def ask(world: World, text: str, language: Language = "vi", as_of: dt.date = TODAY, **more: Any) -> Answer:
    return world.desk.answering.answer_each(Question(text, language, as_of, today=TODAY, **more), "e1")[0]


def kept(world: World) -> list[Enquiry]:
    with world.store.reading() as session:
        return list(session.scalars(select(Enquiry).order_by(Enquiry.asked_at, Enquiry.id)))


@pytest.fixture
def fines(world: World) -> World:
    """Fines whose article moved on 1/7/2026, cited from the decree of each time."""
    publish(world, FINES, "2020-12-10", says="Điều 7", legal_basis=[{"instrument": "128/2020/NĐ-CP", "article": 7}])
    publish(world, FINES, "2026-07-01", says="Điều 8", legal_basis=[{"instrument": "169/2026/NĐ-CP", "article": 8}])
    world.search.finds(FINES)
    return world


@pytest.mark.parametrize(
    ("day", "version", "cited"),
    [
        ("30/6/2026", 1, "128/2020/NĐ-CP"),
        ("1/7/2026", 2, "169/2026/NĐ-CP"),
    ],
)
def test_an_act_is_fined_by_the_decree_of_its_day(fines: World, day: str, version: int, cited: str) -> None:
    answer = ask(fines, f"vi phạm ngày {day}, {ASKED}")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.version is not None
    assert answer.version.number == version
    said = answer.utterance.as_text()
    assert said.startswith(fines.text("as_of.day", date=day))
    assert cited in said
    differs = fines.text("as_of.differs", date="23/11/2026") in said
    assert differs == (version == 1)


@pytest.mark.parametrize(("day", "days"), [("31/1/2026", "5 ngày"), ("1/2/2026", "3 ngày"), ("30/6/2026", "3 ngày")])
def test_the_confirmation_of_taxes_takes_three_days_from_february(world: World, day: str, days: str) -> None:
    publish(world, "tax_confirmation", "2018-06-05", says="5 ngày")
    publish(world, "tax_confirmation", "2026-02-01", says="3 ngày")
    publish(world, "tax_confirmation", "2026-07-01", says="mẫu 56")
    world.search.finds("tax_confirmation")
    said = ask(world, f"Tờ khai đăng ký ngày {day}, xác nhận nộp thuế mất bao lâu?").utterance.as_text()
    assert days in said


@pytest.mark.parametrize(("day", "says"), [("28/2/2027", "Luật cũ"), ("1/3/2027", "Luật 11/2026")])
def test_a_law_that_is_issued_answers_for_the_days_from_which_it_holds(world: World, day: str, says: str) -> None:
    publish(world, "bonded_term", "2015-01-01", says="Luật cũ")
    publish(world, "bonded_term", "2027-03-01", says="Luật 11/2026")
    world.search.finds("bonded_term")
    assert (
        says in ask(world, f"hàng nhập kho ngoại quan, tờ khai đăng ký ngày {day} gửi được bao lâu").utterance.as_text()
    )
    assert "Luật cũ" in ask(world, "hàng nhập kho ngoại quan gửi được bao lâu").utterance.as_text()


def test_the_state_of_the_law_is_that_of_the_day(fines: World) -> None:
    before = ask(fines, f"trước ngày 1/7/2026 {ASKED}").utterance.as_text()
    assert fines.text("as_of.legal_basis", date="30/6/2026") in before
    assert fines.text("law.ended") not in before
    assert "128/2020/NĐ-CP" in before


def test_the_search_is_told_the_day_and_not_its_words(fines: World) -> None:
    ask(fines, f"Trước ngày 1/7/2026 {ASKED}")
    assert (fines.search.asked[0], fines.search.days[0]) == (ASKED, dt.date(2026, 6, 30))


def test_today_nothing_is_said_of_days(fines: World) -> None:
    answer = ask(fines, ASKED)
    assert answer.as_of == TODAY
    assert "23/11/2026" not in answer.utterance.as_text()
    assert [c.act for c in answer.utterance.choices][-1] == "other_day"
    assert len(fines.search.asked) == 1


def test_a_month_is_answered_for_its_last_day_and_says_so(fines: World) -> None:
    said = ask(fines, f"vi phạm hồi tháng 6/2026, {ASKED}").utterance.as_text()
    assert said.startswith(fines.text("as_of.month", date="30/6/2026"))
    assert "Điều 7" in said


def test_where_nothing_changed_no_difference_is_claimed(world: World) -> None:
    world.search.finds("channels")
    answer = ask(world, "tờ khai đăng ký ngày 10/1/2026 phân luồng thế nào")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.utterance.as_text().startswith(world.text("as_of.day", date="10/1/2026"))
    assert world.text("as_of.differs", date="23/11/2026") not in answer.utterance.as_text()
    assert "for_today" not in [choice.act for choice in answer.utterance.choices]


def test_without_a_text_for_the_day_none_of_another_day_is_lent(world: World) -> None:
    publish(world, FINES, "2026-07-01", says="Điều 8")
    world.search.finds(FINES, "channels")
    answer = ask(world, f"vi phạm ngày 30/6/2026, {ASKED}")
    assert answer.outcome is Outcome.UNANSWERABLE_NOT_COVERED
    assert answer.version is None
    said = answer.utterance.as_text()
    assert said == world.text("as_of.no_text", date="30/6/2026", about=f"Tiêu đề {FINES}")
    assert "Điều 8" not in said
    acts = [(choice.act, choice.argument) for choice in answer.utterance.choices]
    assert acts == [("for_today", f"{FINES}:e1"), ("other_day", f"{FINES}:e1"), ("ask_officer", "e1")]


def test_an_entry_that_has_ended_since_answers_for_its_days(world: World) -> None:
    world.search.finds("old_rule", about="2019")
    world.search.finds("old_rule")
    answer = ask(world, "tờ khai đăng ký ngày 5/5/2019 làm thủ tục thế nào")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.utterance.entry == "old_rule"
    assert world.text("as_of.none_today", date="23/11/2026") in answer.utterance.as_text()


def test_the_day_holds_for_every_question_of_a_message_and_for_offered_entries(fines: World) -> None:
    fines.search.finds("channels", about="luồng")
    text = "Tờ khai đăng ký ngày 30/6/2026. Phân luồng thế nào? Nộp chậm báo cáo phạt bao nhiêu?"
    answers = fines.desk.answering.answer_each(Question(text, "vi", TODAY, today=TODAY), "e1")
    assert [answer.as_of for answer in answers] == [dt.date(2026, 6, 30)] * 2
    fines.search.finds("channels", FINES, confidence=UNSURE)
    offered = ask(fines, f"vi phạm ngày 30/6/2026, {ASKED}").utterance
    assert [choice.argument for choice in offered.choices][:2] == [f"{e}@2026-06-30" for e in ("channels", FINES)]


def test_two_questions_of_two_days_are_each_answered_for_their_own(fines: World) -> None:
    text = "Tờ khai đăng ký ngày 30/6/2026 phạt bao nhiêu? Tờ khai đăng ký ngày 5/8/2026 phạt bao nhiêu?"
    answers = fines.desk.answering.answer_each(Question(text, "vi", TODAY, today=TODAY), "e1")
    assert [answer.version.number for answer in answers if answer.version] == [1, 2]


def test_a_follow_up_keeps_the_day_of_what_it_follows(fines: World) -> None:
    context = Context(shown=FINES, asked=ASKED, as_of=dt.date(2026, 6, 30))
    answer = ask(fines, "theo luật nào?", context=context)
    assert answer.outcome is Outcome.ANSWERED_FROM_CONTEXT
    assert "128/2020/NĐ-CP" in answer.utterance.as_text()
    assert fines.text("as_of.day", date="30/6/2026") in answer.utterance.as_text()


# In a conversation


def test_the_day_of_a_question_stays_with_its_follow_up_and_not_with_the_next_question(
    fines: World, lan: Chatter
) -> None:
    *_, first = lan.writes(f"vi phạm ngày 30/6/2026, {ASKED}")
    assert "Điều 7" in first.text
    assert "128/2020/NĐ-CP" in lan.writes("theo luật nào?")[-1].text
    assert "Điều 8" in lan.writes(ASKED)[-1].text
    assert sorted(enquiry.as_of for enquiry in kept(fines)) == [*[dt.date(2026, 6, 30)] * 2, TODAY]


def test_a_chosen_day_holds_until_it_is_put_back_to_today(fines: World, lan: Chatter) -> None:
    assert "Điều 8" in lan.writes(ASKED)[-1].text
    (asked_back,) = lan.taps("other_day")
    assert asked_back.text == fines.text("as_of.ask")
    (answer,) = lan.writes("30/6/2026")
    chosen = fines.text("as_of.chosen", date="30/6/2026")
    assert answer.text.startswith(chosen)
    assert "Điều 7" in answer.text
    assert lan.writes(ASKED)[-1].text.startswith(chosen)
    assert lan.writes("theo luật nào?")[-1].text.startswith(chosen)
    (today,) = lan.taps("for_today")
    assert "Điều 8" in today.text
    assert "30/6/2026" not in today.text
    assert "Điều 8" in lan.writes(ASKED)[-1].text
    assert "169/2026" in lan.writes("theo luật nào?")[-1].text


def test_a_chosen_day_ends_with_the_conversation(fines: World, lan: Chatter) -> None:
    lan.writes(ASKED)
    lan.taps("other_day")
    lan.writes("30/6/2026")
    lan.commands("done")
    fines.clock.advance(days=1)
    assert "Điều 8" in lan.writes(ASKED)[-1].text


def test_what_is_no_day_is_asked_again_and_a_question_is_a_question(fines: World, lan: Chatter) -> None:
    lan.writes(ASKED)
    lan.taps("other_day")
    (again,) = lan.writes("31/2/2026")
    assert again.text == fines.text("as_of.not_read")
    assert "Điều 8" in lan.writes(ASKED)[-1].text
    (kept_day,) = lan.taps("keep_day")
    assert kept_day.text == fines.text("as_of.kept")


def test_a_chosen_day_without_a_text_is_told_and_the_question_goes_to_an_officer_with_its_day(
    world: World, lan: Chatter
) -> None:
    publish(world, FINES, "2026-07-01", says="Điều 8")
    world.search.finds(FINES)
    lan.writes(ASKED)
    lan.taps("other_day")
    (said,) = lan.writes("30/6/2026")
    assert said.text == world.text("as_of.no_text", date="30/6/2026", about=f"Tiêu đề {FINES}")
    assert said.entry is None
    (last,) = [enquiry for enquiry in kept(world) if enquiry.as_of == dt.date(2026, 6, 30)]
    assert last.outcome == "unanswerable_not_covered"
    assert last.text == f"{ASKED}\n{world.text('as_of.asked', date='30/6/2026')}"
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    with world.store.reading() as session:
        (case,) = session.scalars(select(Case))
        told = facts(world.desk, case, "vi")
    assert (world.text("field.as_of"), "30/6/2026") in told


def test_buttons_under_an_answer_show_other_entries_for_the_same_day(world: World, lan: Chatter) -> None:
    publish(world, FINES, "2015-01-01", related=["channels"])
    publish(world, "channels", "2015-01-01", says="trước")
    publish(world, "channels", "2026-07-01", says="sau")
    world.search.finds(FINES)
    lan.writes(f"vi phạm ngày 30/6/2026, {ASKED}")
    (shown,) = lan.taps("show_entry", "channels")
    assert "trước" in shown.text
    assert shown.text.startswith(world.text("as_of.day", date="30/6/2026"))


def test_in_english_too(fines: World) -> None:
    an = fines.chatter("77", hint="en")
    *_, said = an.writes("What was the fine for a late report before 1 July 2026?")
    assert said.text.startswith(fines.text("as_of.day", "en", date="30 June 2026"))
    assert said.titles[-2:] == [fines.text("button.for_today", "en"), fines.text("button.other_day", "en")]


def test_a_guess_below_the_threshold_claims_no_missing_text(world: World) -> None:
    publish(world, FINES, "2026-07-01")
    world.search.finds(FINES, confidence=UNSURE)
    answer = ask(world, f"tờ khai đăng ký ngày 30/6/2026, {ASKED}")
    assert answer.outcome is Outcome.UNANSWERABLE_NOT_COVERED
    assert answer.utterance.as_text().endswith(world.text("outcome.unanswerable_not_covered"))
