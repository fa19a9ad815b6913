"""What web visitors send: stored first, worked on in order, and finished by a worker when a process died over it."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import traceback
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from console.enterprise.chat_messages import CHANNEL
from desk.attachments import intake
from desk.attachments import service as attachments
from desk.attachments.model import Attachment
from desk.attachments.service import FileRefused, TakenFile, Upload
from desk.conversations import claimed, exchange, inbox, without_dialogue
from desk.conversations.claimed import Claim
from desk.conversations.incoming import Incoming, Kind, OfferedFile
from desk.conversations.model import InboxUpdate
from desk.desk import Desk
from desk.floods.gate import Arrival, Refusal
from desk.floods.limits import Limit
from desk.guidance.record import Language
from desk.ids import new_id
from desk.observing import about
from desk.storable import storable

log = logging.getLogger(__name__)

#: Seconds that a visitor's request waits for its answer; the work goes on after that.
PATIENCE = 45.0
_PAUSE = 0.1
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,100}")
_COMMAND = re.compile(r"/([A-Za-z_]{1,32})(?:\s+(.*))?", re.DOTALL)


class Unreadable(ValueError):
    """The body is no message of a web chat; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooMuch(Exception):
    """The message is above a limit and was not kept; ``refusal`` says which, and when to go on."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.limit)
        self.refusal = refusal

    def told(self, desk: Desk, language: Language) -> tuple[str, dict[str, str]]:
        """A sentence for the person, and the header for their browser."""
        seconds = self.refusal.seconds(desk.now())
        limit = Limit.CHAT if self.refusal.limit is Limit.OFFICER else self.refusal.limit
        sentence = desk.texts.say(f"page.chat.too_many.{limit}", language, seconds=seconds)
        return sentence, {"retry-after": str(seconds)}


class Progress(StrEnum):
    FINISHED = "finished"
    FAILED = "failed"
    STILL_AT_WORK = "still_at_work"


@dataclass(frozen=True)
class Sent:
    """A message as a visitor sent it: a text or the id of a button, never both.

    ``command`` is what was chosen in the menu, with its words there as the text; ``reply_to`` the message of an officer
    that the text answers. ``visitor`` is a secret that the sender made up, by which a first message that is sent again
    is known.
    """

    text: str | None
    button: str | None
    conversation: str | None = None
    language: str | None = None
    message_id: str | None = None
    command: str | None = None
    reply_to: str | None = None
    visitor: str | None = None


def read_body(body: str) -> Sent:
    """The message in a body, whether it came just now or was stored; raises Unreadable."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("page.api.not_json") from error
    if not isinstance(data, dict):
        raise Unreadable("page.api.not_json")
    names = ("text", "button", "conversation", "lang", "message_id", "command", "reply_to", "visitor")
    values = {name: _string(data, name) for name in names}
    if (values["text"] is None) == (values["button"] is None):
        raise Unreadable("page.api.text_or_button")
    if values["visitor"] is not None and not _SECRET.fullmatch(values["visitor"]):
        raise Unreadable("page.api.visitor")
    return Sent(values["text"], values["button"], values["conversation"], values["lang"], *map(values.get, names[4:]))


def address_of(visitor: str) -> str:
    """The address of the chat of whoever made up this secret: it does not tell the secret."""
    return urlsafe_b64encode(sha256(visitor.encode()).digest()[:16]).decode().rstrip("=")


def body_of(sent: Sent) -> str:
    """The body that read_body reads back, for what came by a form."""
    data = {
        "text": sent.text,
        "button": sent.button,
        "lang": sent.language,
        "command": sent.command,
        "reply_to": sent.reply_to,
    }
    return json.dumps({name: value for name, value in data.items() if value is not None}, ensure_ascii=False)


def incoming_of(update: InboxUpdate, kept: Sequence[Attachment] = ()) -> Incoming:
    """What the desk is to understand of a stored update with the files kept for it; raises Unreadable."""
    sent = read_body(update.body)
    hint = sent.language
    if sent.button is not None:
        return Incoming(CHANNEL, update.chat_address, Kind.BUTTON, button=sent.button, language_hint=hint)
    text = sent.text or ""
    wrote = Incoming(
        CHANNEL, update.chat_address, Kind.TEXT, text=text, language_hint=hint, reply_to=sent.reply_to or None
    )
    if kept:
        files = tuple(OfferedFile(file.id, file.name, file.size) for file in kept)
        return replace(wrote, kind=Kind.ATTACHMENT, attachment="document", files=files)
    if sent.command:
        return replace(wrote, kind=Kind.COMMAND, command=sent.command)
    command = _COMMAND.fullmatch(text.strip())
    if command:
        name, argument = command.group(1).lower(), (command.group(2) or "").strip()
        return replace(wrote, kind=Kind.COMMAND, command=name, argument=argument)
    return wrote


def take_in(
    desk: Desk, visitor: str, body: str, message_id: str | None, uploads: Sequence[Upload] = (), *, source: str
) -> tuple[int, Progress]:
    """Store what a visitor sent and have it worked on; returns the update's id and how far that came.

    The same ``message_id`` of the same visitor is one update, however often it is sent. ``source`` is the network
    address that it came from. Raises TooMuch or FileRefused, and then nothing is stored.
    """
    key = f"{visitor}:{message_id or new_id()}"
    with desk.floods.letting_in([Arrival(CHANNEL, visitor, desk.now(), among=source)]) as (refusal,):
        stored = _store(desk, visitor, key, body, uploads) if refusal is None else TooMuch(refusal)
    if not isinstance(stored, int):
        raise stored
    try:
        return stored, _brought_to_an_end(desk, stored, key)
    except DBAPIError as error:
        # It is kept: whoever is told that it is not sends it again, and gets two answers.
        log.error("web update %s waits: the store failed with %s", stored, type(error.orig).__name__)
        return stored, Progress.STILL_AT_WORK


def _store(desk: Desk, visitor: str, key: str, body: str, uploads: Sequence[Upload]) -> int | FileRefused:
    """The update's id; or why nothing is stored, returned so that it counts: reading such a file costs the most."""
    try:
        files = _taken(desk, visitor, key, uploads) if uploads else ()
        with desk.store.writing() as session:
            is_new = inbox.store(session, CHANNEL, [inbox.RawUpdate(key, visitor, body)], desk.now())
            if is_new and files:
                _keep(desk, session, _by_key(session, key), files)
            return _by_key(session, key).id
    except FileRefused as refused:
        return refused


def _brought_to_an_end(desk: Desk, update_id: int, key: str) -> Progress:
    """Work on a stored update, each time when it is due, or wait for whoever does; PATIENCE seconds at most."""
    until = time.monotonic() + PATIENCE
    while True:
        with desk.store.reading() as session:
            update = session.get_one(InboxUpdate, update_id)
        if update.state in ("done", "failed"):
            return Progress.FINISHED
        if update.state == "stored":
            with desk.store.writing() as session:
                taken = inbox.claim(session, CHANNEL, key, desk.now(), desk.worker)
            if taken is not None:
                if not work_on(desk, taken):
                    return Progress.FAILED
                continue
            if update.result not in (None, without_dialogue.WAITS):
                return Progress.FAILED  # at the hands of another worker, which put it back
        if time.monotonic() >= until:
            return Progress.STILL_AT_WORK
        time.sleep(_PAUSE)


def work_on(desk: Desk, update: InboxUpdate) -> bool:
    """Finish a claimed update; False when this attempt failed and the update was put back.

    It may be left for another attempt without having failed: what only the dialogue can do waits for it.
    """
    with about(update=update.id):
        return _work_on(desk, update)


def _work_on(desk: Desk, update: InboxUpdate) -> bool:
    incoming: Incoming | None = None
    claim = Claim.of(update)
    try:
        with desk.store.reading() as session:
            kept = attachments.of_update(session, update.id)
        incoming = incoming_of(update, kept)
        exchange.exchange(desk, update.id, incoming, claim)
    except claimed.Overtaken:
        return True
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the update must go back to the inbox
        # Only the kind of the error and the places: its message may hold what a person wrote.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("web update %s failed: %s\n%s", update.id, type(error).__name__, places)
        exchange.give_up(desk, update.id, incoming, type(error).__name__, claim)
        return False
    return True


def finish_left_over(desk: Desk, stop: threading.Event | None = None) -> int:
    """Work on stored web updates that nobody works on, until ``stop`` is set; returns how many were taken.

    Several consoles may do this at once: each update is taken by one.
    """
    taken = 0
    while stop is None or not stop.is_set():
        with desk.store.reading() as session:
            if not inbox.any_due(session, CHANNEL, desk.now()):
                return taken
        with desk.store.writing() as session:
            update = inbox.claim_next(session, CHANNEL, desk.now(), desk.worker)
        if update is None:
            return taken
        work_on(desk, update)
        taken += 1
    return taken


def _taken(desk: Desk, visitor: str, key: str, uploads: Sequence[Upload]) -> tuple[TakenFile, ...]:
    """The files made ready to be kept; none for an update that has them already. Raises FileRefused."""
    with desk.store.reading() as session:
        if session.scalar(_known(key)) is not None:
            return ()
        room = attachments.room_in_chat(session, desk.rules.files, CHANNEL, visitor, desk.now())
    return intake.take(desk, uploads, "person", room=room, full="files.chat_full")


def _keep(desk: Desk, session: Session, update: InboxUpdate, files: Sequence[TakenFile]) -> None:
    now = desk.now()
    room = attachments.room_in_chat(session, desk.rules.files, CHANNEL, update.chat_address, now)
    attachments.keep_all(session, files, now, room=room, full="files.chat_full", update_id=update.id)


def _by_key(session: Session, key: str) -> InboxUpdate:
    return session.scalars(_known(key)).one()


def _known(key: str) -> Select[InboxUpdate]:
    return select(InboxUpdate).where(InboxUpdate.channel == CHANNEL, InboxUpdate.update_key == key)


def _string(data: dict[str, object], name: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or (name != "text" and len(value) > 200):
        raise Unreadable("page.api.not_json")
    return storable(value)
