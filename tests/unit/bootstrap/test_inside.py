"""Ports that are only for the desk's own processes refuse whoever has not their secret, wherever others can come."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from actions.server import create_app as actions_app
from bootstrap import inside, rasa_gate
from bootstrap.assembly import open_desk
from bootstrap.settings import BadSetting, Settings
from bootstrap.watch.serving import server_of, serving
from bootstrap.watch.watch import Watch
from desk.ports import DialogueUnavailable
from dialogue.client import RasaDialogue
from knowledge.client import KnowledgeClient
from knowledge.server import create_app as knowledge_app
from tests.e2e.running_desk import free_port

SECRET = "s" * 32
PROOF = {"Authorization": f"Bearer {SECRET}"}
#: What a stranger may try instead of the secret.
FORGED: list[dict[str, str]] = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": SECRET},
    {"Authorization": f"bearer {SECRET}"},
    {"Authorization": f"Bearer {SECRET}x"},
    {"Authorization": "Bearer " + "t" * 32},
    {"X-Forwarded-For": "127.0.0.1"},
    {"Cookie": f"secret={SECRET}"},
]


def settings_in(folder: Path, **more: Any) -> Settings:
    given: dict[str, Any] = {"var_dir": folder, "host": "0.0.0.0", "internal_secret": SECRET, **more}
    return Settings(_env_file=None, **given)


def asks(app: inside.App, method: str, path: str, **more: Any) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
            return await client.request(method, path, **more)

    return asyncio.run(asked())


class _Engine:
    """As much of a search engine as its server needs to start."""

    publication_no = 7
    model = "made-up"

    def contents(self) -> dict[str, object]:
        return {}


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_the_search_answers_nobody_without_the_secret(tmp_path: Path, headers: dict[str, str]) -> None:
    app = inside.only_ours(knowledge_app(_Engine()), settings_in(tmp_path))  # type: ignore[arg-type]
    for method, path in (
        ("POST", "/search"),
        ("POST", "/expect"),
        ("POST", "/likeness"),
        ("POST", "/trial"),
        ("POST", "/vectors"),
        ("GET", "/publications/1"),
        ("GET", "/health"),
        ("GET", "/nowhere"),
    ):
        assert asks(app, method, path, headers=headers).status_code == 401, path
    assert asks(app, "GET", "/health", headers=PROOF).status_code == 200


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_the_actions_are_done_for_nobody_without_the_secret(tmp_path: Path, headers: dict[str, str]) -> None:
    app = inside.only_ours(actions_app([]), settings_in(tmp_path))
    for method, path in (("POST", "/webhook"), ("GET", "/health"), ("GET", "/nowhere")):
        assert asks(app, method, path, headers=headers).status_code == 401, path


def test_the_same_header_twice_is_no_proof(tmp_path: Path) -> None:
    app = inside.only_ours(knowledge_app(_Engine()), settings_in(tmp_path))  # type: ignore[arg-type]
    twice = [("authorization", f"Bearer {SECRET}"), ("authorization", "Bearer other")]
    assert asks(app, "GET", "/health", headers=twice).status_code == 401


def test_on_loopback_the_machine_keeps_strangers_away(tmp_path: Path) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise NotImplementedError

    for host in ("127.0.0.1", "::1", "[::1]", "localhost", "127.8.9.1"):
        assert inside.only_ours(app, settings_in(tmp_path, host=host)) is app
    for host in ("0.0.0.0", "::", "10.0.0.2", "desk.example.vn", "::ffff:10.0.0.2"):
        assert inside.only_ours(app, settings_in(tmp_path, host=host)) is not app


def test_an_empty_secret_proves_nothing() -> None:
    assert not inside.proves("Bearer ", "")
    assert not inside.proves("", "")
    assert not inside.proves(None, SECRET)
    assert inside.proves(f"Bearer {SECRET}".encode(), SECRET)
    with pytest.raises(ValueError, match="stranger"):
        inside.OnlyOurs(knowledge_app(_Engine()), "")  # type: ignore[arg-type]


def test_without_a_setting_the_secret_is_made_once_and_readable_by_the_desk_alone(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path)
    made = inside.secret_of(settings)
    assert len(made) >= 43
    assert inside.secret_of(settings) == made
    assert (tmp_path / "internal.secret").stat().st_mode & 0o077 == 0


def test_a_secret_that_cannot_be_kept_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(_env_file=None, var_dir=tmp_path)
    settings.var_dir = tmp_path / "file"
    with pytest.raises(BadSetting, match=r"INTERNAL_SECRET is not set, and VAR_DIR/internal\.secret: "):
        inside.secret_of(settings)


def test_every_process_of_the_desk_shows_the_secret_to_the_others(tmp_path: Path) -> None:
    desk = open_desk(settings_in(tmp_path))
    assert isinstance(desk.search, KnowledgeClient)
    assert isinstance(desk.dialogue, RasaDialogue)
    for client in (desk.search, desk.dialogue):
        assert client._http.headers["authorization"] == f"Bearer {SECRET}"


# --- the gate before Rasa ---


class _Rasa(BaseHTTPRequestHandler):
    """What stands at the place of a Rasa server: it tells what it was asked."""

    asked: ClassVar[list[tuple[str, str, dict[str, str], bytes]]] = []
    #: Until it is set, the last byte is kept back.
    ends: ClassVar[threading.Event] = threading.Event()

    def _tell(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.asked.append((self.command, self.path, dict(self.headers), body))
        told = b'{"recipient_id": "c", "custom": {"text": "greet"}}\n' if self.command == "POST" else b"{}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told[:-1])
        self.wfile.flush()
        self.ends.wait(5)
        self.wfile.write(told[-1:])

    do_GET = do_POST = _tell

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def a_rasa() -> Iterator[int]:
    _Rasa.asked = []
    _Rasa.ends.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Rasa)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_rasa_hears_nothing_from_who_has_not_the_secret(tmp_path: Path, headers: dict[str, str]) -> None:
    with a_rasa() as port:
        app = rasa_gate.gate(settings_in(tmp_path, rasa_inner_port=port))
        for method, path in (
            ("POST", "/webhooks/rest/webhook"),
            ("GET", "/conversations/c/tracker"),
            ("POST", "/conversations/c/tracker/events"),
            ("PUT", "/model"),
            ("GET", "/status"),
            ("GET", "/"),
        ):
            assert asks(app, method, path, headers=headers, content=b"{}").status_code == 401, path
        assert _Rasa.asked == []


def test_the_dialogue_is_held_through_the_gate(tmp_path: Path) -> None:
    with a_rasa() as port:
        settings = settings_in(tmp_path, rasa_inner_port=port, rasa_port=free_port())
        with rasa_gate.standing(settings):
            address = f"http://127.0.0.1:{settings.rasa_port}"
            stranger = RasaDialogue(address)
            with contextlib.closing(stranger), pytest.raises(DialogueUnavailable, match="401"):
                stranger.say("c", "e", "xin chào")
            ours = RasaDialogue(address, token="t t", headers=inside.headers(settings))
            with contextlib.closing(ours):
                assert [reply.text for reply in ours.say("c", "e", "xin chào")] == ["greet"]
                ours.form_of("c/../d")
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, trust_env=False)
    said, looked = _Rasa.asked
    assert said[1] == "/webhooks/rest/webhook?stream=true"
    assert "xin chào".encode() in said[3]
    assert looked[1] == "/conversations/c%2F..%2Fd/tracker?token=t+t&include_events=NONE"
    assert not {"authorization", "Authorization"} & (said[2].keys() | looked[2].keys())


def test_the_gate_passes_on_what_is_said_before_rasa_has_ended(tmp_path: Path) -> None:
    with a_rasa() as port:
        settings = settings_in(tmp_path, rasa_inner_port=port, rasa_port=free_port())
        _Rasa.ends.clear()
        address = f"http://127.0.0.1:{settings.rasa_port}/webhooks/rest/webhook"
        with rasa_gate.standing(settings), httpx.Client(trust_env=False, headers=PROOF) as ours:
            with ours.stream("POST", address, json={}) as answer:
                pieces = answer.iter_bytes()
                said = next(pieces)
                _Rasa.ends.set()
                rest = b"".join(pieces)
    assert said.endswith(b'"greet"}}')
    assert rest == b"\n"


def test_what_the_gate_cannot_pass_on_is_refused(tmp_path: Path) -> None:
    app = rasa_gate.gate(settings_in(tmp_path, rasa_inner_port=free_port()))
    assert asks(app, "GET", "/status", headers=PROOF).status_code == 502
    too_long = b" " * (rasa_gate.LONGEST + 1)
    assert asks(app, "POST", "/webhooks/rest/webhook", headers=PROOF, content=too_long).status_code == 413


def test_a_gate_whose_port_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        settings = settings_in(tmp_path, rasa_port=other.getsockname()[1])
        with pytest.raises(BadSetting, match="RASA_PORT cannot be used"), rasa_gate.standing(settings):
            pass


def test_on_loopback_rasa_stands_without_a_gate(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, host="127.0.0.1")
    with rasa_gate.standing(settings):
        assert rasa_gate.own_address(settings) == "http://127.0.0.1:5005"
    assert rasa_gate.own_address(settings_in(tmp_path, host="10.0.0.2")) == "http://127.0.0.1:5015"


# --- watch ports ---


@pytest.fixture
def elsewhere() -> str:
    """An address of this machine by which it is to itself what another machine would be."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anywhere:
        try:
            anywhere.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        address: str = anywhere.getsockname()[0]
    if inside.is_loopback(address):
        pytest.skip("this machine has no address but loopback")
    return address


def test_a_watch_port_tells_this_machine_and_who_has_the_secret(elsewhere: str) -> None:
    watch = Watch("bot")
    watch.beat()
    server = server_of(watch, "0.0.0.0", 0, SECRET)
    with serving(server), httpx.Client(trust_env=False) as client:
        for path in ("/health", "/ready", "/metrics"):
            far, near = f"http://{elsewhere}:{server.server_port}{path}", f"http://127.0.0.1:{server.server_port}{path}"
            for headers in FORGED:
                assert client.get(far, headers=headers).status_code == 401
            assert client.get(far, headers=PROOF).status_code == 200
            assert client.get(near).status_code == 200


def test_a_watch_port_without_a_secret_tells_this_machine_alone(elsewhere: str) -> None:
    server = server_of(Watch("bot"), "0.0.0.0", 0)
    with serving(server), httpx.Client(trust_env=False) as client:
        address = f"http://{elsewhere}:{server.server_port}/metrics"
        assert client.get(address, headers={"Authorization": "Bearer"}).status_code == 401
