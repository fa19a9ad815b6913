"""Guidance as its pages show it: plain values, taken from the store while it is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.cite import Cite
from desk.desk import Desk
from desk.guidance import listing, reviews
from desk.guidance.drafts.differences import BILINGUAL, ORDER, Difference, Piece, differences, lines_of
from desk.guidance.lint import tasks
from desk.guidance.model import DraftStep, GuidanceDraft, GuidanceVersion
from desk.guidance.record import LANGUAGES, GuidanceRecord, Language
from desk.guidance.standing import Stands
from desk.people.model import Officer
from desk.texts import Texts
from desk.working_time.hours import local, local_day

#: Fields that an entry's page shows elsewhere or in its own way.
_SHOWN_APART = ("group", "title", "legal_basis", "in_force", "text_date", "related", "questions", "online_level")


@dataclass(frozen=True)
class ShownDraft:
    """A draft in a list and at the head of its page; ``title`` is what its entry is called in the page's language."""

    id: int
    entry: str | None
    title: str
    kind: str
    state: str
    author: str
    editor: str
    reviewer: str | None
    reason: str
    base: int | None
    revision: int
    edited_at: dt.datetime
    submitted_at: dt.datetime | None
    publish_at: dt.datetime | None
    last_day: dt.date | None
    corrects: bool
    missed: str | None
    override_reason: str | None
    overridden_by: str | None

    @property
    def typed_moment(self) -> str:
        """The moment of publication as the field of a form has it."""
        return f"{local(self.publish_at):%Y-%m-%dT%H:%M}" if self.publish_at is not None else ""


@dataclass(frozen=True)
class ShownStep:
    """Something that happened to a draft; saves of one person in a row are one step, with how many there were."""

    kind: str
    officer: str
    words: str | None
    at: dt.datetime
    times: int

    @property
    def moment(self) -> dt.datetime | None:
        """The moment that was set, where one was."""
        return dt.datetime.fromisoformat(self.words) if self.words else None


@dataclass(frozen=True)
class ShownVersion:
    number: int
    origin: str
    by: str
    at: dt.datetime
    content_changed_on: dt.date
    in_force_from: dt.date
    in_force_to: dt.date | None
    last_day: dt.date | None
    withdrawn_at: dt.datetime | None
    stands: Stands


@dataclass(frozen=True)
class ShownField:
    """A field of an entry side by side: pairs of a language (None for both) and its paragraphs or items."""

    name: str
    sides: tuple[tuple[str | None, list[str]], ...]


@dataclass(frozen=True)
class ShownChange:
    """A field that differs, with its difference in each language."""

    name: str
    sides: tuple[Difference, ...]


def draft_of(draft: GuidanceDraft, language: Language) -> ShownDraft:
    return ShownDraft(
        id=draft.id,
        entry=draft.entry_id,
        title=title_of(draft.content, language),
        kind=draft.kind,
        state=draft.state,
        author=draft.author.name,
        editor=draft.editor.name,
        reviewer=draft.reviewer.name if draft.reviewer is not None else None,
        reason=draft.reason,
        base=draft.base_version,
        revision=draft.revision,
        edited_at=draft.edited_at,
        submitted_at=draft.submitted_at,
        publish_at=draft.publish_at,
        last_day=draft.last_day,
        corrects=draft.corrects,
        missed=draft.missed,
        override_reason=draft.override_reason,
        overridden_by=draft.overridden_by.name if draft.overridden_by is not None else None,
    )


def title_of(content: Mapping[str, Any], language: Language) -> str:
    """The title in the page's language, else in the other, else the id; empty for a new entry without either."""
    titles = content.get("title") or {}
    other: Language = "en" if language == "vi" else "vi"
    return titles.get(language) or titles.get(other) or content.get("id") or ""


def steps_of(steps: Iterable[DraftStep]) -> list[ShownStep]:
    shown = []
    for (kind, officer), some in groupby(steps, key=lambda step: (step.kind, _name_of(step))):
        same = list(some)
        if kind == "saved":
            shown.append(ShownStep(kind, officer, None, same[-1].at, len(same)))
        else:
            shown += [ShownStep(kind, officer, step.words, step.at, 1) for step in same]
    return shown


def _name_of(step: DraftStep) -> str:
    """Who did it; empty for the clock."""
    return step.officer.name if step.officer is not None else ""


def versions_of(session: Session, entry_id: str) -> list[GuidanceVersion]:
    """An entry's versions, the newest first."""
    query = select(GuidanceVersion).where(GuidanceVersion.entry_id == entry_id)
    return list(session.scalars(query.order_by(GuidanceVersion.number.desc())))


def version_of(version: GuidanceVersion, names: Mapping[str, str], stands: Stands) -> ShownVersion:
    return ShownVersion(
        number=version.number,
        origin=version.origin,
        by=names.get(version.published_by, version.published_by),
        at=version.published_at,
        content_changed_on=local_day(version.content_changed_at),
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        last_day=version.last_day,
        withdrawn_at=version.withdrawn_at,
        stands=stands,
    )


def names_of(session: Session, desk: Desk, language: Language, actors: Iterable[str]) -> dict[str, str]:
    """Who published, in words: the officer's name, or what ships."""
    usernames = [actor.partition(":")[2] for actor in actors if actor.startswith("officer:")]
    found = session.scalars(select(Officer).where(Officer.username.in_(usernames)))
    return {officer.actor: officer.name for officer in found} | {
        "content": desk.texts.say("page.guidance.by_content", language)
    }


def fields_of_record(content: Mapping[str, Any]) -> list[ShownField]:
    """What an entry says, side by side, in the order in which a record is read."""
    shown = []
    for name in ORDER:
        if name in _SHOWN_APART or name not in BILINGUAL:
            continue
        sides = tuple((language, lines_of(content, name, language)) for language in LANGUAGES)
        if any(lines for _, lines in sides):
            shown.append(ShownField(name, sides))
    return shown


def legal_basis(desk: Desk, record: GuidanceRecord, language: Language) -> Sequence[str]:
    """The legal basis in words, with each instrument's state in force today."""
    return Cite(desk.texts, desk.instruments).legal_basis(record, language, desk.today()).items


#: Fields that are kept as short codes, and the texts that say what these mean.
_CODED = {"group": "news.topic", "online_level": "online", "not_stated": "part"}


def changes(old: Mapping[str, Any], new: Mapping[str, Any], texts: Texts, language: Language) -> list[ShownChange]:
    """The fields that differ, in both languages, also where only one of them changed; codes are put into words."""
    found = [_in_words(each, texts, language) for each in differences(old, new, changed_only=False)]
    shown = []
    for name, some in groupby(found, key=lambda difference: difference.field):
        sides = tuple(some)
        if any(side.changed for side in sides):
            shown.append(ShownChange(name, sides))
    return shown


def _in_words(difference: Difference, texts: Texts, language: Language) -> Difference:
    family = _CODED.get(difference.field)
    if family is None:
        return difference

    def said(piece: Piece) -> Piece:
        name = f"{family}.{piece.text}"
        return replace(piece, text=texts.say(name, language) if texts.has(name) else piece.text)

    return replace(difference, lines=tuple(tuple(map(said, line)) for line in difference.lines))


def counts(session: Session, officer: Officer) -> dict[str, int]:
    """What waits, for the names of the pages of guidance."""
    return {
        "for_me": listing.drafts_counted(session, officer, "for_me"),
        "mine": listing.drafts_counted(session, officer, "mine"),
        "proposed": listing.drafts_counted(session, officer, "proposed"),
        "shipped": reviews.waiting_count(session),
        "lint": sum(tasks.counts(session).values()),
    }
