"""What each kind of Telegram update means to the desk."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Identity, Read, read
from desk.conversations.incoming import Incoming, Kind, OfferedFile

BOT = Identity(7, "desk_bot")
LAN = {"id": 11, "is_bot": False, "first_name": "Lan", "last_name": "Trần", "language_code": "vi"}
PRIVATE = {"id": 11, "type": "private"}
GROUP = {"id": -5, "type": "supergroup"}


def message(chat: dict[str, Any] = PRIVATE, **parts: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1, "from": LAN, "chat": chat, **parts}


def understood(**update: Any) -> Read:
    return read(json.dumps({"update_id": 1, **update}), BOT)


def incoming(**update: Any) -> Incoming:
    found = understood(**update).incoming
    assert found is not None
    return found


def test_a_text_carries_who_wrote_it_where_and_in_which_language() -> None:
    assert incoming(message=message(text="Hạn nộp thuế?")) == Incoming(
        "telegram",
        "11",
        Kind.TEXT,
        text="Hạn nộp thuế?",
        user="11",
        person_name="Lan Trần",
        language_hint="vi",
    )


def test_a_reply_names_the_message_replied_to() -> None:
    assert incoming(message=message(text="ok", reply_to_message={"message_id": 42})).reply_to == "42"
    for quoted in ({"text": "Hồ sơ 2026-00001"}, {"caption": "Hồ sơ 2026-00001"}):
        read = incoming(message=message(text="ok", reply_to_message={"message_id": 42, **quoted}))
        assert (read.reply_to, read.reply_words) == ("42", "Hồ sơ 2026-00001")


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/start", "start", ""),
        ("/start AbC_-9", "start", "AbC_-9"),
        ("/help@desk_bot", "help", ""),
        ("/Help", "help", ""),
        ("/link  code\nmore", "link", "code\nmore"),
    ],
)
def test_commands(text: str, command: str, argument: str) -> None:
    read_as = incoming(message=message(text=text))
    assert (read_as.kind, read_as.command, read_as.argument) == (Kind.COMMAND, command, argument)


@pytest.mark.parametrize("text", ["/", "/trợ giúp", "/a/b", "// 5%", "x /help"])
def test_what_only_looks_like_a_command_is_a_text(text: str) -> None:
    assert incoming(message=message(text=text)).kind == Kind.TEXT


@pytest.mark.parametrize(
    ("content", "attachment"),
    [
        ({"photo": [{"file_id": "x"}]}, "photo"),
        ({"animation": {}, "document": {}}, "animation"),
        ({"document": {}}, "document"),
        ({"voice": {}}, "voice"),
        ({"video": {}}, "video"),
        ({"sticker": {}}, "sticker"),
        ({"venue": {}, "location": {}}, "venue"),
        ({"location": {}}, "location"),
        ({"contact": {}}, "contact"),
        ({"poll": {}}, "poll"),
    ],
)
def test_attachments_are_named(content: dict[str, Any], attachment: str) -> None:
    read_as = incoming(message=message(**content))
    assert (read_as.kind, read_as.attachment, read_as.text) == (Kind.ATTACHMENT, attachment, "")


def test_a_caption_is_the_text_of_a_photo() -> None:
    assert incoming(message=message(photo=[{}], caption="Tờ khai này?")).text == "Tờ khai này?"


def test_a_photo_is_offered_in_its_largest_size() -> None:
    sizes = [{"file_id": "l", "width": 1280, "height": 720, "file_size": 90_000}, {"file_id": "s", "width": 90}]
    assert incoming(message=message(photo=sizes)).files == (OfferedFile("l", "photo-3", 90_000),)


def test_a_document_is_offered_by_its_name() -> None:
    document = {"file_id": "d", "file_name": "tờ khai.pdf", "file_size": 1024}
    assert incoming(message=message(document=document)).files == (OfferedFile("d", "tờ khai.pdf", 1024),)
    assert incoming(message=message(document={"file_id": "d"})).files == (OfferedFile("d", "document"),)


@pytest.mark.parametrize("content", [{"voice": {"file_id": "v"}}, {"animation": {"file_id": "a"}, "document": {}}])
def test_what_is_neither_photo_nor_document_is_not_offered(content: dict[str, Any]) -> None:
    assert incoming(message=message(**content)).files == ()


def test_a_message_of_an_unknown_kind_is_unreadable() -> None:
    assert incoming(message=message(hologram={})).kind == Kind.UNREADABLE


def test_what_telegram_itself_put_into_the_chat_is_passed_over() -> None:
    assert understood(message=message(pinned_message={})) == Read(quiet="service")


def test_an_edit_is_noted_with_its_text() -> None:
    read_as = incoming(edited_message=message(text="khác"))
    assert (read_as.kind, read_as.text) == (Kind.EDITED, "khác")


def test_a_live_location_that_moves_is_not_answered_each_time() -> None:
    assert understood(edited_message=message(location={})) == Read(quiet="live location")


def test_a_tap_is_a_button_that_wants_an_answer() -> None:
    read_as = understood(
        callback_query={"id": "99", "from": LAN, "data": "b1", "message": {"message_id": 3, "chat": PRIVATE}}
    )
    assert read_as.callback == "99"
    assert read_as.incoming is not None
    assert (read_as.incoming.kind, read_as.incoming.button, read_as.incoming.chat) == (Kind.BUTTON, "b1", "11")


def test_a_tap_on_a_message_that_telegram_no_longer_has_is_the_persons() -> None:
    assert incoming(callback_query={"id": "99", "from": LAN, "data": "b1"}).chat == "11"


@pytest.mark.parametrize(("status", "kind"), [("kicked", Kind.BLOCKED), ("member", Kind.UNBLOCKED)])
def test_blocking_the_bot_and_letting_it_in_again(status: str, kind: Kind) -> None:
    change = {"chat": PRIVATE, "from": LAN, "new_chat_member": {"status": status}}
    assert incoming(my_chat_member=change).kind == kind


@pytest.mark.parametrize(
    "parts",
    [
        {"text": "/help@desk_bot"},
        {"text": "/help"},
        {"text": "Hạn nộp thuế? @Desk_Bot"},
        {"text": "and that?", "reply_to_message": {"message_id": 1, "from": {"id": 7}}},
        {"photo": [{}], "caption": "@desk_bot"},
    ],
)
def test_who_turns_to_the_bot_in_a_group_is_told(parts: dict[str, Any]) -> None:
    read_as = incoming(message=message(GROUP, **parts))
    assert (read_as.kind, read_as.chat) == (Kind.GROUP, "-5")


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(GROUP, text="Chào cả nhà")},
        {"message": message(GROUP, text="/help@other_bot")},
        {"message": message(GROUP, text="write to x@desk_bot2")},
        {"message": message(GROUP, text="/help", **{"from": {**LAN, "is_bot": True}})},
        {"message": message({"id": -9, "type": "channel"}, text="News")},
        {"edited_message": message(GROUP, text="/help")},
        {"my_chat_member": {"chat": GROUP, "from": LAN, "new_chat_member": {"status": "member"}}},
    ],
)
def test_other_talk_in_a_group_is_passed_over(update: dict[str, Any]) -> None:
    assert understood(**update) == Read(quiet="group")


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(text=5)},
        {"message": {**message(text="x"), "from": "nobody"}},
        {"message": {"chat": {"id": 11}, "text": "no type"}},
        {"message": message(photo=[{}], caption=["x"])},
        {"edited_message": {"chat": {"id": 11}}},
    ],
)
def test_an_odd_update_of_a_known_chat_is_unreadable(update: dict[str, Any]) -> None:
    assert incoming(**update) == Incoming("telegram", "11", Kind.UNREADABLE)


@pytest.mark.parametrize("update", [{"message": None}, {"poll": {"id": "1"}}, {"message": message(GROUP, text=5)}, {}])
def test_an_odd_update_that_nobody_waits_for_is_passed_over(update: dict[str, Any]) -> None:
    assert understood(**update) == Read(quiet="unreadable")


@pytest.mark.parametrize("body", ["", "null", "[]", '"x"', "{", "{} {}"])
def test_a_body_that_is_no_update_is_passed_over(body: str) -> None:
    assert read(body, BOT) == Read(quiet="unreadable")


def test_what_no_database_takes_is_left_out() -> None:
    assert incoming(message=message(text="a\x00b\ud800c 😀")).text == "ab?c 😀"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["chat", "from", "id", "type", "text", "message", "photo", "caption", "data", "is_bot"]),
            inner,
        )
    ),
)


@given(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll"]), _JSON)
def test_reading_never_raises(kind: str, content: Any) -> None:
    found = understood(**{kind: content})
    assert (found.incoming is None) == bool(found.quiet)
