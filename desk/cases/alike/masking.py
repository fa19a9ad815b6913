"""Takes out of a text what tells who wrote it: an officer of another unit sees the question, not the enterprise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Masked(StrEnum):
    """What is taken out; a text of the same name stands in its place."""

    EMAIL = "email"
    LINK = "link"
    ACCOUNT = "account"
    CONTAINER = "container"
    NUMBER = "number"
    NAME = "name"


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_LINK = re.compile(r"\bhttps?://\S+")
_ACCOUNT = re.compile(r"(?<![\w@])@[A-Za-z]\w{3,}")
_CONTAINER = re.compile(r"\b[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d\b", re.IGNORECASE)
#: Tax codes, telephone numbers, declarations, identity cards and bills of lading: nine digits or more. The number of
#: a law has a slash, a tariff line at most eight digits.
_NUMBER = re.compile(r"(?<!\w)\+?\(?\d(?:[ .()-]{0,2}\d){8,13}(?!\w)")
#: An amount of money has more digits too: they stand in threes.
_IN_THREES = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:,\d{3})+")
_FORMS = r"tnhh|trách nhiệm hữu hạn|cổ phần|cp|mtv|một thành viên|tư nhân|hợp danh|liên doanh"
_CAPITAL = "[" + "".join(letter for letter in map(chr, range(ord("A"), ord("Ỹ") + 1)) if letter.isupper()) + "]"
#: The form of an enterprise, and the words in capitals after it, which are its name; one small word may be between.
_ENTERPRISE = re.compile(
    rf"(?<!\w)(?i:{_FORMS})(?:\s+(?i:{_FORMS}|thương mại|dịch vụ|sản xuất)){{0,6}}"
    rf"((?:\s+{_CAPITAL}\w*)+(?:\s+\w+(?:\s+{_CAPITAL}[a-zà-ỹ]\w*)+)?)"
)
#: How people name themselves and others; of the capitals after it at least two are a name.
_PERSON = re.compile(
    r"(?<!\w)(?i:tôi là|em là|tôi tên(?: là)?|tên (?:tôi|em) là|ông|bà|anh|chị|my name is|i am|mr\.?|mrs\.?|ms\.?)"
    rf"((?:\s+{_CAPITAL}[^\W\d_]*){{2,}})"
)
_AT_LEAST_WORDS = 2


def masked(text: str, labels: Mapping[Masked, str], names: Iterable[str | None] = ()) -> str:
    """The text with labels in the place of what tells the enterprise.

    ``names`` are those that the case knows: taken out wherever they stand, if they are more than a single word.
    """
    for name in names:
        words = (name or "").split()
        if len(words) >= _AT_LEAST_WORDS or any(character.isdigit() for character in name or ""):
            text = re.sub(r"\s+".join(map(re.escape, words)), labels[Masked.NAME], text, flags=re.IGNORECASE)
    for pattern, kind in (
        (_LINK, Masked.LINK),
        (_EMAIL, Masked.EMAIL),
        (_ACCOUNT, Masked.ACCOUNT),
        (_CONTAINER, Masked.CONTAINER),
    ):
        text = pattern.sub(labels[kind], text)
    text = _NUMBER.sub(lambda found: found[0] if _IN_THREES.fullmatch(found[0]) else labels[Masked.NUMBER], text)
    for pattern in (_ENTERPRISE, _PERSON):
        text = pattern.sub(lambda found: found[0].removesuffix(found[1]) + " " + labels[Masked.NAME], text)
    return text
