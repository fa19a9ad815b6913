"""Pages for curators, managers and administrators: trying a question, settings, the audit log."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from bootstrap import condition
from bootstrap.condition import Part, Well
from console.web.filters import clock
from desk.audit.checks import Checker
from desk.audit.service import record_act
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.people.model import Role
from desk.settings import service as settings
from tests.audit_fixtures import past_the_triggers, seal
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import NOON, UNSURE, World
from tests.running_fixtures import hire
from tests.small_tree import add_units

Browse = Callable[[], Browser]


@pytest.fixture
def hoa(browse: Browse) -> Browser:
    """A curator who is signed in."""
    browser = browse()
    browser.signs_in("hoa", PASSWORD)
    return browser


@pytest.fixture
def ly(browse: Browse, world: World) -> Browser:
    """An administrator of the whole authority who is signed in."""
    hire(world, "ly", Role.ADMINISTRATOR)
    browser = browse()
    browser.signs_in("ly", PASSWORD)
    return browser


class TestTryingAQuestion:
    def test_the_answer_its_reasons_and_the_difference_are_shown(self, hoa: Browser, world: World) -> None:
        world.search.finds("channels", confidence=UNSURE)
        world.search.finds("channels", about="Phân")
        page = hoa.get("/desk/guidance/try", params={"q": "Phân kênh là gì?"})
        assert page.status_code == 200
        assert "Nguyên văn channels" in page.text
        assert "Phan kenh la gi?" in page.text
        assert "Phaan keenh laf gif?" in page.text
        assert (
            page.text.count(f"≠ {world.text('page.try.differs')}") == 4
        )  # two ways, in the table and above their answers
        assert world.text("trial.why.answered", confidence="90,0%", needed="70,0%") in page.text

    def test_it_answers_in_the_language_that_is_chosen(self, hoa: Browser, world: World) -> None:
        world.search.finds("channels")
        page = hoa.get("/desk/guidance/try", params={"q": "Phân kênh là gì?", "lang": "en"})
        assert "Verbatim channels" in page.text

    def test_without_the_search_it_says_so(self, hoa: Browser, world: World) -> None:
        world.search.fails = True
        page = hoa.get("/desk/guidance/try", params={"q": "Phân kênh là gì?"})
        assert page.status_code == 503
        assert world.text("page.try.failed") in page.text

    def test_nobody_else_tries(self, browse: Browse) -> None:
        minh = browse()
        minh.signs_in("minh", PASSWORD)
        assert minh.get("/desk/guidance/try").status_code == 403


class TestSettings:
    def test_a_value_is_changed_with_its_reason_and_put_back(self, ly: Browser, world: World) -> None:
        page = ly.posts(
            "/desk/settings/answer", {"value": "75", "reason": "Ít sai hơn"}, form_on="/desk/settings/answer"
        )
        assert (page.status_code, page.url.query) == (200, b"done=changed")
        assert world.text("page.settings.done_changed") in page.text
        assert "Ít sai hơn" in page.text
        assert "75%" in ly.get("/desk/settings").text
        page = ly.posts("/desk/settings/answer/reset", {"reset_reason": "Thử xong"}, form_on="/desk/settings/answer")
        assert world.text("page.settings.done_reset") in page.text
        with world.store.reading() as session:
            assert settings.standing_of(world.desk, session, "answer").is_default

    def test_what_is_refused_is_said_beside_the_field_and_nothing_typed_is_lost(
        self, ly: Browser, world: World
    ) -> None:
        page = ly.posts(
            "/desk/settings/answer", {"value": "7", "reason": "Trả lời hết"}, form_on="/desk/settings/answer"
        )
        assert page.status_code == 422
        assert world.text("setting.refused.range", lowest="30", highest="99") in page.text
        assert 'value="7"' in page.text
        assert "Trả lời hết" in page.text

    def test_an_unknown_setting_is_not_found(self, ly: Browser) -> None:
        assert ly.get("/desk/settings/politeness").status_code == 404
        page = ly.posts("/desk/settings/politeness", {"value": "1", "reason": "a"}, form_on="/desk/settings/answer")
        assert page.status_code == 404

    def test_an_administrator_of_a_region_reads_and_changes_nothing(self, browse: Browse, world: World) -> None:
        with world.store.writing() as session:
            add_units(session)
        hire(world, "long", Role.ADMINISTRATOR, "KV02")
        long = browse()
        long.signs_in("long", PASSWORD)
        assert world.text("setting.refused.not_yours") in long.get("/desk/settings").text
        assert long.get("/desk/settings/answer").status_code == 404
        page = long.posts("/desk/settings/answer", {"value": "75", "reason": "a"}, form_on="/desk/settings")
        assert page.status_code == 404


class TestTheStateOfTheDesk:
    @pytest.fixture(autouse=True)
    def _parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No real part is asked: what another program on this machine answers is no matter of a test."""
        parts = {
            "knowledge": Part("knowledge", Well.WELL, {"publication_no": 0, "indexed_at": NOON, "model": "e5"}, 3.2),
            "rasa": Part("rasa", Well.DOWN, {"error": "ConnectError"}),
            "telegram": Part("telegram", Well.OFF),
            "bot": Part("bot", Well.WELL, {"last_sign": NOON, "lag": 1.5}),
        }
        monkeypatch.setattr(condition, "look", lambda _settings: parts)

    def test_each_part_says_how_it_is_and_what_to_do(self, ly: Browser, world: World) -> None:
        page = ly.get("/desk/system")
        assert page.status_code == 200
        for name in ("system.hint.rasa.down", "system.hint.telegram.off", "page.system.behind"):
            assert world.text(name) in page.text
        assert "1,5 giây" in page.text
        assert world.text("page.system.not_well", names="Hội thoại (Rasa)") in page.text
        assert "SQLite" in page.text

    def test_a_message_that_failed_is_sent_again(self, ly: Browser, world: World) -> None:
        world.chatter("100").writes("xin chào")
        with world.store.writing() as session:
            failing = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one().id
            deliveries.failed_for_good(session, failing, "Bad Request")
        page = ly.get("/desk/system")
        assert "Bad Request" in page.text
        page = ly.posts("/desk/system/send-again", {"delivery": str(failing)}, form_on="/desk/system")
        assert world.text("page.system.done_sent_again") in page.text
        page = ly.posts("/desk/system/send-again", {"delivery": str(failing)}, form_on="/desk/system")
        assert (page.status_code, world.text("page.system.not_failed") in page.text) == (409, True)
        for odd in ("", "x", "9" * 40):
            assert ly.posts("/desk/system/send-again", {"delivery": odd}, form_on="/desk/system").status_code == 404

    def test_how_the_audit_is_sealed_is_told_and_where_it_is_broken(self, ly: Browser, world: World) -> None:
        assert world.text("system.audit.unchecked") in ly.get("/desk/system").text
        seal(world)
        Checker(world.desk).check_due(lambda: True)
        page = ly.get("/desk/system").text
        for name in ("page.system.audit", "system.audit.whole", "system.audit.none_unsealed", "system.audit.triggers"):
            assert world.text(name) in page
        assert world.text("system.audit.seal", number=1, at=clock(world.clock.now(), "vi")) in page
        with past_the_triggers(world.store) as connection:
            connection.execute(text("UPDATE audit_entries SET subject = 'x' WHERE id = 2"))
        world.clock.advance(minutes=2)
        Checker(world.desk).check_due(lambda: True)
        page = ly.get("/desk/system").text
        assert "Nhật ký bị can thiệp: Mục nhật ký số 2 đã bị sửa sau khi niêm phong (niêm phong số 1)." in page
        assert world.text("system.audit.broken", count=1) in page

    def test_nobody_else_sees_it(self, hoa: Browser) -> None:
        assert hoa.get("/desk/system").status_code == 403

    def test_it_says_that_files_are_not_scanned_or_wait_for_the_scanner(
        self, ly: Browser, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(condition, "look", lambda settings: {"scanner": Part("scanner", Well.OFF)})
        page = ly.get("/desk/system").text
        assert world.text("system.hint.scanner.off") in page
        assert world.text("system.fact.files_waiting") not in page
        monkeypatch.setattr(condition, "look", lambda settings: {"scanner": Part("scanner", Well.DOWN)})
        page = ly.get("/desk/system").text
        assert world.text("system.hint.scanner.down") in page
        assert world.text("system.fact.files_waiting") in page


class TestTheAuditLog:
    def test_it_is_filtered_and_goes_on_page_by_page(self, ly: Browser, world: World) -> None:
        with world.store.writing() as session:
            for number in range(120):
                record_act(session, actor="clock", act="case.reminded", subject=f"2026-{number:05d}", at=NOON)
        page = ly.get("/desk/audit", params={"act": "case."})
        assert page.text.count("<tr>") == 51
        seen = page.text.count("Nhắc hạn</td>")
        while True:
            found = [part.split('"')[0] for part in page.text.split('rel="next" href="')[1:]]
            if not found:
                break
            page = ly.get(found[0].replace("&amp;", "&"))
            seen += page.text.count("Nhắc hạn</td>")
        assert seen == 120

    def test_a_day_that_is_none_is_said_beside_its_field(self, ly: Browser, world: World) -> None:
        page = ly.get("/desk/audit", params={"from": "31/31", "to": "2026-11-30"})
        assert page.status_code == 422
        assert world.text("page.audit.bad_day") in page.text
        page = ly.get("/desk/audit", params={"from": "2026-11-30", "to": "2026-11-01"})
        assert world.text("page.audit.bad_period") in page.text

    def test_the_file_holds_what_is_filtered_and_no_cell_acts(self, ly: Browser, world: World) -> None:
        with world.store.writing() as session:
            for subject in ("=HYPERLINK(1)", "+1", "-1", "@a", "\tb"):
                record_act(session, actor="operator", act="law.removed", subject=subject, at=NOON)
        answer = ly.get("/desk/audit/export", params={"act": "law.removed"})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.content.startswith(b"\xef\xbb\xbf")
        cells = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        subjects = [row[3] for row in cells if len(row) == 5 and row[2] == "Bỏ văn bản"]
        assert subjects == ["'\tb", "'@a", "'-1", "'+1", "'=HYPERLINK(1)"]

    def test_officers_and_curators_do_not_read_it(self, hoa: Browser, browse: Browse) -> None:
        minh = browse()
        minh.signs_in("minh", PASSWORD)
        for browser in (hoa, minh):
            assert browser.get("/desk/audit").status_code == 403
            assert browser.get("/desk/audit/export").status_code == 403

    def test_a_subject_with_a_page_leads_to_it(self, ly: Browser) -> None:
        ly.posts("/desk/settings/answer", {"value": "75", "reason": "Thử"}, form_on="/desk/settings/answer")
        page = ly.get("/desk/audit", params={"act": "setting."})
        assert '<a href="/desk/settings/answer">Ngưỡng trả lời</a>' in page.text
        assert "→ 75%" in page.text
