"""The page of findings, how they are settled there, and citations that are typed as one text into a draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from clock import due
from console.staff.curators.draft_form import fields_of
from desk.guidance import service as guidance
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.model import GuidanceDraft, GuidanceReview
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.curator_fixtures import add_curators, edited, named
from tests.desk_fixtures import NOON, World, a_record

Browse = Callable[[], Browser]
As = Callable[[str], Browser]
ENTRY = "dossier_import"
LIST = "/desk/guidance/lint"
ENDED = [{"instrument": "128/2020/NĐ-CP", "article": 9}]


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
def _findings(world: World) -> None:
    """An entry whose law has ended, and one whose English text lags."""
    with world.store.writing() as session:
        ended = a_record("dossier_import", legal_basis=ENDED)
        lags = a_record("channels", answer={"vi": "Lời mới.", "en": "Verbatim channels: submit at the branch."})
        for record in (ended, lags):
            guidance.publish(session, record, origin="curator", by="officer:hoa", at=NOON)
    due.lint_guidance(world.desk)


def finding(world: World, code: str) -> GuidanceReview:
    with world.store.reading() as session:
        return session.scalars(select(GuidanceReview).where(GuidanceReview.code == code)).one()


class TestTheList:
    def test_before_the_first_look_it_says_so(self, hoa: Browser) -> None:
        shown = hoa.get(LIST).text
        assert "Hướng dẫn chưa được kiểm tra." in shown
        assert "Không tìm thấy vấn đề nào." in shown

    @pytest.mark.usefixtures("_findings")
    def test_a_finding_is_told_in_words_with_its_entry_and_a_draft_to_open(self, hoa: Browser) -> None:
        shown = hoa.get(LIST).text
        assert "Hướng dẫn dẫn chiếu 128/2020/NĐ-CP, văn bản này hết hiệu lực ngày 30/6/2026" in shown
        assert 'href="/desk/guidance/entries/dossier_import"' in shown
        assert 'action="/desk/guidance/entries/dossier_import/edit"' in shown
        assert "Kiểm tra theo ngày 23/11/2026: 7 hướng dẫn." in shown

    @pytest.mark.usefixtures("_findings")
    @pytest.mark.parametrize(
        ("query", "entries"),
        [
            ({"kind": "basis_ended"}, {"dossier_import"}),
            ({"level": "warning"}, {"channels"}),
            ({"kind": "no such kind"}, {"dossier_import", "channels", "old_rule"}),
            ({"which": "closed"}, set()),
            ({"kind": "expires_soon"}, set()),
        ],
        ids=lambda value: "-".join(sorted(map(str, value.items() if isinstance(value, dict) else value))),
    )
    def test_the_list_is_narrowed(self, hoa: Browser, query: dict[str, str], entries: set[str]) -> None:
        shown = hoa.get(LIST, params=query).text
        listed = {entry for entry in ("dossier_import", "channels", "old_rule") if f"/entries/{entry}/edit" in shown}
        assert listed == entries
        assert ('class="empty"' in shown) == (not entries)

    @pytest.mark.usefixtures("_findings")
    def test_a_head_of_the_department_reads_and_opens_no_draft(self, as_: As) -> None:
        shown = as_("son").get(LIST).text
        assert "128/2020/NĐ-CP" in shown
        assert "/edit" not in shown

    @pytest.mark.usefixtures("_findings")
    def test_the_page_of_an_entry_tells_its_findings(self, hoa: Browser, world: World) -> None:
        shown = hoa.get("/desk/guidance/entries/dossier_import").text
        assert "Kết quả kiểm tra của hướng dẫn này" in shown
        assert f'href="{LIST}/{finding(world, "basis_ended").id}"' in shown


class TestSettling:
    @pytest.mark.usefixtures("_findings")
    def test_a_finding_is_closed_with_words_and_listed_as_closed(self, hoa: Browser, world: World) -> None:
        path = f"{LIST}/{finding(world, 'basis_ended').id}"
        without = hoa.posts(f"{path}/close", {"words": " "}, form_on=path)
        assert without.status_code == 409
        done = hoa.posts(f"{path}/close", {"words": "Đang chờ ý kiến."}, form_on=path)
        assert "Đã khép lại." in done.text
        assert "/entries/dossier_import/edit" not in hoa.get(LIST).text
        assert "/entries/dossier_import/edit" in hoa.get(LIST, params={"which": "closed"}).text
        again = hoa.get(path).text
        assert f'action="{path}/close"' not in again

    @pytest.mark.usefixtures("_findings")
    def test_the_other_language_is_said_to_hold(self, hoa: Browser, world: World) -> None:
        path = f"{LIST}/{finding(world, 'stale_translation').id}"
        done = hoa.posts(f"{path}/holds", {"words": "Chỉ sửa chính tả."}, form_on=path)
        assert "Đã ghi nhận" in done.text
        assert hoa.get(path).status_code == 404
        other = f"{LIST}/{finding(world, 'basis_ended').id}"
        refused = hoa.posts(f"{other}/holds", {"words": "Vì sao."}, form_on=other)
        assert (refused.status_code, "về bản dịch" in refused.text) == (409, True)

    @pytest.mark.usefixtures("_findings")
    def test_a_curator_of_a_region_may_look_and_not_settle(self, as_: As, world: World) -> None:
        quang, path = as_("quang"), f"{LIST}/{finding(world, 'basis_ended').id}"
        assert f'action="{path}/close"' not in quang.get(path).text
        assert quang.posts(f"{path}/close", {"words": "Vì sao."}, form_on=path).status_code == 409

    def test_no_such_finding(self, hoa: Browser) -> None:
        assert hoa.get(f"{LIST}/1").status_code == 404
        assert hoa.get(f"{LIST}/x").status_code == 404


def draft_of(world: World, **changes: object) -> tuple[str, dict[str, str]]:
    """The path of a draft of hoa's, and the fields of its form."""
    with world.store.writing() as session:
        hoa, at = named(session, "hoa"), world.clock.now()
        draft = edited(world, session, **changes) if changes else draft_opening.open_edit(session, ENTRY, hoa, at)
        return f"/desk/guidance/drafts/{draft.id}", fields_of(draft.content, "") | {"revision": str(draft.revision)}


def basis_of(world: World) -> list[dict[str, str | None]]:
    with world.store.reading() as session:
        basis: list[dict[str, str | None]] = session.scalars(select(GuidanceDraft)).one().content["legal_basis"]
        return basis


class TestCitationsInADraft:
    def test_citations_are_read_into_rows_without_saving(self, hoa: Browser, world: World) -> None:
        path, fields = draft_of(world)
        text = "điểm b khoản 1 Điều 25 Luật Hải quan 2014; Article 9 of Decree 169/2026; khoản 1 Điều 24 Luật Hải quan"
        page = hoa.posts(f"{path}/edit", {**fields, "citations": text, "act": "read-citations"}, form_on=f"{path}/edit")
        assert page.status_code == 200
        assert "Các dẫn chiếu đã được đọc" in page.text
        for name, value in (
            ("legal_basis-1-instrument", "54/2014/QH13"),
            ("legal_basis-1-point", "b"),
            ("legal_basis-2-instrument", "169/2026/NĐ-CP"),
            ("legal_basis-2-article", "9"),
            # What has a row already gets no second one: the last row is empty.
            ("legal_basis-3-instrument", ""),
        ):
            assert f'name="{name}" type="text" value="{value}"' in page.text, name
        assert len(basis_of(world)) == 1

    def test_what_is_not_certain_is_said_beside_the_field_and_kept(self, hoa: Browser, world: World) -> None:
        path, fields = draft_of(world)
        for text, said in (
            ("Điều 5", "thiếu tên văn bản"),
            ("Điều 9 Nghị định 1/2099/NĐ-CP", "chưa có trong danh mục"),
            ("Điều 9 Nghị định 134", "chưa chắc là văn bản nào, có thể là 134/2016/NĐ-CP"),
            ("Điều 9 Luật này", "chưa rõ là văn bản nào"),
            ("không có gì", "Không tìm thấy dẫn chiếu nào"),
        ):
            for act in ("read-citations", "save"):
                page = hoa.posts(f"{path}/edit", {**fields, "citations": text, "act": act}, form_on=f"{path}/edit")
                assert page.status_code == 422
                assert said in page.text
                assert f">\n{text}</textarea>" in page.text
        assert len(basis_of(world)) == 1

    def test_what_was_typed_and_not_read_is_saved_too(self, hoa: Browser, world: World) -> None:
        path, fields = draft_of(world)
        hoa.posts(
            f"{path}/edit", {**fields, "citations": "Điều 25 Luật Hải quan", "act": "save"}, form_on=f"{path}/edit"
        )
        assert [row["article"] for row in basis_of(world)] == ["24", "25"]

    def test_an_error_is_said_beside_its_field_and_a_warning_above(self, hoa: Browser, world: World) -> None:
        path, fields = draft_of(
            world, legal_basis=ENDED, answer={"vi": "Lời mới.", "en": "Verbatim dossier_import: submit at the branch."}
        )
        page = hoa.posts(f"{path}/edit", {**fields, "act": "submit"}, form_on=f"{path}/edit")
        assert page.status_code == 422
        assert 'id="legal_basis-0-instrument-error"' in page.text
        assert "được thay bằng 169/2026/NĐ-CP" in page.text
        assert "bản tiếng Việt đã thay đổi ở phiên bản 2 còn bản tiếng Anh thì chưa" in page.text
        assert "Cần xem lại" in hoa.get(path).text
