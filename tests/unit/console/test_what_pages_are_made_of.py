"""Addresses that lead away, moments, links and the languages of pages."""

from __future__ import annotations

import datetime as dt

import pytest
from litestar.testing import RequestFactory

from console.web.filters import clock, linked, number, percent
from console.web.site import asset, language_of, local_path

OWN = "https://desk.example/case/"


@pytest.mark.parametrize("path", ["/chat", "/desk/cases/2026-00001", "/case/a_b-C?done=added"])
def test_a_path_of_this_site_is_gone_back_to(path: str) -> None:
    assert local_path(path, "/") == path


@pytest.mark.parametrize(
    "path", ["", "chat", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb: c"]
)
def test_whatever_could_lead_away_is_not(path: str) -> None:
    assert local_path(path, "/chat") == "/chat"


def test_a_case_of_this_desk_becomes_a_link_and_nothing_else_becomes_markup() -> None:
    text = f"<b>Xem</b> {OWN}abc-1. Hay https://evil.example/"
    assert linked(text, OWN) == (
        f'&lt;b&gt;Xem&lt;/b&gt; <a href="{OWN}abc-1">{OWN}abc-1</a>. Hay https://evil.example/'
    )


def test_a_moment_is_told_on_the_clocks_of_viet_nam() -> None:
    at = dt.datetime(2026, 11, 22, 20, 5, tzinfo=dt.UTC)
    assert clock(at, "vi") == "03:05 · 23/11/2026"
    assert clock(at, "en") == "03:05 · 23 Nov 2026"


@pytest.mark.parametrize(
    ("headers", "cookies", "language"),
    [
        ({}, {}, "vi"),
        ({"accept-language": "en-GB,en;q=0.9"}, {}, "en"),
        ({"accept-language": "fr, vi;q=0.5"}, {}, "vi"),
        ({"accept-language": "fr"}, {}, "vi"),
        ({"accept-language": "en"}, {"language": "vi"}, "vi"),
        ({}, {"language": "xx"}, "vi"),
    ],
)
def test_the_language_of_a_page_is_the_chosen_one_then_the_browsers_then_vietnamese(
    headers: dict[str, str], cookies: dict[str, str], language: str
) -> None:
    if cookies:
        headers = {**headers, "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    assert language_of(RequestFactory().get("/", headers=headers)) == language


def test_the_address_of_a_static_file_tells_its_content() -> None:
    assert asset("css/base.css").startswith("/static/css/base.css?v=")
    assert asset("css/base.css") == asset("css/base.css")
    assert asset("css/base.css") != asset("js/chat.js")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (number(1234567, "vi"), "1.234.567"),
        (number(1234567, "en"), "1,234,567"),
        (number(3.25, "vi", 1), "3,2"),
        (number(0, "en"), "0"),
        (percent(0.935, "vi", 1), "93,5%"),
        (percent(0.935, "en"), "94%"),
        (percent(1, "vi"), "100%"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(shown: str, expected: str) -> None:
    assert shown == expected
