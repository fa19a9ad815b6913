"""Every sentence of the desk: both languages say the same, and whatever the code names exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from desk.answering.outcome import Outcome
from desk.cases.assigning.assignment import FoundBy
from desk.cases.model import CaseState, Urgency
from desk.conversations.buttons import ACTS, TRIGGERS
from desk.conversations.without_dialogue import TRY_AGAIN
from desk.deliveries.model import DeliveryState
from desk.guidance.record import LANGUAGES, OPTIONAL_PARTS
from desk.texts import Texts, UnknownText
from tests.desk_fixtures import CONTENT, PROJECT

TEXTS = Texts.read(CONTENT / "texts")
FAMILIES = {name.split(".")[0] for name in TEXTS.names("vi")}
NAME = re.compile(rf"(?:{'|'.join(sorted(FAMILIES))})\.[a-z_0-9.]+")
PACKAGES = ("desk", "actions", "bot", "console", "clock", "cli")
#: Names by which the dialogue asks for something that the desk puts together, not for one sentence.
PUT_TOGETHER = {"small_talk.case_status", "small_talk.offer_officer", "small_talk.rate"}
#: Callables whose first argument names a text and whose keywords fill its gaps.
SPEAKERS = {"say_text", "text", "say", "_say"}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            if "versions" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def names_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each string that has the shape of a text's name; names of audit acts have the same shape and are left out."""
    audit = {
        id(part)
        for name, call in calls(tree)
        if name == "record_act"
        for keyword in call.keywords
        for part in ast.walk(keyword.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in audit:
            if NAME.fullmatch(node.value) and not node.value.endswith((".html", ".yml")):
                yield node.lineno, node.value


def exists(name: str) -> bool:
    return TEXTS.has(name) or name in PUT_TOGETHER


def gaps(sentence: str) -> set[str]:
    return {gap for _, gap, _, _ in Formatter().parse(sentence) if gap is not None}


def test_both_languages_have_the_same_texts() -> None:
    assert TEXTS.names("vi") == TEXTS.names("en")


def test_both_languages_have_the_same_gaps() -> None:
    differ = {
        name: (gaps(TEXTS.say(name, "vi")), gaps(TEXTS.say(name, "en")))
        for name in TEXTS.names("vi")
        if gaps(TEXTS.say(name, "vi")) != gaps(TEXTS.say(name, "en"))
    }
    assert differ == {}


def test_no_text_is_empty() -> None:
    empty = [name for name in TEXTS.names("vi") for language in LANGUAGES if not TEXTS.say(name, language).strip()]
    assert empty == []


def test_every_text_that_the_code_names_exists() -> None:
    unknown = [
        f"{path.relative_to(PROJECT)}:{line}: {name}"
        for path, tree in sources()
        for line, name in names_in(tree)
        if not exists(name) and not any(known.startswith(name) for known in TEXTS.names("vi"))
    ]
    assert unknown == []


def test_every_gap_is_filled_where_a_text_is_said() -> None:
    wrong = []
    for path, tree in sources():
        for name, call in calls(tree):
            said = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if name not in SPEAKERS or not isinstance(said, str) or not TEXTS.has(said):
                continue
            given = {keyword.arg for keyword in call.keywords}
            if None not in given and given - {"title"} != gaps(TEXTS.say(said, "vi")):
                wrong.append(f"{path.relative_to(PROJECT)}:{call.lineno}: {said} with {sorted(map(str, given))}")
    assert wrong == []


@pytest.mark.parametrize(
    "name",
    [
        *(f"outcome.{o}" for o in Outcome if not o.startswith("answered")),
        *(f"law.{state}" for state in ("in_force", "in_force_amended", "not_yet", "ended", "unknown")),
        *(f"part.{part}" for part in (*OPTIONAL_PARTS, "online", "penalty", "conditions")),
        *(f"online.{level}" for level in ("full", "partial", "none", "not_applicable", "unknown")),
        *(f"urgency.{urgency}" for urgency in Urgency),
        *(f"found_by.{by}" for by in FoundBy),
        *(f"case.state.{state}" for state in CaseState),
        *(f"case.ask_{field}" for field in ("enterprise_name", "tax_code", "contact", "urgency", "details")),
        *(f"author.{author}" for author in ("person", "assistant", "officer")),
        *(f"rating.stars_{stars}" for stars in range(1, 6)),
        *(f"delivery.{s}" for s in ("waiting", *DeliveryState) if s not in ("created", "sending", "temporary_failure")),
    ],
)
def test_every_member_of_a_family_has_its_text(name: str) -> None:
    assert TEXTS.has(name)


def test_every_button_has_its_title_and_its_act() -> None:
    named_elsewhere = {"show_entry", "language", "urgency", "officer_show"}
    named_elsewhere |= {"rate", "rate_officer", "rate_reason", "rate_without"}
    named_elsewhere |= {"questionnaire_level", "questionnaire_choose", "questionnaire_toggle"}
    acts = {*ACTS, *TRIGGERS, "new_question", TRY_AGAIN}
    untitled = {act for act in acts - named_elsewhere if not TEXTS.has(f"button.{act}")}
    titles = {name.removeprefix("button.") for name in TEXTS.names("vi") if name.startswith("button.")}
    assert untitled == set()
    assert titles - acts == {"none_of_these", "whole_entry", "follow_on"}


def test_every_text_that_the_dialogue_names_exists() -> None:
    domain = yaml.safe_load((PROJECT / "nlu" / "domain.yml").read_text(encoding="utf-8"))
    said = [response["custom"] for responses in domain["responses"].values() for response in responses]
    named = {of["text"] for of in said if "act" not in of}
    assert {name for name in named if not exists(name)} == set()


def test_every_intent_that_a_button_triggers_is_known_to_the_dialogue() -> None:
    domain = yaml.safe_load((PROJECT / "nlu" / "domain.yml").read_text(encoding="utf-8"))
    intents = {next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain["intents"]}
    assert {intent for intent, _ in TRIGGERS.values()} - intents == set()


@pytest.mark.parametrize("path", sorted((CONTENT).rglob("*.yml")), ids=lambda path: str(path.name))
def test_tone_marks_are_placed_the_traditional_way(path: Path) -> None:
    misplaced = re.findall(r"(?i)\b\w*(?:o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])\b", path.read_text(encoding="utf-8"))
    assert [word for word in misplaced if not word.lower().startswith(("qu", "gi"))] == []


def test_a_value_may_hold_braces() -> None:
    line = TEXTS.say("case.line", "en", number="1", state="open", due="now", question="{0.__class__} {x}")
    assert line.endswith("{0.__class__} {x}")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownText):
        TEXTS.say("case.no_such_text", "vi")
