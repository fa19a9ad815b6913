"""The page of the report: what it says and leads to, who sees whom, and its files."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from desk.figures.breakdown.asked import By
from desk.people.model import Role
from tests.breakdown_fixtures import write_the_week
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.unit_fixtures import hire

As = Callable[[str], Browser]
WEEK = {"from": "2026-11-09", "to": "2026-11-15"}


@pytest.fixture
def as_(world: World, browse: Callable[[], Browser]) -> As:
    """Sign in: mai manages the department; thu, nam, hanh, vinh and dung are those of the small tree."""
    with world.store.writing() as session:
        write_the_week(session)
    hire(world, "mai", "VN", Role.MANAGER)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


def page_of(browser: Browser, **query: str) -> str:
    response = browser.get("/desk/ratings", params=WEEK | query)
    assert response.status_code == 200, response.text
    return html.unescape(response.text)


def rows_of(browser: Browser, **query: str) -> list[list[str]]:
    response = browser.get("/desk/ratings/export.csv", params=WEEK | query)
    assert response.status_code == 200, response.text
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    return rows[rows.index([]) + 2 :]


def names_of(browser: Browser, **query: str) -> list[str]:
    return [row[1] for row in rows_of(browser, **query)]


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_row_has_its_page(as_: As, world: World, by: By, language: str) -> None:
    mai = as_("mai")
    mai.client.cookies.set("language", language)
    page = page_of(mai, by=by.value)
    said = world.desk.texts.say(f"breakdown.by.{by}", "en" if language == "en" else "vi")
    assert world.desk.texts.say("breakdown.title", "en" if language == "en" else "vi", by=said) in page
    assert page.count("<table") == (3 if by.is_of_parts else 4)


def test_the_page_says_what_is_left_out_and_why(as_: As, world: World) -> None:
    mai = as_("mai")
    page = page_of(mai, by="office")
    assert world.text("page.breakdown.left_out.staff", count="1") in page
    assert world.text("page.breakdown.left_out.none") in page_of(mai, by="office", unit="KV03")


def test_a_row_leads_to_the_report_within_it(as_: As) -> None:
    mai = as_("mai")
    links = re.findall(r'<th scope="row"><a href="([^"]+)">Chi cục Hải quan khu vực II<', page_of(mai, by="region"))
    within = {name: value for name, (value,) in parse_qs(urlsplit(links[0]).query).items()}
    assert within == WEEK | {"by": "office", "unit": "KV02"}
    assert "Hải quan cửa khẩu cảng Cát Lái" in names_of(mai, **within)
    weeks = re.findall(r'<th scope="row"><a href="([^"]+)">11/2026<', page_of(mai, by="month", channel="web"))
    assert parse_qs(urlsplit(weeks[0]).query) == {
        "by": ["week"],
        "channel": ["web"],
        "from": ["2026-11-09"],
        "to": ["2026-11-15"],
    }


def test_an_officer_sees_by_officer_only_themselves(as_: As, world: World) -> None:
    thu = as_("thu")
    page = page_of(thu)
    assert world.text("page.breakdown.only_own") in page
    assert names_of(thu) == names_of(thu, by="officer") == ["Thu Lê", "Tất cả"]
    for other in ("Dung", "Nam", "Hanh"):
        assert other not in page
    # Within their own unit an office leads to its months, for its officers are not theirs to see.
    (link,) = set(re.findall(r'<th scope="row"><a href="([^"]+)">Hải quan cửa khẩu cảng', page_of(thu, by="office")))
    assert parse_qs(urlsplit(link).query) == {"by": ["month"], "unit": ["CATLAI"]} | {k: [v] for k, v in WEEK.items()}


def test_heads_and_managers_see_the_officers_of_their_units(as_: As) -> None:
    assert set(names_of(as_("hanh"), by="officer")) == {"Thu Lê", "Nam", "Tất cả"}
    assert set(names_of(as_("mai"), by="officer")) == {
        "Thu Lê",
        "Dung",
        "Nam",
        "Không có cán bộ nào tham gia",
        "Tất cả",
    }


@pytest.mark.parametrize("path", ["/desk/ratings", "/desk/ratings/export.csv", "/desk/ratings/export.xlsx"])
def test_a_unit_outside_is_not_there(as_: As, path: str) -> None:
    vinh = as_("vinh")
    assert vinh.get(path, params={"unit": "CATLAI"}).status_code == 200
    for outside in ("VN", "KV03", "NOWHERE"):
        assert vinh.get(path, params={"unit": outside}).status_code == 404


def test_a_curator_has_no_report(as_: As) -> None:
    hoa = as_("hoa")
    for path in ("/desk/ratings", "/desk/ratings/export.csv", "/desk/ratings/export.xlsx"):
        assert hoa.get(path).status_code == 403


def test_what_was_typed_wrongly_is_kept_and_explained(as_: As, world: World) -> None:
    typed = {"from": "2026-11-20", "to": "2026-11-01", "by": "topic", "channel": "web"}
    page = as_("mai").get("/desk/ratings", params=typed)
    assert page.status_code == 422
    assert world.text("figures.refused_order") in page.text
    for kept in ('value="2026-11-20"', '<option value="topic" selected>', '<option value="web" selected>'):
        assert kept in page.text


def test_what_is_not_known_in_the_address_is_as_if_it_were_not_there(as_: As) -> None:
    mai = as_("mai")
    strange = {"by": "star", "topic": "x", "channel": "fax", "language": "fr"}
    assert names_of(mai, **strange) == names_of(mai, by="region")


def test_a_period_without_anything_says_so(as_: As, world: World) -> None:
    nothing = as_("mai").get("/desk/ratings", params={"from": "2025-01-01", "to": "2025-01-31", "by": "office"})
    assert world.text("page.breakdown.nothing") in nothing.text


def test_no_page_of_the_public_names_an_officer(as_: As, browse: Callable[[], Browser]) -> None:
    as_("mai")
    for path in ("/desk/ratings", "/desk/ratings/export.csv"):
        assert "Thu" not in browse().get(path).text
