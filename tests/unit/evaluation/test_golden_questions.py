"""The golden questions measure something: enough of them, about what exists, and not the words of the guidance."""

from __future__ import annotations

from collections import Counter

import pytest

from desk.guidance.record import LANGUAGES, GuidanceRecord, read_records
from evaluation.retrieval.questions import CALIBRATION, GOLDEN, OUTSIDE, Question, read_questions
from knowledge.engine.text import fold, normalise, syllables
from tests.desk_fixtures import CONTENT

#: Two texts with this share of their words in common are the same question.
SAME = 0.6


def words(text: str) -> frozenset[str]:
    return frozenset(syllables(fold(normalise(text))))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard index: the share of all words of both that both have."""
    return len(one & other) / len(one | other)


@pytest.fixture(scope="module")
def records() -> dict[str, GuidanceRecord]:
    return {record.id: record for record in read_records(CONTENT / "guidance")}


@pytest.fixture(scope="module")
def golden() -> list[Question]:
    return read_questions(GOLDEN)


def test_every_record_has_two_golden_questions_a_language(
    golden: list[Question], records: dict[str, GuidanceRecord]
) -> None:
    counted = Counter((question.entry, question.language) for question in golden)
    assert [(id, language) for id in records for language in LANGUAGES if counted[id, language] < 2] == []
    assert {question.entry for question in golden} <= records.keys()


def test_no_golden_question_says_what_the_guidance_says(
    golden: list[Question], records: dict[str, GuidanceRecord]
) -> None:
    written = [
        (f"{record.id}: {text}", words(text))
        for record in records.values()
        for language in LANGUAGES
        for text in [record.title[language], *record.questions[language]]
    ]
    same = [
        f"{question.id} and {where}"
        for question, asked in [(question, words(question.text)) for question in golden]
        for where, said in written
        if overlap(asked, said) >= SAME
    ]
    assert same == []


def test_there_are_forty_questions_from_outside() -> None:
    outside = read_questions(OUTSIDE)
    assert len(outside) == 40
    assert {question.entry for question in outside} == {None}


def test_the_calibration_has_no_answer_and_is_of_both_kinds() -> None:
    kinds = Counter(question.kind for question in read_questions(CALIBRATION))
    assert set(kinds) == {"outside", "not_covered"}
    assert min(kinds.values()) >= 50


def test_what_fits_the_confidence_does_not_measure_it(golden: list[Question]) -> None:
    fitted = [words(question.text) for question in read_questions(CALIBRATION)]
    measured = [(question.id, words(question.text)) for question in [*golden, *read_questions(OUTSIDE)]]
    assert [id for id, asked in measured if any(overlap(asked, said) >= SAME for said in fitted)] == []


def test_no_id_and_no_question_is_there_twice(golden: list[Question]) -> None:
    every = [*golden, *read_questions(OUTSIDE), *read_questions(CALIBRATION)]
    assert len({question.id for question in every}) == len(every)
    assert len({words(question.text) for question in every}) == len(every)
