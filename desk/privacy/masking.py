"""Takes out of a text what tells who wrote it: names, numbers by which somebody is known, and where they are reached.

Whatever the text, the time is bounded by its length: each pattern begins at one place of a run only, and repeats what
it repeats a few times at most (tests/unit/desk/test_masking_of_hostile_texts.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache


class Masked(StrEnum):
    """What is taken out; a text of the same name stands in its place."""

    EMAIL = "email"
    LINK = "link"
    ACCOUNT = "account"
    CONTAINER = "container"
    NUMBER = "number"
    NAME = "name"


#: What stands in a log, which has no language.
IN_LOGS: Mapping[Masked, str] = {kind: f"[{kind.value}]" for kind in Masked}

_GAP = r"\s{1,3}"
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]++ {0,2}(?:@|\(at\)|\[at\]) {0,2}(?=[\w-]{1,63}\.)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:\bhttps?://|\bwww\.|\b(?:facebook|fb|zalo|t)\.(?:com|me)/)\S+", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<![\w@])@[A-Za-z]\w{3,}")
_CONTAINER = re.compile(r"(?<![A-Za-z])[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d(?!\d)", re.IGNORECASE)

#: Between the digits of one number people put a space, a full stop, a hyphen or brackets, two of them at most.
_BETWEEN = "[ \u00a0.()\u2010\u2011\u2013-]{0,2}"
#: A day with its year is no number of somebody's, and may stand next to another.
_DAY = (
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
#: Tax codes, telephone numbers, declarations, identity cards and bills of lading: nine digits or more. The number of
#: a law has a slash, a tariff line at most eight digits. Letters may stand before: "MST0101234567".
_TARIFF = r"(?<![\d.])\d{4}\.\d\d(?:\.\d\d)?(?!\.?\d)"
_NUMBER = re.compile(rf"(?P<matter>{_DAY}|{_TARIFF})|(?<!\d)\(?\+?\(?\d(?:{_BETWEEN}\d){{8,13}}(?!\d)|(?<!\d)\d{{9,}}+")
#: A telephone number without its area code has eight digits, as a tariff line has: it must be called one.
_EIGHT = re.compile(rf"(?<!\d)[2-9](?:{_BETWEEN}\d){{7}}(?!\d)")
_PASSPORT = re.compile(r"(?i:\b(?:hộ chiếu|passport)(?: (?:số|no\.?|number))?:? {0,2})(?P<number>[A-Za-z]\d{7,8})\b")
#: An amount of money has more digits too: they stand in threes.
_IN_THREES = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+|(?:[ \u00a0]\d{3})+)")
_OF_MONEY = re.compile(r" {0,2}(?:đồng|đ\b|vnđ|vnd|usd|eur|jpy|cny|triệu|tỷ|tỉ)", re.IGNORECASE)
#: Numbers that everybody may call, which a sentence loses its sense without.
_HOTLINE = re.compile(r"1[89]00(?:[ .]?\d){4,6}")
_TELEPHONE = "điện thoại|đthoại|sđt|sdt|đt|dt|tel|phone|mobile|di động|hotline|zalo|fax|gọi|call"
_NUMBERED = "tờ khai|to khai|tk|declaration|mst|mã số thuế|ma so thue|tax code|cccd|cmnd|căn cước|vận đơn"
_CALLED = re.compile(
    rf"(?:{_TELEPHONE}|{_NUMBERED})"
    r"(?: (?:số|so|no|number|nhập|xuất|của|là|is))*[ :.(#-]{0,3}$",
    re.IGNORECASE,
)
_CALLED_A_TELEPHONE = re.compile(rf"(?:{_TELEPHONE})(?: (?:số|là|is|no|number))*[ :.(]{{0,3}}$", re.IGNORECASE)
#: So many characters before a number may say what it is.
_BEFORE = 32

_FORMS = r"tnhh|trách nhiệm hữu hạn|cổ phần|cp|mtv|một thành viên|tư nhân|hợp danh|liên doanh"
_KINDS = r"công ty|cty|hộ kinh doanh|hkd|hợp tác xã|htx|tập đoàn"
_CAPITAL = "[" + "".join(letter for letter in map(chr, range(ord("A"), ord("Ỹ") + 1)) if letter.isupper()) + "]"
_NAMED = rf"(?:{_GAP}{_CAPITAL}\w{{0,30}})"
#: The form of an enterprise, and the words in capitals after it, which are its name; one small word may be between.
_ENTERPRISE = re.compile(
    rf"(?<!\w)(?i:{_FORMS})(?:{_GAP}(?i:{_FORMS}|thương mại|dịch vụ|sản xuất)){{0,8}}"
    rf"({_NAMED}{{1,8}}(?:{_GAP}\w{{1,30}}(?:{_GAP}{_CAPITAL}[a-zà-ỹ]\w{{0,30}}){{1,8}})?)"
)
#: What an enterprise is called without its form; of the capitals after it at least two are a name.
_OF_A_KIND = re.compile(rf"(?<!\w)(?i:{_KINDS})(?!{_GAP}(?i:{_FORMS})(?!\w))({_NAMED}{{2,8}})")
_ABROAD = re.compile(
    rf"(?<![\w.&-])((?:{_CAPITAL}[\w&.-]{{0,30}}{_GAP}){{1,5}})"
    r"(?=(?i:(?:co\.?,? {0,2}ltd|jsc|company limited|joint stock|corp(?:oration)?|inc|llc|gmbh|pte)\b))"
)
_CALLS_ONESELF = r"tôi là|em là|mình là|tôi tên(?: là)?|tên (?:tôi|em|mình) là|họ (?:và )?tên(?: là)?:?|my name is|i am"
_ADDRESSES = r"ông|bà|anh|chị|cô|chú|bác|mr\.?|mrs\.?|ms\.?"
#: How people name themselves and others; of the capitals after it at least two are a name.
_PERSON = re.compile(rf"(?<!\w)(?i:{_CALLS_ONESELF}|{_ADDRESSES})((?:{_GAP}{_CAPITAL}[^\W\d_]{{0,30}}){{2,6}})")
_AT_LEAST_WORDS = 2


def masked(text: str, labels: Mapping[Masked, str], names: Iterable[str | None] = ()) -> str:
    """The text with labels in the place of what tells who wrote it; its letters are composed.

    ``names`` are those that the desk knows: a name of several words is taken out wherever it stands, however it is
    typed, one of a single word only where somebody is called by it.
    """
    text = _composed(text)
    text = _without(names, text, labels)
    for pattern, kind in (
        (_LINK, Masked.LINK),
        (_EMAIL, Masked.EMAIL),
        (_ACCOUNT, Masked.ACCOUNT),
        (_CONTAINER, Masked.CONTAINER),
    ):
        text = pattern.sub(lambda _, kind=kind: labels[kind], text)  # type: ignore[misc]
    text = _PASSPORT.sub(lambda found: found[0].removesuffix(found["number"]) + labels[Masked.NUMBER], text)
    text = _NUMBER.sub(lambda found: found[0] if _is_of_the_matter(found) else labels[Masked.NUMBER], text)
    text = _EIGHT.sub(lambda found: labels[Masked.NUMBER] if _is_a_telephone(found) else found[0], text)
    for pattern in (_ENTERPRISE, _OF_A_KIND, _PERSON):
        text = pattern.sub(lambda found: found[0].removesuffix(found[1]) + " " + labels[Masked.NAME], text)
    return _ABROAD.sub(lambda _: labels[Masked.NAME] + " ", text)


def _composed(text: str) -> str:
    """Letters with their marks as one character each, and nothing that has no width between the digits of a number."""
    composed = unicodedata.normalize("NFC", text)
    return composed if composed.isascii() else "".join(c for c in composed if unicodedata.category(c) != "Cf")


def _is_of_the_matter(found: re.Match[str]) -> bool:
    """Whether a number tells what is asked about, not who asks: a day, an amount of money, a hotline."""
    if found["matter"] is not None or _HOTLINE.fullmatch(found[0]):
        return True
    if not _IN_THREES.fullmatch(found[0]):
        return False
    if _OF_MONEY.match(found.string, found.end()):
        return True
    return "\u00a0" not in found[0] and " " not in found[0] and not _CALLED.search(_before(found))


def _is_a_telephone(found: re.Match[str]) -> bool:
    return _CALLED_A_TELEPHONE.search(_before(found)) is not None


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _BEFORE) : found.start()]


def _without(names: Iterable[str | None], text: str, labels: Mapping[Masked, str]) -> str:
    """The text without these names, found in it without capitals and marks."""
    plain = _plain(text)
    spans = sorted(span for name in names for span in _places(_composed(name or ""), plain))
    parts, end = [], 0
    for start, stop in spans:
        if start >= end:
            parts += [text[end:start], labels[Masked.NAME]]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


def _places(name: str, plain: str) -> Iterator[tuple[int, int]]:
    """Where a name stands in a plain text."""
    words = _plain(name).split()
    if not words:
        return
    typed = _GAP.join(map(re.escape, words))
    if len(words) >= _AT_LEAST_WORDS or any(character.isdigit() for character in name):
        pattern = rf"(?<!\w)(?P<name>{typed})(?!\w)"
    else:
        pattern = rf"(?<!\w)(?:{_CALLED_BY}){_GAP}(?P<name>{typed})(?!\w)"
    yield from (found.span("name") for found in re.finditer(pattern, plain))


def _plain(text: str) -> str:
    """Small letters without marks, one for each of the text, so that places are the same in both."""
    if text.isascii():
        return text.lower()
    return "".join(map(_plain_letter, text))


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    return "d" if letter in "đĐ" else unicodedata.normalize("NFD", letter)[0].lower()[:1]


_CALLED_BY = _plain(f"{_CALLS_ONESELF}|{_ADDRESSES}")


#: As above, but never within a word or an id, and not in what a log tells of time.
_LOGGED = re.compile(rf"(?P<day>{_DAY}(?:[ T]\d\d)?)|(?<![\w.:/-])\+?\(?\d(?:{_BETWEEN}\d){{8,30}}(?![\w:/-])")
_DECIMAL = re.compile(r"(?:[1-9]\d*|0)\.\d+")


def masked_in_log(line: str) -> str:
    """A line of a log without e-mail addresses and without numbers by which somebody is known.

    No line has people's words; this is for what slips in by a library or by a mistake.
    """
    line = _EMAIL.sub(IN_LOGS[Masked.EMAIL], line)
    return _LOGGED.sub(lambda found: found[0] if _is_technical(found) else IN_LOGS[Masked.NUMBER], line)


def _is_technical(found: re.Match[str]) -> bool:
    return found["day"] is not None or _DECIMAL.fullmatch(found[0]) is not None
