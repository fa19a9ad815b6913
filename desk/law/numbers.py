"""Official numbers of legal instruments: which kind a number can be, and how an instrument stands in an address."""

from __future__ import annotations

import re
import unicodedata
import urllib.parse

from desk.law.instruments import InstrumentKind

_BODY = r"[A-ZĐ][A-ZĐa-z0-9]*(?:-[A-ZĐ0-9]+)*"
_COUNT = r"\d+(?:\.\d+)?[a-zđ]?"
#: What a number looks like, and the kinds that are numbered so; the first that fits counts.
_FORMS: tuple[tuple[str, tuple[InstrumentKind, ...]], ...] = (
    (rf"{_COUNT}/\d{{4}}/QH\d{{1,2}}", ("law", "resolution")),
    (rf"{_COUNT}/(?:\d{{4}}/)?(?:(?:PL|NQ)-)?UBTVQH\d{{1,2}}", ("ordinance", "resolution")),
    (rf"{_COUNT}/\d{{4}}/NĐ-CP", ("decree",)),
    (rf"{_COUNT}/\d{{4}}/TT(?:LT)?-{_BODY}", ("circular",)),
    (rf"{_COUNT}/(?:\d{{4}}/)?QĐ-{_BODY}", ("decision",)),
    (rf"{_COUNT}/(?:\d{{4}}/)?NQ-{_BODY}", ("resolution",)),
    (rf"{_COUNT}/(?:\d{{4}}/)?VBHN-{_BODY}", ("consolidated",)),
    (rf"{_COUNT}/[A-ZĐ]{{2,}}[A-ZĐ0-9]*(?:-[A-ZĐ0-9]+)+", ("official_letter",)),
)
_UNSAFE = re.compile(r"[\s~]")
LENGTH = 60


def kinds_of(number: str) -> tuple[InstrumentKind, ...]:
    """The kinds that an instrument of this number can be; none where the number is not of a Vietnamese form."""
    return next((kinds for form, kinds in _FORMS if re.fullmatch(form, number)), ())


def is_possible(number: str) -> bool:
    """Whether it can be kept as a number at all: one word, and no longer than any is."""
    return bool(number) and len(number) <= LENGTH and not _UNSAFE.search(number)


def tidy(number: str) -> str:
    """The number as the desk keeps it, however its letters were typed."""
    return unicodedata.normalize("NFC", number).strip()


def base_of(number: str) -> str:
    """What a text that cites the instrument surely has of its number: "38/2015" of 38/2015/TT-BTC, else all of it."""
    parts = number.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else number


def is_cited_in(text: str, number: str) -> bool:
    """Whether a text names the instrument by its number, whole or without its ending."""
    base = base_of(number)
    endings = rf"(?!\d)(?:(?!/)|{re.escape(number[len(base) :])}(?![\w-]))" if base != number else r"(?![\w-])"
    return re.search(rf"(?<![\d/.]){re.escape(base)}{endings}", text) is not None


def in_address(number: str) -> str:
    """The number as one part of an address: 54~2014~QH13, 169~2026~N%C4%90-CP."""
    return urllib.parse.quote(number.replace("/", "~"), safe="~")


def from_address(part: str) -> str:
    """The number that a part of an address stands for, as a server hands it on."""
    return part.replace("~", "/")
