"""The enterprise's chat as a page that works without a script; a script only saves the reloading."""

from __future__ import annotations

import hashlib

from litestar import get, post
from litestar.response import Redirect, Template

from console import chat_inbox, chat_messages
from console.chat_inbox import Progress, Sent
from console.chat_messages import ShownMessage
from console.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from desk.conversations import service as conversations
from desk.ids import new_id


@get("/", sync_to_thread=False)
def front_door() -> Redirect:
    return Redirect("/chat", status_code=302)


@get("/chat", sync_to_thread=True)
def chat_page(request: HttpRequest, site: OfSite) -> Template:
    return _page(request, site, site.visitor_of(request))


@post("/chat", sync_to_thread=True)
def post_to_chat(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Take in a text, or the button that was pressed beside it."""
    visitor = site.visitor_of(request) or new_id()
    button = data.get("button")
    sent = Sent(None if button else data.get("text", ""), button or None, language=language_of(request))
    _, progress = chat_inbox.take_in(site.desk, visitor, chat_inbox.body_of(sent), _message_id(data, sent))
    if progress is Progress.FINISHED:
        return see_other("/chat#latest", cookies=[site.visitor_cookie(visitor)])
    return _page(request, site, visitor, problem=progress)


def _page(request: HttpRequest, site: Site, visitor: str | None, problem: Progress | None = None) -> Template:
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
        "chat.html",
        here="/chat",
        status=503 if problem else 200,
        cookies=[site.visitor_cookie(visitor or new_id())],
        messages=messages,
        latest=_latest(messages),
        conversation=conversation_id,
        message_id=new_id(),
        problem=problem,
    )


def _message_id(data: dict[str, str], sent: Sent) -> str | None:
    """One for each page and content: a form sent twice is one message, two buttons of one page are two."""
    page_id = data.get("message_id", "")[:50]
    content = hashlib.sha256(f"{sent.text}\n{sent.button}".encode("utf-8", "replace")).hexdigest()
    return f"{page_id}.{content[:32]}" if page_id else None


def _latest(messages: list[ShownMessage]) -> str | None:
    """The message at which the page begins to be read: the last that the person wrote."""
    own = [message.id for message in messages if message.author == "person"]
    return own[-1] if own else None
