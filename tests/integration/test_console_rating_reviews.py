"""The pages of ratings: a head's reviews, what units received, and what officers remark on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from clock.due import tell_of_reviews
from desk.cases.model import Case
from desk.ratings import service as ratings
from desk.ratings.model import LeftOut, RatingRequest
from desk.ratings.reviews import remarks
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import NOON, Chatter, World
from tests.rating_review_fixtures import FINDINGS, WORDS, add_small_tree, is_head, rated, reviews, told, worded
from tests.small_tree import officer

Browse = Callable[[], Browser]
PAGE = "/desk/ratings/reviews/1"


@pytest.fixture(autouse=True)
def _small_tree(world: World) -> None:
    add_small_tree(world)


def as_(browse: Browse, username: str) -> Browser:
    browser = browse()
    browser.signs_in(username, PASSWORD)
    return browser


def test_a_head_goes_from_the_tab_to_what_is_sent(browse: Browse, world: World, lan: Chatter) -> None:
    hanh = as_(browse, "hanh")
    assert "tab-count" not in hanh.get("/desk/ratings/reviews").text
    rated(world, lan, 1, comment="chờ lâu quá")
    tell_of_reviews(world.desk)
    listed = hanh.get("/desk/ratings/reviews").text
    assert 'class="tab-count">1<' in listed
    assert "chờ lâu quá" in listed
    assert "Anh chị nộp hồ sơ ở đội thủ tục." in hanh.get(PAGE).text
    form = {"revision": "1", "verdict": "confirmed", "cause": "slow", "cause_words": "", "action": "Đã phân công lại."}
    page = hanh.posts(f"{PAGE}/findings", form, form_on=PAGE)
    assert (page.status_code, world.text("rating_review.refused.words") in page.text) == (409, True)
    assert "Đã phân công lại." in page.text
    page = hanh.posts(f"{PAGE}/findings", form | {"cause_words": "Chờ hai ngày."}, form_on=PAGE)
    assert world.text("page.reviews.done.looked_into") in page.text
    page = hanh.posts(f"{PAGE}/words", {"revision": "1", "words": WORDS}, form_on=PAGE)
    assert (page.status_code, world.text("rating_review.refused.changed") in page.text) == (409, True)
    page = hanh.posts(f"{PAGE}/words", {"revision": "2", "words": WORDS}, form_on=PAGE)
    assert world.text("rating_review.told.thanks") in page.text
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    page = hanh.posts(f"{PAGE}/tell", {"seen": seen}, form_on=PAGE)
    assert world.text("page.reviews.done.told") in page.text
    assert WORDS in lan.read()[-1].text
    with world.store.reading() as session:
        key = session.scalars(select(Case.key)).one()
    assert WORDS in browse().get(f"/case/{key}").text
    assert "2026-00001" in hanh.get("/desk/ratings/reviews?view=settled&cause=slow").text
    assert "2026-00001" not in hanh.get("/desk/ratings/reviews?view=settled&cause=rule").text


def test_it_is_settled_without_an_answer_or_because_the_stars_were_raised(
    browse: Browse, world: World, lan: Chatter, an: Chatter
) -> None:
    hanh = as_(browse, "hanh")
    rated(world, lan, 1)
    rated(world, an, 2)
    an.taps("rate", ":4")
    page = hanh.posts(f"{PAGE}/settle", {"revision": "1", "reason": ""}, form_on=PAGE)
    assert (page.status_code, world.text("rating_review.refused.words") in page.text) == (409, True)
    page = hanh.posts(f"{PAGE}/settle", {"revision": "1", "reason": "Bấm thử."}, form_on=PAGE)
    assert world.text("page.reviews.done.untold") in page.text
    other = "/desk/ratings/reviews/2"
    assert world.text("page.reviews.raised_about") in hanh.get(other).text
    page = hanh.posts(f"{other}/raised", {"revision": "2"}, form_on=other)
    assert world.text("page.reviews.done.raised") in page.text
    assert [review.state.value for review in reviews(world)] == ["untold", "raised"]


def test_a_head_with_a_part_or_of_another_unit_does_not_find_it(browse: Browse, world: World, lan: Chatter) -> None:
    rated(world, lan, 1, by="hanh")
    with world.store.writing() as session:
        is_head(session, "dung", "KV03")
    for name, status in (("hanh", 404), ("dung", 404), ("vinh", 200), ("thu", 403)):
        assert as_(browse, name).get(PAGE).status_code == status, name
    assert "2026-00001" not in as_(browse, "hanh").get("/desk/ratings/reviews?view=open").text
    assert as_(browse, "dung").get("/desk/ratings/reviews?unit=CATLAI").status_code == 404
    assert "2026-00001" in as_(browse, "vinh").get("/desk/ratings/reviews?unit=CATLAI").text


@pytest.mark.parametrize("path", ["/desk/ratings/reviews/99", "/desk/ratings/reviews/x", "/desk/ratings/mine/99"])
def test_what_does_not_exist_is_not_there(browse: Browse, path: str) -> None:
    assert as_(browse, "hanh").get(path).status_code == 404


def test_an_officer_remarks_on_a_rating_of_theirs(browse: Browse, world: World, lan: Chatter, an: Chatter) -> None:
    rated(world, lan, 2, "thu", comment="lâu quá")
    rated(world, an, 5, "nam", comment="rất nhanh")
    thu = as_(browse, "thu")
    listed = thu.get("/desk/ratings/mine").text
    assert ("lâu quá" in listed, "rất nhanh" in listed) == (True, False)
    assert world.text("page.my_ratings.too_few", judged="1", enough=20) in listed
    path = "/desk/ratings/mine/1"
    assert thu.get("/desk/ratings/mine/2").status_code == 404
    empty = thu.posts(f"{path}/remark", {"remark": " "}, form_on=path)
    assert (empty.status_code, world.text("rating_review.refused.words") in empty.text) == (409, True)
    kept = thu.posts(f"{path}/remark", {"remark": "Chờ giám định."}, form_on=path)
    assert "Chờ giám định." in kept.text
    assert "Chờ giám định." in as_(browse, "hanh").get(PAGE).text
    worded(world)
    told(world)
    late = thu.posts(f"{path}/remark", {"remark": "Khác."}, form_on="/desk/ratings/mine")
    assert (late.status_code, world.text("rating_review.refused.remark_late") in late.text) == (409, True)
    assert WORDS in thu.get("/desk/ratings/mine").text


def test_units_read_what_they_received_and_take_it_as_a_file(browse: Browse, world: World, lan: Chatter) -> None:
    rated(world, lan, 2, comment="=1+1 chậm")
    with world.store.writing() as session:
        request = session.scalars(select(RatingRequest)).one()
        ratings.give_reasons(session, request, ["speed"], NOON, world.desk.rules.ratings)
        remarks.remark(world.desk, session, request, officer(session, "thu"), "Chờ giám định.")
    hanh = as_(browse, "hanh")
    page = hanh.get("/desk/ratings/received").text
    for words in ("2026-00001", "=1+1 chậm", "Chờ giám định.", world.text("rating.reason.speed"), PAGE):
        assert words in page
    assert world.text("page.received.none_found") in hanh.get("/desk/ratings/received?stars=5").text
    assert "2026-00001" in hanh.get("/desk/ratings/received?reason=speed&from=2026-11-23&to=2026-11-23").text
    assert hanh.get("/desk/ratings/received?from=gestern").status_code == 422
    assert hanh.get("/desk/ratings/received?unit=KV03").status_code == 404
    file = hanh.get("/desk/ratings/received/export.csv?stars=2")
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert "'=1+1 chậm" in file.text
    assert hanh.get("/desk/ratings/received/export.xlsx").content.startswith(b"PK")
    assert hanh.get("/desk/ratings/received/export.csv?from=gestern").status_code == 404
    assert as_(browse, "thu").get("/desk/ratings/received").status_code == 403


def test_a_mark_is_seen_with_its_reason_and_why_there_is_no_review(browse: Browse, world: World, lan: Chatter) -> None:
    rated(world, lan, 5)
    with world.store.writing() as session:
        session.scalars(select(RatingRequest)).one().left_out = LeftOut.SAME_ENTERPRISE
    lan.taps("rate", ":1")
    assert reviews(world) == []
    page = as_(browse, "hanh").get("/desk/ratings/received?mark=same_enterprise").text
    assert world.text("page.received.mark.same_enterprise") in page
    assert world.text("page.received.no_review") in page
    assert (
        world.text("page.my_ratings.not_counted.same_enterprise") in as_(browse, "thu").get("/desk/ratings/mine").text
    )


def test_the_english_pages_have_words_for_everything(browse: Browse, world: World, lan: Chatter) -> None:
    rated(world, lan, 1)
    hanh = as_(browse, "hanh")
    hanh.client.cookies.set("language", "en")
    for path in ("/desk/ratings/reviews", PAGE, "/desk/ratings/received", "/desk/ratings/mine"):
        assert hanh.get(path).status_code == 200
    assert FINDINGS.cause in hanh.get(PAGE).text
