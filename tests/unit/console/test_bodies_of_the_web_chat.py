"""What a body of the web chat is understood as, just sent or stored before."""

from __future__ import annotations

import pytest

from console.enterprise.chat_inbox import Sent, Unreadable, body_of, incoming_of, read_body
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import InboxUpdate


def stored(body: str) -> Incoming:
    return incoming_of(InboxUpdate(channel="web", chat_address="visitor", body=body))


@pytest.mark.parametrize(
    ("body", "kind", "text", "command", "argument"),
    [
        ('{"text": "Thuế là gì?"}', Kind.TEXT, "Thuế là gì?", "", ""),
        ('{"text": ""}', Kind.TEXT, "", "", ""),
        ('{"text": "/help"}', Kind.COMMAND, "/help", "help", ""),
        ('{"text": " /START abc def "}', Kind.COMMAND, " /START abc def ", "start", "abc def"),
        ('{"text": "/inform{\\"urgency\\":\\"high\\"}"}', Kind.TEXT, '/inform{"urgency":"high"}', "", ""),
        ('{"text": "5/10 lô hàng"}', Kind.TEXT, "5/10 lô hàng", "", ""),
    ],
)
def test_a_text_is_a_command_only_when_it_is_one_word_behind_a_slash(
    body: str, kind: Kind, text: str, command: str, argument: str
) -> None:
    incoming = stored(body)
    assert (incoming.kind, incoming.text, incoming.command, incoming.argument) == (kind, text, command, argument)
    assert (incoming.channel, incoming.chat, incoming.user) == ("web", "visitor", None)


def test_a_button_is_its_id_and_the_language_of_the_page_a_hint() -> None:
    incoming = stored('{"button": "abc", "lang": "en", "text": null}')
    assert (incoming.kind, incoming.button, incoming.language_hint) == (Kind.BUTTON, "abc", "en")


@pytest.mark.parametrize("sent", [Sent("xin chào", None, language="vi"), Sent(None, "abc"), Sent("", None)])
def test_what_came_by_a_form_is_read_back_as_it_was(sent: Sent) -> None:
    assert read_body(body_of(sent)) == sent


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"text": null, "button": null}',
        '{"text": "a", "button": "b"}',
        '{"text": 1}',
        '{"text": "a", "message_id": 7}',
        '{"text": "a", "message_id": "' + "x" * 201 + '"}',
        '{"text": "a", "conversation": ["x"]}',
        "[" * 100_000,
    ],
)
def test_a_body_that_is_no_message_is_unreadable(body: str) -> None:
    with pytest.raises(Unreadable):
        read_body(body)
