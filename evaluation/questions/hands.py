"""Writes a question as hurried people do: other code points, shorthand, slips of the finger, greetings around it."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum

from desk.guidance.record import Language


class Hand(StrEnum):
    """One habit of writing at a time."""

    OTHER_CODES = "other code points"
    SHORTHAND = "shorthand"
    SLIPS = "slips"
    FRAMED = "framed"


#: The shorthand that the trade and phones use, named apart from the table that the search has.
_SHORT: Mapping[Language, Mapping[str, str]] = {
    "vi": {
        "tờ khai hải quan": "tkhq",
        "tờ khai": "tk",
        "xuất nhập khẩu": "xnk",
        "xuất khẩu": "xk",
        "nhập khẩu": "nk",
        "giá trị gia tăng": "gtgt",
        "doanh nghiệp": "dn",
        "công ty": "cty",
        "hải quan": "hq",
        "hồ sơ": "hs",
        "mã số thuế": "mst",
        "thông tư": "tt",
        "nghị định": "nđ",
        "không": "ko",
        "được": "đc",
        "như thế nào": "ntn",
        "bao nhiêu": "bn",
    },
    "en": {
        "certificate of origin": "c/o",
        "declaration": "decl",
        "documents": "docs",
        "department": "dept",
        "company": "co.",
        "please": "pls",
        "without": "w/o",
    },
}
_FRAMES: Mapping[Language, tuple[str, str]] = {
    "vi": ("Dạ em chào anh chị, anh chị cho em hỏi với ạ: ", " Em cảm ơn anh chị nhiều ạ!"),
    "en": ("Good morning, could you please tell me: ", " Thank you very much in advance."),
}
_WORD = re.compile(r"[^\W\d_]{4,}")
#: Tones where older keyboards put them.
_OLD_TONES = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "õa": "oã",
    "ọa": "oạ",
    "ùy": "uỳ",
    "úy": "uý",
    "ủy": "uỷ",
    "ụy": "uỵ",
}


def written(text: str, hand: Hand, language: Language, seed: str = "") -> str:
    """The text in a hand; ``seed`` fixes where a finger slips."""
    return _HANDS[hand](text, language, seed)


def _other_codes(text: str, _language: Language, _seed: str) -> str:
    for new, old in _OLD_TONES.items():
        text = re.sub(rf"{new}(?!\w)", old, text)
    return unicodedata.normalize("NFD", text)


def _short(text: str, language: Language, _seed: str) -> str:
    for full, short in _SHORT[language].items():
        text = re.sub(rf"\b{full}\b", short, text, flags=re.IGNORECASE)
    return text


def _with_slips(text: str, _language: Language, seed: str) -> str:
    """A letter doubled, left out or changed with its neighbour, in every fourth word of four letters or more."""
    chance = random.Random(seed)
    words = list(_WORD.finditer(text))
    slipped = chance.sample(words, -(-len(words) // 4)) if words else []
    for word in sorted(slipped, key=lambda found: -found.start()):
        text = text[: word.start()] + _slip(word[0], chance) + text[word.end() :]
    return text


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at:][:1] + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def _framed(text: str, language: Language, _seed: str) -> str:
    before, after = _FRAMES[language]
    return f"{before}{text}{after}"


_HANDS: Mapping[Hand, Callable[[str, Language, str], str]] = {
    Hand.OTHER_CODES: _other_codes,
    Hand.SHORTHAND: _short,
    Hand.SLIPS: _with_slips,
    Hand.FRAMED: _framed,
}
