"""How the desk's blocks and buttons look in Telegram."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import LONGEST, check_html, length, without_tags
from bot.rendering import ButtonShown, keyboard, render
from desk.speech import Block

LETTERS = st.text(alphabet="aơ <>&\n😀e\u0301\"'", max_size=300)
BLOCKS = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(["title", "paragraph", "field", "list", "note"]),
        text=LETTERS,
        label=st.sampled_from(["", "Where", "<b>"]),
        items=st.lists(LETTERS, max_size=4).map(tuple),
    ),
    max_size=6,
)


def shown(*titles: str, act: str = "show_entry") -> list[list[str]]:
    markup = keyboard([ButtonShown(f"id{n}", act, title) for n, title in enumerate(titles)])
    assert markup is not None
    return [[button.text for button in row] for row in markup.inline_keyboard]


def test_every_kind_of_block_has_its_style() -> None:
    blocks = [
        Block("title", "Import"),
        Block("paragraph", "Line one\nline two"),
        Block("field", "Branch", label="Where"),
        Block("list", label="Documents", items=("Declaration", "Invoice")),
        Block("note", "To be verified"),
    ]
    assert render(blocks) == [
        "<b>Import</b>\n\nLine one\nline two\n\n<b>Where:</b> Branch\n\n"
        "<b>Documents:</b>\n• Declaration\n• Invoice\n\n<i>To be verified</i>"
    ]


def test_what_looks_like_markup_is_shown_as_it_was_written() -> None:
    assert render([Block("paragraph", "a < b & <script>")]) == ["a &lt; b &amp; &lt;script&gt;"]


def test_nothing_to_read_is_no_part() -> None:
    assert render([Block("paragraph", " \n "), Block("title", "")]) == []


def test_a_long_message_is_parted_between_blocks() -> None:
    first, second = "a" * 60, "b" * 60
    assert render([Block("paragraph", first), Block("paragraph", second)], longest=100) == [first, second]


def test_a_long_block_is_parted_between_lines() -> None:
    lines = ["x" * 40, "y" * 40, "z" * 40]
    assert render([Block("paragraph", "\n".join(lines))], longest=90) == ["\n".join(lines[:2]), lines[2]]


def test_a_long_line_is_parted_between_words_and_keeps_its_style() -> None:
    parts = render([Block("note", "word " * 30)], longest=50)
    assert all(part.startswith("<i>word") and part.endswith("word</i>") for part in parts)
    assert " ".join(without_tags(part) for part in parts).split() == ["word"] * 30


def test_a_long_word_is_parted_but_no_letter_loses_its_mark() -> None:
    parts = render([Block("paragraph", "e\u0301" * 100)], longest=33)
    assert "".join(parts) == "e\u0301" * 100
    assert all(part.startswith("e") for part in parts)


def test_the_label_of_a_long_field_stays_with_its_text() -> None:
    first, *_ = render([Block("field", "word " * 2000, label="Where")])
    assert first.startswith("<b>Where:</b> word word")


@pytest.mark.parametrize("text", ["😀" * 3000, "<" * 3000, "chữ " * 3000, "x" * 20_000])
def test_no_part_is_longer_than_telegram_takes(text: str) -> None:
    parts = render([Block("paragraph", text)])
    assert max(length(part) for part in parts) <= LONGEST
    assert "".join("".join(without_tags(part) for part in parts).split()) == "".join(text.split())


@given(BLOCKS, st.integers(min_value=40, max_value=200))
def test_parts_always_fit_are_valid_and_lose_no_word(blocks: list[Block], longest: int) -> None:
    parts = render(blocks, longest)
    assert all(length(part) <= longest and check_html(part) is None and part.strip() for part in parts)
    words = "".join(without_tags(part) for part in parts)
    for block in blocks:
        for text in block.items if block.kind == "list" else (block.text,):
            assert "".join(text.split()) in "".join(words.split())


def test_long_titles_have_a_row_each() -> None:
    assert shown("Send my question as it is", "Add details, then send") == [
        ["Send my question as it is"],
        ["Add details, then send"],
    ]


def test_short_titles_share_a_row_by_two_or_three() -> None:
    assert shown("Skip", "Back", "Cancel", "Urgent") == [["Skip", "Back", "Cancel"], ["Urgent"]]
    assert shown("Helpful to me", "Not helpful", "That is all") == [["Helpful to me", "Not helpful"], ["That is all"]]


def test_ratings_have_a_row_each() -> None:
    for act in ("rate", "rate_officer"):
        assert shown("1", "2", "3", act=act) == [["1"], ["2"], ["3"]]


def test_a_button_carries_only_its_id() -> None:
    markup = keyboard([ButtonShown("9x-_", "rate", "Five stars")])
    assert markup is not None
    assert markup.inline_keyboard[0][0].callback_data == "9x-_"


def test_no_buttons_no_keyboard() -> None:
    assert keyboard([]) is None
