"""The enterprise's chat as a page that works without a script; a script only saves the reloading."""

from __future__ import annotations

import hashlib

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.response import Redirect, Template

from console.enterprise import chat_inbox, chat_messages
from console.enterprise.chat_inbox import Progress, Sent
from console.enterprise.chat_messages import ShownMessage
from console.web.site import HttpRequest, OfSite, Site, language_of, page, see_other
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in, refusal
from desk.attachments.service import FileRefused
from desk.conversations import service as conversations
from desk.ids import new_id


@get("/", sync_to_thread=False)
def front_door() -> Redirect:
    return Redirect("/chat", status_code=302)


@get("/chat", sync_to_thread=True)
def chat_page(request: HttpRequest, site: OfSite) -> Template:
    return _page(request, site, site.visitor_of(request))


@post("/chat", request_max_body_size=UPLOAD_BYTES)
async def post_to_chat(request: HttpRequest, site: OfSite) -> Template | Redirect:
    """Take in a text with its files, or the button that was pressed beside it."""
    return await sync_to_thread(_take_in, request, site, await filled_in(request))


def _take_in(request: HttpRequest, site: Site, filled: Filled) -> Template | Redirect:
    visitor = site.visitor_of(request) or new_id()
    data = filled.fields
    button = data.get("button")
    uploads = () if button else filled.uploads
    sent = Sent(None if button else data.get("text", ""), button or None, language=language_of(request))
    message_id = _message_id(filled, sent)
    try:
        _, progress = chat_inbox.take_in(site.desk, visitor, chat_inbox.body_of(sent), message_id, uploads)
    except FileRefused as refused:
        return _page(request, site, visitor, refused=refusal(request, site, refused), draft=sent.text or "")
    if progress is Progress.FINISHED:
        return see_other("/chat#latest", cookies=[site.visitor_cookie(visitor)])
    return _page(request, site, visitor, problem=progress)


def _page(
    request: HttpRequest,
    site: Site,
    visitor: str | None,
    problem: Progress | None = None,
    *,
    refused: str = "",
    draft: str = "",
) -> Template:
    messages: list[ShownMessage] = []
    conversation_id = ""
    if visitor is not None:
        with site.desk.store.reading() as session:
            chat = chat_messages.chat_of_visitor(session, visitor)
            last = conversations.latest(session, chat) if chat is not None else None
        if chat is not None and last is not None:
            messages = chat_messages.fetch(site.desk, lambda session: chat_messages.latest_of(session, chat))
            conversation_id = last.id
    return page(
        request,
        site,
        "enterprise/chat.html",
        here="/chat",
        status=503 if problem else 409 if refused else 200,
        cookies=[site.visitor_cookie(visitor or new_id())],
        messages=messages,
        latest=_latest(messages),
        conversation=conversation_id,
        message_id=new_id(),
        problem=problem,
        refused=refused,
        draft=draft,
        limits=site.desk.rules.files.megabytes,
    )


def _message_id(filled: Filled, sent: Sent) -> str | None:
    """One for each page and content: a form sent twice is one message, two buttons of one page are two."""
    page_id = filled.fields.get("message_id", "")[:50]
    content = hashlib.sha256(f"{sent.text}\n{sent.button}".encode("utf-8", "replace"))
    for upload in filled.uploads:
        content.update(upload.data)
    return f"{page_id}.{content.hexdigest()[:32]}" if page_id else None


def _latest(messages: list[ShownMessage]) -> str | None:
    """The message at which the page begins to be read: the last that the person wrote."""
    own = [message.id for message in messages if message.author == "person"]
    return own[-1] if own else None
