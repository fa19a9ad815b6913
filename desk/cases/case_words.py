"""The words by which officers find a case: without capitals and marks, a row for each word of its texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import ForeignKey, String, delete, func, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desk.answering.folding import folded
from desk.cases.model import Case
from desk.store import Base

#: A longer word is kept, and looked for, by its beginning.
WORD_LENGTH = 40
#: Of so many words of a search something is made; whatever comes after them is not looked at.
WORDS_SEARCHED = 8
#: A beginning of a word stands for so many words at most.
ALTERNATIVES = 20

_WORD = re.compile(r"[^\W_]+")
_AFTER_EVERY_LETTER = "\U0010ffff"


class CaseWord(Base):
    """That a word stands in the number, question, details, enterprise, tax code or contact of a case."""

    __tablename__ = "case_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: Compared by bytes on every database, so that a range of words is the words with one beginning.
    word: Mapped[str] = mapped_column(String().with_variant(String(collation="C"), "postgresql"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)


def words_of(text: str) -> list[str]:
    """The words of a text without capitals and marks, each once, in their order; a hyphen or full stop parts words."""
    return list(dict.fromkeys(word[:WORD_LENGTH] for word in _WORD.findall(folded(text))))


def keep(session: Session, case: Case) -> None:
    """Note the words of a case as its texts are now, in the transaction in which they changed."""
    texts = (case.number, case.question, case.details, case.enterprise_name, case.tax_code, case.contact)
    wanted = set(words_of(" ".join(text for text in texts if text)))
    known = set(session.scalars(select(CaseWord.word).where(CaseWord.case_id == case.id)))
    if known - wanted:
        session.execute(delete(CaseWord).where(CaseWord.case_id == case.id, CaseWord.word.in_(known - wanted)))
    if wanted - known:
        session.execute(insert(CaseWord), [{"word": word, "case_id": case.id} for word in sorted(wanted - known)])


def meant(session: Session, text: str) -> list[list[str]]:
    """For each word of a search the words of cases that it stands for: itself, or where no case has it its beginnings.

    A list is empty where nothing fits.
    """
    return [_alternatives(session, word) for word in words_of(text)[:WORDS_SEARCHED]]


def frequency(session: Session, words: Iterable[str], most: int) -> int:
    """In how many cases one of the words stands, counted up to ``most``."""
    found = select(literal(1)).where(CaseWord.word.in_(list(words))).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _alternatives(session: Session, word: str) -> list[str]:
    if session.scalar(select(literal(1)).where(CaseWord.word == word).limit(1)) is not None:
        return [word]
    found: list[str] = []
    beyond = CaseWord.word >= word
    while len(found) < ALTERNATIVES:
        # From each word to the next by the index; "distinct" would read every row of every word.
        step = select(func.min(CaseWord.word)).where(beyond, CaseWord.word < word + _AFTER_EVERY_LETTER)
        following = session.scalar(step)
        if following is None:
            break
        found.append(following)
        beyond = CaseWord.word > following
    return found
