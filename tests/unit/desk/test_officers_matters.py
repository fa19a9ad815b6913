"""How many messages for an officer are recognised as people write them, and how few questions are taken for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.answering.outcome import Outcome
from desk.answering.recognise import Patterns
from desk.guidance.record import LANGUAGES, read_record
from tests.desk_fixtures import CONTENT
from tests.scenarios.nlu.spelling import unaccented

PATTERNS = Patterns.read(CONTENT / "recognition.yml")
OUTCOMES = {
    "personal": Outcome.UNANSWERABLE_PERSONAL,
    "request": Outcome.UNANSWERABLE_REQUEST,
    "guidance": None,
}
#: Messages with the matter that they are; misses among those that are held out were never read to mend the rules.
MESSAGES = [
    json.loads(line) for line in (Path(__file__).parent / "recognition.jsonl").read_text(encoding="utf-8").splitlines()
]
VARIANTS = [
    question
    for path in sorted((CONTENT / "guidance").glob("*.yml"))
    for questions in [read_record(path).questions]
    for language in LANGUAGES
    for question in questions[language]
]


def share_recognised(matter: str, *, held_out: bool, spelt: Callable[[str], str] = str) -> float:
    texts = [line["text"] for line in MESSAGES if line["matter"] == matter and line["held_out"] is held_out]
    return sum(PATTERNS.matter_of(spelt(text)) is OUTCOMES[matter] for text in texts) / len(texts)


@pytest.mark.parametrize("spelt", [str, unaccented])
@pytest.mark.parametrize(
    ("matter", "held_out", "at_least"),
    [
        ("personal", False, 0.94),
        ("personal", True, 0.75),
        ("request", False, 0.93),
        ("request", True, 0.82),
        ("guidance", False, 0.99),
        ("guidance", True, 0.99),
    ],
)
def test_most_messages_are_taken_for_what_they_are(
    matter: str, held_out: bool, at_least: float, spelt: Callable[[str], str]
) -> None:
    assert share_recognised(matter, held_out=held_out, spelt=spelt) >= at_least


def test_hardly_any_way_to_ask_for_guidance_is_taken_for_an_officers_matter() -> None:
    taken = [question for question in VARIANTS if PATTERNS.matter_of(question)]
    assert len(taken) / len(VARIANTS) <= 0.005, taken


def test_hints_alone_are_rare_among_the_ways_to_ask_for_guidance() -> None:
    taken = [question for question in VARIANTS if PATTERNS.hinted_matter_of(question)]
    assert len(taken) / len(VARIANTS) <= 0.012, taken


def test_the_messages_are_as_many_as_the_figures_need_and_in_both_languages() -> None:
    for matter, at_least in (("personal", 120), ("request", 80), ("guidance", 160)):
        lines = [line for line in MESSAGES if line["matter"] == matter]
        assert len(lines) >= at_least
        for part in ("lang", "held_out"):
            assert abs(_share_of_most(lines, part) - 0.5) < 0.02
    assert len({line["text"] for line in MESSAGES}) == len(MESSAGES)


def _share_of_most(lines: list[dict[str, Any]], field: str) -> float:
    values = [line[field] for line in lines]
    return max(values.count(value) for value in values) / len(values)


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("my broker staff code application is delayed", "personal"),
        ("anh kiểm tra giúp em hồ sơ hải quan với", "personal"),
        ("tôi bị quát mắng ở quầy", "request"),
    ],
)
def test_a_hint_is_enough_where_no_guidance_answers(text: str, matter: str) -> None:
    assert PATTERNS.hinted_matter_of(text) is OUTCOMES[matter]


@pytest.mark.parametrize(
    "text",
    [
        "hồ sơ thi chứng chỉ nghiệp vụ hải quan",  # “chung chi” is also “to bribe”
        "xe chờ lâu ở cửa khẩu vì kẹt đường",  # “lau” is also “smuggled”
        "thủ tục hải quan đối với phương tiện quay vòng",  # “voi … tien” is also “to ask for money”
        "hàng mỹ phẩm nhập từ Hàn Quốc",  # “my” is also “mine”
        "mang điện thoại qua hải quan",  # “mang” is also “to scold”
    ],
)
def test_words_that_look_alike_without_diacritics_are_told_apart(text: str) -> None:
    assert PATTERNS.matter_of(text) is None


def test_every_rule_is_made_of_cues_that_exist_and_every_cue_is_used() -> None:
    data = yaml.safe_load((CONTENT / "recognition.yml").read_text(encoding="utf-8"))
    used = {
        cue
        for matter in (data["personal"], data["request"])
        for rule in (*matter["certain"], *matter["any_of"], *matter["hints"], matter["unless"])
        for cue in rule
    }
    assert used == set(data["cues"])


@pytest.mark.parametrize("matter", ["personal", "request"])
def test_no_rule_holds_another_one(matter: str) -> None:
    data = yaml.safe_load((CONTENT / "recognition.yml").read_text(encoding="utf-8"))[matter]
    rules = [*data["certain"], *data["any_of"]]
    assert [(a, b) for a in rules for b in rules if set(a) < set(b)] == []
