"""Curators of the tests: hoa and mai keep the guidance, quang does in one region only, son heads the department."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.gate.passing import keep
from desk.guidance.gate.verdict import Gate, GateState
from desk.guidance.model import GuidanceDraft
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.units import service as units
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World, record_data

CURATORS = {"mai": (Role.CURATOR, "VN"), "quang": (Role.CURATOR, "KV02"), "son": (Role.HEAD, "VN")}


def add_curators(session: Session) -> None:
    for username, (role, code) in CURATORS.items():
        unit = units.by_code(session, code)
        assert unit is not None
        people.add_officer(
            session,
            username=username,
            name=username.title(),
            role=role,
            password=PASSWORD,
            by="operator",
            at=NOON,
            unit=unit,
        )


def named(session: Session, username: str) -> Officer:
    officer = people.by_username(session, username)
    assert officer is not None
    return officer


def edited(world: World, session: Session, entry: str = "dossier_import", **changes: Any) -> GuidanceDraft:
    """hoa's draft of an entry with these parts changed."""
    hoa = named(session, "hoa")
    draft = draft_opening.open_edit(session, entry, hoa, world.clock.now())
    writes(world, session, draft, {**draft.content, **changes})
    return draft


def writes(world: World, session: Session, draft: GuidanceDraft, content: dict[str, Any], by: str = "hoa") -> None:
    """The author saves this content."""
    at = world.clock.now()
    drafts.save(session, draft, named(session, by), content, reason="", revision=draft.revision, at=at)


def submits(world: World, session: Session, draft: GuidanceDraft, by: str = "hoa") -> None:
    instruments, at = world.desk.instruments, world.clock.now()
    drafts.submit(session, draft, named(session, by), instruments, revision=draft.revision, at=at)


def approves(world: World, session: Session, draft: GuidanceDraft, by: str = "mai") -> None:
    instruments, at = world.desk.instruments, world.clock.now()
    gate_passes(session, draft)
    drafts.approve(session, draft, named(session, by), instruments, revision=draft.revision, at=at)


def gate_passes(session: Session, draft: GuidanceDraft) -> None:
    """The golden questions of the draft were tried, and nothing speaks against it."""
    keep(session, draft, Gate(GateState.PASSED, draft.revision, guidance.publication_no(session), NOON))


def other_words(vi: str = "Lời mới.", en: str = "New words.") -> dict[str, str]:
    return {"vi": vi, "en": en}


def a_new_record(entry: str = "brand_new", **changes: Any) -> dict[str, Any]:
    return record_data(entry, **changes)
