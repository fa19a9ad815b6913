"""An officer's reply becomes a draft of guidance without names: a curator's own, or a proposal that one takes over."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.cases.permissions import CaseRefused
from desk.gaps import from_replies
from desk.guidance import listing
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.model import GuidanceDraft
from desk.guidance.permissions import GuidanceRefused
from tests.console_fixtures import officer_replies, only_case, open_case
from tests.curator_fixtures import a_new_record, add_curators, approves, named, submits, writes
from tests.desk_fixtures import World

QUESTION = "Công ty TNHH Hoa Mai hỏi: niêm phong bị đứt thì làm gì, gọi 0912345678?"
REPLY = "Chào anh Nguyễn Văn Nam, anh báo ngay cho chi cục nơi mở tờ khai. Minh, 024 3944 0833."


@pytest.fixture(autouse=True)
def _replied(world: World) -> None:
    with world.store.writing() as session:
        add_curators(session)
    open_case(world, QUESTION)
    officer_replies(world, REPLY)


def drafts_it(world: World, session: Session, by: str = "minh") -> GuidanceDraft:
    return from_replies.draft_from(world.desk, session, only_case(session), named(session, by), "vi")


def last_note(case: Case) -> dict[str, object]:
    return case.entries[-1].detail


def test_question_and_reply_go_into_it_without_names_and_numbers(world: World) -> None:
    with world.store.writing() as session:
        content = drafts_it(world, session).content
    assert content["questions"] == {"vi": ["Công ty TNHH [tên] hỏi: niêm phong bị đứt thì làm gì, gọi [số]?"], "en": []}
    assert content["title"]["vi"].startswith("Công ty TNHH [tên]")
    assert "báo ngay cho chi cục" in content["answer"]["vi"]
    assert not any(told in content["answer"]["vi"] for told in ("Nguyễn Văn Nam", "3944"))
    assert set(content["unit"]) == {"vi", "en"}
    assert "legal_basis" not in content


def test_what_is_missing_stays_missing_and_is_named(world: World) -> None:
    with world.store.writing() as session:
        problems = draft_standing.problems(
            session, drafts_it(world, session), world.desk.instruments, world.desk.today()
        )
    assert {"legal_basis", "in_force", "text_date", "title-en", "answer-en"} <= {problem.path for problem in problems}


def test_quoted_guidance_gives_its_legal_basis(world: World) -> None:
    with world.store.writing() as session:
        case, minh = only_case(session), named(session, "minh")
        text = "Nguyên văn channels: nộp ở chi cục."
        officer_desk.reply(world.desk, session, case, minh, text, quoted=[("channels", 1)])
        content = drafts_it(world, session).content
    assert [basis["instrument"] for basis in content["legal_basis"]] == ["54/2014/QH13"]


def test_the_thread_tells_officers_of_it_and_a_second_press_makes_no_second(world: World) -> None:
    with world.store.writing() as session:
        draft = drafts_it(world, session)
        assert last_note(only_case(session))["guidance_draft"] == draft.id
        assert drafts_it(world, session).id == draft.id


def test_an_officer_proposes_and_two_curators_answer_for_it(world: World) -> None:
    with world.store.writing() as session:
        draft = drafts_it(world, session)
        minh, hoa = named(session, "minh"), named(session, "hoa")
        assert listing.drafts_counted(session, hoa, "proposed") == 1
        with pytest.raises(GuidanceRefused, match="not_a_curator"):
            drafts.save(session, draft, minh, {"id": "x"}, reason="", revision=draft.revision, at=world.clock.now())
        drafts.take_over(session, draft, hoa, world.clock.now())
        assert listing.drafts_counted(session, hoa, "proposed") == 0
        writes(world, session, draft, a_new_record("seal_broken"))
        submits(world, session, draft)
        with pytest.raises(GuidanceRefused, match="own_draft"):
            approves(world, session, draft, by="hoa")
        approves(world, session, draft, by="mai")
        assert draft.state == "published"


def test_without_a_reply_there_is_nothing_to_draft(world: World) -> None:
    open_case(world, "Câu hỏi khác về phí?", chat="web")
    with world.store.writing() as session:
        case = session.get_one(Case, 2)
        with pytest.raises(CaseRefused, match=r"gaps\.refused\.no_reply"):
            from_replies.draft_from(world.desk, session, case, named(session, "minh"), "vi")


def test_an_officer_of_another_unit_drafts_nothing_from_it(world: World) -> None:
    with world.store.writing() as session, pytest.raises(CaseRefused, match="not_your_unit"):
        drafts_it(world, session, by="quang")
