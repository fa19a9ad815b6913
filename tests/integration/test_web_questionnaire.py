"""The questionnaire behind its secret link: answered without a script, resumed, handed in, and nothing left of who."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.questionnaires.model import Answer, Invitation, Response
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.questionnaire_fixtures import a_plan, asked, closed, invitation, sent

Browse = Callable[[], Browser]


@pytest.fixture
def page(world: World) -> str:
    """The address of the questionnaire of one invited person."""
    [lan] = asked(world, "100")
    sent(world)
    with world.store.reading() as session:
        return f"/questionnaire/{invitation(session, lan).key}"


def ids(browser: Browser, page: str) -> list[str]:
    """The fields of the questions, in their order."""
    return re.findall(r'id="(question_\d+)-asked"', browser.get(f"{page}?all=1").text)


def number(field: str) -> str:
    return field.removeprefix("question_")


def state(world: World) -> str:
    with world.store.reading() as session:
        return session.scalars(select(Invitation.state)).one()


def kept(world: World) -> list[Answer]:
    with world.store.reading() as session:
        return list(session.scalars(select(Answer)))


def test_a_forged_key_leads_nowhere(browse: Browse, page: str) -> None:
    browser = browse()
    assert browser.get("/questionnaire/" + "A" * 22).status_code == 404
    data = {"act": "begin"}
    assert browser.posts("/questionnaire/" + "A" * 22, data, form_on=page).status_code == 404


def test_no_search_engine_lists_it(browse: Browse, page: str) -> None:
    answer = browse().get(page)
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_looking_at_it_does_not_begin_it(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    first = browser.get(page).text
    browser.get(f"{page}?all=1")
    assert world.text("page.questionnaire.anonymous") in first
    assert "14/12/2026" in first
    assert state(world) == "invited"


def test_it_is_answered_question_by_question_and_resumed_elsewhere(browse: Browse, world: World, page: str) -> None:
    phone, desk = browse(), browse()
    level, one, several, text = ids(phone, page)
    phone.posts(page, {"act": "begin"}, form_on=page)
    phone.posts(page, {"act": "next", "question": number(level), level: "4"}, form_on=page)
    there = desk.get(page).text
    assert "Bạn hỏi ở đâu?" in there
    desk.posts(page, {"act": "next", "question": number(one), one: "1"}, form_on=page)
    desk.posts(page, {"act": "skip", "question": number(several)}, form_on=page)
    last = desk.posts(page, {"act": "next", "question": number(text), text: "Nhanh hơn."}, form_on=page)
    assert world.text("page.questionnaire.last_passed") in last.text
    assert "Nhanh hơn." in last.text
    done = desk.posts(page, {"act": "finish"}, form_on=page)
    assert "Cảm ơn bạn đã trả lời." in done.text
    assert world.text("page.questionnaire.cut") in done.text
    assert state(world) == "finished"
    assert "Cảm ơn bạn đã trả lời." in phone.get(page).text


def test_back_keeps_what_was_typed(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    level, one, *_ = ids(browser, page)
    browser.posts(page, {"act": "begin"}, form_on=page)
    browser.posts(page, {"act": "next", "question": number(level), level: "4"}, form_on=page)
    before = browser.posts(page, {"act": "back", "question": number(one), one: "1"}, form_on=page).text
    assert re.search(rf'name="{level}" value="4" checked', before)
    again = browser.posts(page, {"act": "next", "question": number(level), level: "2"}, form_on=page).text
    assert re.search(rf'name="{one}" value="1" checked', again)


def test_what_is_wrong_stands_beside_its_question_with_what_was_typed(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    level, one, several, text = ids(browser, page)
    browser.posts(page, {"act": "begin"}, form_on=page)
    nothing = browser.posts(page, {"act": "next", "question": number(level)}, form_on=page)
    assert nothing.status_code == 422
    assert f'id="{level}-error">{world.text("questionnaire.refused.must_answer")}' in nothing.text
    data = {"all": "1", "act": "send", level: "7", f"{several}_2": "yes", text: "x" * 201}
    wrong = browser.posts(page, data, form_on=page)
    assert wrong.status_code == 422
    errors = {
        level: world.text("questionnaire.refused.not_an_answer"),
        one: world.text("questionnaire.refused.must_answer"),
        text: world.text("questionnaire.refused.long_answer", typed=201, length=200),
    }
    for field, sentence in errors.items():
        assert f'id="{field}-error">{sentence}' in wrong.text
    assert "x" * 201 in wrong.text
    assert f'name="{several}_2" value="yes" checked' in wrong.text
    assert [answer.options for answer in kept(world)] == [[2]]
    assert state(world) == "begun"


def test_all_questions_in_one_form_are_saved_and_handed_in(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    level, one, several, text = ids(browser, page)
    saved = browser.posts(page, {"all": "1", "act": "save", level: "5"}, form_on=page)
    assert world.text("page.questionnaire.saved") in saved.text
    assert re.search(rf'name="{level}" value="5" checked', saved.text)
    data = {"all": "1", "act": "send", level: "5", one: "0", f"{several}_0": "yes", f"{several}_2": "yes", text: ""}
    assert "Cảm ơn bạn đã trả lời." in browser.posts(page, data, form_on=page).text
    given = {(answer.level, tuple(answer.options or ()), answer.text) for answer in kept(world)}
    assert given == {(5, (), None), (None, (0,), None), (None, (0, 2), None), (None, (), None)}


def test_nothing_leads_from_the_answers_to_who_gave_them(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    level, one, _, text = ids(browser, page)
    browser.posts(page, {"all": "1", "act": "send", level: "1", one: "0", text: "Chậm."}, form_on=page)
    with world.store.reading() as session:
        [response] = session.scalars(select(Response))
        assert (response.invitation_id, response.topic, response.region, response.finished_on) == (None,) * 4
    changed = browser.posts(page, {"all": "1", "act": "send", level: "5", one: "0"}, form_on="/chat")
    assert changed.status_code == 409
    assert sorted(answer.level for answer in kept(world) if answer.level) == [1]


def test_whoever_declines_is_not_asked_again_and_may_change_their_mind(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    level, *_ = ids(browser, page)
    browser.posts(page, {"all": "1", "act": "save", level: "5"}, form_on=page)
    declined = browser.posts(page, {"act": "decline"}, form_on=page)
    assert world.text("page.questionnaire.declined") in declined.text
    assert (state(world), kept(world)) == ("declined", [])
    browser.posts(page, {"act": "begin"}, form_on=page)
    assert state(world) == "begun"


def test_after_the_last_day_it_says_so(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    browser.posts(page, {"act": "begin"}, form_on=page)
    world.clock.advance(days=22)
    late = browser.posts(page, {"act": "begin"}, form_on="/chat")
    assert late.status_code == 409
    assert world.text("questionnaire.refused.over") in late.text
    assert world.text("questionnaire.refused.over") in browser.get(page).text


def test_one_that_is_not_anonymous_says_so_and_keeps_who_answered(browse: Browse, world: World) -> None:
    [lan] = asked(world, "100")
    id = sent(world, a_plan(anonymous=False))
    with world.store.reading() as session:
        page = f"/questionnaire/{invitation(session, lan).key}"
    browser = browse()
    assert world.text("page.questionnaire.named") in browser.get(page).text
    level, one, *_ = ids(browser, page)
    browser.posts(page, {"all": "1", "act": "send", level: "1", one: "0"}, form_on=page)
    closed(world, id)
    with world.store.reading() as session:
        [response] = session.scalars(select(Response))
        assert response.invitation_id is not None


def test_it_is_read_in_english(browse: Browse, world: World, page: str) -> None:
    browser = browse()
    browser.posts("/language", {"lang": "en", "to": page}, form_on=page)
    english = browser.get(f"{page}?all=1").text
    assert "Are you satisfied?" in english
    assert "Very satisfied" in english
