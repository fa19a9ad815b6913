"""What Rasa sends with every call of an action: little, and not the domain."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.rasa_server import running_rasa, trained_model

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]

QUESTION = "Thời hạn nộp tờ khai nhập khẩu là bao lâu?"
TURNS = 12
#: Bytes, half as many again as they were when this was written: 6,275 at first and 3,010 more with every turn.
FIRST, MORE_EACH_TURN = 9_400, 4_500


class _Actions(ThreadingHTTPServer):
    """Answers at once; ``calls`` are the bodies in their order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[bytes] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Actions

    def do_POST(self) -> None:
        self.server.calls.append(self.rfile.read(int(self.headers["Content-Length"])))
        done = json.dumps({"events": [], "responses": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(done)))
        self.end_headers()
        self.wfile.write(done)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[bytes]]:
    """The calls of one action in one conversation, a turn each; in another one a question was asked."""
    trained_model()
    folder: Path = tmp_path_factory.mktemp("rasa")
    with _Actions() as actions:
        threading.Thread(target=actions.serve_forever, daemon=True).start()
        with running_rasa(f"http://127.0.0.1:{actions.server_address[1]}", folder) as dialogue:
            dialogue.say("another", "question", QUESTION)
            assert actions.calls == [], "the desk answers a question by itself"
            dialogue.trigger("conversation", "begin", "start_case_form")
            for turn in range(TURNS):
                dialogue.say("conversation", f"enquiry-{turn}", "bỏ qua", answers="enterprise_name")
        actions.shutdown()
        yield [call for call in actions.calls if json.loads(call)["next_action"] == "action_skip_case_field"]


def test_the_domain_is_not_sent(calls: list[bytes]) -> None:
    assert len(calls) == TURNS
    assert not any(json.loads(call).get("domain") for call in calls)


def test_a_call_is_small_and_a_turn_adds_little(calls: list[bytes]) -> None:
    first, last = len(calls[0]), len(calls[-1])
    assert first <= FIRST
    assert (last - first) / (TURNS - 1) <= MORE_EACH_TURN
