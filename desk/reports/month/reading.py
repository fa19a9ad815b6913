"""A month's report as somebody reads it: as it was published, or as it is counted now, and what is said of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.answering.compose import day
from desk.desk import Desk
from desk.figures.scope import Scope
from desk.guidance.record import Language
from desk.reports.month import service
from desk.reports.month.counting import counted, examples
from desk.reports.month.document import Document
from desk.reports.month.figures import MonthFigures
from desk.reports.month.months import Month
from desk.reports.month.public import LISTED
from desk.reports.month.reviews import said_and_done
from desk.reports.month.sections import Report
from desk.reports.month.service import Published
from desk.tables.shown import parts
from desk.units.model import Unit
from desk.working_time.hours import local_day


@dataclass(frozen=True)
class Read:
    """A report, and whether and how it can be published now."""

    document: Document
    is_published: bool
    differs: bool


def read(desk: Desk, session: Session, month: Month, unit: Unit, language: Language) -> Read:
    """The report for officers; a published one is counted again, and what differs is said."""
    now, published = counted(desk, session, month, unit), service.newest(session, month, unit)
    quoted = examples(desk, session, month, language, LISTED)
    did = said_and_done(session, month.period, Scope((unit,)))
    if published is None:
        report = Report(now, desk.texts, language, is_public=False)
        return Read(report.document(quoted, _standing(desk, now, language), said_and_done=did), False, False)
    differs = _differs(desk, published.figures, now, language)
    report = Report(published.figures, desk.texts, language, is_public=False)
    standing = published_words(desk, published, language, is_public=False)
    return Read(report.document(quoted, standing, differs, did), True, bool(differs))


def for_the_public(desk: Desk, session: Session, month: Month, language: Language) -> Document | None:
    """The public version of a published month; None where it was not published."""
    published = service.for_the_public(session, month)
    if published is None:
        return None
    standing = published_words(desk, published, language, is_public=True)
    return Report(published.figures, desk.texts, language, is_public=True).document(standing=standing)


def public_draft(desk: Desk, session: Session, month: Month, unit: Unit, language: Language) -> Document:
    """What the public version would be, for an officer who looks at it before it is published."""
    figures = counted(desk, session, month, unit)
    report = Report(figures, desk.texts, language, is_public=True)
    return report.document(standing=_standing(desk, figures, language))


def published_words(desk: Desk, published: Published, language: Language, *, is_public: bool) -> list[str]:
    """When a report was published, to officers by whom too, and that it is an edition after another."""

    def say(name: str, /, **values: object) -> str:
        return desk.texts.say(f"month.standing.{name}", language, **values)

    report, on = published.report, day(local_day(published.report.published_at), language)
    by = say("published", day=on) if is_public else say("published_by", day=on, name=report.published_by_name)
    words = [f"{by} {say('frozen')}"]
    if report.edition > 1:
        words.append(say("edition", edition=report.edition))
        if not is_public:
            words.append(say("edition_reason", reason=report.reason))
    return words


def _standing(desk: Desk, figures: MonthFigures, language: Language) -> Sequence[str]:
    if not figures.of_month.is_over(desk.today()):
        return [desk.texts.say("month.standing.not_over", language)]
    if figures.changes_until is not None:
        until = day(local_day(figures.changes_until), language)
        return [desk.texts.say("month.standing.provisional", language, day=until)]
    return [desk.texts.say("month.standing.settled", language)]


def _differs(desk: Desk, published: MonthFigures, now: MonthFigures, language: Language) -> list[str]:
    return [
        desk.texts.say(
            "month.differs.line",
            language,
            what=desk.texts.say(f"month.differs.{name}", language),
            was=parts(was, language),
            now=parts(is_, language),
        )
        for name, (was, is_) in service.differences(published, now).items()
    ]
