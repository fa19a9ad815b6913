"""Takes secrets out of a line before it is written: by what they look like, and by what they are where that is known.

Nothing here is the reason why no secret is logged: our own lines hold none, and errors are told without their message.
This is for lines of libraries, at any level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "***"
#: Each ends with what stands before the secret and is kept. No two parts that follow one another can match the same
#: character, so that the time is that of reading the line.
_LOOKS_LIKE = (
    # The password in postgresql://desk:password@db, redis://:password@locks.
    re.compile(r"(://[^\s:/@?#\"']{0,100}:)[^\s/?#\"'@]{1,300}(?=@)"),
    # Telegram's addresses: /bot123456:ABC-DEF/getMe, /file/bot123456:ABC-DEF/documents/1.
    re.compile(r"(/bot\d{1,20}:)[^\s/?#\"'\\]+"),
    # A token of a bot by itself.
    re.compile(r"(?<![\w-])(\d{6,20}:)[A-Za-z0-9_-]{30,100}(?![\w-])"),
    # Rasa is given its token in the address; drivers are given passwords as password=…
    re.compile(r"((?<![a-z])(?:token|auth_token|secret|password|passwd|pwd)=)[^\s&\"'\\,;)]+", re.IGNORECASE),
    # Headers, as libraries show them while they are being debugged.
    re.compile(
        r"((?:authorization|x-telegram-bot-api-secret-token|cookie)['\"]?[:,=]\s?b?['\"]?)[^\"'\r\n]+", re.IGNORECASE
    ),
)


def masked(line: str, known: Iterable[str] = ()) -> str:
    """The line without secrets; ``known`` are such that this process has, the longest first."""
    for value in known:
        line = line.replace(value, MASK)
    for pattern in _LOOKS_LIKE:
        line = pattern.sub(rf"\1{MASK}", line)
    return line
