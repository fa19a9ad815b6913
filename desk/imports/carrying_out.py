"""Bringing records in: each that is new or changed becomes a draft, which another person approves like any other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate.passing import Override, keep
from desk.guidance.gate.verdict import Gate, GateState
from desk.guidance.model import GuidanceDraft
from desk.guidance.permissions import APPROVERS, GuidanceRefused, must_write
from desk.guidance.publications import publication_no
from desk.imports.files import File
from desk.imports.given import Given
from desk.imports.preview import How, Line, Preview, preview
from desk.law.instruments import Instruments
from desk.people.model import Officer, Role
from desk.units import service as units


@dataclass(frozen=True)
class Done:
    """What was done: how many records of each kind, and the drafts that were written."""

    counts: dict[How, int]
    drafts: list[int]


class NothingDone(GuidanceRefused):
    """The file cannot be brought in as it is, or there is nothing to bring in; ``preview`` tells."""

    def __init__(self, reason: str, found: Preview) -> None:
        super().__init__(reason, count=found.counts["wrong"])
        self.preview = found


def carry_out(
    session: Session,
    file: File,
    given: Sequence[Given],
    officer: Officer,
    instruments: Instruments,
    at: dt.datetime,
    *,
    seen: str | None = None,
    submit: bool = False,
) -> Done:
    """Write the drafts, and hand them to review where ``submit`` says so, in one transaction.

    ``seen`` is the fingerprint of the preview that was looked at: what has become another is not carried out. Raises
    GuidanceRefused, and NothingDone where a record is wrong or the store would stay as it is.
    """
    must_write(officer)
    found = preview(session, given, officer, instruments)
    if found.counts["wrong"]:
        raise NothingDone("imports.refused.wrong", found)
    if seen is not None and seen != found.fingerprint:
        raise NothingDone("imports.refused.another", found)
    lines = [line for line in found.lines if line.how in ("new", "changed")]
    if not lines:
        raise NothingDone("imports.refused.nothing", found)
    written = [_write(session, line, file.name, officer, at) for line in lines]
    if submit:
        for draft in written:
            drafts.submit(session, draft, officer, instruments, revision=draft.revision, at=at)
    _note(session, file, found, officer, at)
    return Done(found.counts, [draft.id for draft in written])


def publish(
    session: Session,
    file: File,
    given: Sequence[Given],
    officer: Officer,
    approver: Officer,
    instruments: Instruments,
    at: dt.datetime,
) -> Done:
    """A first load of an authority's own records, at once: an administrator brings them in, ``approver`` vouches.

    Only new entries, and only by two persons who may. Raises GuidanceRefused and NothingDone.
    """
    department = units.department(session)
    if not officer.may(department, Role.ADMINISTRATOR):
        raise GuidanceRefused("imports.refused.only_administrator")
    if approver.id == officer.id:
        raise GuidanceRefused("drafting.refused.own_draft")
    if not approver.may(department, *APPROVERS):
        raise GuidanceRefused("drafting.refused.only_department")
    found = preview(session, given, officer, instruments)
    if found.counts["changed"]:
        raise NothingDone("imports.refused.not_first", found)
    done = carry_out(session, file, given, officer, instruments, at, submit=True)
    for draft_id in done.drafts:
        draft = draft_standing.by_id(session, draft_id, to_change=True)
        assert draft is not None, "it was written a moment ago"
        _answered_for(session, draft, approver, instruments, file, at)
    detail = {"approver": approver.username, "file": file.name, "sha256": file.sha256, "new": len(done.drafts)}
    record_act(session, actor=officer.actor, act="guidance.import_published", subject=file.name, detail=detail, at=at)
    return done


def _answered_for(
    session: Session, draft: GuidanceDraft, approver: Officer, instruments: Instruments, file: File, at: dt.datetime
) -> None:
    """Publish a draft whose golden questions nobody tried: a whole load is one transaction, and the approver's word."""
    untried = Gate(GateState.NOT_RUN, draft.revision, publication_no(session), at)
    keep(session, draft, untried)
    override = Override(f"{file.name}, SHA-256 {file.sha256}", untried.seal())
    drafts.approve(session, draft, approver, instruments, revision=draft.revision, at=at, override=override)


def _write(session: Session, line: Line, file: str, officer: Officer, at: dt.datetime) -> GuidanceDraft:
    entry = line.given.id
    draft = draft_standing.by_id(session, line.draft_id, to_change=True) if line.draft_id is not None else None
    if draft is None and line.how == "changed":
        draft = draft_opening.open_edit(session, entry, officer, at)
    if draft is None:
        draft = draft_opening.open_new(session, officer, at)
    reason = draft.reason or file
    drafts.save(session, draft, officer, line.content, reason=reason, revision=draft.revision, at=at)
    return draft


def _note(session: Session, file: File, found: Preview, officer: Officer, at: dt.datetime) -> None:
    counts = found.counts
    detail = {
        "file": file.name,
        "sha256": file.sha256,
        "new": counts["new"],
        "changed": counts["changed"],
        "waiting": counts["waiting"],
        "unchanged": counts["unchanged"],
    }
    record_act(session, actor=officer.actor, act="guidance.imported", subject=file.name, detail=detail, at=at)
