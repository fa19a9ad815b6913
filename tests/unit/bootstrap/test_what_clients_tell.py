"""The clients of Rasa and of the knowledge process tell how long they took, and when they failed."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
import pytest

from desk.observing import Unobserved
from desk.ports import DialogueUnavailable, SearchUnavailable
from dialogue.client import RasaDialogue
from knowledge.client import KnowledgeClient

ANSWERS = {
    "/search": {"publication_no": 1, "hits": [], "law": [], "timings_ms": {}},
    "/vectors": {"vectors": [[1.0]]},
    "/webhooks/rest/webhook": {"custom": {"act": "answer_enquiry"}},
}


@dataclass
class Listener(Unobserved):
    told: list[tuple[str, bool]] = field(default_factory=list)

    def searched(self, act: str, seconds: float, *, failed: bool) -> None:
        assert seconds >= 0
        self.told.append((act, failed))

    def conversed(self, seconds: float, *, failed: bool) -> None:
        self.told.append(("dialogue", failed))


@pytest.fixture
def listener() -> Listener:
    return Listener()


def answering(client: RasaDialogue | KnowledgeClient, status: int) -> None:
    """Put a server in place that answers with this status."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=ANSWERS[request.url.path])

    client._http.close()
    client._http = httpx.Client(base_url="http://server", transport=httpx.MockTransport(answer))


@pytest.mark.parametrize("status", [200, 500])
def test_the_search_is_told_by_what_was_asked(listener: Listener, status: int) -> None:
    client = KnowledgeClient("http://server", observer=listener)
    answering(client, status)
    for ask in (lambda: client.search("Phân kênh", "vi"), lambda: client.vectors(["Phân kênh"])):
        if status == 200:
            ask()
        else:
            with pytest.raises(SearchUnavailable):
                ask()
    client.close()
    assert listener.told == [("search", status != 200), ("vectors", status != 200)]


@pytest.mark.parametrize("status", [200, 500])
def test_the_dialogue_is_told(listener: Listener, status: int) -> None:
    client = RasaDialogue("http://server", observer=listener)
    answering(client, status)
    if status == 200:
        client.say("conversation", "enquiry", "Phân kênh")
    else:
        with pytest.raises(DialogueUnavailable):
            client.say("conversation", "enquiry", "Phân kênh")
    client.close()
    assert listener.told == [("dialogue", status != 200)]


def test_an_empty_answer_of_the_dialogue_is_a_failure(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, "/webhooks/rest/webhook", [])
    client = RasaDialogue("http://server", observer=listener)
    answering(client, 200)
    with pytest.raises(DialogueUnavailable):
        client.trigger("conversation", "enquiry", "cancel")
    client.close()
    assert listener.told == [("dialogue", True)]
