"""Codes of receipts: what is typed or heard wrongly is noticed, and no ordinary message is taken for one."""

from __future__ import annotations

import itertools
import random

import pytest

from desk.receipts import codes

_CHOOSE = random.Random(8).choice
CODES = [codes.fresh(_CHOOSE) for _ in range(20)]


def is_noticed(typed: str) -> bool:
    try:
        codes.read(typed)
    except codes.NotACode:
        return True
    return False


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_read_however_it_is_written(code: str) -> None:
    written = codes.grouped(code)
    for typed in (code, written, written.lower(), written.replace("-", " "), f"Mã tra cứu: {written}", f" {written}. "):
        assert codes.read(typed) == code


@pytest.mark.parametrize("code", CODES)
def test_every_wrong_character_is_noticed(code: str) -> None:
    for place, wrong in itertools.product(range(len(code)), codes.ALPHABET):
        if code[place] != wrong:
            assert is_noticed(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("code", CODES)
def test_any_two_characters_that_changed_places_are_noticed(code: str) -> None:
    for one, other in itertools.combinations(range(len(code)), 2):
        swapped = list(code)
        swapped[one], swapped[other] = code[other], code[one]
        assert code[one] == code[other] or is_noticed("".join(swapped))


def test_characters_that_look_alike_are_in_no_code() -> None:
    assert not set("01ILOUS") & set(codes.ALPHABET)
    code = next(code for code in iter(lambda: codes.fresh(_CHOOSE), "") if "5" in code)
    assert codes.read(code.replace("5", "S")) == code


def test_it_is_told_whether_the_form_or_the_check_character_is_wrong() -> None:
    wrong = CODES[0][:-1] + next(c for c in codes.ALPHABET if c != CODES[0][-1])
    for typed, has_the_form in ((wrong, True), ("KQ7M", False), ("KQ7M-2XWD-99", False), ("", False)):
        with pytest.raises(codes.NotACode) as refused:
            codes.read(typed)
        assert refused.value.has_the_form is has_the_form


@pytest.mark.parametrize(
    "text",
    [
        *("hàng nhập", "hang nhap 2", "catalogue", "thue xuat", "912345678", "0312345678", "8471.30.20", "C/O form E"),
        *("ABCU1234567", "MEDU 123456 7", "54/2014/QH13", "10123456789", "xin chao", "gggg hhhh k", "", "???"),
    ],
)
def test_what_people_write_is_taken_for_no_code(text: str) -> None:
    assert not codes.is_meant(text)


def test_a_message_that_is_a_code_is_meant_as_one_even_with_a_slip_in_its_groups() -> None:
    code = CODES[0]
    wrong = codes.grouped(code[:-1] + next(c for c in codes.ALPHABET if c != code[-1]))
    assert all(codes.is_meant(text) for text in (code, codes.grouped(code), codes.grouped(code).lower(), wrong))
    assert not codes.is_meant(f"{codes.grouped(code)} là mã gì?")


def test_a_text_that_is_longer_than_any_code_is_none_and_is_not_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    code = codes.grouped(codes.fresh())
    monkeypatch.setattr(codes, "_without_label", lambda typed: code)
    assert codes.is_meant("x" * codes.LONGEST_TYPED)
    assert not codes.is_meant("\ufdfa" * (codes.LONGEST_TYPED + 1))
    with pytest.raises(codes.NotACode):
        codes.read("\ufdfa" * (codes.LONGEST_TYPED + 1))
