"""The client of the Rasa server: hands over what a person wrote or a button stands for, and reads the replies."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy.exc import SQLAlchemyError

from desk.cases.fields import CASE_FIELDS
from desk.observing import UNOBSERVED, Observer, timed
from desk.ports import DialogueReply, DialogueUnavailable, FormState
from dialogue.guarding.tracker_database import TrackerDatabase

CASE_FORM = "case_form"
#: Longest text that Rasa is given, in characters.
LONGEST = 1000


class RasaDialogue:
    """desk.ports.Dialogue over Rasa's REST channel; one connection pool, safe to share between threads.

    ``timeout`` is in seconds and holds for one message with all its actions. ``token`` is Rasa's --auth-token;
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

    def say(
        self, conversation: str, enquiry_id: str, text: str, *, answers: str | None = None
    ) -> Sequence[DialogueReply]:
        """Hand over what a person wrote; raises DialogueUnavailable, and ValueError when nothing readable is left."""
        readable = as_words(text)
        if not readable:
            raise ValueError("there is nothing to say in this text")
        return self._post(conversation, enquiry_id, readable, answers)

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
        self._http.close()

    def _post(self, conversation: str, enquiry_id: str, message: str, answers: str | None) -> Sequence[DialogueReply]:
        told = {"enquiry_id": enquiry_id, **({"answers": answers} if answers else {})}
        body = {"sender": conversation, "message": message, "metadata": told}
        with timed(self._tell):
            replies = self._answer("POST", "/webhooks/rest/webhook", json=body)
            if not replies:
                # Rasa answers 200 with an empty list when anything failed on its side.
                raise DialogueUnavailable("the dialogue server answered with nothing")
            return [_reply(reply) for reply in replies]

    def _tell(self, seconds: float, error: BaseException | None) -> None:
        self._observer.conversed(seconds, failed=error is not None)

    def _answer(self, method: str, path: str, **request: Any) -> Any:
        try:
            response = self._http.request(method, path, **request)
            response.raise_for_status()
            return response.json()
        except httpx.HTTPStatusError as error:
            raise DialogueUnavailable(f"the dialogue server answered {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise DialogueUnavailable(f"the dialogue server did not answer: {type(error).__name__}") from error
        except ValueError as error:
            raise DialogueUnavailable("the dialogue server did not answer in JSON") from error


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
    custom = reply.get("custom")
    if not isinstance(custom, Mapping) or not (custom.get("text") or custom.get("act")):
        raise DialogueUnavailable("the dialogue server answered with what is neither a text's name nor an act")
    return DialogueReply(text=custom.get("text"), act=custom.get("act"))
