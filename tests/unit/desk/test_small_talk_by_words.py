"""Small talk that is known by its words alone: never a question, and what it does know it takes for what it is."""

from __future__ import annotations

import json

import pytest
import yaml

from desk.conversations.small_talk import SmallTalk
from tests.desk_fixtures import CONTENT, PROJECT

SMALL_TALK = SmallTalk.read(CONTENT / "small_talk.yml")
#: Rasa's intents and what is said to them.
SAID_TO = {
    "greet": "small_talk.greet",
    "thanks": "small_talk.thanks",
    "goodbye": "small_talk.goodbye",
    "help": "small_talk.help",
    "ask_officer": "small_talk.offer_officer",
    "case_status": "small_talk.case_status",
    "change_language": "small_talk.choose_language",
    "rate": "small_talk.rate",
}


def examples(file: str) -> list[tuple[str, str]]:
    data = yaml.safe_load((PROJECT / "nlu" / "nlu" / f"{file}.yml").read_text(encoding="utf-8"))
    return [(i["intent"], line[2:]) for i in data["nlu"] if "intent" in i for line in i["examples"].splitlines()]


def test_no_question_is_taken_for_small_talk() -> None:
    asked = [text for file in ("enquiries_vi", "enquiries_en") for _, text in examples(file)]
    for line in (PROJECT / "evaluation" / "questions" / "golden.jsonl").read_text(encoding="utf-8").splitlines():
        asked.append(json.loads(line)["question"])
    assert [text for text in asked if SMALL_TALK.named(text)] == []


def test_what_it_knows_of_rasas_examples_it_takes_as_rasa_does() -> None:
    of_intent = [(intent, text) for intent, text in examples("small_talk") if intent in SAID_TO]
    known = [(SMALL_TALK.named(text), SAID_TO[intent], text) for intent, text in of_intent if SMALL_TALK.named(text)]
    assert [text for said, expected, text in known if said != expected] == []


@pytest.mark.parametrize(("intent", "share"), [("greet", 0.5), ("thanks", 0.45)])
def test_most_ways_to_greet_and_to_thank_are_known(intent: str, share: float) -> None:
    ways = [text for of, text in examples("small_talk") if of == intent]
    assert sum(SMALL_TALK.named(text) == SAID_TO[intent] for text in ways) >= share * len(ways)


def test_words_beside_a_phrase_alone_are_nothing() -> None:
    assert SMALL_TALK.named("anh chị ơi") is None
    assert SMALL_TALK.named("") is None


def test_a_phrase_with_two_meanings_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "small_talk.yml"
    path.write_text("beside: []\nsaid_to: {a: [xin chào], b: [XIN CHAO]}", encoding="utf-8")
    with pytest.raises(ValueError, match="XIN CHAO"):
        SmallTalk.read(path)
