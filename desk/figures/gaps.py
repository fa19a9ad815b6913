"""What could not be answered: questions that the guidance lacks, by what they are nearest to, with a few of them.

Figures of one period, by the nearest entry. What asks the same in other words, since the beginning, and what is done
about it is desk/gaps/: its groups are work, and no figure of a period is taken from them.

Examples are of questions about the rules only. Personal matters, complaints and reports are an officer's in any case;
they are counted, and no word of them is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.answering.outcome import Outcome
from desk.conversations.model import Chat, Conversation, Person
from desk.enquiries.model import Enquiry
from desk.enterprises.model import Enterprise
from desk.figures.period import Period
from desk.figures.topics import ABOUT
from desk.guidance.model import GuidanceEntry
from desk.guidance.record import Language
from desk.privacy.known_names import labels_of
from desk.privacy.masking import Masked, masked
from desk.shortening import shortened
from desk.texts import Texts

#: The outcomes that guidance could mend.
GAPS = (Outcome.UNANSWERABLE_NOT_COVERED, Outcome.UNANSWERABLE_OUT_OF_SCOPE)
_EXAMPLES, _READ = 3, 12
_LENGTH = 160


@dataclass(frozen=True)
class Example:
    """The words of a question, masked and shortened, and the language they are in."""

    text: str
    language: str


@dataclass(frozen=True)
class Gap:
    """Unanswered questions that are nearest to the same entry; ``entry`` is None where nothing was near."""

    entry: str | None
    group: str | None
    asked: int
    examples: tuple[Example, ...] = ()


def gaps(session: Session, period: Period, texts: Texts, language: Language, *, limit: int) -> list[Gap]:
    """The most frequent gaps; ``language`` is that of the labels in the place of what is masked."""
    query = (
        select(ABOUT, GuidanceEntry.group, func.count())
        .select_from(Enquiry)
        .outerjoin(GuidanceEntry, GuidanceEntry.id == ABOUT)
        .where(*_unanswered(period))
        .group_by(ABOUT, GuidanceEntry.group)
        .order_by(func.count().desc(), ABOUT)
        .limit(limit)
    )
    found = [Gap(entry, group, asked) for entry, group, asked in session.execute(query)]
    labels = labels_of(texts, language)
    examples = _examples(session, period, {gap.entry for gap in found}, labels)
    return [Gap(gap.entry, gap.group, gap.asked, tuple(examples.get(gap.entry, ()))) for gap in found]


def _unanswered(period: Period) -> list[ColumnElement[bool]]:
    return [*period.holds(Enquiry.asked_at), Enquiry.outcome.in_([outcome.value for outcome in GAPS])]


def _examples(
    session: Session, period: Period, entries: Collection[str | None], labels: Mapping[Masked, str]
) -> dict[str | None, list[Example]]:
    """The newest questions of each gap, each wording once."""
    found: dict[str | None, dict[str, Example]] = {}
    for entry, text, language, *names in session.execute(_newest(period)):
        of_entry = found.setdefault(entry, {})
        if entry in entries and len(of_entry) < _EXAMPLES:
            shown = shortened(masked(text, labels, names), _LENGTH)
            of_entry.setdefault(folded(shown), Example(shown, language))
    return {entry: list(examples.values()) for entry, examples in found.items()}


def _newest(period: Period) -> Select[Any]:
    """The newest questions of each gap, with the names that the desk knows of who asked."""
    place = func.row_number().over(partition_by=ABOUT, order_by=(Enquiry.asked_at.desc(), Enquiry.id)).label("place")
    ranked = select(Enquiry.id, ABOUT.label("about"), place).where(*_unanswered(period), Enquiry.text != "").subquery()
    of_person = (Person.name, Person.enterprise_name, Person.tax_code, Person.contact)
    names = (*of_person, Enterprise.name, Enterprise.tax_code)
    return (
        select(ranked.c.about, Enquiry.text, Enquiry.language, *names)
        .join(Enquiry, Enquiry.id == ranked.c.id)
        .join(Conversation, Conversation.id == Enquiry.conversation_id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .join(Person, Person.id == Chat.person_id)
        .outerjoin(Enterprise, Enterprise.id == Person.acting_for_id)
        .where(ranked.c.place <= _READ)
        .order_by(ranked.c.place)
    )
