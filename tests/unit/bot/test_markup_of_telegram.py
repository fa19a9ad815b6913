"""Which HTML Telegram takes."""

from __future__ import annotations

import pytest

from bot.markup import check_html, length, without_tags


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "<b>bold <i>both</i></b>",
        '<a href="https://example.vn/?a=1&amp;b=2">x</a>',
        '<span class="tg-spoiler">x</span>',
        '<pre><code class="language-python">x</code></pre>',
        "<blockquote expandable>x</blockquote>",
        "&lt;&gt;&amp;&quot;&#39;",
    ],
)
def test_what_telegram_takes(text: str) -> None:
    assert check_html(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "<p>x</p>",
        "a<br>b",
        "<b>open",
        "<b><i>x</b></i>",
        "</b>",
        "a < b",
        "a > b",
        "a & b",
        "&nbsp;",
        '<b class="x">x</b>',
        "<span>x</span>",
        "<a>x</a>",
    ],
)
def test_what_telegram_refuses(text: str) -> None:
    assert check_html(text) is not None


def test_without_tags_it_reads_as_it_was_meant() -> None:
    assert without_tags("<b>a</b> &lt; b &amp; c") == "a < b & c"


def test_length_counts_as_telegram_does() -> None:
    assert length("ơ😀") == 3
