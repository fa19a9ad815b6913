"""How Vietnamese is written: the shape of a syllable, and syllables that still have keys of an input method in them."""

from __future__ import annotations

import re
import unicodedata

#: The shape of one syllable without its marks: onset, vowels, coda.
SYLLABLE = re.compile(
    r"(?P<onset>ngh|ng|nh|ch|gh|gi(?=[aeou])|kh|ph|qu(?=[aeiouy])|th|tr|[bcdghklmnpqrstvx])?"
    r"(?P<vowels>uye|uyu|uya|ieu|yeu|oai|oay|oeo|uoi|uou|uay|uao|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu"
    r"|uy|ye|[aeiouy])"
    r"(?P<coda>ch|ng|nh|[cmnpt])?"
)

_TONE_KEYS = {
    **dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True)),
    **dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True)),
}
_TONES = frozenset(_TONE_KEYS.values())
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VOWELS = frozenset("aeiouy")
_KEYS = re.compile(r"[a-zđăâêôơư]*[sfrxjwaeod1-9][a-zđăâêôơư1-9]*")
#: "nghieengx" and the like: seven letters, their keys and the key of the tone.
_LONGEST = 12
_STROKED = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def fold(text: str) -> str:
    """The text without diacritics, as it is typed on a phone; letters and everything else stay."""
    # Unicode has no decomposition of đ, so folding by decomposition alone would keep it.
    decomposed = unicodedata.normalize("NFD", text.translate(_STROKED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def without_keys(word: str) -> str | None:
    """The syllable that a lower-case word spells with the keys of Telex or VNI; None where it spells none.

    Keys stand where the input method allows them: beside their letter or at the end ("thur tujc", "thu3 tuc5").
    """
    if len(word) > _LONGEST or not _KEYS.fullmatch(word):
        return None
    for digits in (False, True):
        spelt = _Spelt.read(word, digits)
        if spelt is not None and spelt.keys:
            return spelt.written()
    return None


class _Spelt:
    """A syllable being read key by key: its letters, each with its mark, and its tone."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.marks: list[str] = []
        self.tone = ""
        self.stroked = False
        self.keys = 0

    @classmethod
    def read(cls, word: str, digits: bool) -> _Spelt | None:
        spelt = cls()
        for char in unicodedata.normalize("NFD", word):
            taken = spelt._digit(char) if digits else spelt._letter_key(char)
            if taken is None:
                return None
            if not taken and not spelt._letter(char):
                return None
        spelt._settle_horns()
        return spelt if SYLLABLE.fullmatch("".join(spelt.letters)) else None

    def _letter(self, char: str) -> bool:
        """A letter, or a mark that the word has already; False where it is neither."""
        if char in _TONES:
            return self._set_tone(char)
        if char in (_CIRCUMFLEX, _BREVE, _HORN):
            self.marks[-1] = char
            return True
        if char == "đ":
            self.stroked, char = True, "d"
        if not char.isascii() or not char.isalpha():
            return False
        self.letters.append(char)
        self.marks.append("")
        return True

    def _letter_key(self, char: str) -> bool | None:
        """Whether the letter is a Telex key here; None where it would be one that cannot be."""
        has_vowel = any(letter in _VOWELS for letter in self.letters)
        if char in "sfrxj" and has_vowel:
            return self._key(self._set_tone(_TONE_KEYS[char]))
        if char == "w":
            return self._key(self._mark_horn_or_breve())
        if char in "aeo" and self._is_doubled(char):
            return self._key(self._mark(char, _CIRCUMFLEX))
        if char == "d" and self.letters[:1] == ["d"] and not self.stroked:
            self.stroked = True
            return self._key(True)
        return False

    def _digit(self, char: str) -> bool | None:
        """Whether the character is a VNI key; None where it is one that cannot be."""
        if not char.isdigit():
            return False
        if char in _TONE_KEYS:
            return self._key(any(letter in _VOWELS for letter in self.letters) and self._set_tone(_TONE_KEYS[char]))
        if char == "6":
            return self._key(any(self._mark(letter, _CIRCUMFLEX) for letter in "aeo"))
        if char == "7":
            return self._key(self._mark_horn())
        if char == "8":
            return self._key(self._mark("a", _BREVE))
        if char == "9" and self.letters[:1] == ["d"] and not self.stroked:
            self.stroked = True
            return self._key(True)
        return None

    def _key(self, worked: bool) -> bool | None:
        self.keys += worked
        return worked or None

    def _set_tone(self, tone: str) -> bool:
        if self.tone:
            return False
        self.tone = tone
        return True

    def _is_doubled(self, char: str) -> bool:
        """Whether the letter doubles one before it: "aa", and with the coda between them "cana"."""
        places = [place for place, letter in enumerate(self.letters) if letter == char and not self.marks[place]]
        return bool(places) and all(letter not in _VOWELS for letter in self.letters[places[-1] + 1 :])

    def _mark(self, letter: str, mark: str) -> bool:
        for place in reversed(range(len(self.letters))):
            if self.letters[place] == letter and not self.marks[place]:
                self.marks[place] = mark
                return True
        return False

    def _mark_horn_or_breve(self) -> bool:
        if "oa" in "".join(self.letters):
            return self._mark("a", _BREVE)
        return self._mark_horn() or self._mark("a", _BREVE)

    def _mark_horn(self) -> bool:
        """The horn of ơ and ư; which letters of "uo" have it is settled in the end."""
        if "".join(self.letters[:2]) == "qu":
            return self._mark("o", _HORN)
        return self._mark("u", _HORN) or self._mark("o", _HORN)

    def _settle_horns(self) -> None:
        """Of "uo" both letters have the horn (được), or where nothing follows only the second (thuở)."""
        first = "".join(self.letters).find("uo")
        if first < 0 or _HORN not in self.marks[first : first + 2] or self.letters[:2] == ["q", "u"]:
            return
        both = first + 2 < len(self.letters)
        self.marks[first : first + 2] = [_HORN if both else "", _HORN]

    def written(self) -> str:
        """The syllable with its marks, its tone where schools put it (hòa)."""
        at = self._place_of_tone()
        syllable = "".join(
            letter + mark + (self.tone if place == at else "")
            for place, (letter, mark) in enumerate(zip(self.letters, self.marks, strict=True))
        )
        if self.stroked:
            syllable = "đ" + syllable[1:]
        return unicodedata.normalize("NFC", syllable)

    def _place_of_tone(self) -> int:
        shape = SYLLABLE.fullmatch("".join(self.letters))
        assert shape is not None, "read() has checked the shape"
        start, end = shape.span("vowels")
        marked = [place for place in range(start, end) if self.marks[place]]
        if marked:
            return marked[-1]
        if shape["coda"]:
            return end - 1
        return start + 1 if end - start == 3 else start
