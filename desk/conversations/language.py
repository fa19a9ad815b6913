"""In which language a person is answered: their choice, else the text where it is clear, else what came before."""

from __future__ import annotations

import re
import unicodedata

from desk.guidance.record import LANGUAGES, Language
from desk.vietnamese import SYLLABLE, fold, without_keys

_WORD = re.compile(r"[^\W\d_]+")
#: What only Vietnamese has among the languages that the desk speaks: đ, and the marks of decomposed letters.
_VIETNAMESE_LETTER = re.compile(r"[đĐ\u0300-\u0303\u0306\u0309\u031b\u0323]")
#: Everyday English words that also have the shape of a Vietnamese syllable, or are short.
_ENGLISH = frozenset(
    "a an and any are as at be by can do does for from have how if in into is it may me my need no not of on or our "
    "pay should tax that the there this to us was we what when where which who why will with you your am has hi hello "
    "thanks thank help please fee good".split()
)
#: Unaccented Vietnamese words that are no English ones.
_VIETNAMESE = frozenset(
    "khong duoc nhu nao bao nhieu gi toi em minh hang thue phai cua cho thi nhap khau xuat tuc hai quan khai bi va hay "
    "la co can nop mat lau giay to ho so ma hoi xin chao cam on giup ai dau sao the lam xe tien phi luat ngay thang "
    "nam chi anh ban cong ty doanh nghiep voi tai nguoi nuoc vay roi chua con neu khi thu".split()
)


def written_in(text: str) -> Language | None:
    """The language of a text where it is clear; unaccented Vietnamese is Vietnamese. None where it is not clear."""
    # The number of a law, a declaration or a tariff line: its letters are those of a code, not of a language.
    prose = " ".join(part for part in text.split() if not any(character.isdigit() for character in part))
    words = _WORD.findall(unicodedata.normalize("NFC", prose))
    marked = [word for word in words if _VIETNAMESE_LETTER.search(unicodedata.normalize("NFD", word))]
    # Names such as Hải Phòng keep their marks in an English sentence too.
    if any(word[0].islower() for word in marked):
        return "vi"
    plain = [word.lower() for word in words if len(word) > 1 and word not in marked]
    # Words with the keys of an input method in them: "nhaapj" is no English word, "car" and "cost" may be.
    spelt = {word: meant for word in {*plain, *_with_digits(text)} - _ENGLISH if (meant := without_keys(word))}
    sure = sum(len(fold(meant)) < len(word) - 1 or not word.isalpha() for word, meant in spelt.items())
    english = sum(word in _ENGLISH or not (SYLLABLE.fullmatch(word) or word in spelt) for word in plain)
    syllables = sum(word not in _ENGLISH and bool(SYLLABLE.fullmatch(word)) for word in plain)
    vietnamese = len(marked) + syllables + sure + sum(word in _VIETNAMESE and word in _ENGLISH for word in plain)
    if vietnamese > english:
        return "vi"
    if english > vietnamese and len(plain) > 1:
        return "en"
    if spelt and not english:
        return "vi"
    if len(plain) == 1 and not marked and plain[0] in _ENGLISH and plain[0] not in _VIETNAMESE:
        return "en"
    return "vi" if marked else None


def _with_digits(text: str) -> set[str]:
    """Words that have letters and digits, as VNI leaves them; codes are among them too."""
    return {word for word in text.lower().split() if word.isalnum() and not word.isalpha() and not word.isdigit()}


def choose(*, choice: str | None, text: str, conversation: str | None, channel_hint: str | None) -> Language:
    """The language of the next answer, by the desk's order of evidence; Vietnamese where nothing tells."""
    for candidate in (choice, written_in(text), conversation, _known(channel_hint)):
        if candidate in LANGUAGES:
            return candidate
    return "vi"


def _known(hint: str | None) -> str | None:
    return hint.split("-")[0].lower() if hint else None
