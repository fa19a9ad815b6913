"""Real replicas of console, knowledge and actions behind the real proxy: a rolling restart that nobody notices."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import func, select

from bootstrap.assembly import open_store
from desk.conversations.model import InboxUpdate
from evaluation.faults.servers import PostgreSQL
from tests.replica_fixtures import Machine, replicas_of, stream_of

pytestmark = [pytest.mark.e2e, pytest.mark.thorough, pytest.mark.timeout(600)]

KINDS = ("console", "knowledge", "actions")
TRACKER = {
    "sender_id": "nobody",
    "slots": {},
    "latest_message": {"text": "x", "intent": {"name": "enquiry"}, "metadata": {"enquiry_id": "e"}},
    "events": [],
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("replicas")
    with (
        pytest.MonkeyPatch.context() as patch,
        PostgreSQL(folder / "postgresql") as postgresql,
        replicas_of(*KINDS, folder=folder, postgresql=postgresql, patch=patch) as machine,
    ):
        yield machine


def test_not_one_request_fails_or_is_done_twice_while_each_replica_is_restarted(machine: Machine) -> None:
    web, search, acts = (getattr(machine.settings, name) for name in ("web_address", "knowledge_url", "actions_url"))
    question = {"text": "hồ sơ nhập khẩu gồm những gì", "language": "vi"}
    action = {"next_action": "action_prepare_case_form", "sender_id": "nobody", "tracker": TRACKER, "domain": {}}
    # Without an id of its own, so that the desk could not tell a message that came twice from two.
    command = {"conversation": None, "lang": "vi", "text": "/help"}
    # All of it comes from one network address, and more than a household sends.
    machine.customs("settings", "set", "address_a_minute", "100000", "--reason", "one address sends it all")
    before = {kind: machine.pids(kind) for kind in (*KINDS, "proxy")}
    kept = _updates(machine)

    with stream_of(
        {
            "message": lambda client: client.post(f"{web}/api/chat/messages", json=command),
            "page": lambda client: client.get(f"{web}/chat"),
            "search": lambda client: client.post(f"{search}/search", json=question),
            "action": lambda client: client.post(f"{acts}/webhook", json=action),
        },
        every=0.05,
    ) as stream:
        printed = machine.customs("restart")

    assert stream.failed == []
    assert _updates(machine) - kept == stream.sent["message"]
    assert all(count > 100 for count in stream.sent.values()), stream.sent
    for kind in KINDS:
        assert set(machine.pids(kind)).isdisjoint(before[kind]), printed
    assert machine.pids("proxy") == before["proxy"]
    print(dict(stream.sent), f"longest {stream.longest:.2f} s", printed)  # noqa: T201


def test_what_is_of_the_inside_is_not_reached_from_outside(machine: Machine) -> None:
    for path in ("/metrics", "/ready", "/replica-ready", "/proxy-ready"):
        answer = httpx.get(f"{machine.settings.web_address}{path}", headers={"X-Replica": "127.0.0.1:1"})
        assert answer.status_code == 404


def _updates(machine: Machine) -> int:
    store = open_store(machine.settings)
    try:
        with store.reading() as session:
            return session.scalar(select(func.count()).select_from(InboxUpdate)) or 0
    finally:
        store.engine.dispose()
