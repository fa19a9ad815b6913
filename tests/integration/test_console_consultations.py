"""Consultations on the web: drafted and opened by leaders, commented on by anybody, grouped, answered and exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from cli import consultations as consultations_command
from cli import main as command
from desk.consultations import commenting
from desk.consultations.model import Comment, CommentGroup
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.consultation_fixtures import (
    LAST_DAY,
    NEVER,
    PLAN,
    PRINTER,
    PRINTER_TOO,
    consulted,
    drafted,
    ended,
    grouped,
    says,
)
from tests.desk_fixtures import World
from tests.questionnaire_fixtures import add_leader

Browse = Callable[[], Browser]
LIST = "/desk/consultations"
NEW = f"{LIST}/new"
FORM = {
    "unit": "VN",
    "title-vi": "Dự thảo bịa để thử",
    "title-en": "A draft made up for tests",
    "summary-vi": "Không có thật.",
    "summary-en": "Not real.",
    "changes-vi": "Không gì cả.",
    "changes-en": "Nothing.",
    "reference": "",
    "last_day": LAST_DAY.isoformat(),
    "topics-tax": "yes",
    "question-1-vi": "Bạn nghĩ gì?",
    "question-1-en": "What do you think?",
}


@pytest.fixture
def quan(browse: Browse, world: World) -> Browser:
    with world.store.writing() as session:
        add_leader(session)
    browser = browse()
    browser.signs_in("quan", PASSWORD)
    return browser


def comments(world: World) -> list[tuple[int | None, str]]:
    with world.store.reading() as session:
        return [(each.question, each.text) for each in session.scalars(select(Comment).order_by(Comment.id))]


def test_a_draft_is_written_without_a_script_opened_and_closed(quan: Browser, world: World) -> None:
    assert world.text("page.consultations.none") in quan.get(LIST).text
    more = quan.posts(NEW, {**FORM, "act": "more"}, form_on=NEW).text
    assert 'name="question-5-vi"' in more
    assert 'name="question-7-vi"' not in more
    assert "Bạn nghĩ gì?" in more
    made = quan.posts(NEW, {**FORM, "act": "save"}, form_on=NEW)
    path = made.url.path
    edited = quan.posts(f"{path}/edit", {**FORM, "title-en": "Another", "act": "save"}, form_on=f"{path}/edit")
    assert world.text("page.consultations.done_saved") in edited.text
    assert "Another" in edited.text
    opened = quan.posts(f"{path}/open", {}, form_on=path)
    assert world.text("page.consultations.done_opened") in opened.text
    assert quan.get(f"{path}/edit").url.path == path
    late = quan.posts(f"{path}/edit", {**FORM, "act": "save"}, form_on=LIST)
    assert (late.status_code, world.text("consultation.refused.not_draft") in late.text) == (409, True)
    assert world.text("page.consultations.done_closed") in quan.posts(f"{path}/close", {}, form_on=path).text


def test_what_is_wrong_stands_beside_its_field_with_everything_typed(quan: Browser, world: World) -> None:
    wrong = quan.posts(NEW, {**FORM, "question-1-en": "", "act": "save"}, form_on=NEW)
    assert wrong.status_code == 422
    assert f'id="questions-error">{world.text("questionnaire.refused.both_languages")}' in wrong.text
    assert "Bạn nghĩ gì?" in wrong.text
    day = quan.posts(NEW, {**FORM, "last_day": "mai", "act": "save"}, form_on=NEW)
    assert world.text("page.consultations.refused_day") in day.text
    unit = quan.posts(NEW, {**FORM, "unit": "", "act": "save"}, form_on=NEW)
    assert world.text("consultation.refused.unit") in unit.text


def test_a_draft_that_is_not_whole_says_what_it_lacks(quan: Browser, world: World) -> None:
    made = quan.posts(NEW, {**FORM, "summary-en": "", "act": "save"}, form_on=NEW)
    assert f"{LIST}/" in str(made.url)
    assert world.text("questionnaire.refused.both_languages") in made.text
    assert '/open"' not in made.text
    path = made.url.path
    assert quan.posts(f"{path}/open", {}, form_on=path).status_code == 409
    assert world.text("page.consultations.done_discarded") in quan.posts(f"{path}/discard", {}, form_on=path).text


def test_whoever_leads_another_unit_does_not_find_it(browse: Browse, world: World) -> None:
    id = consulted(world)
    with world.store.writing() as session:
        add_leader(session, "son", Role.HEAD, "KV02")
    son = browse()
    son.signs_in("son", PASSWORD)
    assert son.get(f"{LIST}/{id}").status_code == 404
    assert son.get(f"{LIST}/{id}/comments").status_code == 404
    assert son.posts(f"{LIST}/{id}/answer", {"group": "1"}, form_on=LIST).status_code == 404


def test_nobody_reads_a_draft_that_was_not_opened(browse: Browse, world: World) -> None:
    id, anybody = drafted(world), browse()
    assert world.text("page.consult.none") in anybody.get("/consultations").text
    assert anybody.get(f"/consultations/{id}").status_code == 404
    assert anybody.get("/consultations/none").status_code == 404


def test_anybody_comments_on_the_whole_or_on_a_question(browse: Browse, world: World) -> None:
    id, anybody = consulted(world), browse()
    path = f"/consultations/{id}"
    assert path in anybody.get("/consultations").text
    assert world.text("page.consult.promise") in anybody.get(path).text
    sent = anybody.posts(path, {"text": NEVER, "about": "whole", "form": "one"}, form_on=path)
    assert world.text("page.consult.sent") in sent.text
    anybody.posts(path, {"text": NEVER, "about": "whole", "form": "one"}, form_on=path)
    anybody.posts(path, {"text": PRINTER, "about": "1", "form": "two"}, form_on=path)
    assert comments(world) == [(None, NEVER), (0, PRINTER)]


def test_a_comment_that_will_not_do_is_told_and_stays_typed(
    browse: Browse, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id, anybody = consulted(world), browse()
    path = f"/consultations/{id}"
    short = anybody.posts(path, {"text": "ừ", "about": "1"}, form_on=path)
    assert short.status_code == 422
    assert 'id="text-error">' in short.text
    assert 'value="1" checked' in short.text
    odd = anybody.posts(path, {"text": NEVER, "about": "9"}, form_on=path)
    assert (odd.status_code, world.text("consultation.refused.question") in odd.text) == (422, True)
    monkeypatch.setattr(commenting, "AN_HOUR", 0)
    many = anybody.posts(path, {"text": NEVER, "about": "whole"}, form_on=path)
    assert many.status_code == 429
    assert NEVER in many.text
    world.clock.advance(days=31)
    late = anybody.posts(path, {"text": NEVER, "about": "whole"}, form_on="/chat")
    assert late.status_code == 409
    assert 'name="text"' not in late.text
    assert comments(world) == []


def test_without_a_search_the_page_says_that_comments_wait_for_their_groups(quan: Browser, world: World) -> None:
    id = consulted(world)
    assert world.text("page.consultations.no_comments") in quan.get(f"{LIST}/{id}").text
    says(world, id, PRINTER)
    page = quan.get(f"{LIST}/{id}").text
    assert world.text("page.consultations.waiting", count=1) in page
    assert PRINTER in quan.get(f"{LIST}/{id}/comments").text


def test_groups_are_answered_after_the_close_and_everybody_reads_it(
    quan: Browser, browse: Browse, world: World
) -> None:
    id, path = consulted(world), f"{LIST}/1"
    says(world, id, f"{PRINTER}. Liên hệ 0912345678.", PRINTER_TOO, NEVER)
    grouped(world)
    page = quan.get(path).text
    assert world.text("page.consultations.in_group", count=2) in page
    assert "0912345678" in page
    assert 'name="outcome"' not in page
    with world.store.reading() as session:
        printers, never = session.scalars(select(CommentGroup.id).order_by(CommentGroup.id))
    ended(world, id)
    said = {"outcome": "taken_up", "said_vi": "Giữ màu trắng.", "said_en": "White stays.", "quoted": "yes"}
    wrong = quan.posts(f"{path}/answer", {**said, "group": str(printers), "said_en": ""}, form_on=path)
    assert (wrong.status_code, "Giữ màu trắng." in wrong.text) == (409, True)
    done = quan.posts(f"{path}/answer", {**said, "group": str(printers)}, form_on=path)
    assert world.text("page.consultations.done_answered") in done.text
    other = {"outcome": "elsewhere", "said_vi": "Sẽ xem xét.", "said_en": "To be seen.", "group": str(never)}
    quan.posts(f"{path}/answer", other, form_on=path)
    public = browse().get(f"/consultations/{id}").text
    assert "Giữ màu trắng." in public
    assert "Sẽ xem xét." in public
    assert PRINTER in public
    assert "0912345678" not in public
    assert NEVER not in public


def test_what_is_no_comment_is_set_aside_and_brought_back(quan: Browser, world: World) -> None:
    id = consulted(world)
    says(world, id, "Mua hàng giá rẻ tại đây")
    path = f"{LIST}/{id}/comments"
    with world.store.reading() as session:
        comment = str(session.scalars(select(Comment.id)).one())
    aside = quan.posts(path, {"comment": comment, "goes": "aside"}, form_on=path)
    assert world.text("page.consultations.done_set_aside") in aside.text
    assert world.text("page.consultations.comments_none") in aside.text
    assert world.text("page.consultations.set_aside_count", count=1) in quan.get(f"{LIST}/{id}").text
    back = quan.posts(path, {"comment": comment, "goes": "back", "aside": "1"}, form_on=f"{path}?aside=1")
    assert world.text("page.consultations.done_brought_back") in back.text
    assert quan.posts(path, {"comment": "99", "goes": "aside"}, form_on=path).status_code == 404


def test_the_files_hold_groups_and_comments(quan: Browser, world: World) -> None:
    id = consulted(world)
    says(world, id, "=1+1 là công thức", PRINTER, question=0)
    grouped(world)
    csv = quan.get(f"{LIST}/{id}/export.csv").text
    assert "'=1+1 là công thức" in csv
    assert f"1. {PLAN.questions[0].vi}" in csv
    assert quan.get(f"{LIST}/{id}/export.xlsx").content.startswith(b"PK")


def test_an_operator_does_the_same_from_a_terminal(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(consultations_command, "desk_and_settings", lambda: (world.desk, None))
    with world.store.writing() as session:
        add_leader(session)

    def customs(*words: str) -> Result:
        return CliRunner().invoke(command.app, ["consultations", *words])

    file = tmp_path / "draft.yml"
    both = "{vi: Dự thảo bịa để thử, en: A draft made up for tests}"
    file.write_text(f"title: {both}\nsummary: {both}\nchanges: {both}\ntopics: [tax]\n", encoding="utf-8")
    assert customs("load", str(file), "--as", "quan").stdout == "consultation 1: draft\n"
    assert "last_day" in customs("open", "1", "--as", "quan").stderr
    file.write_text(f"title: {both}\nsummary: {both}\nchanges: {both}\nlast_day: {LAST_DAY}\n", encoding="utf-8")
    assert customs("load", str(file), "--as", "quan").stdout == "consultation 2: draft\n"
    assert customs("open", "2", "--as", "quan").stdout == "consultation 2: open\n"
    says(world, 2, PRINTER, NEVER)
    grouped(world)
    told = json.loads(customs("show", "2", "--json").stdout)
    assert [(group["count"], group["central"]) for group in told["groups"]] == [(1, PRINTER), (1, NEVER)]
    assert PRINTER in customs("show", "2").stdout
    assert json.loads(customs("list", "--json").stdout)[0]["comments"] == 2
    assert customs("list").exit_code == 0
    made = json.loads(customs("export", "2", "--format", "json").stdout)
    assert [row["text"] for row in made["comments"]] == [PRINTER, NEVER]
    assert customs("close", "2", "--as", "quan").stdout == "consultation 2: closed\n"
    assert "no consultation 9" in customs("show", "9").stderr
    file.write_text("title: 1", encoding="utf-8")
    assert customs("load", str(file), "--as", "quan").exit_code == 2
