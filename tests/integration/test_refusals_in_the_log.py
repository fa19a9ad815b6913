"""Who was not let in, and who asked for what is not theirs, stands in the log: when, where, who and what; no words."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, open_case
from tests.desk_fixtures import World

Browse = Callable[[], Browser]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_a_sign_in_that_failed_is_told_with_where_it_came_from_and_not_what_was_typed(
    browse: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    browse().signs_in("minh", "wrong words of mine")
    browse().signs_in("a password in the wrong field", "x")
    assert logged(caplog) == ["somebody was not let in with a password, from testclient"] * 2
    assert "words" not in caplog.text


def test_an_officer_who_asks_for_a_page_of_another_role_is_told_of(
    browse: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    hoa = browse()
    hoa.signs_in("hoa", PASSWORD)
    hoa.get("/desk/cases")
    assert logged(caplog) == ["officer:hoa was refused: 403 at GET /desk/cases"]


def test_an_officer_who_asks_for_what_is_not_there_is_told_of_by_the_route(
    browse: Browse, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    open_case(world)
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    assert minh.get("/desk/cases/2026-99999").status_code == 404
    assert logged(caplog) == ["officer:minh was refused: 404 at GET /desk/cases/{number}"]


def test_a_form_that_was_forged_is_told_of(browse: Browse, caplog: pytest.LogCaptureFixture) -> None:
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    minh.client.post("/desk/me/duty", data={"duty": "off"})
    assert "a form without its token was refused: POST /desk/me/duty" in logged(caplog)
