"""Values that somebody sends who wants to break something: texts, numbers and shapes, the same for the same seed."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from typing import Any

#: Nothing, and what looks like nothing.
_EMPTY = ("", " ", "\t\n", "\u200b", "\u00a0", "\ufeff", "\u3164")
#: What a terminal, a log, a page or a database may take for something of its own.
_CONTROL = (
    "\x00",
    "\x07",
    "\x08",
    "\x1b[2J",
    "\x1b]0;x\x07",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\r\n",
    "\x0b",
    "\x1c",
)
_BIDI = ("\u202e", "\u202d", "\u2066", "\u2067", "\u2069", "\u200f", "\u061c")
_SURROGATES = ("\ud800", "\udfff", "\ud83d", "a\udc00b")
_LETTERS = (
    "Tờ khai hải quan nhập khẩu",
    "to khai hai quan",
    "How long do I keep records?",
    "Hồ sơ của tôi đâu",
    "Tơ\u0300 khai",  # a letter in two parts
    "𝕋ờ 𝕜𝕙𝕒𝕚",
    "ﷺ",
    "Z\u0351\u036b\u0343\u036a\u0302" * 20,
    "👩\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈",
    "İıſß",
    "㋿",
    "１２３",
    "٣٤٥",
)
#: What another language would carry out.
_MARKUP = (
    "<script>alert(1)</script>",
    "<b>&amp;</i>",
    "</body></html>",
    "{{7*7}}{% raw %}${7*7}#{7*7}<%= 7*7 %>",
    "%s%s%n%x",
    "{0.__class__}{text!r:>{width}}",
    "' OR '1'='1' --",
    "'; DROP TABLE cases; --",
    '" UNION SELECT password FROM officers --',
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd\x00.pdf",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//evil.example",
    "https://desk.example@evil.example",
    "http://169.254.169.254/latest",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "$(id)`id`|id;id&&id",
    "*)(uid=*",
    "/restart",
    "/start",
    '/inform{"company": "x"}',
    "/đăngnhập",
    "@@@@",
    "[a](tg://user?id=1)",
    "*_`~[]()>#+-=|{}.!",
    "2026-13-45",
    "0000-00-00",
    "-0001-01-01",
    "9999999999999999999999",
    "1e400",
    "NaN",
    "Infinity",
    "0x1F",
    "1_000",
    "null",
    "true",
)
#: Numbers at and beyond the ends of what machines count with.
_NUMBERS: tuple[Any, ...] = (
    *(0, 1, -1, 2, 7, 255, 256, 2**31 - 1, 2**31, -(2**31) - 1, 2**52, 2**53 + 1),
    *(2**62, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**30, 10**400, -(10**400)),
    *(0.0, -0.0, 0.5, -1.5, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan")),
)


class Hostile:
    """Values by one seed; each call gives the next."""

    def __init__(self, seed: int | str) -> None:
        self.chance = random.Random(seed)

    def text(self, longest: int = 5_000) -> str:
        """A text of some kind, now and then a very long one."""
        chosen = self.chance.choice((self._word, self._word, self._mixed, self._repeated, self._random))
        return chosen(longest)[:longest]

    def number(self) -> Any:
        return self.chance.choice(_NUMBERS)

    def value(self, depth: int = 3) -> Any:
        """Anything that JSON can hold, and some that it cannot."""
        return self.chance.choice(self._values(depth))()

    def deep(self, levels: int) -> Any:
        """Something within something within something."""
        found: Any = "x"
        for _ in range(levels):
            found = [found] if self.chance.random() < 0.5 else {"x": found}
        return found

    def one_in(self, many: int) -> bool:
        return self.chance.randrange(many) == 0

    def _values(self, depth: int) -> Sequence[Callable[[], Any]]:
        flat: list[Callable[[], Any]] = [self.text, self.number, lambda: None, lambda: True, lambda: False]
        flat += [dict, list, lambda: "1", lambda: [[]], lambda: {"": None}]
        if depth <= 0:
            return flat
        return [
            *flat,
            lambda: [self.value(depth - 1) for _ in range(self.chance.randrange(4))],
            lambda: {self.text(20): self.value(depth - 1) for _ in range(self.chance.randrange(4))},
        ]

    def _word(self, _longest: int) -> str:
        return self.chance.choice(self.chance.choice((_EMPTY, _CONTROL, _BIDI, _SURROGATES, _LETTERS, _MARKUP)))

    def _mixed(self, longest: int) -> str:
        parts = [self._word(longest) for _ in range(self.chance.randrange(1, 8))]
        return self.chance.choice(("", " ", "\n")).join(parts)

    def _repeated(self, longest: int) -> str:
        times = self.chance.choice((2, 30, 300, longest))
        return (self._word(longest) or "a") * times

    def _random(self, longest: int) -> str:
        ends = self.chance.choice(((32, 126), (0, 255), (0x1E00, 0x1EFF), (0, 0x10FFFF)))
        length = self.chance.choice((1, 5, 60, min(longest, 4_096)))
        return "".join(chr(self.chance.randint(*ends)) for _ in range(length))

    def digits(self, length: int) -> str:
        return "".join(self.chance.choice(string.digits) for _ in range(length))
