"""The further acts on a case's page, without a script: ask, note, transfer, take over, return, quote, sign."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from console.staff.officers.case import DONE
from desk.attachments.service import Upload
from desk.cases.model import Case, CaseEntry, CaseState, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.cases.officers.signed_topics import SignedTopics
from desk.desk import Rules
from desk.guidance import versions
from desk.texts import Texts
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, open_case
from tests.desk_fixtures import UNSURE, World
from tests.file_fixtures import PDF, as_taken
from tests.small_tree import add_people, add_units, linked, officer, unit

Browse = Callable[[], Browser]

TYPED = "Chào anh chị,"


@pytest.fixture
def rules(rules: Rules) -> Rules:
    return dataclasses.replace(rules, signed_topics=SignedTopics(frozenset({"tax"})))


@pytest.fixture
def path(world: World) -> str:
    """The page of a case that waits in an office."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    world.search.finds("channels", "old_rule", "fee_rates", confidence=UNSURE, about="bị treo")
    number = open_case(world).number
    with world.store.writing() as session:
        session.scalars(select(Case)).one().unit = unit(session, "CATLAI")
    return f"/desk/cases/{number}"


def signed_in(browse: Browse, username: str) -> Browser:
    browser = browse()
    browser.signs_in(username, PASSWORD)
    return browser


@pytest.fixture
def thu(browse: Browse, path: str) -> Browser:
    """An officer who is signed in and holds the case."""
    browser = signed_in(browse, "thu")
    browser.posts(f"{path}/claim", {}, form_on=path)
    return browser


def the_case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()


def field(page: str, name: str) -> str:
    """What stands in a text area of the page."""
    found = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_a_question_is_asked_and_the_person_sees_it_on_their_own_page(
    thu: Browser, browse: Browse, world: World, path: str
) -> None:
    page = thu.posts(f"{path}/ask", {"text": "Tờ khai số mấy?"}, form_on=path).text
    assert world.text("page.desk.done_asked") in page
    assert the_case(world).state is CaseState.NEEDS_INFORMATION
    own = browse().get(f"/case/{the_case(world).key}").text
    assert "Tờ khai số mấy?" in own
    assert world.text("page.case.entry.asked") in own


def test_a_note_is_marked_as_internal_and_not_on_the_persons_page(
    thu: Browser, browse: Browse, world: World, path: str
) -> None:
    page = thu.posts(f"{path}/note", {"text": "Đã gọi điện."}, form_on=path).text
    assert world.text("page.desk.done_noted") in page
    assert "Đã gọi điện." in page
    assert world.text("page.desk.internal") in page
    assert "Đã gọi điện." not in browse().get(f"/case/{the_case(world).key}").text


def test_a_case_is_transferred_to_a_unit_of_the_tree(thu: Browser, world: World, path: str) -> None:
    page = thu.get(path).text
    options = re.findall(r'<option value="([A-Z0-9-]+)"[^>]*>([^<]+)</option>', page)
    assert [code for code, _ in options][:4] == ["VN", "KV02", "CATLAI", "CATLAI-1"]
    assert dict(options)["CATLAI-1"].startswith("– – – ")
    form = {"unit": "LINHTRUNG", "colleague": "", "reason": "Hàng ở khu chế xuất"}
    page = thu.posts(f"{path}/transfer", form, form_on=path).text
    assert world.text("page.desk.case_moved", number=the_case(world).number) in page
    assert the_case(world).unit.code == "LINHTRUNG"
    assert thu.get(path).status_code == 404


def test_a_case_is_given_to_a_colleague(thu: Browser, world: World, path: str) -> None:
    assert '<option value="nam">Nam</option>' in thu.get(path).text
    form = {"unit": "CATLAI", "colleague": "nam", "reason": "Anh rành hơn"}
    thu.posts(f"{path}/transfer", form, form_on=path)
    holder = the_case(world).holder
    assert holder is not None
    assert holder.username == "nam"


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ({"unit": "", "colleague": "", "reason": "Lý do đã viết"}, "officer.no_such_unit"),
        ({"unit": "KV03", "colleague": "", "reason": " "}, "officer.reason_missing"),
        ({"unit": "KV03", "colleague": "khong_co", "reason": "Lý do đã viết"}, "officer.no_such_colleague"),
        ({"unit": "KV03", "colleague": "nam", "reason": "Lý do đã viết"}, "officer.no_such_colleague"),
    ],
)
def test_a_transfer_that_is_refused_keeps_what_was_typed(
    thu: Browser, world: World, path: str, form: dict[str, str], refusal: str
) -> None:
    page = thu.posts(f"{path}/transfer", form, form_on=path)
    assert page.status_code == 409
    assert world.text(refusal, number=the_case(world).number) in page.text
    assert field(page.text, "transfer-reason") == form["reason"].strip()
    assert the_case(world).unit.code == "CATLAI"


def test_only_the_head_may_take_over_and_sees_the_button(thu: Browser, browse: Browse, world: World, path: str) -> None:
    nam, hanh = signed_in(browse, "nam"), signed_in(browse, "hanh")
    assert "take-over" not in nam.get(path).text
    refused = nam.posts(f"{path}/take-over", {}, form_on=path)
    assert world.text("officer.only_head", number=the_case(world).number) in refused.text
    assert "take-over" in hanh.get(path).text
    assert world.text("page.desk.done_taken_over") in hanh.posts(f"{path}/take-over", {}, form_on=path).text
    assert "reply-title" not in thu.get(path).text


def test_a_case_is_returned_with_a_reason(thu: Browser, world: World, path: str) -> None:
    page = thu.posts(f"{path}/return", {"reason": "Nhầm việc"}, form_on=path).text
    assert world.text("page.desk.done_returned") in page
    assert "Nhầm việc" in page
    assert the_case(world).state is CaseState.WAITING


def test_officers_of_other_units_do_not_find_the_case(browse: Browse, path: str) -> None:
    assert signed_in(browse, "dung").get(path).status_code == 404


def test_a_case_that_waits_for_information_stays_in_the_list(thu: Browser, world: World, path: str) -> None:
    thu.posts(f"{path}/ask", {"text": "Tờ khai số mấy?"}, form_on=path)
    number = str(the_case(world).number)
    for view, listed in (("mine", True), ("needs_information", True), ("answered", False), ("waiting", False)):
        assert (number in thu.get(f"/desk/cases?view={view}").text) is listed, view


class TestQuoting:
    def test_guidance_is_put_into_the_reply_behind_what_was_typed(self, thu: Browser, world: World, path: str) -> None:
        assert "old_rule" not in thu.get(path).text
        page = thu.posts(f"{path}/quote", {"text": TYPED, "quoted": "", "quote": "channels"}, form_on=path)
        assert page.status_code == 200
        draft = field(page.text, "reply")
        assert draft.startswith(f"{TYPED}\n\nTiêu đề channels\n\nNguyên văn channels: nộp ở chi cục.\n\nCăn cứ")
        assert "- Khoản 1 Điều 24 Luật Hải quan" in draft
        assert 'name="quoted" value="channels@1"' in page.text
        assert [entry.kind for entry in the_case(world).entries] == ["opened", "claimed"]

    def test_the_versions_that_stand_in_the_reply_are_kept(self, thu: Browser, world: World, path: str) -> None:
        first = thu.posts(f"{path}/quote", {"text": "", "quoted": "", "quote": "channels"}, form_on=path).text
        form = {"text": field(first, "reply"), "quoted": "channels@1", "quote": "fee_rates"}
        second = thu.posts(f"{path}/quote", form, form_on=path).text
        quoted = re.search(r'name="quoted" value="([^"]+)"', second)
        assert quoted is not None
        text = field(second, "reply").replace("Nguyên văn fee_rates", "Đã sửa")
        thu.posts(f"{path}/reply", {"text": text, "seen": "2", "quoted": quoted[1]}, form_on=path)
        entry = the_case(world).entries[-1]
        assert (entry.kind, entry.text) == (EntryKind.REPLIED, text)
        assert entry.detail == {"quoted": [{"entry": "channels", "version": 1}]}
        assert "channels v1" in thu.get(path).text

    @pytest.mark.parametrize("entry", ["old_rule", "no_such_entry", ""])
    def test_what_is_not_in_force_is_not_quoted(self, thu: Browser, world: World, path: str, entry: str) -> None:
        page = thu.posts(f"{path}/quote", {"text": TYPED, "quoted": "", "quote": entry}, form_on=path)
        assert world.text("page.desk.quote_gone") in page.text
        assert field(page.text, "reply") == TYPED

    @pytest.mark.parametrize("quoted", ["channels@99", "channels", "'; DROP TABLE cases; --", "no_such@1"])
    def test_a_made_up_reference_is_not_kept(self, thu: Browser, world: World, path: str, quoted: str) -> None:
        thu.posts(f"{path}/reply", {"text": "Xin xem lại.", "seen": "2", "quoted": quoted}, form_on=path)
        assert the_case(world).entries[-1].detail == {}

    def test_a_quote_is_in_the_language_of_the_case(self, thu: Browser, world: World, path: str) -> None:
        with world.store.writing() as session:
            session.scalars(select(Case)).one().language = "en"
            assert versions.in_force(session, "channels", world.desk.today()) is not None
        page = thu.posts(f"{path}/quote", {"text": "", "quoted": "", "quote": "channels"}, form_on=path).text
        assert "Verbatim channels: submit at the branch.\n\nLegal basis:" in field(page, "reply")


class TestTheSecondSignature:
    @pytest.fixture(autouse=True)
    def _topic(self, world: World, path: str) -> None:
        with world.store.writing() as session:
            session.scalars(select(Case)).one().topic = "tax"

    def draft(self, thu: Browser, path: str) -> str:
        return thu.posts(f"{path}/reply", {"text": "Thuế suất 5 %.", "seen": "2"}, form_on=path).text

    def test_the_officer_sees_that_it_waits_and_the_head_signs(
        self, thu: Browser, browse: Browse, world: World, path: str
    ) -> None:
        page = self.draft(thu, path)
        assert world.text("page.desk.done_drafted") in page
        assert world.text("page.desk.draft_waits") in page
        assert f"{path}/sign" not in page
        hanh = signed_in(browse, "hanh")
        assert f"{path}/sign" in hanh.get(path).text
        signed = hanh.posts(f"{path}/sign", {}, form_on=path).text
        assert world.text("page.desk.done_signed") in signed
        assert f"Thu ({world.text('page.desk.signed_by', name='Hanh')})" in signed
        again = hanh.posts(f"{path}/sign", {}, form_on=path)
        assert again.status_code == 200
        assert [entry.kind for entry in the_case(world).entries].count("replied") == 1

    def test_a_head_finds_it_in_a_list_of_their_own(
        self, thu: Browser, browse: Browse, world: World, path: str
    ) -> None:
        self.draft(thu, path)
        number = str(the_case(world).number)
        assert "to_sign" not in thu.get("/desk/cases").text
        for name, listed in (("hanh", True), ("vinh", True)):
            assert (number in signed_in(browse, name).get("/desk/cases?view=to_sign").text) is listed

    def test_the_head_returns_it_with_a_reason(self, thu: Browser, browse: Browse, world: World, path: str) -> None:
        self.draft(thu, path)
        hanh = signed_in(browse, "hanh")
        page = hanh.posts(f"{path}/return-draft", {"reason": "Thiếu căn cứ"}, form_on=path).text
        assert world.text("page.desk.done_draft_returned") in page
        assert "Thiếu căn cứ" in thu.get(path).text

    def test_the_head_opens_the_files_of_a_draft_and_nobody_else_does(
        self, thu: Browser, browse: Browse, world: World, path: str
    ) -> None:
        with world.store.writing() as session:
            case, who = session.scalars(select(Case)).one(), officer(session, "thu")
            files = officer_desk.keep_files(world.desk, session, case, [as_taken(Upload("mẫu đơn.pdf", PDF))])
            officer_desk.reply(world.desk, session, case, who, "Theo mẫu.", files)
        found = re.search(rf'href="({path}/files/[^"]+)">mẫu đơn.pdf', signed_in(browse, "hanh").get(path).text)
        assert found is not None
        assert signed_in(browse, "hanh").get(found[1]).content == PDF
        assert signed_in(browse, "dung").get(found[1]).status_code == 404

    def test_it_cannot_be_signed_once_the_person_wrote(
        self, thu: Browser, browse: Browse, world: World, path: str
    ) -> None:
        self.draft(thu, path)
        person = world.chatter("300")
        person.writes("mã hàng đã đổi")
        person.taps("same_case")
        hanh = signed_in(browse, "hanh")
        page = hanh.get(path).text
        assert world.text("page.desk.draft_is_older") in page
        assert f"{path}/sign" not in page
        refused = hanh.posts(f"{path}/sign", {}, form_on=path)
        assert world.text("officer.draft_is_older", number=the_case(world).number) in refused.text


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_of_entry_has_its_words(rules: Rules, kind: EntryKind) -> None:
    texts: Texts = rules.texts
    assert texts.has(f"page.desk.entry.{kind}")


def test_every_act_is_said_to_be_done(rules: Rules) -> None:
    assert [name for name in DONE if not rules.texts.has(f"page.desk.done_{name}")] == []


def test_both_doors_refuse_with_the_same_sentences(thu: Browser, browse: Browse, world: World, path: str) -> None:
    """nam's transfer of thu's case, on the page and in chat."""
    number = the_case(world).number
    form = {"unit": "KV03", "colleague": "", "reason": "Hàng ở đó"}
    nam = signed_in(browse, "nam")
    page = nam.posts(f"{path}/transfer", form, form_on=path).text
    chat = linked(world, "nam")
    with world.store.writing() as session:
        case = session.scalars(select(Case)).one()
        officer_desk.give_back(world.desk, session, case, officer(session, "thu"))
    chat.commands("waiting")
    chat.taps("officer_show")
    with world.store.writing() as session:
        officer_desk.claim(world.desk, session, session.scalars(select(Case)).one(), officer(session, "thu"))
    refusal = world.text("officer.held_by_another", number=number)
    assert refusal in page
    assert chat.taps("officer_transfer")[-1].text == refusal
    with world.store.reading() as session:
        assert "transferred" not in session.scalars(select(CaseEntry.kind)).all()


def test_spam_is_put_away_with_a_reason_that_only_officers_read_and_a_head_takes_it_back(
    thu: Browser, browse: Browse, world: World, path: str
) -> None:
    own_page = f"/case/{the_case(world).key}"
    page = thu.posts(f"{path}/spam", {"reason": ""}, form_on=path)
    assert (page.status_code, the_case(world).state) == (409, CaseState.CLAIMED)
    page = thu.posts(f"{path}/spam", {"reason": "Quảng cáo"}, form_on=path).text
    assert world.text("page.desk.done_spam") in page
    assert world.text("page.desk.as_spam", reason="Quảng cáo") in page
    assert f"{path}/reopen" not in page
    persons = browse().get(own_page).text
    assert "Quảng cáo" not in persons
    assert world.text("page.case.entry.resolved") not in persons
    page = signed_in(browse, "hanh").posts(f"{path}/reopen", {}, form_on=path).text
    assert world.text("page.desk.done_reopened") in page
    assert world.text("page.desk.entry.reopened_by_head") in page
    assert world.text("page.case.entry.reopened") not in browse().get(own_page).text


def test_what_was_answered_is_not_offered_as_spam(thu: Browser, path: str) -> None:
    assert f"{path}/spam" in thu.get(path).text
    thu.posts(f"{path}/reply", {"text": "Cần giấy phép.", "seen": "0"}, form_on=path)
    assert f"{path}/spam" not in thu.get(path).text
