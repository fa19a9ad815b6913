"""The grammar of places: "điểm b khoản 1 Điều 25", "Điều 5, 6 và 39", "Article 25(1)(b)", "points b and c of …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from desk.law.citations.binding import Joint, Level, Part, Place, Value, places_of
from desk.law.citations.tokens import Token
from desk.vietnamese import fold

#: As they are written with their marks, or without any: "điếu" is a cigarette.
_KEYWORDS: dict[str, Level] = {
    **dict.fromkeys(("điều", "dieu", "article", "articles", "art", "arts"), "article"),
    **dict.fromkeys(("khoản", "khoan", "clause", "clauses"), "clause"),
    **dict.fromkeys(("điểm", "diem", "point", "points"), "point"),
}
_ANNEXES = ("annex", "annexes", "appendix", "appendices")
#: Words with which a place may begin, without marks.
PLACE_BEGINNINGS = frozenset({*map(fold, _KEYWORDS), *_ANNEXES, "phu", "cac"})
#: After one of these a number counts something: "khoản 2, 3 ngày".
_UNITS = frozenset(
    "ngay thang nam gio phut dong trieu ty % vnd usd phan lan bo ban chiec days day months years year hours copies "
    "million working percent".split()
)
_AND = frozenset(("va", "hoac", "hay", "and", "or", "&", ",", ";"))
_TO = frozenset(("den", "toi", "to", "through", "-", "–"))
_OF = frozenset(("of", "cua", "tai", "trong", "in"))
_ALPHABET = "abcdđeghiklmnopqrstuvxy"
#: No text has a thousand articles: 2014 is a year.
_NUMBER = re.compile(r"\d{1,3}[a-zđ]?")
_ROMAN = re.compile(r"[IVXL]+[a-zđ]?")
_LETTER = re.compile(r"[a-zđ]\d?")
#: More values than that in a range are a slip of the pen.
_WIDEST = 60


@dataclass
class Reader:
    """Reads a chain of places from a position in the tokens."""

    tokens: Sequence[Token]
    at: int = 0
    _parts: list[Part] = field(default_factory=list)
    _is_annex: bool = False
    _opened: bool = False

    def read(self) -> list[Place]:
        """The places of the chain that begins at ``at``, which moves behind it; none where none begins."""
        joint: Joint | None = "direct"
        while joint is not None:
            joint = self._part(joint)
        if self._opened and self._folded(self.at) == ")":
            self.at += 1
        return places_of(self._parts)

    def _part(self, joint: Joint) -> Joint | None:
        """Read one part; returns how the next one follows, None where there is none."""
        start = self.at
        level = self._keyword()
        values = self._values(level) if level is not None else []
        if level is None or not values:
            self.at = start
            return None
        self._parts.append(Part(level, values, joint))
        end = self.at
        following = self._joint()
        if following is None or not self._begins_part():
            self.at = end
            return None
        return following

    def _begins_part(self) -> bool:
        """Whether a part stands here, with a value; the position stays."""
        start = self.at
        level = self._keyword()
        begins = level is not None and self._value_text(level) is not None
        self.at = start
        return begins

    def _token(self, at: int) -> Token | None:
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def _folded(self, at: int) -> str:
        token = self._token(at)
        return token.folded if token is not None else ""

    def _keyword_at(self, at: int) -> tuple[Level, int, bool] | None:
        """The level that a keyword names, how many tokens it has, and whether it is that of an annex."""
        if self._folded(at) == "cac" or (self._folded(at) == "the" and self._parts):
            inner = self._keyword_at(at + 1)
            return (inner[0], inner[1] + 1, inner[2]) if inner else None
        token = self._token(at)
        word = token.text.lower() if token is not None else ""
        if word in _KEYWORDS and not self._is_of_another_word(at):
            dot = word in ("art", "arts") and self._folded(at + 1) == "."
            return _KEYWORDS[word], 2 if dot else 1, False
        if self._folded(at) == "phu" and self._folded(at + 1) == "luc":
            return "article", 2, True
        if word in _ANNEXES:
            return "article", 1, True
        return None

    def _is_of_another_word(self, at: int) -> bool:
        before, word = self._folded(at - 1), self._folded(at)
        if word == "diem":
            return before in ("dia", "thoi", "dac", "nhuoc", "uu", "uoc")
        token = self._token(at - 1)
        # "tài khoản" is an account, "tại khoản 2" is not: only the mark tells them apart.
        return word == "khoan" and token is not None and token.text.lower() == "tài"

    def _keyword(self) -> Level | None:
        found = self._keyword_at(self.at)
        if found is None:
            return None
        self._is_annex = found[2]
        self.at += found[1]
        return found[0]

    def _values(self, level: Level) -> list[Value]:
        """The values after a keyword: one, a list, a range; the position moves behind them."""
        first = self._value(level)
        values = [first] if first is not None else []
        while values:
            start, sign = self.at, self._folded(self.at)
            more: list[Value] = []
            if sign in _AND:
                more = self._further(level, values[-1])
            elif sign in _TO:
                more = self._up_to(level, values[-1])
            if not more:
                self.at = start
                break
            values += more
        return values

    def _further(self, level: Level, last: Value) -> list[Value]:
        """The value behind a comma or "and"; "(2)" alone is another clause of the last article."""
        self._over_and()
        value = self._value(level)
        if value is None and level != "point" and (inner := self._brackets(level)):
            value = Value(last.text, inner[0] or last.clause, inner[1])
        return [value] if value is not None and self._folded(self.at) not in _UNITS else []

    def _up_to(self, level: Level, first: Value) -> list[Value]:
        """The rest of a range, with or without the keyword again; nothing where the ends make none."""
        self.at += 1
        if (found := self._keyword_at(self.at)) and found[0] == level:
            self.at += found[1]
        last = self._value(level)
        between = _between(first.text, last.text) if last is not None else None
        return [*map(Value, between), last] if last is not None and between is not None else []

    def _over_and(self) -> None:
        """Past a comma, an "and", or both."""
        self.at += 1
        if self._folded(self.at) in ("va", "hoac", "and", "or"):
            self.at += 1

    def _value(self, level: Level) -> Value | None:
        text = self._value_text(level)
        if text is None:
            return None
        inner = self._brackets(level) if level != "point" else None
        return Value(text, *inner) if inner else Value(text)

    def _value_text(self, level: Level) -> str | None:
        token = self._token(self.at)
        if token is None:
            return None
        if level == "article" and self._is_annex:
            if self._folded(self.at) == "so":
                token = self._token(self.at + 1)
                self.at += token is not None
            if token is not None and (_ROMAN.fullmatch(token.text) or _NUMBER.fullmatch(token.text)):
                self.at += 1
                return f"Phụ lục {token.text}"
            return None
        if level == "point":
            return self._point(token)
        if token.kind == "number" and _NUMBER.fullmatch(token.text):
            self.at += 1
            return token.text
        return None

    def _point(self, token: Token) -> str | None:
        """A letter, a letter with a number ("a.5"), or a number."""
        text = token.text.lower() if len(token.text) <= 2 else ""
        if not (_LETTER.fullmatch(text) or _NUMBER.fullmatch(text)):
            return None
        self.at += 1
        dot, behind = self._token(self.at), self._token(self.at + 1)
        if dot and behind and dot.text == "." and behind.text.isdigit() and dot.end == behind.start:
            self.at += 2
            return f"{text}.{behind.text}"
        return text

    def _brackets(self, level: Level) -> tuple[str | None, str | None] | None:
        """What stands in brackets right behind a value: (1)(b), (b); None where nothing of the kind does."""
        start = self.at
        clause = self._bracket(_NUMBER) if level == "article" else None
        point = self._bracket(_LETTER)
        if clause is None and point is None:
            self.at = start
            return None
        return clause, point

    def _bracket(self, shape: re.Pattern[str]) -> str | None:
        tokens = [self._token(self.at + place) for place in range(3)]
        if any(token is None for token in tokens):
            return None
        opened, inner, closed = (token for token in tokens if token is not None)
        if opened.text != "(" or closed.text != ")" or not shape.fullmatch(inner.text):
            return None
        self.at += 3
        return inner.text

    def _joint(self) -> Joint | None:
        """How the next part follows, the position moving to its keyword; None where the chain ends."""
        word = self._folded(self.at)
        if word == "(":
            return self._bracketed_part()
        if word in _OF:
            self.at += 1
            return "of"
        if word in _AND:
            self._over_and()
            return "list"
        return "direct"

    def _bracketed_part(self) -> Joint | None:
        """ "Điều 1 (khoản 27)" reads as "Điều 1 khoản 27"; the bracket that closes is passed over later."""
        if (found := self._keyword_at(self.at + 1)) and found[0] != "article":
            self.at += 1
            self._opened = True
            return "direct"
        return None


def _between(first: str, last: str) -> list[str] | None:
    """The values between the ends of a range; None where the ends make none."""
    digits = last.rstrip("abcdđ")
    if first.isdigit() and digits.isdigit() and 0 < int(digits) - int(first) <= _WIDEST:
        # "67 đến 69a": 69 comes before 69a.
        return [str(number) for number in range(int(first) + 1, int(digits) + (digits != last))]
    if first in _ALPHABET and last in _ALPHABET and _ALPHABET.index(first) < _ALPHABET.index(last):
        return list(_ALPHABET[_ALPHABET.index(first) + 1 : _ALPHABET.index(last)])
    return None
