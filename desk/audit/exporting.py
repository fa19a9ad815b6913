"""What leaves the desk as a file is an act: who took what out, how it was narrowed, and never by which words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy.orm import Session

from desk.audit.service import record_act


class Export(StrEnum):
    """What is taken out; ``audit.act.export.*`` of the texts says it in words."""

    AUDIT = "audit"
    CASE_FIGURES = "case_figures"
    CONSULTATION = "consultation"
    FIGURES = "figures"
    MONTH_REPORT = "month_report"
    QUESTIONNAIRE = "questionnaire"
    RATINGS = "ratings"
    RATINGS_REPORT = "ratings_report"
    SERVICE_INDEX = "service_index"
    WHOLE = "whole"


#: What an export may be narrowed by and the audit may repeat, for it is a day, a month, a unit or a name of the desk's.
_REPEATED = ("from", "to", "period", "month", "unit", "table", "by")
_HARMLESS = re.compile(r"[A-Za-z0-9_.-]{1,40}")
#: What it may be narrowed by besides, of which the audit says only that it was: people type words into these.
_TYPED = (
    "kind",
    "who",
    "act",
    "subject",
    "stars",
    "officer",
    "reason",
    "mark",
    "review",
    "topic",
    "channel",
    "language",
)


def record_export(
    session: Session,
    export: Export,
    *,
    actor: str,
    at: dt.datetime,
    format: str,
    subject: str = "",
    asked: Mapping[str, str] | None = None,
) -> None:
    """Note an export; ``subject`` is what it is of, ``asked`` what it was narrowed by, as it was typed."""
    typed = {name: value.strip() for name, value in (asked or {}).items() if value.strip()}
    chosen = {name: typed[name] for name in _REPEATED if _HARMLESS.fullmatch(typed.get(name, ""))}
    narrowed = [name for name in (*_REPEATED, *_TYPED) if name in typed and name not in chosen]
    detail = {
        "format": format,
        **({"chosen": chosen} if chosen else {}),
        **({"narrowed": narrowed} if narrowed else {}),
    }
    record_act(session, actor=actor, act=f"export.{export.value}", subject=subject, at=at, detail=detail)
