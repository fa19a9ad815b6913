"""Telegram's HTML: what it takes, how much of it fits one message, and the same without its tags."""

from __future__ import annotations

import html
import re

#: The longest text of one message, in UTF-16 units. Telegram counts after it has read the tags; counting them too errs
#: on the safe side.
LONGEST = 4096

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9A-Fa-f]{1,6});")
#: Every tag with the attributes that it may have.
_ATTRIBUTES = {
    **dict.fromkeys(("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "pre"), r""),
    "span": r'\s+class="tg-spoiler"',
    "a": r'\s+href="[^"<>]*"',
    "code": r'(?:\s+class="language-[^"<>]*")?',
    "blockquote": r"(?:\s+expandable)?",
    "tg-emoji": r'\s+emoji-id="\d+"',
    "tg-time": r'(?:\s+[a-z-]+="[^"<>]*")*',
}


def length(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escaped(text: str) -> str:
    return html.escape(text, quote=False)


def check_html(text: str) -> str | None:
    """What Telegram would refuse in this HTML; None when it takes it."""
    opened: list[str] = []
    end = 0
    for tag in _TAG.finditer(text):
        fault = _in_text(text[end : tag.start()]) or _in_tag(tag, opened)
        if fault:
            return fault
        end = tag.end()
    if fault := _in_text(text[end:]):
        return fault
    return f"<{opened[-1]}> is not closed" if opened else None


def without_tags(text: str) -> str:
    """The plain text of HTML that check_html takes."""
    return html.unescape(_TAG.sub("", text))


def _in_text(text: str) -> str | None:
    if "<" in text or ">" in text:
        return "a < or > that is no tag"
    return "an & that is no entity" if "&" in _ENTITY.sub("", text) else None


def _in_tag(tag: re.Match[str], opened: list[str]) -> str | None:
    closing, name, attributes = tag.groups()
    if name not in _ATTRIBUTES:
        return f"<{name}> is no tag of Telegram's"
    if not closing:
        opened.append(name)
        return None if re.fullmatch(_ATTRIBUTES[name], attributes) else f"<{name}> with attributes that it cannot have"
    if attributes.strip() or not opened or opened.pop() != name:
        return f"</{name}> closes nothing"
    return None
