"""An officer's reply becomes a draft of guidance: the question as a way to ask, the reply as the answer, without names.

What the reply does not tell stays missing, and the draft's form says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import entering, permissions
from desk.cases.model import Case, CaseEntry, EntryKind
from desk.desk import Desk
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.model import GuidanceDraft, GuidanceVersion
from desk.guidance.record import LANGUAGES, Language
from desk.people.model import Officer
from desk.privacy.known_names import labels_of, names_in
from desk.privacy.masking import masked
from desk.shortening import shortened

_TITLE = 120


def draft_from(desk: Desk, session: Session, case: Case, officer: Officer, language: Language) -> GuidanceDraft:
    """A draft from the last reply of the case: the officer's own where they write guidance, else a proposal.

    The same reply gives one draft, as long as that is open. ``language`` is that of the note for officers in the
    case's thread. Raises CaseRefused.
    """
    entering.lock(session, case)
    permissions.must_work_on(case, officer)
    replied = last_reply(case)
    if replied is None:
        raise permissions.CaseRefused("gaps.refused.no_reply")
    before = _draft_of(session, case, replied)
    if before is not None:
        return before
    reason = desk.texts.say("gaps.reason_from_case", language, number=case.number)
    draft = draft_opening.propose_new(session, officer, _content(desk, session, case, replied), reason, desk.now())
    entering.add_entry(
        session,
        case,
        EntryKind.NOTED,
        officer,
        desk.now(),
        text=desk.texts.say("gaps.note_in_case", language, draft=draft.id),
        detail={"guidance_draft": draft.id, "reply": replied.id},
    )
    return draft


def last_reply(case: Case) -> CaseEntry | None:
    """The last reply whose words are still there."""
    return next((entry for entry in reversed(case.entries) if entry.kind == EntryKind.REPLIED and entry.text), None)


def _draft_of(session: Session, case: Case, replied: CaseEntry) -> GuidanceDraft | None:
    for entry in reversed(case.entries):
        detail = entry.detail or {}
        if detail.get("reply") == replied.id and "guidance_draft" in detail:
            draft = session.get(GuidanceDraft, detail["guidance_draft"])
            return draft if draft is not None and draft.is_open else None
    return None


def _content(desk: Desk, session: Session, case: Case, replied: CaseEntry) -> dict[str, Any]:
    language: Language = "en" if case.language == "en" else "vi"
    labels, names = labels_of(desk.texts, language), names_in(session, case)
    question, answer = masked(case.question, labels, names), masked(replied.text or "", labels, names)
    content: dict[str, Any] = {
        "title": {language: shortened(question, _TITLE)},
        "answer": {language: answer},
        "questions": {each: [" ".join(question.split())] if each == language else [] for each in LANGUAGES},
        "unit": {each: case.unit.name(each) for each in LANGUAGES},
    }
    if case.topic:
        content["group"] = case.topic
    if basis := _legal_basis(session, replied.detail or {}):
        content["legal_basis"] = basis
    return content


def _legal_basis(session: Session, detail: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The places in the law on which the quoted guidance rests, each once."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for quote in detail.get("quoted", []):
        version = session.get(GuidanceVersion, (quote["entry"], quote["version"]))
        for cited in version.content.get("legal_basis", []) if version is not None else []:
            found.setdefault(tuple(sorted((key, str(value)) for key, value in cited.items())), cited)
    return list(found.values())
