"""Every act that is recorded anywhere has a name in both languages, and every entry can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from desk.audit import exporting, words
from desk.audit.exporting import Export
from desk.audit.model import AuditEntry
from desk.audit.verdict import Broken, Finding
from desk.cases.model import EntryKind
from desk.consultations.model import Step as ConsultationStep
from desk.gaps.model import StepKind as GapStepKind
from desk.guidance.model import StepKind
from desk.guidance.record import LANGUAGES, Language
from desk.questionnaires.model import Step as QuestionnaireStep
from desk.ratings.reviews.model import ActKind
from desk.recall.model import RecallStep
from desk.service_index.model import IndexStep
from desk.texts import Texts
from tests.desk_fixtures import CONTENT, NOON, PROJECT

TEXTS = Texts.read(CONTENT / "texts")
PACKAGES = ("desk", "actions", "bot", "console", "clock", "cli", "bootstrap")
#: What may follow where an act is put together: the values of the gap, by what stands before it.
PUT_TOGETHER = {
    "case.": [kind.value for kind in EntryKind],
    "export.": [export.value for export in Export],
    "gap.": [kind.value for kind in GapStepKind],
    "guidance.draft_": [kind.value for kind in StepKind],
    "guidance.golden_": ["added", "closed"],
    "rating_review.": [kind.value for kind in ActKind],
    "consultation.": [step.value for step in ConsultationStep],
    "questionnaire.": [step.value for step in QuestionnaireStep],
    "recall.": [step.value for step in RecallStep],
    "service_index.": [step.value for step in IndexStep],
    "hold.": ["placed", "prolonged", "lifted"],
    "data.": [
        *("export_asked", "exported", "deletion_asked", "deletion_confirmed", "deletion_withdrawn"),
        *("deletion_refused", "deleted_in_part", "deleted"),
    ],
    "membership.": ["asked", "verified", "refused", "ended"],
}


def acts_in(tree: ast.Module) -> Iterator[str]:
    """The acts that a module records; of those put together, what stands before the gap."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record_act":
            value = next(keyword.value for keyword in node.keywords if keyword.arg == "act")
            if isinstance(value, ast.JoinedStr):
                yield str(getattr(value.values[0], "value", ""))
            else:
                found = [part.value for part in ast.walk(value) if isinstance(part, ast.Constant)]
                assert found, f"an act that cannot be read: {ast.unparse(value)}"
                yield from (act for act in found if isinstance(act, str))


def recorded() -> list[tuple[str, str]]:
    found = []
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [(str(path.relative_to(PROJECT)), act) for act in acts_in(tree)]
    return found


def test_every_recorded_act_and_its_family_have_words_in_both_languages() -> None:
    unnamed = []
    found = recorded()
    assert len(found) > 30
    for path, act in found:
        whole = [f"{act}{gap}" for gap in PUT_TOGETHER[act]] if act in PUT_TOGETHER else [act]
        for each in whole:
            names = (f"audit.act.{each}", f"audit.family.{each.split('.')[0]}")
            unnamed += [(path, name) for name in names if not TEXTS.has(name)]
    assert unnamed == []


def details_in(tree: ast.Module) -> Iterator[str]:
    """The names of what a module records beside an act, where they stand in the source."""
    for node in ast.walk(tree):
        given = node.value if isinstance(node, (ast.Assign, ast.AugAssign)) and _is_detail(node) else None
        if isinstance(node, ast.keyword) and node.arg == "detail":
            given = node.value
        for part in ast.walk(given) if given is not None else ():
            if isinstance(part, ast.Dict):
                yield from (key.value for key in part.keys if isinstance(key, ast.Constant))


def _is_detail(node: ast.Assign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(target, ast.Name) and target.id == "detail" for target in targets)


def test_what_is_recorded_beside_an_act_has_a_name_in_both_languages() -> None:
    found = {
        key
        for package in PACKAGES
        for path in (PROJECT / package).rglob("*.py")
        for key in details_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(found) > 20
    assert sorted(key for key in found if not TEXTS.has(f"audit.detail.{key}")) == []


def test_every_family_of_acts_has_a_name() -> None:
    assert [family for family in words.families(TEXTS) if not TEXTS.has(f"audit.family.{family}")] == []


def entry(act: str, **more: object) -> AuditEntry:
    values = {"id": 1, "actor": "officer:minh", "subject": "CATLAI", "detail": {}, "at": NOON, **more}
    return AuditEntry(act=act, **values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_and_what_is_now_are_told_with_an_arrow(language: str) -> None:
    moved = words.told(TEXTS, entry("unit.moved", detail={"from": "KV02", "to": "KV03"}), {}, language)
    assert moved.details == ((TEXTS.say("audit.detail.change", language), "KV02 → KV03"),)
    changed = words.told(TEXTS, entry("unit.changed", detail={"name_vi": ["Đội 1", "Đội 2"]}), {}, language)
    assert changed.details[0][1] == "Đội 1 → Đội 2"
    set_ = entry("setting.changed", subject="answer", detail={"from": 0.69, "to": 0.725, "reason": "thử"})
    told = words.told(TEXTS, set_, {}, language)
    assert told.subject == TEXTS.say("setting.answer.name", language)
    assert told.details[0][1] == ("69% → 72,5%" if language == "vi" else "69% → 72.5%")


def test_an_officer_is_called_by_name_and_whoever_is_unknown_as_recorded() -> None:
    assert words.told(TEXTS, entry("case.claimed"), {"minh": "Lê Minh"}, "vi").actor == "Lê Minh (minh)"
    assert words.told(TEXTS, entry("case.claimed", actor="officer:gone"), {}, "vi").actor == "gone"
    assert words.told(TEXTS, entry("case.claimed", actor="robot"), {}, "vi").actor == "robot"


def test_the_same_word_is_read_by_what_it_tells() -> None:
    detail = {"role": "officer", "how": "officer"}
    told = words.told(TEXTS, entry("officer.appointed", detail=detail), {}, "vi")
    assert [value for _, value in told.details] == ["Cán bộ", "cán bộ xác nhận"]


def test_an_act_of_a_newer_version_is_shown_as_recorded() -> None:
    told = words.told(TEXTS, entry("moon.landed", detail={"crew": ["a", "b"], "ok": True, "none": None}), {}, "en")
    assert told.act == "moon.landed"
    assert told.details == (("crew", "a, b"), ("ok", "yes"), ("none", "–"))


def test_what_an_export_was_of_is_told_in_words() -> None:
    detail = {"format": "csv", "chosen": {"from": "2026-11-01", "unit": "KV02"}, "narrowed": ["who", "act"]}
    told = words.told(TEXTS, entry("export.audit", detail=detail), {}, "vi")
    assert told.details == (
        ("Dạng tệp", "csv"),
        ("Phạm vi", "từ ngày 2026-11-01, đơn vị KV02"),
        ("Có lọc theo", "người thực hiện, việc"),
    )


def test_all_that_an_export_can_be_narrowed_by_has_words() -> None:
    names = {*exporting._REPEATED, *exporting._TYPED}
    assert [name for name in exporting._REPEATED if not TEXTS.has(f"audit.value.chosen.{name}")] == []
    assert [name for name in names if not TEXTS.has(f"audit.value.narrowed.{name}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_broken_place_has_words(language: Language) -> None:
    for broken in Broken:
        told = Finding(broken, seal=17, entry=4711, last=19, name="audit_seals_only_grows").in_words(TEXTS, language)
        assert "{" not in told
        assert "17" in told or "audit_seals_only_grows" in told
