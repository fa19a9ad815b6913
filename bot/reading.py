"""What one stored update of Telegram means to the desk; read by itself, so that an odd one never stops another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.inbox import CHANNEL, chat_of, is_number
from desk.conversations.incoming import Incoming, Kind, OfferedFile
from desk.json_text import parse_json

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
#: Letters of a language's code, such as zh-hans.
_LONGEST_CODE = 35
#: What a message may carry instead of text. Order matters: a venue has a location too, an animation a document.
ATTACHMENTS = (
    "photo",
    "animation",
    "document",
    "voice",
    "audio",
    "video",
    "video_note",
    "sticker",
    "venue",
    "location",
    "contact",
    "poll",
    "dice",
    "story",
    "game",
    "paid_media",
    "checklist",
)
#: Messages that Telegram itself puts into a private chat; nobody wrote them and nobody waits for a reply.
SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "connected_website",
    "write_access_allowed",
    "chat_background_set",
    "successful_payment",
    "refunded_payment",
    "gift",
)


@dataclass(frozen=True)
class Identity:
    """Who the bot is, by which it is addressed in groups: its user id and its name without the @."""

    id: int
    username: str


@dataclass(frozen=True)
class Read:
    """What an update means: ``incoming`` for the desk, or else ``quiet``, the reason why nobody is answered.

    ``callback`` is the id of a tap that Telegram wants answered.
    """

    incoming: Incoming | None = None
    quiet: str = ""
    callback: str | None = None


def read(body: str, bot: Identity) -> Read:
    """Understand one stored update; never raises.

    One that cannot be understood is Kind.UNREADABLE when its chat is known, so that the person is told.
    """
    update: Any = None
    try:
        update = parse_json(body)
        return _read(update, bot)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        chat = chat_of(update) if isinstance(update, dict) else None
        if chat is None or _is_of_group(update):
            return Read(quiet="unreadable")
        return Read(Incoming(CHANNEL, chat, Kind.UNREADABLE), callback=_callback_of(update))


def _read(update: dict[str, Any], bot: Identity) -> Read:
    if "message" in update:
        return _message(update["message"], bot)
    if "edited_message" in update:
        return _edited(update["edited_message"])
    if "callback_query" in update:
        return _tap(update["callback_query"])
    if "my_chat_member" in update:
        return _membership(update["my_chat_member"])
    return Read(quiet="unreadable")


def _message(message: dict[str, Any], bot: Identity) -> Read:
    if message["chat"]["type"] != "private":
        return _in_group(message, bot)
    if any(name in message for name in SERVICE):
        return Read(quiet="service")
    known = _of(message)
    text = message.get("text")
    if text is None:
        attachment = next((name for name in ATTACHMENTS if name in message), None)
        if attachment is None:
            return Read(replace(known, kind=Kind.UNREADABLE))
        caption = _text(message.get("caption", ""))
        files = _files(message, attachment)
        return Read(replace(known, kind=Kind.ATTACHMENT, attachment=attachment, text=caption, files=files))
    command = _COMMAND.fullmatch(_text(text).strip())
    if command is None:
        return Read(replace(known, kind=Kind.TEXT, text=text))
    name, _, argument = command.groups()
    return Read(replace(known, kind=Kind.COMMAND, command=name.lower(), argument=argument or ""))


def _files(message: dict[str, Any], attachment: str) -> tuple[OfferedFile, ...]:
    """The document, or the largest size of the photo; nothing for what the desk does not take."""
    if attachment == "document":
        file, name = message["document"], message["document"].get("file_name") or "document"
    elif attachment == "photo":
        file = max(message["photo"], key=lambda size: size.get("width", 0) * size.get("height", 0))
        name = f"photo-{int(message['message_id'])}"
    else:
        return ()
    if "file_id" not in file:
        return ()
    size = file.get("file_size")
    return (OfferedFile(_text(file["file_id"]), _text(name), size if type(size) is int else None),)


def _edited(message: dict[str, Any]) -> Read:
    if message["chat"]["type"] != "private":
        return Read(quiet="group")
    if "location" in message:
        return Read(quiet="live location")  # it moves every few seconds for hours
    return Read(replace(_of(message), kind=Kind.EDITED, text=_text(message.get("text", message.get("caption", "")))))


def _tap(query: dict[str, Any]) -> Read:
    message = query.get("message")
    person = query["from"]
    chat = message["chat"]["id"] if message else person["id"]
    tap = Incoming(
        CHANNEL,
        _number(chat),
        Kind.BUTTON,
        button=_text(query.get("data", "")),
        user=_number(person["id"]),
        person_name=_name(person),
        language_hint=_language(person),
    )
    return Read(tap, callback=str(query["id"]))


def _membership(change: dict[str, Any]) -> Read:
    """The person blocked the bot, or let it in again."""
    if change["chat"]["type"] != "private":
        return Read(quiet="group")
    gone = change["new_chat_member"]["status"] in ("kicked", "left")
    return Read(replace(_of(change), kind=Kind.BLOCKED if gone else Kind.UNBLOCKED))


def _in_group(message: dict[str, Any], bot: Identity) -> Read:
    """In a group only those who turn to the bot get a reply, which sends them to the private chat."""
    if message.get("from", {}).get("is_bot") or not _is_addressed(message, bot):
        return Read(quiet="group")
    return Read(replace(_of(message), kind=Kind.GROUP, person_name=None))


def _is_addressed(message: dict[str, Any], bot: Identity) -> bool:
    text = _text(message.get("text", message.get("caption", "")))
    command = _COMMAND.fullmatch(text.strip())
    if command is not None:
        return command[2] is None or command[2].lower() == bot.username.lower()
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id:
        return True
    return re.search(rf"(?<!\w)@{re.escape(bot.username)}(?!\w)", text, re.IGNORECASE) is not None


def _of(message: dict[str, Any]) -> Incoming:
    """Whose message it is and where; the kind is still open."""
    person = message.get("from")
    replied = message.get("reply_to_message")
    return Incoming(
        CHANNEL,
        _number(message["chat"]["id"]),
        Kind.UNREADABLE,
        user=_number(person["id"]) if person else None,
        person_name=_name(person) if person else None,
        language_hint=_language(person) if person else None,
        reply_to=_number(replied["message_id"]) if replied else None,
        reply_words=_text(replied.get("text", replied.get("caption", ""))) if replied else "",
    )


def _name(person: dict[str, Any]) -> str | None:
    return " ".join(filter(None, (person.get("first_name"), person.get("last_name")))).strip() or None


def _number(value: object) -> str:
    """A number of Telegram's as the desk keeps it."""
    if not is_number(value):
        raise TypeError("no number")
    return str(value)


def _language(person: dict[str, Any]) -> str | None:
    code = person.get("language_code")
    return code if isinstance(code, str) and len(code) <= _LONGEST_CODE else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _is_of_group(update: dict[str, Any]) -> bool:
    places = (part.get("chat") for part in update.values() if isinstance(part, dict))
    return any(isinstance(place, dict) and place.get("type", "private") != "private" for place in places)


def _callback_of(update: dict[str, Any]) -> str | None:
    query = update.get("callback_query")
    return _text(query["id"]) if isinstance(query, dict) and isinstance(query.get("id"), str) else None
