"""How the chain of the audit stands: what is sealed, what is not yet, and what came of the last checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit import checks, guards
from desk.audit.chain import Anchor
from desk.audit.checks import Part
from desk.audit.guards import KeptBy
from desk.audit.model import AuditCheck, AuditSeal
from desk.audit.sealing import end_of_chain
from desk.audit.verdict import Finding, Unsealed
from desk.audit.verifying import unsealed
from desk.cases.words import moment
from desk.desk import Desk
from desk.guidance.record import Language

#: Seconds after which what is not sealed is late: the clock does it every two.
LATE = 120


@dataclass(frozen=True)
class AuditState:
    """``newest`` is None where nothing is sealed yet; ``kept_by`` None where a trigger is missing."""

    newest: Anchor | None
    sealed_at: dt.datetime | None
    unsealed: Unsealed
    checks: Mapping[Part, AuditCheck]
    kept_by: KeptBy | None

    @property
    def broken(self) -> int:
        """The broken places that the last checks found, at least."""
        return max((check.broken for check in self.checks.values()), default=0)

    @property
    def finding(self) -> Finding | None:
        """The first broken place, of the whole chain where that is known."""
        found = [check.finding for _, check in sorted(self.checks.items(), reverse=True) if check.finding]
        return Finding.read(found[0]) if found else None


def of(session: Session) -> AuditState:
    """How it stands now."""
    end = end_of_chain(session)
    return AuditState(
        newest=Anchor(end.number, end.hash) if end.number else None,
        sealed_at=session.scalar(select(AuditSeal.sealed_at).where(AuditSeal.number == end.number)),
        unsealed=unsealed(session),
        checks=checks.kept(session),
        kept_by=None if guards.missing(session) else guards.kept_by(session),
    )


def warnings(desk: Desk, state: AuditState, language: Language) -> list[str]:
    """What is to be done about it, in sentences; none where all is well."""
    said = []
    if state.finding is not None:
        found = state.finding.in_words(desk.texts, language)
        said.append(desk.texts.say("system.audit.warning", language, finding=found))
    if state.unsealed.seconds(desk.now()) > LATE:
        since = moment(state.unsealed.oldest_at, language)
        said.append(desk.texts.say("system.audit.late", language, since=since))
    return said
