"""What the trained model takes people's words for: small talk is recognised, and no enquiry is taken for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.settings import PROJECT
from desk.guidance.record import Language
from desk.texts import Texts
from dialogue.client import as_words
from tests.rasa_server import intents_of
from tests.scenarios.nlu.spelling import unaccented

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]

HERE = Path(__file__).parent
EVALUATION = PROJECT / "evaluation" / "questions"
FOR_THE_DESK = {"enquiry", "nlu_fallback"}
#: Per intent and language, of 20 phrasings.
RECOGNISED = 0.95

Spelling = Callable[[str], str]


def as_typed(text: str) -> str:
    return text


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


SMALL_TALK = lines(HERE / "small_talk.jsonl")
ENQUIRIES = [*lines(HERE / "enquiries.jsonl"), *lines(HERE / "follow_ups.jsonl")]
FORM_WORDS = lines(HERE / "form_words.jsonl")
FORM_ANSWERS = lines(HERE / "form_answers.jsonl")
ASKED = [line for name in ("golden", "outside") for line in lines(EVALUATION / f"{name}.jsonl")]


def everything() -> Iterable[str]:
    for line in [*SMALL_TALK, *ENQUIRIES, *FORM_WORDS, *FORM_ANSWERS]:
        yield line["text"]
    for line in ASKED:
        yield line["question"]
    yield from offered()


def offered() -> list[str]:
    """What the desk's help text tells people that they can write."""
    help_texts = (text(language) for language in ("vi", "en"))
    return [words for help_text in help_texts for words in quoted(help_text)]


def text(language: Language) -> str:
    return Texts.read(PROJECT / "content" / "texts").say("small_talk.help", language)


def quoted(sentence: str) -> list[str]:
    return [part.split("”")[0] for part in sentence.split("“")[1:]]


@pytest.fixture(scope="module")
def intent_of() -> dict[str, str]:
    """What each text of this file, in each spelling, is taken for."""
    texts = sorted({as_words(spelling(words)) for words in everything() for spelling in (as_typed, unaccented)})
    return dict(zip(texts, intents_of(texts), strict=True))


@pytest.mark.parametrize("spelling", [as_typed, unaccented])
@pytest.mark.parametrize(("intent", "language"), sorted({(line["intent"], line["lang"]) for line in SMALL_TALK}))
def test_small_talk_is_recognised(intent_of: dict[str, str], intent: str, language: str, spelling: Spelling) -> None:
    phrasings = [line["text"] for line in SMALL_TALK if (line["intent"], line["lang"]) == (intent, language)]
    missed = {
        words: intent_of[as_words(spelling(words))]
        for words in phrasings
        if intent_of[as_words(spelling(words))] != intent
    }
    assert len(phrasings) >= 20
    assert 1 - len(missed) / len(phrasings) >= RECOGNISED, missed


def test_what_the_help_text_offers_is_understood(intent_of: dict[str, str]) -> None:
    assert len(offered()) >= 10
    assert {words for words in offered() if intent_of[words] in FOR_THE_DESK} == set()


@pytest.mark.parametrize("spelling", [as_typed, unaccented])
def test_no_question_is_taken_for_small_talk(intent_of: dict[str, str], spelling: Spelling) -> None:
    questions = [line["question"] for line in ASKED] + [line["text"] for line in ENQUIRIES]
    taken = {words: intent_of[as_words(spelling(words))] for words in questions}
    assert len(questions) >= 300
    assert {words: intent for words, intent in taken.items() if intent not in FOR_THE_DESK} == {}


@pytest.mark.parametrize("spelling", [as_typed, unaccented])
def test_no_answer_in_the_form_is_taken_for_another_wish(intent_of: dict[str, str], spelling: Spelling) -> None:
    taken = {line["text"]: intent_of[as_words(spelling(line["text"]))] for line in FORM_ANSWERS}
    assert {words: intent for words, intent in taken.items() if intent not in FOR_THE_DESK} == {}


@pytest.mark.parametrize("spelling", [as_typed, unaccented])
def test_words_that_steer_the_form_are_recognised(intent_of: dict[str, str], spelling: Spelling) -> None:
    wrong = {line["text"] for line in FORM_WORDS if intent_of[as_words(spelling(line["text"]))] != line["intent"]}
    assert wrong == set()


def test_the_measure_is_balanced() -> None:
    sizes = Counter((line["intent"], line["lang"]) for line in SMALL_TALK)
    assert len(sizes) == 16
    assert set(sizes.values()) == {20}
