"""A text that was made to keep the masking busy takes no longer than any other of its length."""

from __future__ import annotations

import time

import pytest

from desk.privacy.masking import IN_LOGS, masked, masked_in_log

LENGTH = 100_000
#: Seconds. An honest text of this length takes a tenth of one; what grows with the square of it takes minutes.
AT_MOST = 2.0
NAMES = ["Đặng Thị Hồng", "a a a a a a a a", "Lan", "0912345678", " ".join(["ab"] * 60)]
PIECES = [
    "a",
    "a.",
    "a-",
    "a ",
    " ",
    "\n",
    "@",
    "a@",
    "a@a",
    "a@a.",
    "a (at) ",
    "1",
    "1 ",
    "1.",
    "1 . ",
    "(1",
    "+1",
    "12345678 ",
    "1.234",
    "01/01/2026",
    "8471.30.",
    "cp ",
    "cp  ",
    "cp A",
    "CP A a ",
    "tnhh thương mại ",
    "công ty A ",
    "công ty ",
    "anh ",
    "anh A ",
    "tôi là A b ",
    "A ",
    "A.&",
    "Ab Cd Ef ",
    "MSKU ",
    "MSKU1",
    "http://",
    "www.",
    "t.me/",
    "hộ chiếu A1",
    "sđt ",
    "sđt 3",
    "tờ khai số ",
    "đ\u0323",
    "a\u0300",
    "\u200b",
    "Đặng Thị ",
    "０",
    "\U0001f600",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_is_masked_in_bounded_time(piece: str) -> None:
    hostile = f"0{piece * (LENGTH // len(piece))}a!"
    began = time.thread_time()
    masked(hostile, IN_LOGS, NAMES)
    masked_in_log(hostile)
    assert time.thread_time() - began < AT_MOST
