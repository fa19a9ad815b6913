"""The officers' console without a script: cases, replies and what became of them, account and figures."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from desk.audit.model import AuditEntry
from desk.cases.model import Case, CaseState
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Message
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from tests.conftest import PASSWORD
from tests.console_fixtures import (
    Browser,
    officer_named,
    officer_replies,
    only_case,
    open_case,
)
from tests.desk_fixtures import World

Browse = Callable[[], Browser]


@pytest.fixture
def minh(browse: Browse) -> Browser:
    """An officer who is signed in."""
    browser = browse()
    browser.signs_in("minh", PASSWORD)
    return browser


class TestTheOfficersWork:
    def test_a_case_is_claimed_answered_and_resolved(self, minh: Browser, world: World) -> None:
        case = open_case(world)
        path = f"/desk/cases/{case.number}"
        assert case.question in minh.get("/desk/cases?view=waiting").text
        assert "Bạn đã nhận hồ sơ này" in minh.posts(f"{path}/claim", {}, form_on=path).text
        page = minh.posts(f"{path}/reply", {"text": "Bạn làm theo Điều 24.", "seen": "2"}, form_on=path)
        assert "Bạn làm theo Điều 24." in page.text
        assert "Đang gửi" in page.text
        assert "Kết thúc" in minh.posts(f"{path}/resolve", {}, form_on=path).text
        assert _case(world).state is CaseState.RESOLVED
        assert case.question in minh.get("/desk/cases?view=resolved").text
        with world.store.reading() as session:
            acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == case.number))
            assert acts.all() == ["case.opened", "case.claimed", "case.replied", "case.resolved"]

    def test_a_reply_sent_twice_from_one_page_is_one_reply(self, minh: Browser, world: World) -> None:
        path = f"/desk/cases/{open_case(world).number}"
        minh.posts(f"{path}/claim", {}, form_on=path)
        for _ in range(2):
            minh.posts(f"{path}/reply", {"text": "Một lần", "seen": "2"}, form_on=path)
        assert [entry.kind for entry in _case(world).entries] == ["opened", "claimed", "replied"]

    def test_what_the_desk_refuses_is_said_and_the_draft_kept(self, minh: Browser, world: World) -> None:
        case = open_case(world)
        path = f"/desk/cases/{case.number}"
        early = minh.posts(f"{path}/reply", {"text": "Bản nháp", "seen": "1"}, form_on=path)
        assert (early.status_code, world.text("officer.claim_first", number=case.number) in early.text) == (409, True)
        with world.store.writing() as session:
            officer_desk.claim(world.desk, session, only_case(session), officer_named(session, "binh"))
        held = minh.posts(f"{path}/claim", {}, form_on=path)
        assert world.text("officer.held_by_another", number=case.number) in held.text
        minh.posts(f"{path}/return", {}, form_on=path)
        assert _case(world).holder is not None

    def test_the_draft_of_a_refused_reply_is_kept(self, minh: Browser, world: World) -> None:
        path = f"/desk/cases/{open_case(world).number}"
        minh.posts(f"{path}/claim", {}, form_on=path)
        page = minh.posts(f"{path}/reply", {"text": "a" * 8001, "seen": "2"}, form_on=path)
        assert page.status_code == 409
        assert "a" * 8001 in page.text

    def test_a_reply_shows_what_became_of_it_and_an_uncertain_one_can_be_sent_again(
        self, minh: Browser, world: World
    ) -> None:
        case = open_case(world)
        officer_replies(world, "Xin xem lại.")
        path = f"/desk/cases/{case.number}"
        delivery = _reply_delivery(world)
        assert "send-again" not in minh.get(path).text
        with world.store.writing() as session:
            deliveries.cut_off(session, delivery.id, "connection lost")
        page = minh.get(path).text
        assert "Chưa chắc đã đến" in page
        assert "send-again" in page
        again = minh.posts(f"{path}/send-again", {"delivery": str(delivery.id)}, form_on=path)
        assert "sẽ được gửi lại" in again.text
        assert _reply_delivery(world).state == "created"
        twice = minh.posts(f"{path}/send-again", {"delivery": str(delivery.id)}, form_on=path)
        assert twice.status_code == 409

    def test_a_reply_to_a_web_chat_waits_to_be_read(self, minh: Browser, world: World) -> None:
        case = open_case(world, chat="web")
        officer_replies(world, "Xin xem lại.")
        assert "Chờ doanh nghiệp mở xem" in minh.get(f"/desk/cases/{case.number}").text

    def test_an_overdue_case_is_marked_until_it_is_answered(self, minh: Browser, world: World) -> None:
        open_case(world)
        assert "quá hạn" not in minh.get("/desk/cases?view=waiting").text
        world.clock.advance(hours=11)
        assert "quá hạn" not in minh.get("/desk/cases?view=waiting").text
        world.clock.advance(days=3)
        minh.signs_in("minh", PASSWORD)
        assert "quá hạn" in minh.get("/desk/cases?view=waiting").text
        officer_replies(world, "Đã xem.")
        assert "quá hạn" not in minh.get("/desk/cases?view=answered").text

    @pytest.mark.parametrize(
        ("wanted", "found"), [("2026-00001", True), ("TO KHAI", True), ("bị treo", True), ("xe máy", False)]
    )
    def test_cases_are_found_by_number_and_text_with_and_without_marks(
        self, minh: Browser, world: World, wanted: str, found: bool
    ) -> None:
        case = open_case(world)
        assert (case.question in minh.get("/desk/cases", params={"q": wanted}).text) is found

    def test_an_unknown_case_is_not_found(self, minh: Browser) -> None:
        assert minh.get("/desk/cases/2026-99999").status_code == 404


class TestTheOfficersAccount:
    def test_a_link_code_is_shown_once_and_links_the_telegram_account(self, minh: Browser, world: World) -> None:
        page = minh.posts("/desk/me/link-code", {}, form_on="/desk/me").text
        found = re.search(r"/start ([A-Za-z0-9_-]{22})", page)
        assert found is not None
        assert found.group(1) not in minh.get("/desk/me").text
        world.chatter("501").commands("start", found.group(1))
        assert "Đã liên kết" in minh.get("/desk/me").text
        assert "Đã bỏ liên kết" in minh.posts("/desk/me/unlink", {}, form_on="/desk/me").text

    def test_a_new_password_ends_the_other_sessions(self, minh: Browser, browse: Browse) -> None:
        elsewhere = browse()
        elsewhere.signs_in("minh", PASSWORD)
        new = "another password"
        form = {"present": PASSWORD, "new": new, "again": new}
        assert "Đã đổi mật khẩu" in minh.posts("/desk/me/password", form, form_on="/desk/me").text
        assert minh.get("/desk/cases").url.path == "/desk/cases"
        assert elsewhere.get("/desk/cases").url.path == "/desk/sign-in"
        assert browse().signs_in("minh", new).status_code == 200

    @pytest.mark.parametrize(
        ("form", "reason"),
        [
            ({"present": "wrong", "new": "a new password", "again": "a new password"}, "page.me.wrong_password"),
            ({"present": PASSWORD, "new": "a new password", "again": "another one"}, "page.me.not_the_same"),
            ({"present": PASSWORD, "new": "short", "again": "short"}, "page.me.too_short"),
        ],
    )
    def test_a_password_that_cannot_be_set_is_refused(
        self, minh: Browser, world: World, form: dict[str, str], reason: str
    ) -> None:
        page = minh.posts("/desk/me/password", form, form_on="/desk/me")
        assert (page.status_code, world.text(reason, length=10) in page.text) == (409, True)


def _case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def _reply_delivery(world: World) -> Delivery:
    with world.store.reading() as session:
        return session.scalars(select(Delivery).join(Message).where(Message.author == "officer")).one()
