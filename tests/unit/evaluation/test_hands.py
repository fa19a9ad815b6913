"""Questions as hurried people write them, the same at every run."""

from __future__ import annotations

import unicodedata

import pytest

from desk.guidance.record import Language
from evaluation.questions.hands import Hand, written
from knowledge.engine.writing.text import normalise

ASKED = "Hồ sơ hải quan gồm những gì, doanh nghiệp có được khai bổ sung tờ khai nhập khẩu không, hàng hóa lạ?"


def test_other_code_points_say_the_same() -> None:
    typed = written(ASKED, Hand.OTHER_CODES, "vi")
    assert typed != ASKED
    assert not unicodedata.is_normalized("NFC", typed)
    assert normalise(typed) == normalise(ASKED)


def test_shorthand_takes_the_place_of_the_words_of_the_trade() -> None:
    typed = written(ASKED, Hand.SHORTHAND, "vi")
    assert typed == "hs hq gồm những gì, dn có đc khai bổ sung tk nk ko, hàng hóa lạ?"
    assert written("documents of the company", Hand.SHORTHAND, "en") == "docs of the co."


@pytest.mark.parametrize(
    ("language", "text"), [("vi", ASKED), ("en", "Which documents are needed for temporary import?")]
)
def test_a_finger_slips_in_some_of_the_longer_words(language: Language, text: str) -> None:
    typed = written(text, Hand.SLIPS, language, seed="q-1")
    assert typed == written(text, Hand.SLIPS, language, seed="q-1")
    words, slipped = text.split(), typed.split()
    assert len(words) == len(slipped)
    changed = [word for word, other in zip(words, slipped, strict=True) if word != other]
    assert 0 < len(changed) < len(words) / 2
    assert all(len(word.strip(",?")) >= 4 for word in changed)


def test_nothing_long_enough_to_slip_in_stays() -> None:
    assert written("ai làm", Hand.SLIPS, "vi", seed="q") == "ai làm"


def test_a_greeting_goes_before_and_thanks_after() -> None:
    typed = written(ASKED, Hand.FRAMED, "vi")
    assert ASKED in typed
    assert typed.startswith("Dạ em chào")
    assert typed.endswith("ạ!")
