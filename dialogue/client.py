"""The client of the Rasa server: hands over what a person wrote or a button stands for, and reads the replies."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy.exc import SQLAlchemyError

from desk.cases.fields import CASE_FIELDS
from desk.observing import UNOBSERVED, Observer, timed
from desk.ports import DialogueReply, DialogueUnavailable, FormState
from dialogue.guarding.tracker_database import TrackerDatabase

log = logging.getLogger(__name__)

CASE_FORM = "case_form"
#: Longest text that Rasa is given, in characters.
LONGEST = 1000
#: Ends of turns that are waited for at once; others wait their turn, and nobody for them.
_AT_ONCE = 8


class RasaDialogue:
    """desk.ports.Dialogue over Rasa's REST channel; one connection pool, safe to share between threads.

    ``timeout`` is in seconds, until the next thing is said. ``token`` is Rasa's --auth-token;
    ``observer`` is told how long each message took; ``headers`` show that a process of the desk asks. ``trackers`` is
    the address of Rasa's tracker database: what is to be forgotten is taken out there, for Rasa itself has no way to do
    it.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float = 15.0,
        token: str | None = None,
        observer: Observer = UNOBSERVED,
        trackers: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        # A proxy of the environment is for the outside world; Rasa is on this machine or a private network.
        self._http = httpx.Client(base_url=base_url, timeout=timeout, trust_env=False, headers=headers)
        self._auth = {"token": token} if token else {}
        self._observer = observer
        self._trackers = trackers
        self._afterwards = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dialogue")

    def say(
        self, conversation: str, enquiry_id: str, text: str, *, answers: str | None = None
    ) -> Sequence[DialogueReply]:
        """Hand over what a person wrote; raises DialogueUnavailable, and ValueError when nothing readable is left."""
        readable = as_words(text)
        if not readable:
            raise ValueError("there is nothing to say in this text")
        # What a form is about counts only once the tracker has it: then the end of the turn is waited for.
        return self._post(conversation, enquiry_id, readable, answers, hurries=answers is None)

    def trigger(
        self,
        conversation: str,
        enquiry_id: str,
        intent: str,
        slots: Mapping[str, str] | None = None,
        *,
        answers: str | None = None,
    ) -> Sequence[DialogueReply]:
        """Hand over an intent that a button stands for; raises DialogueUnavailable."""
        values = json.dumps(dict(slots), ensure_ascii=False) if slots else ""
        return self._post(conversation, enquiry_id, f"/{intent}{values}", answers)

    def replies_to(self, conversation: str, enquiry_id: str, *, begun: bool = False) -> Sequence[DialogueReply] | None:
        """What Rasa said after the message of this enquiry, by its tracker; None where it is not there.

        Rasa answers with a new tracker when it cannot read the one it has: with ``begun`` that is told apart. Raises
        DialogueUnavailable.
        """
        path = f"/conversations/{quote(conversation, safe='')}/tracker"
        tracker = self._answer("GET", path, params={**self._auth, "include_events": "ALL"})
        messages = _messages(tracker.get("events") or [])
        if begun and not messages:
            raise DialogueUnavailable("the dialogue server could not read its tracker")
        return messages.get(enquiry_id)

    def form_of(self, conversation: str) -> FormState:
        """Where the case form stands by Rasa's tracker; raises DialogueUnavailable."""
        path = f"/conversations/{quote(conversation, safe='')}/tracker"
        tracker = self._answer("GET", path, params={**self._auth, "include_events": "NONE"})
        slots = tracker.get("slots") or {}
        is_open = (tracker.get("active_loop") or {}).get("name") == CASE_FORM
        fields = {name: str(slots[name]) for name in CASE_FIELDS if slots.get(name) is not None}
        return FormState(slots.get("requested_slot") if is_open else None, fields)

    def forget(self, conversation: str) -> None:
        """Delete the tracker of a conversation; raises DialogueUnavailable."""
        if not self._trackers:
            raise DialogueUnavailable("where the trackers are kept is not known here")
        try:
            TrackerDatabase(self._trackers).forget(conversation)
        except SQLAlchemyError as error:
            raise DialogueUnavailable(f"the tracker database: {type(error).__name__}") from error

    def healthy(self) -> bool:
        """Whether Rasa answers and has a model."""
        try:
            return bool(self._answer("GET", "/status", params=self._auth).get("model_file"))
        except DialogueUnavailable:
            return False

    def close(self) -> None:
        self._afterwards.shutdown()
        self._http.close()

    def _post(
        self, conversation: str, enquiry_id: str, message: str, answers: str | None, *, hurries: bool = False
    ) -> Sequence[DialogueReply]:
        told = {"enquiry_id": enquiry_id, **({"answers": answers} if answers else {})}
        body = {"sender": conversation, "message": message, "metadata": told}
        with timed(self._tell):
            replies = self._said(body, hurries=hurries)
            if not replies:
                # Rasa says nothing when anything failed on its side.
                raise DialogueUnavailable("the dialogue server answered with nothing")
            return replies

    def _said(self, body: Mapping[str, Any], *, hurries: bool) -> list[DialogueReply]:
        """Each reply as it comes; with ``hurries`` what is known to be the last does not wait for the turn's end."""
        with ExitStack() as reading, _told():
            stream = self._http.stream("POST", "/webhooks/rest/webhook", params={"stream": "true"}, json=body)
            response = reading.enter_context(stream)
            response.raise_for_status()
            replies: list[DialogueReply] = []
            lines = response.iter_lines()
            for line in filter(None, lines):
                said = json.loads(line)
                replies.append(_reply(said))
                if hurries and said["custom"].get("is_all"):
                    self._afterwards.submit(_to_the_end, lines, reading.pop_all())
                    break
            return replies

    def _tell(self, seconds: float, error: BaseException | None) -> None:
        self._observer.conversed(seconds, failed=error is not None)

    def _answer(self, method: str, path: str, **request: Any) -> Any:
        with _told():
            response = self._http.request(method, path, **request)
            response.raise_for_status()
            return response.json()


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong between here and Rasa is that the dialogue is away."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise DialogueUnavailable(f"the dialogue server answered {error.response.status_code}") from error
    except httpx.HTTPError as error:
        raise DialogueUnavailable(f"the dialogue server did not answer: {type(error).__name__}") from error
    except ValueError as error:
        raise DialogueUnavailable("the dialogue server did not answer in JSON") from error


def _to_the_end(lines: Iterator[str], reading: ExitStack) -> None:
    """Read what is left, so that the connection can be used again; if the server breaks off, all has been said."""
    with suppress(httpx.HTTPError), reading:
        for line in filter(None, lines):
            log.warning("the dialogue server said more than it had announced: %d characters", len(line))


def as_words(text: str) -> str:
    """The text as Rasa may see it: one line, composed letters, at most LONGEST characters, no leading slash.

    Rasa takes a text that begins with a slash for an intent, so that a person could type "/restart".
    """
    kept = (_visible(character) for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split()).lstrip("/ ")[:LONGEST].rstrip()


def _visible(character: str) -> str:
    """A control character becomes a space; one without width, or half of a broken pair, goes."""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs") else character


def _messages(events: Sequence[Mapping[str, Any]]) -> dict[str, list[DialogueReply]]:
    """The replies to each message, by enquiry. What was said twice, of one that was handled twice, counts the last."""
    messages: dict[str, list[DialogueReply]] = {}
    said: list[DialogueReply] = []
    for event in events:
        if event.get("event") == "user":
            said = messages.setdefault(str((event.get("metadata") or {}).get("enquiry_id")), [])
        elif event.get("event") == "bot":
            reply = _reply(event.get("data") or {})
            if reply in said:
                said.remove(reply)
            said.append(reply)
    return messages


def _reply(reply: Mapping[str, Any]) -> DialogueReply:
    custom = reply.get("custom") if isinstance(reply, Mapping) else None
    if not isinstance(custom, Mapping) or not (custom.get("text") or custom.get("act")):
        raise DialogueUnavailable("the dialogue server answered with what is neither a text's name nor an act")
    return DialogueReply(text=custom.get("text"), act=custom.get("act"))
