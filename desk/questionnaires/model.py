"""Questionnaires in the store: what is asked, who was invited, and what came back.

Of an anonymous questionnaire no row leads from an answer to a person once it is finished: what is kept, and for how
long, is decision 41.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.conversations.model import Chat
from desk.ids import new_id
from desk.people.model import Officer
from desk.store import Base
from desk.units.model import Unit


class QuestionnaireKind(StrEnum):
    """What a questionnaire is for. No constraint of the database lists them: a subject that needs another adds it."""

    SURVEY = "survey"


class QuestionnaireState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class QuestionKind(StrEnum):
    LEVEL = "level"
    CHOICE = "choice"
    TEXT = "text"


class Scale(StrEnum):
    """How the five levels of a question are called; the words are texts (``questionnaire.level.<scale>_<n>``)."""

    SATISFACTION = "satisfaction"
    AGREEMENT = "agreement"


class InvitationState(StrEnum):
    """How far somebody has come. ``left_out``: they could not be asked when their turn came."""

    WAITING = "waiting"
    INVITED = "invited"
    BEGUN = "begun"
    FINISHED = "finished"
    DECLINED = "declined"
    LEFT_OUT = "left_out"


class Step(StrEnum):
    """What happened to a questionnaire, as the audit calls it."""

    MADE = "made"
    EDITED = "edited"
    DISCARDED = "discarded"
    OPENED = "opened"
    CLOSED = "closed"
    TEXT_RELEASED = "text_released"
    TEXT_WITHHELD = "text_withheld"
    PUBLISHED = "published"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


LEVELS = (1, 2, 3, 4, 5)


class Questionnaire(Base):
    """One questionnaire of a unit, to people whose matters lay in that unit or below it.

    ``minutes`` is how long it takes, ``last_day`` until when one may answer. ``sample`` says who is asked
    (desk/questionnaires/criteria.py has its shape), ``seed`` makes the draw of the same people again. ``people`` is how
    many were invited when it opened. ``published`` is the frozen summary that everybody may read
    (desk/questionnaires/publishing.py).
    """

    __tablename__ = "questionnaires"
    __table_args__ = (
        CheckConstraint(_one_of("state", QuestionnaireState), name="state_known"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="opened"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
        Index("ix_questionnaires_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(default=QuestionnaireKind.SURVEY.value)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title_vi: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    introduction_vi: Mapped[str] = mapped_column(Text)
    introduction_en: Mapped[str] = mapped_column(Text)
    thanks_vi: Mapped[str] = mapped_column(Text)
    thanks_en: Mapped[str] = mapped_column(Text)
    anonymous: Mapped[bool]
    minutes: Mapped[int]
    last_day: Mapped[dt.date | None]
    sample: Mapped[dict[str, Any]] = mapped_column(JSON)
    seed: Mapped[int]
    state: Mapped[str] = mapped_column(default=QuestionnaireState.DRAFT.value)
    people: Mapped[int | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[dt.datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    opened_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    published_at: Mapped[dt.datetime | None]
    published: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    unit: Mapped[Unit] = relationship(lazy="joined")
    made_by: Mapped[Officer] = relationship(foreign_keys=made_by_id, lazy="joined")
    opened_by: Mapped[Officer | None] = relationship(foreign_keys=opened_by_id, lazy="joined")
    published_by: Mapped[Officer | None] = relationship(foreign_keys=published_by_id, lazy="joined")
    questions: Mapped[list[Question]] = relationship(
        order_by="Question.position", back_populates="questionnaire", lazy="selectin", cascade="all, delete-orphan"
    )

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_vi

    def introduction(self, language: str) -> str:
        return self.introduction_en if language == "en" else self.introduction_vi

    def thanks(self, language: str) -> str:
        return self.thanks_en if language == "en" else self.thanks_vi


class Question(Base):
    """One question, at its place from 0 on.

    ``scale`` is of a level question; ``options`` ([{"vi", "en"}]) and ``several`` of a choice; ``longest`` (letters) of
    a text. An answer names an option by its place, which never changes once people answer.
    """

    __tablename__ = "questionnaire_questions"
    __table_args__ = (
        CheckConstraint(_one_of("kind", QuestionKind), name="kind_known"),
        CheckConstraint(_one_of("scale", Scale), name="scale_known"),
        CheckConstraint("(kind = 'level') = (scale IS NOT NULL)", name="levels_have_a_scale"),
        CheckConstraint("(kind = 'text') = (longest IS NOT NULL)", name="texts_have_a_length"),
        Index("ix_questionnaire_questions_place", "questionnaire_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    position: Mapped[int]
    kind: Mapped[str]
    text_vi: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    optional: Mapped[bool]
    scale: Mapped[str | None]
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    several: Mapped[bool] = mapped_column(default=False, server_default=false())
    longest: Mapped[int | None]

    questionnaire: Mapped[Questionnaire] = relationship(back_populates="questions")

    def text(self, language: str) -> str:
        return self.text_en if language == "en" else self.text_vi


class Invitation(Base):
    """A chat that is asked, once in a questionnaire.

    ``key`` is the secret in the link to the page. ``topic`` and ``region`` (a group of the guidance, the code of a
    unit) are of the matter for which they were chosen. ``message_order`` is the invitation's message, set with the
    delivery that carries it. Of an anonymous questionnaire it is not kept when somebody began or finished.
    """

    __tablename__ = "questionnaire_invitations"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "chat_id"),
        CheckConstraint(_one_of("state", InvitationState), name="state_known"),
        CheckConstraint("state NOT IN ('invited', 'begun') OR message_order IS NOT NULL", name="told"),
        Index("ix_questionnaire_invitations_state", "questionnaire_id", "state", "id"),
        Index("ix_questionnaire_invitations_invited_at", "invited_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"), index=True)
    key: Mapped[str] = mapped_column(default=new_id, unique=True)
    topic: Mapped[str | None]
    region: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=InvitationState.WAITING.value)
    message_order: Mapped[int | None] = mapped_column(ForeignKey("messages.order_no"), unique=True)
    invited_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]

    questionnaire: Mapped[Questionnaire] = relationship(lazy="joined")
    chat: Mapped[Chat] = relationship(lazy="joined")


class Response(Base):
    """What one person answers. ``invitation_id`` is the tie to them.

    While it is given there is a tie, so that one can go on. With the finish of an anonymous questionnaire the answers
    are written anew under another random id, without tie, topic, region or day. The table has no order of its own
    (on SQLite no row number), which would be the order in which people finished.
    """

    __tablename__ = "questionnaire_responses"
    __table_args__ = (
        CheckConstraint("invitation_id IS NOT NULL OR finished", name="unfinished_have_a_tie"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_invitations.id"), unique=True)
    #: The place of the question that is asked next; as many as there are questions where only the end is left.
    position: Mapped[int] = mapped_column(default=0)
    finished: Mapped[bool] = mapped_column(default=False)
    finished_on: Mapped[dt.date | None]
    topic: Mapped[str | None]
    region: Mapped[str | None]

    answers: Mapped[list[Answer]] = relationship(back_populates="response", cascade="all, delete-orphan")


class Answer(Base):
    """The answer to one question: a level, the places of the options, or a text; none of them where it was skipped.

    ``released``: a leader found that this text may be published.
    """

    __tablename__ = "questionnaire_answers"
    __table_args__ = (
        UniqueConstraint("response_id", "question_id"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_one_to_five"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[str] = mapped_column(ForeignKey("questionnaire_responses.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_questions.id"), index=True)
    level: Mapped[int | None]
    options: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    text: Mapped[str | None] = mapped_column(Text)
    released: Mapped[bool] = mapped_column(default=False)

    response: Mapped[Response] = relationship(back_populates="answers")

    @property
    def is_skipped(self) -> bool:
        return self.level is None and self.options is None and self.text is None
