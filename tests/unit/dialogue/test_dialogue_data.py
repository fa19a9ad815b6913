"""The data of the dialogue: complete, consistent, and apart from what it is measured with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bootstrap.settings import PROJECT
from tests.scenarios.nlu.spelling import key, unaccented

NLU = PROJECT / "nlu"
MEASURED_WITH = PROJECT / "tests" / "scenarios" / "nlu"
SMALL_TALK = {"greet", "help", "thanks", "goodbye", "ask_officer", "case_status", "change_language", "rate"}
BY_BUTTON_ONLY = {"start_case_form", "inform_urgency"}


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((NLU / name).read_text(encoding="utf-8"))
    return data


DOMAIN, RULES = read("domain.yml"), read("rules.yml")["rules"]


def examples() -> Iterator[tuple[str, str]]:
    """Every training example with its intent."""
    for path in sorted((NLU / "nlu").glob("*.yml")):
        for part in read(f"nlu/{path.name}")["nlu"]:
            if "intent" in part:
                for line in part["examples"].splitlines():
                    yield part["intent"], line.removeprefix("- ")


EXAMPLES = list(examples())


def intents_with_a_rule(loop: str | None) -> set[str]:
    return {rule["steps"][0].get("intent") for rule in RULES if rule["condition"] == [{"active_loop": loop}]} - {None}


@pytest.mark.parametrize("loop", [None, "case_form"])
def test_every_intent_has_a_rule_inside_and_outside_the_form(loop: str | None) -> None:
    """Without one, Rasa repeats its fallback ten times and the conversation answers nothing ever after."""
    assert {*DOMAIN["intents"], "nlu_fallback"} == intents_with_a_rule(loop)


def test_only_form_answers_can_fill_a_field() -> None:
    fills = {"enquiry", *BY_BUTTON_ONLY}
    assert set(DOMAIN["forms"]["case_form"]["ignored_intents"]) == set(DOMAIN["intents"]) - fills


def test_rasa_holds_no_sentence() -> None:
    of_texts = dict(DOMAIN["responses"])
    to_answer = of_texts.pop("utter_answer_enquiry")
    for name, (said,) in of_texts.items():
        assert list(said) == ["custom"], name
        assert list(said["custom"]) == ["text"], name
    assert [said["custom"]["act"] for said in to_answer] == ["answer_enquiry"] * 2


def test_more_is_said_after_an_answer_only_where_the_form_asks_on() -> None:
    outside, inside = DOMAIN["responses"]["utter_answer_enquiry"]
    assert outside["condition"] == [{"type": "slot", "name": "requested_slot", "value": None}]
    assert (outside["custom"].get("is_all"), inside["custom"].get("is_all")) == (True, None)


def test_every_response_is_used() -> None:
    said = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    asked = {f"utter_ask_case_form_{field}" for field in DOMAIN["forms"]["case_form"]["required_slots"]}
    assert set(DOMAIN["responses"]) == {name for name in said if name.startswith("utter_")} | asked


def test_every_intent_that_is_typed_has_examples() -> None:
    assert {intent for intent, _ in EXAMPLES} == set(DOMAIN["intents"]) - BY_BUTTON_ONLY


def test_no_example_stands_twice() -> None:
    counts = Counter(text for _, text in EXAMPLES)
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_words_belong_to_two_intents() -> None:
    intents: dict[str, set[str]] = {}
    for intent, text in EXAMPLES:
        intents.setdefault(key(text), set()).add(intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


def test_small_talk_is_known_in_both_spellings() -> None:
    known = {text.lower() for intent, text in EXAMPLES if intent != "enquiry"}
    assert {text for text in known if unaccented(text) not in known} == set()


@pytest.mark.parametrize("name", ["small_talk", "enquiries", "follow_ups"])
def test_what_is_measured_was_not_trained(name: str) -> None:
    trained = {key(text) for _, text in EXAMPLES}
    held_out = [
        json.loads(line)["text"] for line in (MEASURED_WITH / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [text for text in held_out if key(text) in trained] == []


@pytest.mark.parametrize("name", ["golden", "outside"])
def test_no_question_of_the_evaluation_was_trained(name: str) -> None:
    path = PROJECT / "evaluation" / "questions" / f"{name}.jsonl"
    asked = [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]
    trained = {key(text) for _, text in EXAMPLES}
    assert [text for text in asked if key(text) in trained] == []
