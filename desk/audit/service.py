"""Recording an act in the transaction that carries it out, so that neither exists without the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry


def record_act(
    session: Session,
    *,
    actor: str,
    act: str,
    subject: str,
    at: dt.datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry; ``actor`` is ``officer:<username>``, ``person``, ``content``, ``clock`` or ``operator``."""
    session.add(AuditEntry(actor=actor, act=act, subject=subject, at=at, detail=dict(detail or {})))
