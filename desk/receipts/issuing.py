"""Giving an answer its receipt: a code that is kept with what was shown, and a quiet last line that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.guidance.record import Language
from desk.receipts import codes
from desk.receipts.model import Receipt
from desk.speech import Block, Utterance
from desk.texts import Texts

#: Put together once, for it is asked for every answer.
_CODE = select(Receipt.code).where(Receipt.enquiry_id == bindparam("enquiry"))


def issue(session: Session, texts: Texts, enquiry_id: str, said: Utterance, language: Language) -> Utterance:
    """What is said, with the code of its receipt beneath; an enquiry has one receipt, however often it is answered.

    What quotes no guidance has none and is said as it is.
    """
    if said.version is None:
        return said
    code = _known(session, enquiry_id) or _new(session, enquiry_id, said.blocks)
    line = Block("note", texts.say("receipt.line", language, code=codes.grouped(code)))
    return replace(said, blocks=(*said.blocks, line))


def _known(session: Session, enquiry_id: str) -> str | None:
    return session.scalar(_CODE, {"enquiry": enquiry_id})


def _new(session: Session, enquiry_id: str, blocks: Sequence[Block]) -> str:
    code = codes.fresh()
    while session.get(Receipt, code) is not None:
        code = codes.fresh()
    session.add(Receipt(code=code, enquiry_id=enquiry_id, shown=[asdict(block) for block in blocks]))
    session.flush()
    return code
