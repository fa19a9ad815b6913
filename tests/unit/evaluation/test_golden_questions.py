"""The questions that measure: enough of them, about what exists, and no words of the guidance or the fitting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from scipy.sparse import csr_array

from desk.guidance.record import LANGUAGES, GuidanceRecord, read_records
from desk.vietnamese import fold
from evaluation.questions.sets import (
    BORDERLINE,
    CALIBRATION,
    EXPECTED,
    FITTING,
    GOLDEN,
    OUTSIDE,
    Question,
    read_questions,
)
from knowledge.engine.writing.text import normalise, syllables
from tests.desk_fixtures import CONTENT

#: Two texts with this share of their words in common are the same question, whatever their accents and punctuation.
SAME = 0.6
#: So many golden, outside and borderline questions there are at least; more come with every record.
LEAST = 500

MEASURING = {"golden": GOLDEN, "outside": OUTSIDE, "borderline": BORDERLINE}


def words(text: str) -> frozenset[str]:
    return frozenset(syllables(fold(normalise(text))))


def alike(questions: Iterable[Question], said: Iterable[tuple[str, str]]) -> list[str]:
    """Each question that says nearly the same as one of the named texts, with the name.

    By the Jaccard index: the share of all words of both that both have, of all pairs at once.
    """
    asked, written = list(questions), list(said)
    sets = [words(text) for text in (*(question.text for question in asked), *(text for _, text in written))]
    places = {word: place for place, word in enumerate(sorted(frozenset[str]().union(*sets)))}
    pairs = [(row, places[word]) for row, of_text in enumerate(sets) for word in of_text]
    rows, columns = zip(*pairs, strict=True)
    has = csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(sets), len(places)))
    common = (has[: len(asked)] @ has[len(asked) :].T).toarray()
    sizes = np.array([len(of_text) for of_text in sets])
    of_both = sizes[: len(asked), None] + sizes[None, len(asked) :] - common
    found = np.argwhere(common / of_both >= SAME)
    return [f"{asked[one].id} and {written[other][0]}" for one, other in found]


@pytest.fixture(scope="module")
def records() -> dict[str, GuidanceRecord]:
    return {record.id: record for record in read_records(CONTENT / "guidance")}


@pytest.fixture(scope="module")
def golden() -> list[Question]:
    return read_questions(GOLDEN)


@pytest.fixture(scope="module")
def measuring() -> list[Question]:
    return [question for path in MEASURING.values() for question in read_questions(path)]


def test_every_record_has_two_golden_questions_a_language(
    golden: list[Question], records: dict[str, GuidanceRecord]
) -> None:
    counted = Counter((question.entry, question.language) for question in golden)
    assert [(id, language) for id in records for language in LANGUAGES if counted[id, language] < 2] == []
    assert {question.entry for question in golden} <= records.keys()


def test_there_are_enough_questions(measuring: list[Question]) -> None:
    assert len(measuring) >= LEAST


def test_there_are_a_hundred_questions_from_outside() -> None:
    outside = read_questions(OUTSIDE)
    assert Counter(question.language for question in outside) == {"vi": 60, "en": 40}
    assert {question.entry for question in outside} == {None}


def test_there_are_questions_on_the_border_of_every_kind() -> None:
    borderline = read_questions(BORDERLINE)
    assert len(borderline) >= 60
    assert all(question.expected for question in borderline)
    counted = Counter((question.expected, question.language) for question in borderline)
    assert min(counted[expected, language] for expected in EXPECTED for language in LANGUAGES) >= 5


def test_the_calibration_is_of_every_kind() -> None:
    kinds = Counter(question.kind for question in read_questions(CALIBRATION))
    assert set(kinds) == {"outside", "not_covered", "covered"}
    assert min(kinds.values()) >= 50
    assert all((question.entry is not None) == (question.kind == "covered") for question in read_questions(CALIBRATION))


def test_no_measuring_question_says_what_the_guidance_says(
    measuring: list[Question], records: dict[str, GuidanceRecord]
) -> None:
    said = [
        (f"{record.id}: {text}", text)
        for record in records.values()
        for language in LANGUAGES
        for text in [record.title[language], *record.questions[language]]
    ]
    assert alike(measuring, said) == []


def test_what_fits_the_confidence_does_not_measure_it(measuring: list[Question]) -> None:
    fitting = [question for path in FITTING for question in read_questions(path)]
    assert alike(measuring, [(question.id, question.text) for question in fitting]) == []


def test_the_same_question_in_other_words_of_typing_is_found() -> None:
    asked = Question("q", "vi", "Hồ sơ hải quan, hàng nhập khẩu gồm những gì?", None)
    assert alike([asked], [("v", "ho so hai quan hang nhap khau gom nhung gi")]) == ["q and v"]
    assert alike([asked], [("v", "mức phạt khi nộp chậm báo cáo quyết toán")]) == []


def test_no_id_and_no_question_is_there_twice(measuring: list[Question]) -> None:
    every = [*measuring, *(question for path in FITTING for question in read_questions(path))]
    assert [id for id, count in Counter(question.id for question in every).items() if count > 1] == []
    assert [said for said, count in Counter(words(question.text) for question in every).items() if count > 1] == []
