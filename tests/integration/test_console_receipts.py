"""Receipts in the console: the public page, the officers' page, the search box and the page of a case."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select

from desk.receipts import codes, service
from desk.receipts.model import Receipt
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import Chatter, World

Browse = Callable[[], Browser]
QUESTION = "MST 0312345678 hồ sơ nhập khẩu gồm gì"


def code_in(world: World) -> str:
    with world.store.reading() as session:
        return codes.grouped(session.scalars(select(Receipt.code)).one())


def asked(world: World, chatter: Chatter) -> str:
    world.search.finds("dossier_import", about="hồ sơ")
    chatter.writes(QUESTION)
    return code_in(world)


def test_a_code_that_is_typed_leads_to_the_receipt_however_it_is_written(
    browse: Browse, world: World, lan: Chatter
) -> None:
    code = asked(world, lan)
    page = browse().get("/receipt", params={"code": code.replace("-", " ").lower()})
    assert page.url.path == f"/receipt/{code}"
    assert "Nguyên văn dossier_import: nộp ở chi cục." in page.text
    assert world.text("receipt.no_ruling") in page.text
    assert world.text("receipt.state.holds") in page.text
    assert "0312345678" not in page.text


def test_who_asked_on_the_web_sees_the_question_as_it_was_typed(browse: Browse, world: World) -> None:
    visitor = browse()
    world.search.finds("dossier_import", about="hồ sơ")
    visitor.asks(QUESTION)
    assert code_in(world) in visitor.get("/chat").text
    assert QUESTION in visitor.get(f"/receipt/{code_in(world)}").text
    assert "0312345678" not in browse().get(f"/receipt/{code_in(world)}").text


def test_a_wrong_code_is_explained_beside_the_field_and_stays_there(browse: Browse, world: World) -> None:
    visitor, unknown = browse(), codes.grouped(codes.fresh())
    slip = unknown[:-1] + next(character for character in codes.ALPHABET if character != unknown[-1])
    for typed, status, reason in ((slip, 422, "check_wrong"), ("KQ7", 422, "no_code"), (unknown, 404, "unknown")):
        page = visitor.get("/receipt", params={"code": typed})
        assert (page.status_code, f'value="{typed}"' in page.text) == (status, True)
        assert world.text(f"receipt.{reason}") in page.text


def test_guessing_is_stopped_for_everybody_at_that_address(browse: Browse, world: World, lan: Chatter) -> None:
    code = asked(world, lan)
    for _ in range(service.MISSES_AN_HOUR):
        browse().get(f"/receipt/{codes.grouped(codes.fresh())}")
    assert browse().get(f"/receipt/{code}").status_code == 429
    world.clock.advance(hours=1)
    assert browse().get(f"/receipt/{code}").status_code == 200


def test_officers_find_it_in_the_search_and_see_the_question(browse: Browse, world: World, lan: Chatter) -> None:
    code, minh = asked(world, lan), browse()
    minh.signs_in("minh", PASSWORD)
    page = minh.get("/desk/search", params={"q": code.lower()})
    assert page.url.path == f"/desk/receipts/{code}"
    assert QUESTION in page.text
    unknown = minh.get("/desk/search", params={"q": codes.grouped(codes.fresh())})
    assert (unknown.status_code, world.text("receipt.unknown") in unknown.text) == (404, True)
    assert minh.get(f"/desk/receipts/{codes.grouped(codes.fresh())}").status_code == 404


def test_the_page_of_a_case_leads_to_what_was_answered_to_its_question(
    browse: Browse, world: World, lan: Chatter
) -> None:
    code, minh = asked(world, lan), browse()
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.signs_in("minh", PASSWORD)
    (number,) = set(re.findall(r"/desk/cases/(\d{4}-\d{5})", minh.get("/desk/cases?view=waiting").text))
    assert f'href="/desk/receipts/{code}"' in minh.get(f"/desk/cases/{number}").text
