"""The JSON door of the enterprise chat; whoever knows a conversation's id (128 random bits) may go on with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromQuery, RawBody
from sqlalchemy.orm import Session

from console.enterprise import chat_inbox, chat_messages
from console.enterprise.chat_inbox import Progress, Sent, TooMuch, Unreadable
from console.web.limiting import source_of
from console.web.site import HttpRequest, OfSite, Site, language_of
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in, refusal
from desk.attachments.service import FileRefused, Upload
from desk.conversations.model import InboxUpdate, Message
from desk.ids import new_id

#: The largest body that a message may come in, in bytes.
BODY_BYTES = 100_000


@post(
    "/api/chat/messages",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=BODY_BYTES,
    opt={"exclude_from_csrf": True},  # no cookie gives any authority here
)
def post_message(request: HttpRequest, site: OfSite, body: RawBody) -> Response[dict[str, Any]]:
    """Take a message in and answer it.

    Body: {"conversation": id or null, "text" or "button": string, "lang": "vi" or "en", "message_id": optional,
    "command": optional, of the menu, with "text" as the words that it has there, "reply_to": optional, the id of an
    officer's message that the text answers, "visitor": optional, a secret of at least 22 letters and digits that the
    sender made up for its first message, so that this one can be sent again too}. A person who signed in has a chat
    that is not reached here.
    Reply: {"conversation": id, "messages": [...]}, the person's own message first. The same message_id in the same
    conversation gives the same reply and has no second effect. Errors: 400, 404, 413, 503 with {"error": sentence}, and
    429 with Retry-After where the chat, or whoever sends, is above a limit: then nothing was kept.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _error(request, site, 400, "page.api.not_json")
    return _take_in(request, site, text)


@post("/api/chat/files", status_code=200, request_max_body_size=UPLOAD_BYTES, opt={"exclude_from_csrf": True})
async def post_files(request: HttpRequest, site: OfSite) -> Response[dict[str, Any]]:
    """Take in one message with files, as multipart/form-data, and answer it.

    Fields: those of a message (text may be missing), and one or more files; the parts' names do not matter. Reply and
    errors as of a message; a file that is not taken is refused with 400 and the reason, and then nothing is kept.
    """
    return await sync_to_thread(_take_in_files, request, site, await filled_in(request))


def _take_in_files(request: HttpRequest, site: Site, filled: Filled) -> Response[dict[str, Any]]:
    names = ("conversation", "text", "lang", "message_id")
    data = {"text": "", **{name: filled.fields[name] for name in names if name in filled.fields}}
    return _take_in(request, site, json.dumps(data), filled.uploads)


def _take_in(request: HttpRequest, site: Site, text: str, uploads: Sequence[Upload] = ()) -> Response[dict[str, Any]]:
    try:
        sent = chat_inbox.read_body(text)
    except Unreadable as unreadable:
        return _error(request, site, 400, unreadable.reason)
    visitor = _visitor_of(site, sent)
    if visitor is None:
        return _error(request, site, 404, "page.api.unknown_conversation")
    try:
        update_id, progress = chat_inbox.take_in(
            site.desk, visitor, text, sent.message_id, uploads, source=source_of(request)
        )
    except TooMuch as much:
        sentence, headers = much.told(site.desk, language_of(request))
        return _json({"error": sentence}, 429, headers)
    except FileRefused as refused:
        return _json({"error": refusal(request, site, refused)}, 400)
    if progress is not Progress.FINISHED:
        return _error(request, site, 503, f"page.chat.{progress.value}")
    return _json(_reply(site, update_id))


@get("/api/chat/messages", sync_to_thread=True)
def get_messages(
    request: HttpRequest, site: OfSite, conversation: FromQuery[str] = "", after: FromQuery[str | None] = None
) -> Response[dict[str, Any]]:
    """What came to the chat of a conversation since it began, or since the message ``after``; fetching delivers."""
    with site.desk.store.reading() as session:
        chat = chat_messages.chat_of_conversation(session, conversation)
    if chat is None:
        return _error(request, site, 404, "page.api.unknown_conversation")
    found = chat_messages.fetch(site.desk, lambda session: chat_messages.since(session, chat, conversation, after))
    return _json({"conversation": conversation, "messages": [message.as_json() for message in found]})


def _visitor_of(site: Site, sent: Sent) -> str | None:
    """Whose chat the message is for: a new visitor's without a conversation; None for an unknown conversation."""
    if sent.conversation is None:
        return chat_inbox.address_of(sent.visitor) if sent.visitor else new_id()
    with site.desk.store.reading() as session:
        chat = chat_messages.chat_of_conversation(session, sent.conversation)
    return chat.address if chat is not None else None


def _reply(site: Site, update_id: int) -> dict[str, Any]:
    def read(session: Session) -> list[Message]:
        return chat_messages.reply_to(session, session.get_one(InboxUpdate, update_id))

    found = chat_messages.fetch(site.desk, read)
    return {"conversation": found[0].conversation, "messages": [message.as_json() for message in found]}


def _error(request: HttpRequest, site: Site, status: int, reason: str) -> Response[dict[str, Any]]:
    return _json({"error": site.desk.texts.say(reason, language_of(request))}, status)


def _json(
    content: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[dict[str, Any]]:
    return Response(content, status_code=status, headers=headers, media_type="application/json")
