"""Old Vietnamese encodings: a text in one of them is told from Unicode, and is refused instead of guessed at."""

from __future__ import annotations

import re
from typing import Literal

Legacy = Literal["tcvn3", "vni"]

#: Signs that TCVN3 has for letters with marks, and that no Unicode text has inside a word.
_TCVN3 = re.compile(r"[^\W\d_][¸µ¶·¹¨»¾¼½Æ©®«¬¦§£¤¥¡¢]|[¨©®«¬§][^\W\d_]")
#: Letters that VNI puts behind a vowel for its mark, or for ư and đ, and that Vietnamese does not have.
_VNI = re.compile(r"[aeouyAEOUYöôÖÔ][ûïøäåëüÛÏØÄÅËÜ]|[ñÑöÖ](?=[a-zA-Zùøûõïöô])")
#: Letters that neither encoding shows as: a text with as many of them is in Unicode.
_UNICODE = re.compile(r"[^\W\d_\u0000-\u00ff]")
_WORD = re.compile(r"[^\W\d_]+")
#: So many of them, and such a share of all words, are no foreign names any more.
_FEWEST, _SHARE = 3, 0.04


def legacy(text: str) -> Legacy | None:
    """The old encoding that a text is in; None for Unicode."""
    words, proper = max(len(_WORD.findall(text)), 1), len(_UNICODE.findall(text))
    for name, pattern in (("tcvn3", _TCVN3), ("vni", _VNI)):
        found = len(pattern.findall(text))
        if found >= _FEWEST and found > proper and found / words > _SHARE:
            return name  # type: ignore[return-value]
    return None


def legacy_bytes(data: bytes) -> Legacy | None:
    """The same of bytes that are no UTF-8; None where nobody can tell, or where they are UTF-8 but for a few."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if sum(letter > "\x7f" for letter in text) - damaged > damaged:
        return None
    return legacy(data.decode("cp1252", errors="replace"))
