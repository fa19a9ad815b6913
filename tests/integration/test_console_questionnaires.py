"""The pages of leaders for questionnaires: written without a script, opened to a sample that was looked at, watched."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from clock import due
from desk.people.model import Role
from desk.questionnaires.model import Question, Questionnaire
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.questionnaire_fixtures import LAST_DAY, a_plan, add_leader, asked, closed, deliver, made, sent

Browse = Callable[[], Browser]
LIST = "/desk/questionnaires"
NEW = f"{LIST}/new"
WORDS = {
    "unit": "VN",
    "title-vi": "Khảo sát thử",
    "title-en": "Trial survey",
    "introduction-vi": "Mong bạn trả lời.",
    "introduction-en": "Please answer.",
    "thanks-vi": "Cảm ơn bạn.",
    "thanks-en": "Thank you.",
    "anonymous": "yes",
    "minutes": "3",
    "last_day": LAST_DAY.isoformat(),
}
TWO = {
    "count": "2",
    "question-0-kind": "level",
    "question-0-text-vi": "Hài lòng không?",
    "question-0-text-en": "Satisfied?",
    "question-0-scale": "satisfaction",
    "question-1-kind": "choice",
    "question-1-text-vi": "Kênh nào?",
    "question-1-text-en": "Which channel?",
    "question-1-option-0-vi": "Telegram",
    "question-1-option-0-en": "Telegram",
    "question-1-option-2-vi": "Trang web",
    "question-1-option-2-en": "The web",
    "question-1-optional": "yes",
}


@pytest.fixture
def quan(browse: Browse, world: World) -> Browser:
    with world.store.writing() as session:
        add_leader(session)
    return signed_in(browse, "quan")


def signed_in(browse: Browse, username: str) -> Browser:
    browser = browse()
    browser.signs_in(username, PASSWORD)
    return browser


def fields_on(page: str) -> dict[str, str]:
    """What the form of a draft would send as it stands, without its buttons."""
    form = page[page.index('<form class="draft-form"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input [^>]+>", form):
        attributes = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        is_chosen = attributes.get("type") not in ("checkbox", "radio") or " checked" in tag
        if is_chosen and attributes["name"] != "_csrf_token":
            found[attributes["name"]] = attributes["value"]
    for name, words in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(words)
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[0] if chosen else ""
    return found


def texts(world: World) -> list[str]:
    with world.store.reading() as session:
        return list(session.scalars(select(Question.text_en).order_by(Question.position)))


def test_an_empty_list_says_what_to_do(quan: Browser, world: World) -> None:
    assert world.text("page.questionnaires.none") in quan.get(LIST).text
    assert world.text("page.questionnaires.none_of_state") in quan.get(f"{LIST}?which=open").text


def test_buttons_rearrange_the_form_and_lose_nothing(quan: Browser, world: World) -> None:
    page = quan.posts(NEW, {**WORDS, **TWO, "act": "add-text"}, form_on=NEW).text
    assert fields_on(page)["question-2-kind"] == "text"
    page = quan.posts(NEW, {**fields_on(page), "act": "up-1"}, form_on=NEW).text
    moved = fields_on(page)
    assert [moved[f"question-{place}-kind"] for place in range(3)] == ["choice", "level", "text"]
    assert (moved["question-0-option-2-en"], moved["question-0-optional"]) == ("The web", "yes")
    page = quan.posts(NEW, {**moved, "act": "more-0"}, form_on=NEW).text
    assert "question-0-option-4-vi" in fields_on(page)
    page = quan.posts(NEW, {**fields_on(page), "act": "remove-2"}, form_on=NEW).text
    page = quan.posts(NEW, {**fields_on(page), "act": "down-0"}, form_on=NEW).text
    last = fields_on(page)
    assert {name: last[name] for name in WORDS} == WORDS
    assert {name: last[name] for name in TWO} == TWO
    with world.store.reading() as session:
        assert session.scalars(select(Questionnaire)).all() == []


def test_everything_that_is_wrong_is_told_at_once_beside_its_field(quan: Browser, world: World) -> None:
    wrong = {**WORDS, **TWO, "title-en": "", "question-0-text-en": "", "question-1-option-2-en": "", "act": "save"}
    answer = quan.posts(NEW, wrong, form_on=NEW)
    assert answer.status_code == 422
    both = world.text("questionnaire.refused.both_languages")
    for field in ("title", "question-0-text", "question-1-options"):
        assert f'id="{field}-error">{both}' in answer.text
    assert fields_on(answer.text)["question-1-option-2-vi"] == "Trang web"


@pytest.mark.parametrize("unit", ["", "NOWHERE"])
def test_a_unit_has_to_be_chosen(quan: Browser, world: World, unit: str) -> None:
    answer = quan.posts(NEW, {**WORDS, **TWO, "unit": unit, "act": "save"}, form_on=NEW)
    assert (answer.status_code, world.text("page.questionnaires.choose_unit") in answer.text) == (422, True)


def test_a_draft_is_made_changed_and_changed_again(quan: Browser, world: World) -> None:
    page = quan.posts(NEW, {**WORDS, **TWO, "act": "save"}, form_on=NEW)
    path = page.url.path
    assert texts(world) == ["Satisfied?", "Which channel?"]
    form = fields_on(quan.get(f"{path}/edit").text)
    swapped = fields_on(quan.posts(f"{path}/edit", {**form, "act": "down-0"}, form_on=f"{path}/edit").text)
    saved = quan.posts(f"{path}/edit", {**swapped, "title-en": "Another", "act": "save"}, form_on=f"{path}/edit")
    assert world.text("page.questionnaires.done_saved") in saved.text
    assert texts(world) == ["Which channel?", "Satisfied?"]
    fewer = fields_on(quan.posts(f"{path}/edit", {**fields_on(saved.text), "act": "remove-0"}, form_on=LIST).text)
    more = fields_on(quan.posts(f"{path}/edit", {**fewer, "act": "add-text"}, form_on=LIST).text)
    new = {"question-1-text-vi": "Góp ý?", "question-1-text-en": "Suggestions?"}
    quan.posts(f"{path}/edit", {**more, **new, "act": "save"}, form_on=LIST)
    assert texts(world) == ["Satisfied?", "Suggestions?"]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(quan: Browser, world: World) -> None:
    path = f"{LIST}/{made(world)}/edit"
    mine, theirs = fields_on(quan.get(path).text), fields_on(quan.get(path).text)
    quan.posts(path, {**theirs, "title-en": "Theirs", "act": "save"}, form_on=path)
    refused = quan.posts(path, {**mine, "title-en": "Mine", "act": "save"}, form_on=path)
    assert refused.status_code == 409
    assert world.text("page.questionnaires.changed_meanwhile") in refused.text
    assert fields_on(refused.text)["title-en"] == "Mine"
    with world.store.reading() as session:
        assert session.scalars(select(Questionnaire.title_en)).one() == "Theirs"


def test_the_choice_is_counted_and_says_who_is_left_out(quan: Browser, world: World) -> None:
    asked(world, "100", "101", "102")
    path = f"{LIST}/{made(world)}/sample"
    page = quan.posts(path, {"case": "any", "size": "2", "topics-declaration": "yes"}, form_on=path)
    assert world.text("page.questionnaires.done_sample") in page.text
    assert world.text("page.questionnaires.rule_not_drawn") in page.text
    assert re.search(r'class="value">2</span> <span class="label">người sẽ được hỏi', page.text)
    assert re.search(r'id="topics-declaration-yes"[^>]+ checked', page.text)
    wrong = quan.posts(path, {"case": "any", "size": "0", "last": "2026-01-01", "first": "2026-02-01"}, form_on=path)
    assert (wrong.status_code, 'value="2026-02-01"' in wrong.text) == (422, True)
    assert f'id="last-error">{world.text("questionnaire.refused.days")}' in wrong.text


def test_it_is_opened_by_the_number_that_was_seen_then_watched_and_closed(quan: Browser, world: World) -> None:
    asked(world, "100", "101")
    path = f"{LIST}/{made(world)}"
    refused = quan.posts(f"{path}/open", {"people": "3"}, form_on=path)
    assert refused.status_code == 409
    assert world.text("questionnaire.refused.other_number", count=2) in refused.text
    assert 'value="3"' in refused.text
    opened = quan.posts(f"{path}/open", {"people": "2"}, form_on=path)
    assert world.text("page.questionnaires.done_opened") in opened.text
    due.send_questionnaires(world.desk)
    deliver(world)
    watched = quan.get(path).text
    assert re.search(r'class="value">2</span> <span class="label">người nhận được lời mời', watched)
    assert "0,0%" in watched
    assert quan.get(f"{path}/edit").url.path == path
    assert world.text("page.questionnaires.done_closed") in quan.posts(f"{path}/close", {}, form_on=path).text


def test_a_draft_says_what_it_lacks_before_it_can_be_opened(quan: Browser, world: World) -> None:
    page = quan.posts(NEW, {**WORDS, "count": "0", "last_day": "", "act": "save"}, form_on=NEW)
    assert world.text("questionnaire.refused.no_questions") in page.text
    assert 'name="people"' not in page.text


def test_a_draft_is_thrown_away(quan: Browser, world: World) -> None:
    path = f"{LIST}/{made(world)}"
    assert world.text("page.questionnaires.done_discarded") in quan.posts(f"{path}/discard", {}, form_on=path).text
    assert quan.get(path).status_code == 404


def test_whoever_leads_another_unit_does_not_find_it(browse: Browse, world: World) -> None:
    id = made(world)
    with world.store.writing() as session:
        add_leader(session, "son", Role.HEAD, "KV02")
    son = signed_in(browse, "son")
    assert f"/{id}" not in son.get(LIST).text
    assert son.get(f"{LIST}/{id}").status_code == 404
    assert son.posts(f"{LIST}/{id}/close", {}, form_on=LIST).status_code == 404
    assert 'value="VN"' not in son.get(NEW).text


def test_one_that_is_open_is_not_changed_by_its_form(quan: Browser, world: World) -> None:
    asked(world, "100")
    path = f"{LIST}/{made(world)}"
    form = fields_on(quan.get(f"{path}/edit").text)
    quan.posts(f"{path}/open", {"people": "1"}, form_on=path)
    refused = quan.posts(f"{path}/edit", {**form, "title-en": "Late", "act": "save"}, form_on=path)
    assert refused.status_code == 409
    assert world.text("questionnaire.refused.not_draft") in refused.text


def test_the_list_tells_how_far_each_has_come(quan: Browser, world: World) -> None:
    asked(world, "100")
    closed(world, sent(world, a_plan()))
    page = quan.get(f"{LIST}?which=closed").text
    assert "Khảo sát năm 2026" in page
    assert world.text("page.questionnaires.none_of_state") in quan.get(f"{LIST}?which=draft").text
