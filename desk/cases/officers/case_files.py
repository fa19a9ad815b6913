"""A case's files in what officers are told of it: listed by name, with the button that sends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from desk.attachments import service as attachments
from desk.attachments import words as files_in_words
from desk.attachments.model import Attachment
from desk.cases.model import Case
from desk.desk import Desk
from desk.guidance.record import Language
from desk.speech import Choice, Utterance


def listed(desk: Desk, session: Session, case: Case, notice: Utterance, language: Language) -> Utterance:
    """A notice of a case with its files; the same where it has none."""
    files = attachments.of_case(session, case)
    return with_button(desk, notice, files, language, f"{case.id}:0") if files else notice


def with_button(
    desk: Desk, notice: Utterance, files: Sequence[Attachment], language: Language, which: str
) -> Utterance:
    """A notice with these files; ``which`` is the argument of the button officer_files."""
    choice = Choice("officer_files", desk.texts.say("button.officer_files", language), which)
    blocks = (*notice.blocks, *files_in_words.blocks_of(files, language))
    return replace(notice, blocks=blocks, choices=(*notice.choices, choice))
