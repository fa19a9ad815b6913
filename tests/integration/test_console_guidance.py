"""The pages of those who keep the guidance: lists, an entry, writing a draft, reviewing it, changes of what ships."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from console.staff.curators.draft_form import fields_of
from desk.guidance import service as guidance
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.model import GuidanceDraft, GuidanceReview
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.curator_fixtures import a_new_record, add_curators, edited, named, other_words, submits
from tests.desk_fixtures import NOON, World, a_record, shipped_records

Browse = Callable[[], Browser]
As = Callable[[str], Browser]
ENTRY = "/desk/guidance/entries/dossier_import"


@pytest.fixture
def as_(browse: Browse, world: World) -> As:
    with world.store.writing() as session:
        add_curators(session)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


@pytest.fixture
def hoa(as_: As) -> Browser:
    return as_("hoa")


@pytest.fixture
def mai(as_: As) -> Browser:
    return as_("mai")


def waiting(world: World) -> str:
    """The path of a draft of hoa's that waits for review."""
    with world.store.writing() as session:
        draft = edited(world, session, answer=other_words())
        submits(world, session, draft)
        return f"/desk/guidance/drafts/{draft.id}"


def the_draft(world: World) -> GuidanceDraft:
    with world.store.reading() as session:
        return session.scalars(select(GuidanceDraft)).one()


def form_of(world: World, **changes: str) -> dict[str, str]:
    draft = the_draft(world)
    return fields_of(draft.content, draft.reason) | {"revision": str(draft.revision)} | changes


class TestTheList:
    def test_an_entry_is_found_by_words_of_either_language_with_and_without_marks(self, hoa: Browser) -> None:
        for words in ("tieu de channels", "Tiêu đề channels", "title OF channels", "channels chi cuc"):
            found = hoa.get("/desk/guidance", params={"q": words}).text
            assert ENTRY.replace("dossier_import", "channels") in found, words
            assert ENTRY not in found, words
        for words in ("tiêu đệ channels", "100%", "_hannels"):
            assert "Không có hướng dẫn nào phù hợp" in hoa.get("/desk/guidance", params={"q": words}).text, words

    @pytest.mark.parametrize(
        ("state", "listed"),
        [
            ("confirmed", set()),
            ("not_yet", {"coming_rule"}),
            ("ended", {"old_rule"}),
            ("withdrawn", {"fee_rates"}),
            ("has_draft", {"dossier_import"}),
            ("unverified", {"channels"}),
            ("in_force", {"dossier_import", "channels", "used_machinery", "transit_land"}),
        ],
    )
    def test_the_list_is_filtered_by_state(self, hoa: Browser, world: World, state: str, listed: set[str]) -> None:
        waiting(world)
        with world.store.writing() as session:
            guidance.withdraw(session, "fee_rates", by="officer:mai", reason="Sai", at=NOON)
            doubtful = a_record("channels", unverified=[{"vi": "Chưa rõ.", "en": "Not clear."}])
            guidance.publish(session, doubtful, origin=guidance.SHIPPED, by="content", at=NOON)
        page = hoa.get("/desk/guidance", params={"standing": state}).text
        ids = {record.id for record in shipped_records()}
        assert {entry for entry in ids if f'entries/{entry}"' in page} == listed

    def test_what_waits_for_review_is_counted_for_others_and_not_for_the_author(
        self, hoa: Browser, mai: Browser, world: World
    ) -> None:
        waiting(world)
        assert 'Chờ tôi duyệt <span class="count">1</span>' in mai.get("/desk/guidance").text
        assert "Tiêu đề dossier_import" in mai.get("/desk/guidance/drafts").text
        assert 'Chờ tôi duyệt <span class="count">' not in hoa.get("/desk/guidance").text
        assert "Không có bản thảo nào chờ bạn duyệt" in hoa.get("/desk/guidance/drafts").text
        assert "Tiêu đề dossier_import" in mai.get("/desk/guidance", params={"standing": "for_me"}).text

    def test_an_odd_address_shows_everything(self, hoa: Browser) -> None:
        assert "Có 7 hướng dẫn" in hoa.get("/desk/guidance?standing=odd&group=odd").text
        assert hoa.get("/desk/guidance?after=odd").status_code == 400
        assert hoa.get("/desk/guidance/drafts?which=odd").status_code == 200


class TestAnEntry:
    def test_both_languages_the_law_and_the_versions_are_shown(self, hoa: Browser) -> None:
        page = hoa.get(ENTRY).text
        for words in ("nộp ở chi cục", "submit at the branch", "Luật Hải quan", "bản phát hành", "Các phiên bản"):
            assert words in page

    def test_a_curator_confirms_what_ships(self, hoa: Browser) -> None:
        assert "Chưa xác nhận" in hoa.get(ENTRY).text
        assert "Đã xác nhận" in hoa.posts(f"{ENTRY}/confirm", {}, form_on=ENTRY).text

    def test_whether_it_is_searchable_is_told_as_far_as_it_is_known(self, hoa: Browser, world: World) -> None:
        assert "Chưa tìm thấy được" in hoa.get(ENTRY).text
        world.search.publication_no = 99
        assert "Tìm thấy được từ 12:00 · 23/11/2026 (chỉ mục số 99)" in hoa.get(ENTRY).text
        world.search.fails = True
        assert "hệ thống tìm kiếm hiện không trả lời" in hoa.get(ENTRY).text

    def test_an_unknown_entry_is_not_found(self, hoa: Browser) -> None:
        assert hoa.get("/desk/guidance/entries/nothing").status_code == 404
        for act in ("confirm", "edit", "retire"):
            assert hoa.posts(f"/desk/guidance/entries/nothing/{act}", {}, form_on=ENTRY).status_code == 404

    def test_a_second_curator_comes_to_the_draft_that_is_open(self, hoa: Browser, mai: Browser, world: World) -> None:
        hoa.posts(f"{ENTRY}/edit", {}, form_on=ENTRY)
        told = mai.posts(f"{ENTRY}/edit", {}, form_on=ENTRY)
        assert "đang có bản thảo của Hoa" in told.text
        path = told.url.path
        assert mai.get(f"{path}/edit").url.path == path
        mai.posts(f"{path}/take-over", {}, form_on=path)
        assert mai.get(f"{path}/edit").url.path == f"{path}/edit"
        assert hoa.get(f"{path}/edit").url.path == path

    def test_a_retirement_needs_a_reason_and_another_person(self, hoa: Browser, mai: Browser, world: World) -> None:
        refused = hoa.posts(f"{ENTRY}/retire", {"reason": " "}, form_on=ENTRY)
        assert (refused.status_code, "ghi giúp lý do" in refused.text) == (409, True)
        path = hoa.posts(f"{ENTRY}/retire", {"reason": "Bị thay thế."}, form_on=ENTRY).url.path
        assert "Bị thay thế." in mai.get(path).text
        form = {"revision": str(the_draft(world).revision)}
        assert hoa.posts(f"{path}/approve", form, form_on=path).status_code == 409
        assert "Đã rút hướng dẫn" in mai.posts(f"{path}/approve", form, form_on=path).text
        page = mai.get(ENTRY).text
        assert "Đã rút" in page
        assert "Không, vì hướng dẫn đã được rút" in page

    def test_versions_are_compared_word_by_word(self, hoa: Browser, world: World) -> None:
        with world.store.writing() as session:
            mine = a_record("dossier_import", time_limit={"vi": "60 ngày", "en": "60 days"})
            guidance.publish(session, mine, origin=guidance.CURATOR, by="officer:mai", at=NOON)
        for view in ("inline", "side"):
            page = hoa.get(f"{ENTRY}/differences?old=1&new=2&view={view}").text
            assert "<del>30</del>" in page
            assert "<ins>60</ins>" in page
        assert hoa.get(f"{ENTRY}/differences?old=7&new=99").status_code == 200


class TestWriting:
    def opened(self, hoa: Browser) -> str:
        return hoa.posts(f"{ENTRY}/edit", {}, form_on=ENTRY).url.path

    def test_what_is_written_is_saved_submitted_approved_and_told(
        self, hoa: Browser, mai: Browser, world: World
    ) -> None:
        path = self.opened(hoa)
        form = form_of(world, **{"answer-vi": "Lời mới.", "answer-en": "New words.", "act": "submit"})
        assert "Đã gửi duyệt" in hoa.posts(path, form, form_on=path).text
        review = path.removesuffix("/edit")
        page = mai.get(review).text
        assert "<ins>Lời mới.</ins>" in page or "Lời mới" in page
        done = mai.posts(f"{review}/approve", {"revision": str(the_draft(world).revision)}, form_on=review)
        assert "Đã công bố" in done.text
        assert "Lời mới." in hoa.get(ENTRY).text

    def test_half_a_text_is_saved_and_what_it_lacks_is_said_beside_the_field(self, hoa: Browser, world: World) -> None:
        path = self.opened(hoa)
        form = form_of(world, **{"title-en": "", "fee-vi": "Không thu", "act": "save"})
        assert "Đã lưu bản thảo" in hoa.posts(path, form, form_on=path).text
        refused = hoa.posts(path, form_of(world, act="submit"), form_on=path)
        assert refused.status_code == 422
        assert 'href="#title-en"' in refused.text
        assert 'id="fee-en-error"' in refused.text
        assert "đánh dấu là các nguồn không nêu" in refused.text
        assert the_draft(world).state == "draft"

    def test_rows_are_added_with_everything_typed_kept(self, hoa: Browser, world: World) -> None:
        path = self.opened(hoa)
        form = form_of(world, **{"documents-vi-2": "Vận đơn", "act": "more-documents"})
        page = hoa.posts(path, form, form_on=path)
        assert page.status_code == 200
        assert "Vận đơn" in page.text
        assert 'name="documents-vi-5"' in page.text
        assert "Vận đơn" not in str(the_draft(world).content)

    def test_a_save_from_a_second_window_shows_what_the_first_saved(self, hoa: Browser, world: World) -> None:
        path = self.opened(hoa)
        stale = form_of(world, **{"time_limit-vi": "90 ngày"})
        hoa.posts(path, form_of(world, **{"time_limit-vi": "60 ngày"}), form_on=path)
        refused = hoa.posts(path, stale, form_on=path)
        assert refused.status_code == 409
        assert "<del>60</del>" in refused.text
        assert "<ins>90</ins>" in refused.text
        again = stale | {"revision": str(the_draft(world).revision)}
        hoa.posts(path, again, form_on=path)
        assert the_draft(world).content["time_limit"]["vi"] == "90 ngày"

    def test_a_new_entry_is_written_and_published(self, hoa: Browser, mai: Browser, world: World) -> None:
        path = hoa.posts("/desk/guidance/new", {}, form_on="/desk/guidance").url.path
        form = fields_of(a_new_record(), "Mới") | {"revision": str(the_draft(world).revision), "act": "submit"}
        review = hoa.posts(path, form, form_on=path).url.path
        mai.posts(f"{review}/approve", {"revision": str(the_draft(world).revision)}, form_on=review)
        assert "Nguyên văn brand_new" in mai.get("/desk/guidance/entries/brand_new").text

    def test_what_changed_meanwhile_is_shown_and_taken_in(self, hoa: Browser, world: World) -> None:
        path = self.opened(hoa)
        hoa.posts(path, form_of(world, **{"answer-vi": "Lời của Hoa."}), form_on=path)
        with world.store.writing() as session:
            theirs = a_record("dossier_import", answer=other_words("Lời của Mai.", "Mai's words."))
            guidance.publish(session, theirs, origin=guidance.CURATOR, by="officer:mai", at=NOON)
        draft = path.removesuffix("/edit")
        refused = hoa.posts(path, form_of(world, act="submit"), form_on=path)
        assert "đã thay đổi sau khi bản thảo được mở" in refused.text
        page = hoa.get(f"{draft}/update").text
        assert 'name="choose-answer-vi"' in page
        form = {"revision": str(the_draft(world).revision), "choose-answer-vi": "theirs"}
        assert "theo kịp bản đang công bố" in hoa.posts(f"{draft}/update", form, form_on=draft).text
        assert the_draft(world).content["answer"] == other_words("Lời của Mai.", "Mai's words.")
        assert hoa.get(f"{draft}/update").url.path == draft

    def test_a_draft_is_returned_with_words_and_discarded_with_words(
        self, hoa: Browser, mai: Browser, world: World
    ) -> None:
        path = waiting(world)
        assert mai.posts(f"{path}/return", {"words": ""}, form_on=path).status_code == 409
        mai.posts(f"{path}/return", {"words": "Thiếu căn cứ."}, form_on=path)
        assert "Thiếu căn cứ." in hoa.get(path).text
        revision = {"revision": str(the_draft(world).revision)}
        hoa.posts(f"{path}/submit", revision, form_on=path)
        hoa.posts(f"{path}/take-back", {}, form_on=path)
        hoa.posts(f"{path}/discard", {"words": "Không cần."}, form_on=path)
        assert the_draft(world).state == "discarded"

    def test_whoever_wrote_it_cannot_approve_it_by_a_forged_form(self, hoa: Browser, world: World) -> None:
        path = waiting(world)
        form = {"revision": str(the_draft(world).revision)}
        refused = hoa.posts(f"{path}/approve", form, form_on=path)
        assert (refused.status_code, "cần người thứ hai" in refused.text) == (409, True)
        assert f'action="{path}/approve"' not in hoa.get(path).text


class TestWhoMayDoWhat:
    def test_a_head_reviews_and_does_not_write(self, as_: As, world: World) -> None:
        path, son = waiting(world), as_("son")
        assert f'action="{path}/approve"' in son.get(path).text
        assert f"{ENTRY}/edit" not in son.get(ENTRY).text
        assert son.posts(f"{ENTRY}/edit", {}, form_on=ENTRY).status_code == 403

    def test_a_curator_of_a_region_writes_and_does_not_decide(self, as_: As, world: World) -> None:
        path, quang = waiting(world), as_("quang")
        assert f'action="{path}/approve"' not in quang.get(path).text
        form = {"revision": str(the_draft(world).revision)}
        assert quang.posts(f"{path}/approve", form, form_on=path).status_code == 409
        assert quang.posts(f"{ENTRY}/confirm", {}, form_on=ENTRY).status_code == 409

    def test_an_officer_has_no_page_of_guidance(self, as_: As) -> None:
        minh = as_("minh")
        for path in ("/desk/guidance", "/desk/guidance/drafts", "/desk/guidance/shipped", ENTRY):
            assert minh.get(path).status_code == 403, path

    def test_a_draft_that_is_none_is_not_found(self, hoa: Browser) -> None:
        for number in ("99", "x", "9" * 30):
            assert hoa.get(f"/desk/guidance/drafts/{number}").status_code == 404
            assert hoa.get(f"/desk/guidance/shipped/{number}").status_code == 404


class TestShippedChanges:
    @pytest.fixture
    def path(self, world: World, as_: As) -> str:
        with world.store.writing() as session:
            mine = a_record("dossier_import", answer=other_words("Lời của Hoa.", "Hoa's words."))
            guidance.publish(session, mine, origin=guidance.CURATOR, by="officer:hoa", at=NOON)
            theirs = a_record("dossier_import", answer=other_words("Lời phát hành.", "Shipped words."))
            guidance.load_shipped(session, [theirs, *shipped_records()[2:]], at=NOON)
            review = session.scalars(select(GuidanceReview).where(GuidanceReview.kind == "shipped_change")).one()
            return f"/desk/guidance/shipped/{review.id}"

    def test_both_are_listed_and_compared(self, hoa: Browser, path: str) -> None:
        page = hoa.get("/desk/guidance/shipped").text
        assert "Tiêu đề dossier_import" in page
        assert "Tiêu đề channels" in page
        assert "Lời" in hoa.get(path).text
        assert "đơn vị cần quyết định" in hoa.get(ENTRY).text

    def test_what_the_linter_found_is_no_change_of_what_ships(self, hoa: Browser, world: World) -> None:
        with world.store.writing() as session:
            found = GuidanceReview(entry_id="dossier_import", kind="lint", created_at=NOON)
            session.add(found)
            session.flush()
            path = f"/desk/guidance/shipped/{found.id}"
        assert hoa.get(path).status_code == 404
        assert hoa.posts(f"{path}/close", {"words": "Xong."}, form_on=ENTRY).status_code == 404

    def test_theirs_becomes_a_draft(self, hoa: Browser, path: str, world: World) -> None:
        assert "Đã lấy bản phát hành làm bản thảo" in hoa.posts(f"{path}/take", {}, form_on=path).text
        assert the_draft(world).kind == "shipped_change"

    def test_ours_is_kept(self, hoa: Browser, path: str) -> None:
        assert "Đã giữ nội dung của đơn vị" in hoa.posts(f"{path}/keep", {}, form_on=path).text
        assert "Thay đổi này đã được quyết định" in hoa.get(path).text
        assert hoa.posts(f"{path}/keep", {}, form_on=path).status_code == 409

    def test_it_is_closed_with_words(self, hoa: Browser, path: str) -> None:
        assert hoa.posts(f"{path}/close", {"words": ""}, form_on=path).status_code == 409
        assert "Đã đóng" in hoa.posts(f"{path}/close", {"words": "Đã gộp bằng tay."}, form_on=path).text

    def test_a_removed_entry_is_proposed_for_retirement(self, hoa: Browser, path: str, world: World) -> None:
        with world.store.reading() as session:
            query = select(GuidanceReview.id).where(GuidanceReview.kind == "shipped_removed")
            removed = f"/desk/guidance/shipped/{session.scalars(query).one()}"
        hoa.posts(f"{removed}/take", {"words": "Không còn phát hành."}, form_on=removed)
        assert the_draft(world).kind == "retire"


def test_the_pages_speak_english(hoa: Browser, world: World) -> None:
    path = waiting(world)
    hoa.posts("/language", {"lang": "en", "to": "/desk/guidance"}, form_on="/desk/guidance")
    for address, words in (
        ("/desk/guidance", "Write new guidance"),
        (ENTRY, "Draft of Hoa"),
        (path, "What changes"),
        ("/desk/guidance/shipped", "Nothing has to be decided"),
    ):
        assert words in hoa.get(address).text, address


def test_a_long_list_goes_on_page_by_page(hoa: Browser, world: World) -> None:
    with world.store.writing() as session:
        for number in range(60):
            guidance.publish(session, a_record(f"many_{number:02d}"), origin="shipped", by="content", at=NOON)
        for number in range(55):
            draft = draft_opening.open_edit(session, f"many_{number:02d}", named(session, "mai"), NOON)
            assert draft.is_open
    first = hoa.get("/desk/guidance", params={"q": "many"}).text
    assert "many_49" in first
    assert "many_50" not in first
    assert 'rel="next"' in first
    assert 'rel="next"' in hoa.get("/desk/guidance/drafts?which=open").text
