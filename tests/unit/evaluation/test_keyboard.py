"""What keyboards leave of Vietnamese, checked by a decoder that knows nothing of the encoder."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.questions.keyboard import Typing, typed

MARKS = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
ONSETS = ["", "b", "ch", "d", "đ", "gh", "h", "kh", "l", "m", "ng", "nh", "ph", "qu", "t", "th", "tr", "v", "x"]
#: Rhymes with their main vowel marked by a dot before it, where the tone goes.
RHYMES = [".a", ".ai", "o.a", "o.an", ".ă", ".ăng", ".â", ".ân", ".ây", ".e", ".ê", "i.ê", "y.ê", "i.êu", ".i", ".ia"]
RHYMES += [".o", ".ong", ".ô", "u.ô", "u.ôn", ".ơ", ".ơi", ".u", "u.y", "uy.ê", "uy.ên", ".ư", "ư.ơ", "ư.ơng", "ư.ơi"]


@st.composite
def syllable(draw: st.DrawFn) -> str:
    rhyme = draw(st.sampled_from(RHYMES))
    tone = draw(st.sampled_from(["", *MARKS.values()]))
    before, after = rhyme.split(".")
    toned = unicodedata.normalize("NFC", draw(st.sampled_from(ONSETS)) + before + after[0] + tone + after[1:])
    return draw(st.sampled_from([toned, toned.capitalize(), toned.upper()]))


SENTENCES = st.lists(syllable(), min_size=1, max_size=8).map(" ".join)


def without_marks(text: str) -> str:
    """As a phone without Vietnamese types it."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return re.sub("[\u0300-\u036f]", "", plain)


def telex_read(text: str) -> str:
    """What an input method makes of Telex keys at the end of their syllable, in small letters, without diacritics."""
    words = []
    for word in text.lower().split(" "):
        letters = word[:-1] if len(word) > 1 and word[-1] in MARKS else word
        letters = re.sub("(?<=[aou])w", "", letters)
        words.append(re.sub("(dd|aa|ee|oo)", lambda twice: twice[0][0], letters))
    return " ".join(words)


@pytest.mark.parametrize(
    ("accented", "telex", "vni"),
    [
        ("thủ tục", "thur tucj", "thu3 tuc5"),
        ("đường", "dduowngf", "d9uo7ng2"),
        ("hóa đơn", "hoas ddown", "hoa1 d9o7n"),
        ("Đầu tư ở Huế", "Ddaauf tuw owr Huees", "D9a6u2 tu7 o73 Hue61"),
        ("Ước tính", "Uowcs tinhs", "Uo7c1 tinh1"),
        ("VĂN BẢN", "VAWN BANR", "VA8N BAN3"),
        ("nguyễn", "nguyeenx", "nguye6n4"),
        ("thuế xuất khẩu 10%", "thuees xuaats khaaur 10%", "thue61 xua6t1 kha6u3 10%"),
        ("khong dau", "khong dau", "khong dau"),
    ],
)
def test_diacritics_become_keys(accented: str, telex: str, vni: str) -> None:
    assert typed(accented, Typing.TELEX) == telex
    assert typed(accented, Typing.VNI) == vni


def test_marks_of_decomposed_letters_are_keys_too() -> None:
    assert typed(unicodedata.normalize("NFD", "thủ tục"), Typing.TELEX) == "thur tucj"


@pytest.mark.parametrize("typing", list(Typing))
def test_english_stays_as_it_is(typing: Typing) -> None:
    assert typed("Goods at Hải Phòng port", typing, "en") == "Goods at Hải Phòng port"


@given(SENTENCES)
def test_accented_is_as_written_and_unaccented_has_no_mark(text: str) -> None:
    assert typed(text, Typing.ACCENTED) == text
    assert typed(text, Typing.UNACCENTED) == without_marks(text)


@given(SENTENCES)
def test_telex_can_be_read_back(text: str) -> None:
    assert telex_read(typed(text, Typing.TELEX)) == without_marks(text).lower()


@given(SENTENCES)
def test_keys_are_plain_letters_and_digits(text: str) -> None:
    assert typed(text, Typing.TELEX).isascii()
    assert re.sub(r"\d", "", typed(text, Typing.VNI)) == without_marks(text)


@given(SENTENCES, st.text(max_size=5))
def test_a_mixed_text_is_the_same_for_the_same_question(text: str, seed: str) -> None:
    assert typed(text, Typing.MIXED, seed=seed) == typed(text, Typing.MIXED, seed=seed)


@given(SENTENCES, st.text(max_size=5))
def test_each_syllable_of_a_mixed_text_is_typed_one_of_the_ways(text: str, seed: str) -> None:
    ways = [typed(text, typing).split() for typing in Typing if typing is not Typing.MIXED]
    mixed = typed(text, Typing.MIXED, seed=seed).split()
    assert all(word in possible for word, possible in zip(mixed, zip(*ways, strict=True), strict=True))
    unaccented = sum(word == plain for word, plain in zip(mixed, without_marks(text).split(), strict=True))
    assert unaccented >= len(mixed) // 2


def test_seeds_differ() -> None:
    text = "Thủ tục nhập khẩu máy móc đã qua sử dụng được thực hiện ở đâu"
    assert len({typed(text, Typing.MIXED, seed=str(seed)) for seed in range(5)}) > 1
