"""Requests to the programs that other programs ask: webhook, knowledge, actions, and the ports of the watches.

Each is described as OpenAPI in a few lines, from which schemathesis makes requests, right ones and wrong ones; beside
these come bodies that no description knows: cut, deep, not JSON, of hostile letters. None may be answered with 500 and
above, none may take a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from bootstrap.watch import Watch
from bootstrap.watch.serving import server_of, serving
from bot.outage import Outage
from bot.webhook import SECRET_HEADER, create_app
from evaluation.fuzz.hostile import Hostile
from evaluation.fuzz.tally import Tally, what_failed
from evaluation.fuzz.updates import Updates
from knowledge.engine.engine import Engine
from knowledge.server import create_app as create_knowledge
from tests.desk_fixtures import World
from tests.knowledge_fixtures import Publications, WordEmbedder, until
from tests.rasa_server import running_actions

SECRET = "the-secret-of-the-webhook"
#: Answered with 503 on purpose while something is away or loading.
_READINESS = ("/health", "/ready")


@dataclass(frozen=True)
class Endpoint:
    """One address of a service; ``body`` gives a whole body for it, by which others are made."""

    method: str
    path: str
    body: Callable[[Hostile], Any] | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Service:
    """A service that is asked: its name, its addresses, and how a request is sent to it."""

    name: str
    endpoints: Sequence[Endpoint]
    send: Callable[..., httpx.Response]


def asked_of(service: Service, count: int, seed: int) -> Tally:
    """So many requests, one after the other."""
    tally, hostile = Tally(service.name), Hostile(f"{service.name} {seed}")
    with what_failed() as failed:
        for _ in range(count):
            endpoint = hostile.chance.choice(service.endpoints)
            content, kind = _content(endpoint, hostile)
            headers = {**(endpoint.headers or {}), **({"content-type": kind} if kind else {})}
            path = (
                endpoint.path
                if not hostile.one_in(20)
                else f"{endpoint.path}/{hostile.chance.choice(('..', '%00', '%ff', 'x' * 9_000))}"
            )
            _ask(tally, service, endpoint.method, path, headers, content, failed)
    return tally


def _ask(
    tally: Tally,
    service: Service,
    method: str,
    path: str,
    headers: Mapping[str, str],
    content: bytes | None,
    failed: list[str],
) -> None:
    failed.clear()
    tally.tried += 1
    given = f"{method} {path[:100]} {dict(headers)} {(content or b'')[:300]!r}"
    send = partial(service.send, method, path, headers=dict(headers), content=content)
    try:
        answer = tally.timed(send, given, again=send)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        tally.crashed(error, given)
        return
    tally.outcomes[str(answer.status_code)] += 1
    if answer.status_code >= 500 and not (answer.status_code == 503 and path in _READINESS):
        tally.found("server_error", f"{answer.status_code} {' / '.join(failed)[-1_500:]}", given)


def _content(endpoint: Endpoint, hostile: Hostile) -> tuple[bytes | None, str]:
    if endpoint.body is None or hostile.one_in(30):
        return None, ""
    chance = hostile.chance
    whole = endpoint.body(hostile)
    drawn = chance.random()
    if drawn < 0.3:
        return json.dumps(whole).encode(), "application/json"
    if drawn < 0.75:
        return json.dumps(_changed(whole, hostile)).encode(), "application/json"
    raw = json.dumps(whole).encode()
    odd = (
        lambda: raw[: chance.randrange(len(raw) + 1)],
        lambda: hostile.text(20_000).encode("utf-8", "surrogatepass"),
        lambda: b"[" * chance.choice((500, 5_000, 100_000)),
        lambda: b'{"x":' * chance.choice((500, 20_000)) + b"1" + b"}" * chance.choice((500, 20_000)),
        lambda: b"1" * 10_000,
        lambda: json.dumps(hostile.value()).encode(),
        lambda: raw.replace(b'"', b'"\\ud800', 3),
        lambda: raw + raw,
        lambda: b"\xff\xfe" + raw,
        lambda: b"",
    )
    kinds = ("application/json", "application/json", "text/plain", "application/x-www-form-urlencoded", "")
    return chance.choice(odd)(), chance.choice(kinds)


def _changed(value: Any, hostile: Hostile) -> Any:
    """One place of it is gone or something else."""
    if isinstance(value, dict) and value and not hostile.one_in(8):
        name = hostile.chance.choice(list(value))
        if hostile.one_in(5):
            return {key: each for key, each in value.items() if key != name}
        return {**value, name: _changed(value[name], hostile)}
    if isinstance(value, list) and value and not hostile.one_in(4):
        at = hostile.chance.randrange(len(value))
        return [*value[:at], _changed(value[at], hostile), *value[at + 1 :]]
    return hostile.value()


@contextmanager
def all_services(world: World, folder: Path) -> Iterator[list[Service]]:
    """Every service beside the console, over one desk."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        yield [
            _webhook(world, portal),
            stack.enter_context(_knowledge(folder, portal)),
            stack.enter_context(_actions(world)),
            stack.enter_context(_watch()),
        ]


def _webhook(world: World, portal: BlockingPortal) -> Service:
    app = create_app(world.desk, "/telegram", SECRET, _NobodyWorks(), Outage(world.desk, _NobodyIsTold()))  # type: ignore[arg-type]
    updates = Updates(7)
    secret = {SECRET_HEADER: SECRET}
    endpoints = [
        *[Endpoint("POST", "/telegram", lambda _: updates.next().update, secret)] * 6,
        Endpoint("POST", "/telegram", lambda _: updates.next().update, {SECRET_HEADER: "guessed"}),
        Endpoint("GET", "/telegram"),
    ]
    return Service("webhook", endpoints, _over(app, portal))


class _NobodyWorks:
    """What is stored is looked at in the store, and not worked on here."""

    def claim_within(self, _: object) -> None:
        return None

    def taken_up(self, _: object) -> None:
        return None


class _NobodyIsTold:
    """Telegram while the store is away; it is not, here."""

    async def send_message(self, *_: Any, **__: Any) -> None:
        raise AssertionError("nobody is told that the store is away")


@contextmanager
def _knowledge(folder: Path, portal: BlockingPortal) -> Iterator[Service]:
    published = Publications.of()
    engine = Engine(published.corpus, published.publication_no, WordEmbedder(), folder)
    engine.watch()
    until(lambda: engine.publication_no is not None)
    texts: Callable[[Hostile], Any] = lambda hostile: {"texts": [hostile.text() for _ in range(3)]}  # noqa: E731
    endpoints = [
        Endpoint(
            "POST",
            "/search",
            lambda hostile: {"text": hostile.text(), "language": "vi", "limit": 5, "as_of": "2026-11-17"},
        ),
        Endpoint("POST", "/search", lambda hostile: {"text": hostile.text(), "language": "en"}),
        Endpoint("POST", "/likeness", lambda hostile: {"text": hostile.text(), "others": [hostile.text(), "tờ khai"]}),
        Endpoint("POST", "/vectors", texts),
        Endpoint("POST", "/trial", _a_trial),
        Endpoint("GET", "/publications/1"),
        Endpoint("GET", "/publications/99999999999999999999999"),
        Endpoint("GET", "/health"),
    ]
    try:
        yield Service("knowledge", endpoints, _over(create_knowledge(engine), portal))
    finally:
        engine.stop()


def _a_trial(hostile: Hostile) -> Any:
    question = {"text": hostile.text(500), "language": "vi"}
    return {"candidate": None, "entry": "dossier_import", "questions": [question], "as_of": "2026-11-17"}


@contextmanager
def _actions(world: World) -> Iterator[Service]:
    """Over the acts of the desk, of which few find the enquiry that they are told of."""
    with running_actions(world.dialogue.acts) as address, httpx.Client(base_url=address, timeout=30) as http:
        names = (
            "action_open_case",
            "action_cancel_case_form",
            "validate_case_form",
            "action_nothing",
        )

        def call(hostile: Hostile) -> Any:
            slots = {
                "requested_slot": hostile.chance.choice(
                    ("company", "tax_code", "contact", "urgency", "description", None)
                )
            }
            slots |= {name: hostile.text(200) for name in ("company", "tax_code", "contact", "urgency", "description")}
            message = {
                "text": hostile.text(500),
                "intent": {"name": "enquiry"},
                "metadata": {"enquiry_id": "x"},
                "entities": [],
            }
            tracker: dict[str, Any] = {
                "sender_id": "x",
                "slots": slots,
                "latest_message": message,
                "events": [],
                "active_loop": {"name": "case_form"},
            }
            tracker |= {"paused": False, "followup_action": None, "latest_action_name": None}
            name = hostile.chance.choice(names)
            return {
                "next_action": name,
                "sender_id": "x",
                "tracker": tracker,
                "domain": {"slots": {}},
                "version": "3.6",
            }

        endpoints = [*[Endpoint("POST", "/webhook", call)] * 6, Endpoint("GET", "/health"), Endpoint("GET", "/webhook")]
        yield Service("actions", endpoints, http.request)


@contextmanager
def _watch() -> Iterator[Service]:
    watch = Watch("clock")
    watch.beat()
    watch.ready_when("store", lambda: True)
    server: ThreadingHTTPServer = server_of(watch, "127.0.0.1", 0)
    with serving(server), httpx.Client(base_url=f"http://127.0.0.1:{server.server_address[1]}", timeout=30) as http:
        paths = ("/health", "/ready", "/metrics", "/", "/metrics?x=1")
        endpoints = [Endpoint("GET", path) for path in paths] + [Endpoint("POST", "/health", lambda _: {})]
        yield Service("watch", endpoints, http.request)


def _over(app: Any, portal: BlockingPortal) -> Callable[..., httpx.Response]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://service.example")

    def send(method: str, path: str, **more: Any) -> httpx.Response:
        answer: httpx.Response = portal.call(partial(client.request, method, path, **more))
        return answer

    return send
