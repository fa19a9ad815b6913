"""Trying a question: what production would answer, by the same steps, in three ways of typing, with nothing kept."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from desk.answering import trying
from desk.answering.outcome import Outcome
from desk.answering.trying import Way, ways_of
from desk.migrations.schema import METADATA
from tests.desk_fixtures import NO_IDEA, SURE, UNSURE, Chatter, World

ASKED = "Phân kênh tờ khai là gì?"


def rows(world: World) -> dict[str, int]:
    with world.store.reading() as session:
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in METADATA.sorted_tables}


def test_a_question_is_typed_in_three_ways() -> None:
    assert ways_of(ASKED) == {
        Way.ACCENTED: ASKED,
        Way.UNACCENTED: "Phan kenh to khai la gi?",
        Way.TELEX: "Phaan keenh towf khai laf gif?",
    }


@pytest.mark.parametrize("text", ["phan kenh la gi", "What is risk channelling?", "towf khai"])
def test_what_has_no_marks_to_lose_is_tried_as_it_is(text: str) -> None:
    assert ways_of(text) == {Way.AS_TYPED: text}


def test_it_tells_the_very_words_that_an_enterprise_gets(world: World, lan: Chatter) -> None:
    world.search.finds("channels")
    told, receipt = lan.writes(ASKED)[-1].text.rsplit("\n\n", 1)
    assert receipt.startswith("Mã tra cứu: ")
    first = trying.try_out(world.desk, ASKED).ways[0]
    assert [part.answer.utterance.as_text() for part in first.parts] == [told]
    assert (first.parts[0].entry, first.parts[0].answer.decided_by) == ("channels", "judge")


def test_nothing_is_kept(world: World) -> None:
    world.search.finds("channels")
    before = rows(world)
    trying.try_out(world.desk, f"{ASKED} Lệ phí bao nhiêu?")
    assert rows(world) == before


def test_a_way_of_typing_that_ends_otherwise_is_marked(world: World) -> None:
    world.search.finds("channels", confidence=UNSURE)
    world.search.finds("channels", about="Phân kênh")
    trial = trying.try_out(world.desk, ASKED)
    assert [trial.differs(tried) for tried in trial.ways] == [False, True, True]
    assert trial.ways[1].parts[0].offered == ("channels",)


def test_every_entry_that_was_weighed_is_told_also_where_few_are_offered(world: World) -> None:
    world.search.finds("channels", "fee_rates", "dossier_import", confidence=NO_IDEA)
    (part,) = trying.try_out(world.desk, "phan kenh la gi").ways[0].parts
    assert [c.version.entry_id for c in part.answer.considered] == ["channels", "fee_rates", "dossier_import"]
    assert part.offered == ()


def test_a_message_of_several_questions_shows_each(world: World) -> None:
    world.search.finds("channels", about="kênh")
    world.search.finds("fee_rates", about="phí")
    first = trying.try_out(world.desk, "Phân kênh tờ khai là gì? Lệ phí hải quan bao nhiêu?").ways[0]
    assert [part.entry for part in first.parts] == ["channels", "fee_rates"]


@pytest.mark.parametrize(
    ("text", "confidence", "reason"),
    [
        (ASKED, SURE, "trial.why.answered"),
        (ASKED, UNSURE, "trial.why.offered"),
        (ASKED, NO_IDEA, "trial.why.too_unsure"),
        ("tôi muốn tố cáo cán bộ nhận hối lộ", NO_IDEA, "trial.why.recognise"),
        ("hồ sơ gồm những gì", SURE, "trial.why.follow_up"),
    ],
)
def test_it_says_why_it_ended_so(world: World, text: str, confidence: float, reason: str) -> None:
    world.search.finds("channels", confidence=confidence)
    trial = trying.try_out(world.desk, text)
    name, shares = trying.why(trial.ways[0].parts[0], trial.thresholds)
    assert name == reason
    for language in ("vi", "en"):
        assert "{" not in world.text(name, language, **shares or {"none": ""})


def test_without_an_answer_of_the_search_it_has_failed(world: World) -> None:
    world.search.fails = True
    trial = trying.try_out(world.desk, ASKED)
    assert trial.failed
    assert trial.ways[0].parts[0].answer.outcome is Outcome.ERROR_SEARCH
    assert trying.why(trial.ways[0].parts[0], trial.thresholds)[0] == "trial.why.find"


def test_every_outcome_step_and_way_has_words(world: World) -> None:
    for name in (
        *(f"trial.outcome.{outcome}" for outcome in Outcome),
        *(f"trial.step.{step}" for step in ("recognise", "follow_up", "find", "judge", "join")),
        *(f"trial.why.{step}" for step in ("recognise", "follow_up", "find", "judge")),
        *(f"trial.way.{way}" for way in Way),
    ):
        assert world.desk.texts.has(name), name
