"""The short codes of receipts: made, read from what people type, and checked before anything is looked up."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable

#: Letters and digits that are not taken for one another on paper: without 0 and O, 1, I and L, the S that looks like 5
#: and sounds like X, and the U that looks like V. What is heard wrongly on the telephone the check character notices:
#: there are 29 characters, a prime, so that no wrong one and no two that changed places leave it fitting.
ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
RANDOM = 8
LENGTH = RANDOM + 1
#: Characters of a code with its label and all that may stand between its groups; a longer text is none, and is not
#: looked at: some letters become eighteen when they are written out.
LONGEST_TYPED = 100
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
#: What is in no code and looks like one that is.
_MEANT = str.maketrans("S", "5")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015.]+")
_LABEL = re.compile(r"^(?:mã tra cứu|ma tra cuu|lookup code|receipt code|receipt)\s*:?\s*", re.IGNORECASE)
_GROUPED = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


class NotACode(ValueError):
    """What was typed is no code: it has not the form of one, or its check character does not fit."""

    def __init__(self, *, has_the_form: bool) -> None:
        super().__init__("the check character does not fit" if has_the_form else "not the form of a code")
        self.has_the_form = has_the_form


def fresh(choose: Callable[[str], str] = secrets.choice) -> str:
    """A new random code of nine characters, the last of them the check character; letters and digits both."""
    while True:
        random = "".join(choose(ALPHABET) for _ in range(RANDOM))
        # With both in it no word and no number is ever taken for a code.
        if not random.isalpha() and not random.isdigit():
            return random + check_character(random)


def check_character(random: str) -> str:
    """The character that makes the sum of all, each weighed by its place, divisible by the size of the alphabet."""
    weighed = sum(weight * _VALUE[character] for weight, character in enumerate(random, start=2))
    return ALPHABET[-weighed % len(ALPHABET)]  # the check character itself weighs 1


def grouped(code: str) -> str:
    """The code as people read it: KQ7M-2XWD-9."""
    return f"{code[:4]}-{code[4:RANDOM]}-{code[RANDOM:]}"


def read(typed: str) -> str:
    """The code in what was typed, however it was spaced, in whatever letters; raises NotACode."""
    if len(typed) > LONGEST_TYPED:
        raise NotACode(has_the_form=False)
    plain = _BETWEEN.sub("", _without_label(typed)).translate(_MEANT)
    if len(plain) != LENGTH or not plain.isascii() or not plain.isalnum():
        raise NotACode(has_the_form=False)
    if any(character not in _VALUE for character in plain) or check_character(plain[:RANDOM]) != plain[RANDOM]:
        raise NotACode(has_the_form=True)
    return plain


def is_meant(text: str) -> bool:
    """Whether a message is nothing but a code: written in its groups, right or wrong, or else right."""
    if len(text) > LONGEST_TYPED:
        return False
    if _GROUPED.fullmatch(_without_label(text)):
        return True
    try:
        code = read(text)
    except NotACode:
        return False
    return not code[:RANDOM].isalpha() and not code[:RANDOM].isdigit()


def _without_label(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).strip()
    return _LABEL.sub("", plain).upper()
