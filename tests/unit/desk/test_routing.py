"""Who gets a message: first match wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk.conversations.incoming import Incoming, Kind, OfferedFile
from desk.conversations.routing import Route, Situation, readable, route

EVERYTHING_AT_ONCE = Situation(
    officer_act_is_awaited=True,
    replies_to_case=True,
    replies_to_unknown=True,
    replies_to_officer=True,
    answers_officer=True,
    form_is_open=True,
    text_is_awaited=True,
    file_is_awaited=True,
    comment_is_awaited=True,
    looks_like_a_question=False,
    case_is_open=True,
)
NO_ACT = replace(EVERYTHING_AT_ONCE, officer_act_is_awaited=False)
OF_NO_CASE = replace(NO_ACT, replies_to_case=False)
NOT_AN_OFFICERS = replace(OF_NO_CASE, replies_to_unknown=False)
NOT_A_REPLY = replace(NOT_AN_OFFICERS, replies_to_officer=False)
NOT_IN_A_FORM = replace(NOT_A_REPLY, form_is_open=False)
NO_FORM = replace(NOT_IN_A_FORM, text_is_awaited=False, file_is_awaited=False)
NO_COMMENT = replace(NO_FORM, looks_like_a_question=True)
A_QUESTION = replace(NO_COMMENT, answers_officer=False)
ONLY_A_CASE = replace(A_QUESTION, comment_is_awaited=False, looks_like_a_question=False)
NOTHING = Situation()


def incoming(kind: Kind, text: str = "hàng nhập về cảng") -> Incoming:
    return Incoming("telegram", "100", kind, text=text)


def a_file(text: str = "", refused: str = "") -> Incoming:
    offered = OfferedFile("f-1", "photo-1")
    return replace(incoming(Kind.ATTACHMENT, text), attachment="photo", files=(offered,), refused=refused)


@pytest.mark.parametrize(
    ("update", "situation", "taken_by"),
    [
        (incoming(Kind.BLOCKED), EVERYTHING_AT_ONCE, Route.NOTED),
        (incoming(Kind.UNBLOCKED), EVERYTHING_AT_ONCE, Route.NOTED),
        (incoming(Kind.GROUP), EVERYTHING_AT_ONCE, Route.GROUP),
        (incoming(Kind.BUTTON), EVERYTHING_AT_ONCE, Route.BUTTON),
        (incoming(Kind.COMMAND), EVERYTHING_AT_ONCE, Route.COMMAND),
        (incoming(Kind.EDITED), EVERYTHING_AT_ONCE, Route.EDITED),
        (incoming(Kind.UNREADABLE), EVERYTHING_AT_ONCE, Route.NOTHING_TO_READ),
        (incoming(Kind.ATTACHMENT, ""), EVERYTHING_AT_ONCE, Route.ATTACHMENT),
        (incoming(Kind.TEXT, ""), EVERYTHING_AT_ONCE, Route.NOTHING_TO_READ),
        (incoming(Kind.TEXT, "👍👍"), EVERYTHING_AT_ONCE, Route.NOTHING_TO_READ),
        (incoming(Kind.TEXT), EVERYTHING_AT_ONCE, Route.OFFICER_ACT),
        (incoming(Kind.ATTACHMENT), EVERYTHING_AT_ONCE, Route.OFFICER_ACT),
        (incoming(Kind.TEXT), NO_ACT, Route.OFFICER_REPLY),
        (incoming(Kind.ATTACHMENT), NO_ACT, Route.OFFICER_REPLY),
        (incoming(Kind.TEXT), OF_NO_CASE, Route.REPLY_TO_UNKNOWN),
        (incoming(Kind.ATTACHMENT), OF_NO_CASE, Route.REPLY_TO_UNKNOWN),
        (incoming(Kind.TEXT), NOT_AN_OFFICERS, Route.CASE_ANSWER),
        (incoming(Kind.TEXT), NOT_A_REPLY, Route.FORM),
        (incoming(Kind.TEXT), NOT_IN_A_FORM, Route.AWAITED),
        (incoming(Kind.TEXT), NO_FORM, Route.RATING_COMMENT),
        (incoming(Kind.TEXT), NO_COMMENT, Route.CASE_ANSWER),
        (incoming(Kind.TEXT), replace(NO_COMMENT, comment_is_awaited=False), Route.CASE_ANSWER),
        (incoming(Kind.TEXT), A_QUESTION, Route.CASE_OR_NEW),
        (incoming(Kind.TEXT), replace(A_QUESTION, case_is_open=False), Route.DIALOGUE),
        (incoming(Kind.TEXT), ONLY_A_CASE, Route.CASE_OR_NEW),
        (incoming(Kind.ATTACHMENT), ONLY_A_CASE, Route.CASE_OR_NEW),
        (incoming(Kind.TEXT), NOTHING, Route.DIALOGUE),
        (incoming(Kind.TEXT), Situation(looks_like_a_question=True), Route.DIALOGUE),
        (incoming(Kind.ATTACHMENT), NOTHING, Route.DIALOGUE),
        (a_file(), EVERYTHING_AT_ONCE, Route.NOTHING_TO_READ),
        (a_file(), NO_ACT, Route.OFFICER_REPLY),
        (a_file(), NOT_AN_OFFICERS, Route.CASE_ANSWER),
        (a_file(), NOT_A_REPLY, Route.FILE_IN_FORM),
        (a_file(), NOT_IN_A_FORM, Route.AWAITED),
        (a_file(), replace(NOT_IN_A_FORM, file_is_awaited=False), Route.CASE_ANSWER),
        (a_file(), NO_FORM, Route.CASE_ANSWER),
        (a_file(), A_QUESTION, Route.FILE_OF_CASE_OR_NEW),
        (a_file(), ONLY_A_CASE, Route.FILE_OF_CASE_OR_NEW),
        (a_file(), replace(A_QUESTION, case_is_open=False), Route.FILE),
        (a_file(), NOTHING, Route.FILE),
        (a_file("👍"), NOTHING, Route.FILE),
        (a_file("hàng nhập"), EVERYTHING_AT_ONCE, Route.OFFICER_ACT),
        (a_file("hàng nhập"), NO_ACT, Route.OFFICER_REPLY),
        (a_file("hàng nhập"), NOT_A_REPLY, Route.FORM),
        (a_file("hàng nhập"), NOT_IN_A_FORM, Route.AWAITED),
        (a_file("hàng nhập"), NO_FORM, Route.RATING_COMMENT),
        (a_file("hàng nhập"), ONLY_A_CASE, Route.CASE_OR_NEW),
        (a_file("hàng nhập"), NOTHING, Route.DIALOGUE),
        (a_file(refused="files.too_large"), EVERYTHING_AT_ONCE, Route.ATTACHMENT),
        (a_file(refused="files.too_large"), NOTHING, Route.ATTACHMENT),
        (a_file("hàng nhập", "files.too_large"), NOTHING, Route.DIALOGUE),
        (a_file("hàng nhập", "files.too_large"), NO_ACT, Route.OFFICER_REPLY),
    ],
)
def test_the_first_match_takes_the_message(update: Incoming, situation: Situation, taken_by: Route) -> None:
    assert route(update, situation) == taken_by


@pytest.mark.parametrize("text", ["", " \n\t", "?!…", "👍🏽❤️", "\x00\x07\x1b", "\u202e\u200f\u2066", "---"])
def test_a_text_without_letters_and_digits_is_not_readable(text: str) -> None:
    assert not readable(text)


@pytest.mark.parametrize("text", ["a", "8471", "\u202eđ", "请问", "👍 ok", "'; DROP TABLE cases; --"])
def test_one_letter_or_digit_makes_a_text_readable(text: str) -> None:
    assert readable(text)
