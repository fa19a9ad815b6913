"""Related law: shown word for word with its state in force where the desk has no answer, and never as one."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace

import pytest
from sqlalchemy import select

from desk.answering.outcome import Outcome
from desk.answering.question import Answer, Question
from desk.answering.related_law import cut
from desk.enquiries import service as enquiries
from desk.enquiries.model import Enquiry
from desk.guidance.record import Language
from desk.law import service as law
from desk.law.instruments import Instruments
from desk.ports import LawArticle, LawHit
from desk.speech import Block
from tests import law_fixtures
from tests.desk_fixtures import SURE, UNSURE, Chatter, World
from tests.law_fixtures import ARTICLES, COMING, ENDED, LAW, TIME_LIMIT, UNDATED, WHO_DECLARES, hit

DAY = dt.date(2026, 11, 23)
NOT_COVERED = "nhập khẩu hoa lan"


@pytest.fixture(autouse=True)
def _imported(world: World) -> None:
    with world.store.writing() as session:
        for number in (LAW, COMING, ENDED, UNDATED):
            articles = [replace(article, instrument=number) for article in ARTICLES]
            law.import_text(session, number, articles, by="officer:hoa", at=world.clock.now())


def ask(world: World, text: str = NOT_COVERED, language: Language = "vi", as_of: dt.date = DAY) -> Answer:
    return world.desk.answering.answer(Question(text, language, as_of), "enquiry-1")


def shown(world: World, answer: Answer) -> list[str]:
    """The related law under an answer, a place an item."""
    label = world.text("answer.related_law", answer.language)
    return [item for block in answer.utterance.blocks if block.label == label for item in block.items]


def test_law_is_shown_with_its_place_its_state_and_its_words(world: World) -> None:
    words = "1. Người khai thử gồm:\na) Chủ hàng thử;"
    world.search.finds_law(hit(words, article="5", clause="1", point="a"))
    answer = ask(world)
    assert answer.outcome is Outcome.UNANSWERABLE_NOT_COVERED
    assert shown(world, answer) == [
        f"Điểm a khoản 1 Điều 5 Luật Thử nghiệm số {LAW} (đang có hiệu lực)\n{words}",
    ]
    assert answer.utterance.blocks[0] == Block("paragraph", world.text("outcome.unanswerable_not_covered"))
    assert [choice.act for choice in answer.utterance.choices] == ["ask_officer"]


def test_vietnamese_law_stays_vietnamese_in_an_english_answer_which_says_so(world: World) -> None:
    world.search.finds_law(hit())
    answer = ask(world, "import of orchids", "en")
    assert shown(world, answer) == [f"Article 6, Law on Trials No. {LAW} (in force)\n{TIME_LIMIT.text}"]
    assert Block("note", world.text("answer.law_in_vietnamese", "en")) in answer.utterance.blocks
    assert Block("note", world.text("answer.law_in_vietnamese", "vi")) not in ask(world).utterance.blocks


def test_a_law_that_was_imported_in_english_is_not_called_vietnamese(world: World) -> None:
    words = "The trial declaration is lodged 7 days before the goods arrive at the quay."
    with world.store.writing() as session:
        articles = [LawArticle(COMING, "6", "", words)]
        law.import_text(session, COMING, articles, by="officer:hoa", at=world.clock.now())
    world.search.finds_law(hit(words, instrument=COMING))
    answer = ask(world, "import of orchids", "en")
    assert len(shown(world, answer)) == 1
    assert [block.kind for block in answer.utterance.blocks] == ["paragraph", "list"]


def test_law_is_shown_where_entries_are_offered(world: World) -> None:
    world.search.finds("channels", "fee_rates", confidence=UNSURE)
    world.search.finds_law(hit())
    answer = ask(world)
    assert answer.outcome is Outcome.CLARIFY_ENTRIES
    assert len(shown(world, answer)) == 1
    assert answer.utterance.blocks[0] == Block("paragraph", world.text("outcome.clarify_entries"))
    assert answer.utterance.blocks[-1] == Block("paragraph", world.text("answer.choose_entry"))
    assert [choice.act for choice in answer.utterance.choices] == ["show_entry", "show_entry", "ask_officer"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("giá vàng hôm nay", Outcome.UNANSWERABLE_OUT_OF_SCOPE),
        ("tờ khai 105123456789 của tôi thông quan chưa", Outcome.UNANSWERABLE_PERSONAL),
        ("tôi muốn tố cáo cán bộ hải quan nhận tiền", Outcome.UNANSWERABLE_REQUEST),
    ],
)
def test_no_law_is_shown_where_it_would_not_help(world: World, text: str, outcome: Outcome) -> None:
    world.search.finds_law(hit())
    answer = ask(world, text)
    assert answer.outcome is outcome
    assert answer.utterance.as_text() == world.text(f"outcome.{outcome}")


def test_no_law_is_shown_under_an_answer(world: World) -> None:
    world.search.finds("dossier_import", confidence=SURE)
    world.search.finds_law(hit())
    answer = ask(world)
    assert answer.outcome is Outcome.ANSWERED
    assert shown(world, answer) == []
    assert TIME_LIMIT.text not in answer.utterance.as_text()


@pytest.mark.parametrize(("confidence", "is_shown"), [(0.5, True), (0.49, False)])
def test_only_law_that_is_sure_enough_is_shown(world: World, confidence: float, is_shown: bool) -> None:
    world.search.finds_law(hit(confidence=confidence))
    assert bool(shown(world, ask(world))) is is_shown


def test_law_in_force_comes_before_law_that_is_not(world: World) -> None:
    sure = (0.95, 0.9, 0.85, 0.8)
    found = [hit(instrument=n, confidence=c) for n, c in zip((ENDED, COMING, UNDATED, LAW), sure, strict=True)]
    world.search.finds_law(*found)
    answer = ask(world)
    states = [item.split("\n")[0].rsplit("(", 1)[1] for item in shown(world, answer)]
    assert states == ["đang có hiệu lực)", "chưa rõ ngày có hiệu lực)", "đã hết hiệu lực)"]
    assert [hit.instrument for hit in answer.law] == [LAW, UNDATED, ENDED, COMING]


def test_the_state_in_force_is_that_of_the_asked_day(world: World) -> None:
    world.search.finds_law(hit(instrument=COMING))
    assert "(chưa có hiệu lực)" in shown(world, ask(world))[0]
    assert "(đang có hiệu lực)" in shown(world, ask(world, as_of=dt.date(2027, 3, 1)))[0]


def test_of_an_instrument_that_is_no_longer_listed_the_state_is_unknown(world: World) -> None:
    world.search.finds_law(hit())
    rules = replace(world.desk.rules, instruments=Instruments([]))
    [item] = shown(world, replace(world.desk, rules=rules).answering.answer(Question(NOT_COVERED, "vi", DAY)))
    assert item.startswith(f"Điều 6 {LAW} (chưa rõ ngày có hiệu lực)\n")


def test_law_that_was_removed_is_not_shown_however_late_the_index_is(world: World) -> None:
    world.search.finds_law(hit(), hit("Bản khai thử được nộp khi nào cũng được.", instrument=UNDATED))
    assert len(shown(world, ask(world))) == 1
    with world.store.writing() as session:
        law.remove_text(session, LAW, by="officer:hoa", at=world.clock.now())
    answer = ask(world)
    assert shown(world, answer) == []
    assert answer.law == []


def test_the_law_that_was_found_is_kept_with_the_enquiry(world: World, lan: Chatter) -> None:
    found = hit(WHO_DECLARES.text, article="5")
    world.search.finds_law(found, hit(instrument=ENDED, confidence=0.1))
    said = lan.writes(NOT_COVERED)[-1]
    assert WHO_DECLARES.text in said.text
    with world.store.reading() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert enquiry.outcome == "unanswerable_not_covered"
        assert enquiry.related_law == [asdict(found)]
        assert enquiries.related_law(session, enquiry.id) == ([found], DAY)
        assert enquiries.related_law(session, "no enquiry") is None


def test_law_found_for_an_answered_question_is_kept_for_the_officer(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import", confidence=SURE)
    world.search.finds_law(hit())
    said = lan.writes("hồ sơ hải quan gồm gì")[-1]
    assert TIME_LIMIT.text not in said.text
    with world.store.reading() as session:
        assert session.scalars(select(Enquiry.related_law)).one() == [asdict(hit())]


SENTENCE = "Bản khai thử được nộp ở bến thử"


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("Ngắn.", "Ngắn."),
        ("a" * 60 + "; " + "b" * 60, "a" * 60 + "; …"),
        ("a" * 60 + "\n" + "b" * 60, "a" * 60 + " …"),
        ("a" * 10 + ". " + "b" * 100 + ". " + "c" * 100, "a" * 10 + ". " + "b" * 100 + ". …"),
        ("word " * 60, ("word " * 20).strip() + " …"),
        ("a" * 300, "a" * 100 + " …"),
        ("x" * 50 + " 1.500 " + "y" * 60, "x" * 50 + " 1.500 …"),
    ],
)
def test_a_long_passage_is_cut_at_the_end_of_a_clause(text: str, shortened: str) -> None:
    assert cut(text, about=100) == shortened


def test_a_long_passage_is_cut_and_says_so(world: World) -> None:
    words = "\n".join(f"{n}. {SENTENCE}; không nộp ở nơi khác." for n in range(1, 20))
    with world.store.writing() as session:
        articles = [LawArticle(UNDATED, "6", "", words)]
        law.import_text(session, UNDATED, articles, by="officer:hoa", at=world.clock.now())
    world.search.finds_law(hit(words, instrument=UNDATED))
    [item] = shown(world, ask(world))
    passage = item.split("\n", 1)[1]
    assert passage.endswith((". …", "; …"))
    assert words.startswith(passage.removesuffix(" …"))
    assert 200 <= len(passage) <= 402


def test_an_officer_looks_up_guidance_and_law_however_unsure_the_search_is(world: World) -> None:
    world.search.finds("dossier_import", confidence=0.01)
    found: list[LawHit] = [hit(confidence=0.01), law_fixtures.hit("Không có ở đâu.", article="5")]
    world.search.finds_law(*found)
    looked_up = world.desk.answering.look_up(Question("hồ sơ", "vi", DAY))
    assert [candidate.version.entry_id for candidate in looked_up.candidates] == ["dossier_import"]
    assert looked_up.law == found[:1]
    assert looked_up.outcome is None
    world.search.fails = True
    assert world.desk.answering.look_up(Question("hồ sơ", "vi", DAY)).outcome is Outcome.ERROR_SEARCH
