"""Answering: word for word from the guidance in force, or an honest outcome."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from desk.answering.outcome import Outcome
from desk.answering.question import Answer, Question
from desk.guidance import service as guidance
from desk.guidance.record import Language
from desk.speech import Block
from tests.desk_fixtures import NO_IDEA, SURE, TEST_THRESHOLDS, UNSURE, World, a_record

DAY = dt.date(2026, 11, 23)


def ask(world: World, text: str = "hồ sơ hải quan gồm gì", language: Language = "vi", as_of: dt.date = DAY) -> Answer:
    return world.desk.answering.answer(Question(text, language, as_of), "enquiry-1")


def publish(world: World, id: str = "dossier_import", **changes: Any) -> None:
    with world.store.writing() as session:
        guidance.publish(session, a_record(id, **changes), origin="curator", by="officer:hoa", at=world.clock.now())


def blocks(answer: Answer, kind: str, label: str = "") -> list[Block]:
    return [b for b in answer.utterance.blocks if b.kind == kind and label in b.label]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_answer_is_the_guidance_word_for_word(world: World, language: Language) -> None:
    world.search.finds("dossier_import")
    answer, record = ask(world, language=language), a_record()
    assert answer.outcome is Outcome.ANSWERED
    assert blocks(answer, "title") == [Block("title", record.title[language])]
    assert blocks(answer, "paragraph") == [Block("paragraph", record.answer[language])]
    assert record.documents is not None
    assert record.where is not None
    assert blocks(answer, "list")[0].items == tuple(record.documents[language])
    assert record.where[language] in [b.text for b in blocks(answer, "field")]
    assert (answer.utterance.entry, answer.utterance.version) == ("dossier_import", 1)


def test_the_legal_basis_says_whether_it_is_in_force(world: World) -> None:
    world.search.finds("dossier_import")
    cited = blocks(ask(world), "list", "Căn cứ pháp lý")[0].items
    state = world.text("law.in_force_amended")
    assert cited == (f"Khoản 1 Điều 24 Luật Hải quan số 54/2014/QH13 ({state})",)
    cited = blocks(ask(world, language="en"), "list", "Legal basis")[0].items
    assert cited == ("Article 24(1), Customs Law No. 54/2014/QH13 (in force, as amended)",)


def test_places_of_one_instrument_are_cited_together(world: World) -> None:
    basis = [{"instrument": "54/2014/QH13", "article": n} for n in (24, 25)]
    publish(world, legal_basis=[*basis, {"instrument": "11/2026/QH16"}])
    world.search.finds("dossier_import")
    cited = blocks(ask(world, language="en"), "list", "Legal basis")[0].items
    assert cited[0].startswith("Article 24; Article 25, Customs Law No. 54/2014/QH13")
    assert cited[1].endswith("No. 11/2026/QH16 (not yet in force)")


def test_shipped_guidance_says_so_until_a_curator_confirms_it(world: World) -> None:
    world.search.finds("dossier_import")
    shipped = Block("note", world.text("answer.shipped"))
    assert shipped in ask(world).utterance.blocks
    with world.store.writing() as session:
        guidance.confirm(session, "dossier_import", by="officer:hoa", at=world.clock.now())
    assert shipped not in ask(world).utterance.blocks


def test_doubts_and_gaps_are_shown(world: World) -> None:
    doubt = {"vi": "Chưa đối chiếu mức phí.", "en": "The fee has not been compared."}
    publish(world, unverified=[doubt])
    world.search.finds("dossier_import")
    answer = ask(world)
    assert blocks(answer, "list", world.text("answer.unverified"))[0].items == (doubt["vi"],)
    assert Block("note", world.text("answer.not_stated", parts=world.text("part.fee"))) in answer.utterance.blocks
    assert Block("note", world.text("answer.text_date", date="22/11/2026")) in answer.utterance.blocks


def test_under_an_answer_are_feedback_an_officer_and_related_entries_in_force(world: World) -> None:
    world.search.finds("dossier_import")
    choices = [(choice.act, choice.argument) for choice in ask(world).utterance.choices]
    assert choices == [
        *((act, "enquiry-1") for act in ("helpful", "not_helpful", "ask_officer")),
        ("show_entry", "channels"),
        ("other_day", "dossier_import:enquiry-1"),
    ]


@pytest.mark.parametrize("how_many", [1, 2, 3, 4])
def test_unsure_between_entries_it_offers_them(world: World, how_many: int) -> None:
    entries = ["channels", "fee_rates", "transit_land", "used_machinery"][:how_many]
    world.search.finds(*entries, confidence=UNSURE)
    answer = ask(world)
    assert answer.outcome is Outcome.CLARIFY_ENTRIES
    assert [c.argument for c in answer.utterance.choices if c.act == "show_entry"] == entries
    assert answer.utterance.choices[-1].act == "ask_officer"
    assert answer.utterance.entry is None
    name = "outcome.clarify_one_entry" if len(entries) == 1 else "outcome.clarify_entries"
    assert answer.utterance.as_text() == world.text(name)


def test_never_more_than_four_entries_are_offered(world: World) -> None:
    world.search.finds("channels", "fee_rates", "transit_land", "used_machinery", "dossier_import", confidence=UNSURE)
    assert [c.act for c in ask(world).utterance.choices] == [*["show_entry"] * 4, "ask_officer"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("nhập khẩu hoa lan", Outcome.UNANSWERABLE_NOT_COVERED),
        ("import of orchids", Outcome.UNANSWERABLE_NOT_COVERED),
        ("giá vàng hôm nay", Outcome.UNANSWERABLE_OUT_OF_SCOPE),
        ("tờ khai 105123456789 của tôi thông quan chưa", Outcome.UNANSWERABLE_PERSONAL),
        ("tôi muốn tố cáo cán bộ hải quan nhận tiền", Outcome.UNANSWERABLE_REQUEST),
    ],
)
def test_what_cannot_be_answered_is_said_and_an_officer_offered(world: World, text: str, outcome: Outcome) -> None:
    world.search.finds("dossier_import", confidence=NO_IDEA)
    answer = ask(world, text)
    assert answer.outcome is outcome
    assert answer.utterance.as_text() == world.text(f"outcome.{outcome}")
    # One's own matter is always an officer's: both ways to one are there at once.
    at_once = ["send_as_is", "add_details"] if outcome is Outcome.UNANSWERABLE_PERSONAL else ["ask_officer"]
    assert [c.act for c in answer.utterance.choices] == at_once


def test_an_officers_matter_is_none_of_the_guidance_however_sure_the_search_is(world: World) -> None:
    world.search.finds("dossier_import", confidence=SURE)
    assert ask(world, "tờ khai 105123456789 của tôi thông quan chưa").outcome is Outcome.UNANSWERABLE_PERSONAL
    assert world.search.asked == []


def test_what_sounds_like_ones_own_file_is_answered_by_guidance_that_is_very_sure_and_by_no_other(world: World) -> None:
    text = "hồ sơ của bên em nộp từ tuần trước vẫn chưa có kết quả"
    world.search.finds("dossier_import", confidence=TEST_THRESHOLDS.answer)
    assert ask(world, text).outcome is Outcome.UNANSWERABLE_PERSONAL
    world.search.finds("dossier_import", confidence=TEST_THRESHOLDS.despite_matter)
    assert ask(world, text).outcome is Outcome.ANSWERED


def test_what_sounds_like_ones_own_file_is_passed_on_when_the_search_is_away(world: World) -> None:
    world.search.fails = True
    assert ask(world, "hồ sơ của bên em nộp từ tuần trước vẫn chưa có kết quả").outcome is Outcome.UNANSWERABLE_PERSONAL


def test_what_sounds_like_ones_own_file_is_an_officers_where_no_guidance_answers(world: World) -> None:
    text = "nhờ anh chị xem giúp em hồ sơ với"
    world.search.finds("dossier_import", confidence=NO_IDEA)
    assert ask(world, text).outcome is Outcome.UNANSWERABLE_PERSONAL
    world.search.finds("dossier_import", confidence=SURE)
    assert ask(world, text).outcome is Outcome.ANSWERED


def test_it_may_take_a_whole_message_to_see_that_it_is_about_ones_own_file(world: World) -> None:
    world.search.finds("dossier_import", confidence=UNSURE)
    text = "Is the container at the port? Who works there? It arrived on Monday and was not released."
    [answer] = world.desk.answering.answer_each(Question(text, "en", DAY))
    assert (answer.text, answer.outcome) == (text, Outcome.UNANSWERABLE_PERSONAL)


def test_a_search_that_fails_is_said(world: World) -> None:
    world.search.fails = True
    answer = ask(world)
    assert answer.outcome is Outcome.ERROR_SEARCH
    assert answer.utterance.as_text() == world.text("outcome.error_search")
    assert [c.act for c in answer.utterance.choices] == ["ask_officer"]


def test_withdrawn_guidance_is_never_shown_however_late_the_index_is(world: World) -> None:
    world.search.finds("dossier_import", "channels")
    with world.store.writing() as session:
        guidance.withdraw(session, "dossier_import", by="officer:hoa", reason="wrong", at=world.clock.now())
    answer = ask(world)
    assert answer.utterance.entry == "channels"
    assert "dossier_import" not in [hit.entry for hit in answer.candidates]


def test_a_late_index_shows_the_words_of_today(world: World) -> None:
    publish(world, answer={"vi": "Lời mới.", "en": "New words."})
    world.search.finds("dossier_import", version=1)
    answer = ask(world)
    assert (answer.utterance.version, blocks(answer, "paragraph")[0].text) == (2, "Lời mới.")


@pytest.mark.parametrize(
    ("entry", "day", "shown"),
    [
        ("old_rule", dt.date(2020, 12, 31), True),
        ("old_rule", dt.date(2021, 1, 1), False),
        ("coming_rule", dt.date(2029, 12, 31), False),
        ("coming_rule", dt.date(2030, 1, 1), True),
    ],
)
def test_only_what_is_in_force_on_the_asked_day_is_shown(world: World, entry: str, day: dt.date, shown: bool) -> None:
    world.search.finds(entry)
    assert (ask(world, as_of=day).outcome is Outcome.ANSWERED) is shown


def test_an_entry_that_does_not_exist_is_passed_over(world: World) -> None:
    world.search.finds("never_published")
    assert ask(world).outcome is Outcome.UNANSWERABLE_NOT_COVERED


def test_every_step_is_timed(world: World) -> None:
    world.search.finds("dossier_import")
    assert set(ask(world).timings_ms) == {"recognise", "follow_up", "find", "find.dense", "judge", "join", "compose"}


@pytest.mark.parametrize(("confidence", "sure"), [(SURE, True), (UNSURE, False), (NO_IDEA, False)])
def test_only_what_would_be_answered_counts_as_a_confident_question(
    world: World, confidence: float, sure: bool
) -> None:
    world.search.finds("dossier_import", confidence=confidence)
    assert world.desk.answering.is_sure_of(Question("x", "vi", DAY)) is sure


def test_an_outcomes_family_is_its_first_word() -> None:
    assert {outcome.family for outcome in Outcome} == {"answered", "clarify", "unanswerable", "error"}
