"""A consultation as tables to keep: its groups with what was done about each, and every comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.compose import day
from desk.cases.words import moment
from desk.consultations.model import Comment, Consultation
from desk.consultations.standing import standing
from desk.desk import Desk
from desk.guidance.record import Language
from desk.tables.table import Cell, Column, Kind, Table

Row = Sequence[Cell]


@dataclass(frozen=True)
class ConsultationTables:
    """Makes tables for staff, who read comments as they were written."""

    desk: Desk
    session: Session
    consultation: Consultation
    language: Language

    def all(self) -> list[Table]:
        return [self.groups(), self.comments()]

    def groups(self) -> Table:
        columns = [
            self._column("group", Kind.NUMBER),
            self._column("question"),
            self._column("count", Kind.NUMBER),
            self._column("central"),
            self._column("outcome"),
            self._column("said"),
        ]
        return self._table("groups", columns, list(self._groups()))

    def comments(self) -> Table:
        columns = [
            self._column("comment", Kind.NUMBER),
            self._column("sent_on", Kind.DAY),
            self._column("question"),
            self._column("group", Kind.NUMBER),
            self._column("text"),
        ]
        query = select(Comment).where(Comment.consultation_id == self.consultation.id, Comment.set_aside.is_(False))
        rows: list[Row] = [
            (each.id, each.sent_on, self.question(each.question), each.group_id, each.text)
            for each in self.session.scalars(query.order_by(Comment.id))
        ]
        return self._table("comments", columns, rows)

    def question(self, place: int | None) -> str:
        """What a comment is about."""
        if place is None:
            return self._say("consultation.whole")
        return f"{place + 1}. {self.consultation.questions[place][self.language]}"

    def _groups(self) -> Iterator[Row]:
        for told in standing(self.session, self.consultation).groups:
            group = told.group
            outcome = self._say(f"consultation.outcome.{group.outcome}") if group.outcome else None
            said = group.said(self.language) or None
            yield (group.id, self.question(group.question), told.count, told.central.text, outcome, said)

    def _table(self, name: str, columns: Sequence[Column], rows: list[Row]) -> Table:
        return Table(name, self._say(f"consultation.table.{name}"), columns, rows, self._about())

    def _about(self) -> list[tuple[str, str]]:
        asked, language = self.consultation, self.language
        return [
            (self._say("consultation.about.draft"), asked.title(language)),
            (self._say("consultation.about.unit"), asked.unit.name(language)),
            (self._say("consultation.about.last_day"), day(asked.last_day, language) if asked.last_day else "–"),
            (self._say("page.export.made_at"), moment(self.desk.now(), language)),
        ]

    def _column(self, name: str, kind: Kind = Kind.TEXT) -> Column:
        return Column(self._say(f"consultation.column.{name}"), kind, 0, name)

    def _say(self, name: str) -> str:
        return self.desk.texts.say(name, self.language)
