"""The pages of gaps: groups with their questions, and each act of a curator; and a draft from an officer's reply."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.gaps.model import GapGroup, GapQuestion
from desk.guidance.model import GuidanceDraft
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, newest_case, officer_replies, open_case
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import NO_IDEA, World
from tests.gap_fixtures import DRONE, SEAL, SEAL_ENGLISH, alike, asks, group_all, groups

Browse = Callable[[], Browser]


@pytest.fixture
def hoa(browse: Browse, world: World) -> Browser:
    with world.store.writing() as session:
        add_curators(session)
    browser = browse()
    browser.signs_in("hoa", PASSWORD)
    return browser


@pytest.fixture
def path(world: World) -> str:
    """The page of the group of two questions about seals, beside another group."""
    alike(world)
    world.search.finds("channels", confidence=NO_IDEA)
    for text in (SEAL, SEAL_ENGLISH, DRONE):
        asks(world, text)
        world.clock.advance(seconds=30)
    group_all(world.desk)
    return f"/desk/gaps/{groups(world)[0].id}"


def questions(world: World, path: str) -> dict[str, str]:
    """The fields by which all questions of a group are chosen."""
    with world.store.reading() as session:
        of_group = select(GapQuestion.enquiry_id).where(GapQuestion.group_id == int(path.rsplit("/", 1)[1]))
        return {f"q-{id}": "yes" for id in session.scalars(of_group)}


def the(world: World, path: str) -> GapGroup:
    with world.store.reading() as session:
        return session.get_one(GapGroup, int(path.rsplit("/", 1)[1]))


def test_the_list_has_the_most_asked_first_and_what_filters_leave(hoa: Browser, path: str) -> None:
    page = hoa.get("/desk/gaps").text
    assert page.index("customs seal") < page.index(DRONE)
    assert "Có 2 nhóm với 3 câu hỏi" in page
    assert "Có 0 nhóm" in hoa.get("/desk/gaps?view=dismissed").text
    assert "Có 0 nhóm" in hoa.get("/desk/gaps?kind=abandoned&topic=tax").text


def test_the_page_tells_demand_questions_and_what_happened(hoa: Browser, path: str) -> None:
    page = hoa.get(path).text
    for told in (SEAL, SEAL_ENGLISH, "Số người hỏi", "Tiêu đề channels", "Nhóm được lập"):
        assert told in page


def test_a_group_becomes_a_draft(hoa: Browser, path: str, world: World) -> None:
    page = hoa.posts(f"{path}/draft", {}, form_on=path)
    assert page.url.path.endswith("/edit")
    assert SEAL in page.text
    assert the(world, path).state == "drafted"
    assert "Mở bản thảo số 1" in hoa.get(path).text


def test_chosen_questions_become_ways_to_ask(hoa: Browser, path: str, world: World) -> None:
    chosen = questions(world, path)
    refused = hoa.posts(f"{path}/variant", {**chosen, "entry": "nowhere"}, form_on=path)
    assert refused.status_code == 409
    assert refused.text.count(" checked") == 2
    page = hoa.posts(f"{path}/variant", {**chosen, "entry": "channels"}, form_on=path)
    assert page.url.path.startswith("/desk/guidance/drafts/")
    assert the(world, path).state == "variant"


def test_dismissing_wants_a_reason_and_keeps_what_was_typed(hoa: Browser, path: str, world: World) -> None:
    refused = hoa.posts(f"{path}/dismiss", {"reason": "other", "words": " "}, form_on=path)
    assert (refused.status_code, "Bạn ghi giúp lý do bằng lời." in refused.text) == (409, True)
    assert '<option value="other" selected' in refused.text
    done = hoa.posts(f"{path}/dismiss", {"reason": "other", "words": "Đã hỏi nhầm nơi."}, form_on=path)
    assert "Đã đóng nhóm." in done.text
    assert "khi có thêm 5 câu hỏi" in done.text
    assert "Đã mở lại nhóm." in hoa.posts(f"{path}/reopen", {"words": "Có văn bản mới."}, form_on=path).text


def test_questions_are_taken_out_and_groups_merged(hoa: Browser, path: str, world: World) -> None:
    one = dict(list(questions(world, path).items())[:1])
    taken = hoa.posts(f"{path}/take-out", one, form_on=path)
    assert "Đã tách các câu hỏi thành nhóm này." in taken.text
    other = taken.url.path
    refused = hoa.posts(f"{other}/merge", {"into": "999"}, form_on=other)
    assert refused.status_code == 409
    merged = hoa.posts(f"{other}/merge", {"into": path.rsplit("/", 1)[1]}, form_on=other)
    assert (merged.url.path, the(world, path).asked) == (path, 2)
    assert "Đã gộp vào nhóm số" in hoa.get(other).text


def test_heads_read_and_officers_do_not(browse: Browse, hoa: Browser, path: str) -> None:
    son, minh = browse(), browse()
    son.signs_in("son", PASSWORD)
    minh.signs_in("minh", PASSWORD)
    assert "formaction" not in son.get(path).text
    assert minh.get("/desk/gaps").status_code == 403
    assert hoa.get("/desk/gaps/999").status_code == 404


def test_an_officer_proposes_guidance_from_a_reply(browse: Browse, hoa: Browser, world: World) -> None:
    open_case(world)
    case = f"/desk/cases/{newest_case(world.desk).number}"
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    assert "draft-guidance" not in minh.get(case).text
    officer_replies(world, "Bạn báo chi cục nơi mở tờ khai.")
    done = minh.posts(f"{case}/draft-guidance", {}, form_on=case)
    assert "Đã đề xuất hướng dẫn" in done.text
    assert "bản thảo số 1" in done.text
    listed = hoa.get("/desk/guidance/drafts?which=proposed").text
    assert "Tờ khai của tôi bị treo" in listed
    with world.store.reading() as session:
        assert session.scalars(select(GuidanceDraft)).one().author.username == "minh"
