"""A matter of another ministry is told whose it is where the guidance has no sure answer, and is marked in any case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.cases.model import Case
from desk.enquiries.model import Enquiry
from desk.guidance.record import Language
from tests.desk_fixtures import SURE, UNSURE, Chatter, World

QUARANTINE = "đăng ký kiểm dịch thực vật cho táo nhập khẩu ở chi cục nào"
CUSTOMS = "hồ sơ hàng nhập khẩu gồm những gì"


def told(world: World, key: str, language: Language = "vi") -> str:
    ministry = world.desk.rules.words.ministries.by_key[key]
    values = {"ministry": ministry.name[language], "matters": ministry.matters[language]}
    return world.text("ministry.in_charge", language, **values)


def kept(world: World) -> tuple[str, str | None]:
    with world.store.reading() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        return enquiry.outcome, enquiry.ministry


def test_what_is_not_covered_is_told_whose_matter_it_is(world: World, lan: Chatter) -> None:
    said = lan.writes(QUARANTINE)[-1]
    not_covered = world.text("outcome.unanswerable_not_covered")
    assert said.text == f"{told(world, 'agriculture_environment')}\n\n{not_covered}"
    assert said.acts == ["ask_officer"]
    assert kept(world) == ("unanswerable_not_covered", "agriculture_environment")


def test_what_is_none_of_customs_business_is_told_so_too(world: World, lan: Chatter) -> None:
    said = lan.writes("xin giấy phép CITES cho ví da cá sấu ở đâu")[-1]
    assert said.text.startswith(told(world, "cites_authority"))
    said = world.chatter("200").writes("Bộ Xây dựng có danh mục gạch không")[-1]
    assert said.text.startswith(told(world, "construction"))
    assert said.text.endswith(world.text("outcome.unanswerable_out_of_scope"))


def test_the_sentence_is_in_the_language_of_the_answer(world: World) -> None:
    said = world.chatter("100", hint="en").writes("Where do I apply for a CITES permit for handbags to export?")[-1]
    assert said.text.startswith(told(world, "cites_authority", "en"))


def test_entries_to_choose_from_stay_beside_their_buttons(world: World, lan: Chatter) -> None:
    world.search.finds("channels", "fee_rates", confidence=UNSURE)
    said = lan.writes(QUARANTINE)[-1]
    clarify = world.text("outcome.clarify_entries")
    assert said.text == f"{told(world, 'agriculture_environment')}\n\n{clarify}"
    assert said.acts == ["show_entry", "show_entry", "ask_officer"]
    assert kept(world) == ("clarify_entries", "agriculture_environment")


def test_sure_guidance_answers_as_ever_and_the_mark_is_kept(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", confidence=SURE)
    said = lan.writes(QUARANTINE)[-1]
    assert said.entry == "dossier_import"
    assert told(world, "agriculture_environment") not in said.text
    assert kept(world) == ("answered", "agriculture_environment")


def test_ones_own_file_is_for_an_officer_and_the_mark_is_kept(world: World, lan: Chatter) -> None:
    said = lan.writes("hồ sơ kiểm dịch thực vật của công ty em nộp từ hôm thứ hai mà chưa thấy trả lời")[-1]
    assert said.text == world.text("outcome.unanswerable_personal")
    assert kept(world) == ("unanswerable_personal", "agriculture_environment")


def test_a_matter_of_customs_has_no_mark(world: World, lan: Chatter) -> None:
    said = lan.writes(CUSTOMS)[-1]
    assert said.text == world.text("outcome.unanswerable_not_covered")
    assert kept(world) == ("unanswerable_not_covered", None)


@pytest.mark.parametrize(("question", "ministry"), [(QUARANTINE, "agriculture_environment"), (CUSTOMS, None)])
def test_the_case_has_the_mark_of_its_question(
    world: World, lan: Chatter, minh: Chatter, question: str, ministry: str | None
) -> None:
    lan.writes(question)
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    with world.store.reading() as session:
        assert session.scalars(select(Case.ministry)).one() == ministry
    assert ("Bộ Nông nghiệp và Môi trường" in minh.read()[-1].text) is (ministry is not None)
