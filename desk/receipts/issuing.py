"""Giving an answer its receipt: a code that is kept with what was shown, and a quiet last line that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from desk.guidance.record import Language
from desk.receipts import codes
from desk.receipts.model import Receipt
from desk.speech import Block, Utterance
from desk.texts import Texts

#: The receipt of an enquiry and the one with a code, where there are any; put together once, for it is asked for every
#: answer.
_OF_ENQUIRY_OR_CODE = select(Receipt.code, Receipt.enquiry_id).where(
    or_(Receipt.enquiry_id == bindparam("enquiry"), Receipt.code == bindparam("code"))
)


def issue(session: Session, texts: Texts, enquiry_id: str, said: Utterance, language: Language) -> Utterance:
    """What is said, with the code of its receipt beneath; an enquiry has one receipt, however often it is answered.

    What quotes no guidance has none and is said as it is.
    """
    if said.version is None:
        return said
    code = _code_for(session, enquiry_id, said.blocks)
    line = Block("note", texts.say("receipt.line", language, code=codes.grouped(code)))
    return replace(said, blocks=(*said.blocks, line))


def _code_for(session: Session, enquiry_id: str, blocks: Sequence[Block]) -> str:
    """The code that the enquiry has, else a new one that no other has."""
    while True:
        code = codes.fresh()
        known = session.execute(_OF_ENQUIRY_OR_CODE, {"enquiry": enquiry_id, "code": code}).all()
        own = [its_code for its_code, enquiry in known if enquiry == enquiry_id]
        if own:
            return own[0]
        if not known:
            session.add(Receipt(code=code, enquiry_id=enquiry_id, shown=[asdict(block) for block in blocks]))
            return code
