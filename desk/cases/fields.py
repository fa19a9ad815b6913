"""The fields of a case that a person fills in: their order, their limits, and the check of what was typed."""

from __future__ import annotations

import re
import unicodedata

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from desk.answering.folding import folded
from desk.cases.model import Urgency

#: In the order in which they are asked.
CASE_FIELDS = ("enterprise_name", "tax_code", "contact", "urgency", "details")
#: What a field holds that the person chose not to fill in; nobody can type it.
SKIPPED = ""
#: Longest texts, in characters.
LIMITS = {"enterprise_name": 200, "contact": 200, "details": 1000}

_URGENCY_WORDS = {
    Urgency.TRUCK_AT_GATE: (
        *("xe dang cho", "xe dang cho o cua khau", "xe cho o cua khau", "xe o cua khau"),
        *("truck at the gate", "truck waiting", "truck waiting at the gate"),
    ),
    Urgency.VESSEL_CUT_OFF: (
        *("cat mang", "sap cat mang", "sap den gio cat mang"),
        *("cut off", "vessel cut off", "vessel cut off is near", "closing time"),
    ),
    Urgency.PERISHABLE: (
        *("hang mau hong", "hang tuoi song", "hang de hong"),
        *("perishable", "perishable goods", "fresh goods"),
    ),
    Urgency.URGENT: (
        *("gap", "rat gap", "gap lam", "kha gap", "hoi gap", "khan", "khan cap", "hoa toc", "cao", "quan trong"),
        *("uu tien cao", "gap vi ly do khac", "urgent for another reason"),
        *("urgent", "very urgent", "asap", "high", "high priority", "important"),
    ),
    Urgency.NOT_URGENT: (
        *("khong gap", "binh thuong", "thuong", "muc thuong"),
        *("normal", "low", "not urgent", "no rush"),
    ),
}
#: What a button stands for.
_CHOSEN = frozenset(urgency.value for urgency in Urgency)
_URGENCY_OF = {word: urgency for urgency, words in _URGENCY_WORDS.items() for word in words}
_DIGITS_OF_A_PHONE = 8
#: What begins or ends the names of enterprises, but not "our company wants to know ...".
_ENTERPRISE = re.compile(
    r"^(cong ty|cty|tap doan|doanh nghiep tu nhan|dntn|htx|hop tac xa|chi nhanh|ho kinh doanh|van phong dai dien)\b"
    r"(?! (toi|em|minh|chung|ben|nao|co phai)\b)"
    r"|\b(tnhh|jsc|ltd|llc|inc|corp|gmbh|pte|plc)\b"
)


class FieldRefused(ValueError):
    """A field cannot be filled with this; ``text_name`` names the sentence that says why."""

    def __init__(self, text_name: str) -> None:
        super().__init__(text_name)
        self.text_name = text_name


def check_field(field: str, text: str) -> str:
    """The value to keep for what was typed into a field; raises FieldRefused."""
    match field:
        case "tax_code":
            return check_tax_code(text)
        case "urgency":
            return check_urgency(text)
        case _:
            return _check_text(field, text)


def check_tax_code(text: str) -> str:
    """The tax code as 10 digits, or 10-3 for a branch; raises FieldRefused when length or check digit is wrong."""
    spoken_of = folded(text).removeprefix("ma so thue").removeprefix("tax code").removeprefix("mst").strip(" :")
    try:
        digits = mst.validate(spoken_of)
    except ValidationError as error:
        raise FieldRefused("case.tax_code_refused") from error
    return mst.format(digits)


def check_urgency(text: str) -> str:
    """One of the urgencies, from its name or the everyday words for it; raises FieldRefused."""
    if text in _CHOSEN:
        return text
    words = " ".join(re.findall(r"\w+", folded(text)))
    for polite in (" nhe", " a", " thoi", " please"):
        words = words.removesuffix(polite)
    if words not in _URGENCY_OF:
        raise FieldRefused("case.urgency_refused")
    return _URGENCY_OF[words].value


def may_be_a_question(field: str, text: str) -> bool:
    """Whether the text may be a question rather than the field's value, so that the desk should look at it first."""
    match field:
        case "details":
            return False
        case "tax_code" | "urgency":
            return not _fits(field, text)
        case _ if "?" in text:
            return True
        case "contact":
            return "@" not in text and sum(character.isdigit() for character in text) < _DIGITS_OF_A_PHONE
        case _:
            return _ENTERPRISE.search(folded(text)) is None


def _fits(field: str, text: str) -> bool:
    try:
        check_field(field, text)
    except FieldRefused:
        return False
    return True


def _check_text(field: str, text: str) -> str:
    kept = " ".join(unicodedata.normalize("NFC", text).split())
    if not kept or len(kept) > LIMITS[field]:
        raise FieldRefused(f"case.{field}_refused")
    return kept
