"""The client of the Rasa server: what it sends, and what it makes of the answers, good and bad."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from desk.ports import DialogueReply, DialogueUnavailable
from dialogue.client import LONGEST, RasaDialogue, as_words


@dataclass
class Server:
    """A server that notes each request and gives one answer."""

    url: str = ""
    status: int = 200
    body: bytes = b"[]"
    delay: threading.Event | None = None
    #: So many bytes go out before it waits for ``rest``.
    before: int = 0
    rest: threading.Event | None = None
    requests: list[tuple[str, str, Any]] = field(default_factory=list)

    def answers(self, body: object) -> None:
        self.body = json.dumps(body).encode()

    def says(self, *replies: object) -> None:
        """A line each, as Rasa streams them."""
        self.body = "".join(f"{json.dumps(reply)}\n" for reply in replies).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer("POST", sent)

        def do_GET(self) -> None:
            self._answer("GET", None)

        def _answer(self, method: str, sent: Any) -> None:
            state.requests.append((method, self.path, sent))
            if state.delay is not None:
                state.delay.wait(5)
                return
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body[: state.before])
            self.wfile.flush()
            if state.rest is not None:
                state.rest.wait(5)
            self.wfile.write(state.body[state.before :])

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.url = f"http://127.0.0.1:{http.server_port}"
        yield state
        if state.delay is not None:
            state.delay.set()
        http.shutdown()
        thread.join()


@pytest.fixture
def dialogue(server: Server) -> Iterator[RasaDialogue]:
    client = RasaDialogue(server.url, timeout=2, token="a token")
    yield client
    client.close()


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  xin chào  ", "xin chào"),
        ("/restart", "restart"),
        (" / //inform_urgency{}", "inform_urgency{}"),
        ("\u200b/restart", "restart"),
        ("\t/\n/x", "x"),
        ("hàng\r\nmẫu\x00 24/7", "hàng mẫu 24/7"),
        ("Hu\u0309y", "Hủy"),
        ("bad \ud83d half", "bad half"),
        ("/", ""),
        ("x" * 2000, "x" * LONGEST),
    ],
)
def test_a_text_is_sent_as_words_only(typed: str, seen: str) -> None:
    assert as_words(typed) == seen


def test_what_a_person_wrote_goes_with_its_enquiry(server: Server, dialogue: RasaDialogue) -> None:
    server.says({"recipient_id": "c", "custom": {"text": "small_talk.greet"}})
    assert dialogue.say("c", "e1", "/xin chào") == [DialogueReply(text="small_talk.greet")]
    assert server.requests == [
        (
            "POST",
            "/webhooks/rest/webhook?stream=true",
            {"sender": "c", "message": "xin chào", "metadata": {"enquiry_id": "e1"}},
        )
    ]


def test_a_button_goes_as_an_intent_with_its_slots(server: Server, dialogue: RasaDialogue) -> None:
    server.says({"custom": {"act": "open_case"}}, {"custom": {"text": "case.ask_tax_code"}})
    replies = dialogue.trigger("c", "e1", "start_case_form", {"enterprise_name": 'Minh "Long" {7}'})
    assert replies == [DialogueReply(act="open_case"), DialogueReply(text="case.ask_tax_code")]
    assert server.requests[0][2]["message"] == '/start_case_form{"enterprise_name": "Minh \\"Long\\" {7}"}'
    dialogue.trigger("c", "e2", "skip")
    assert server.requests[1][2]["message"] == "/skip"


def test_a_text_without_words_is_not_sent(server: Server, dialogue: RasaDialogue) -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        dialogue.say("c", "e1", " // ")
    assert server.requests == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"[]"),
        (200, b"<html>"),
        (200, b'{"recipient_id": "c", "text": "a sentence of its own"}'),
        (200, b'{"custom": {}}'),
        (200, b'{"custom": {"text": "small_talk.greet"}}\n{"custom": {"te'),
        (401, b""),
        (500, b'{"custom": {"text": "small_talk.greet"}}'),
    ],
)
def test_no_proper_answer_is_a_failure(server: Server, dialogue: RasaDialogue, status: int, body: bytes) -> None:
    server.status, server.body = status, body
    with pytest.raises(DialogueUnavailable):
        dialogue.say("c", "e1", "xin chào")


ANSWERED = {"custom": {"act": "answer_enquiry", "is_all": True}}


def test_what_is_all_that_is_said_does_not_wait_for_the_end_of_the_turn(server: Server, dialogue: RasaDialogue) -> None:
    server.says(ANSWERED)
    server.body += b"\n"
    server.before, server.rest = len(server.body) - 1, threading.Event()
    assert dialogue.say("c", "e1", "Phân kênh") == [DialogueReply(act="answer_enquiry")]
    assert not server.rest.is_set()
    server.rest.set()


@pytest.mark.parametrize("asked_for", ["contact", None])
def test_where_the_desk_knows_of_a_form_the_end_of_the_turn_is_waited_for(
    server: Server, dialogue: RasaDialogue, asked_for: str | None
) -> None:
    server.says(ANSWERED, {"custom": {"text": "case.ask_contact"}})
    if asked_for:
        replies = dialogue.say("c", "e1", "Phân kênh", answers=asked_for)
    else:
        replies = dialogue.trigger("c", "e1", "start_case_form")
    assert replies == [DialogueReply(act="answer_enquiry"), DialogueReply(text="case.ask_contact")]


def test_what_is_said_after_all_was_said_is_logged(
    server: Server, dialogue: RasaDialogue, caplog: pytest.LogCaptureFixture
) -> None:
    server.says(ANSWERED, {"custom": {"text": "case.ask_contact"}})
    assert dialogue.say("c", "e1", "Phân kênh") == [DialogueReply(act="answer_enquiry")]
    dialogue.close()
    assert "said more" in caplog.text


def test_an_answer_that_another_may_follow_waits_for_it(server: Server, dialogue: RasaDialogue) -> None:
    server.says({"custom": {"act": "answer_enquiry"}}, {"custom": {"text": "case.ask_contact"}})
    replies = dialogue.say("c", "e1", "Phân kênh", answers="contact")
    assert replies == [DialogueReply(act="answer_enquiry"), DialogueReply(text="case.ask_contact")]


def test_a_late_answer_is_a_failure(server: Server) -> None:
    server.delay = threading.Event()
    client = RasaDialogue(server.url, timeout=0.05)
    with pytest.raises(DialogueUnavailable, match="ReadTimeout"):
        client.say("c", "e1", "xin chào")
    client.close()


def test_no_server_is_a_failure() -> None:
    client = RasaDialogue("http://127.0.0.1:9", timeout=2)
    with pytest.raises(DialogueUnavailable):
        client.replies_to("c", "e1")
    assert not client.healthy()
    client.close()


def said(name: str) -> dict[str, Any]:
    return {"event": "bot", "text": None, "data": {"buttons": None, "custom": {"text": name}}}


def asked(enquiry: str) -> dict[str, Any]:
    return {"event": "user", "metadata": {"enquiry_id": enquiry, "model_id": "m"}}


def test_the_replies_to_an_enquiry_are_found_in_the_tracker(server: Server, dialogue: RasaDialogue) -> None:
    events = [{"event": "action"}, asked("e1"), said("case.form_help"), {"event": "slot"}, said("case.ask_contact")]
    server.answers({"events": [*events, asked("e2"), {"event": "user"}, said("small_talk.greet")]})
    assert dialogue.replies_to("a/b c", "e1") == [
        DialogueReply(text="case.form_help"),
        DialogueReply(text="case.ask_contact"),
    ]
    assert dialogue.replies_to("a/b c", "e2") == []
    assert dialogue.replies_to("a/b c", "e3") is None
    assert server.requests[0][1] == "/conversations/a%2Fb%20c/tracker?token=a+token&include_events=ALL"


def test_an_enquiry_that_was_handled_twice_has_each_reply_once(server: Server, dialogue: RasaDialogue) -> None:
    server.answers({"events": [asked("e1"), said("case.ask_contact"), asked("e1"), said("case.ask_contact")]})
    assert dialogue.replies_to("c", "e1") == [DialogueReply(text="case.ask_contact")]


def test_a_tracker_that_is_new_where_it_cannot_be_was_not_read(server: Server, dialogue: RasaDialogue) -> None:
    server.answers({"events": [{"event": "action"}, {"event": "session_started"}]})
    assert dialogue.replies_to("c", "e1") is None
    with pytest.raises(DialogueUnavailable, match="could not read"):
        dialogue.replies_to("c", "e1", begun=True)


def test_which_field_is_answered_is_told_where_it_is_known(server: Server, dialogue: RasaDialogue) -> None:
    server.says({"custom": {"text": "case.ask_contact"}})
    dialogue.say("c", "e1", "0100109106", answers="tax_code")
    assert server.requests[0][2]["metadata"] == {"enquiry_id": "e1", "answers": "tax_code"}


@pytest.mark.parametrize(("body", "healthy"), [({"model_file": "m.tar.gz"}, True), ({"model_file": None}, False)])
def test_a_server_without_a_model_is_not_healthy(
    server: Server, dialogue: RasaDialogue, body: object, healthy: bool
) -> None:
    server.answers(body)
    assert dialogue.healthy() is healthy
