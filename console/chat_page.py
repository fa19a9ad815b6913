"""The enterprise's chat as a page that works without a script; a script only saves the reloading."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from console import chat_inbox, chat_messages
from console.chat_inbox import Progress, Sent
from console.chat_messages import ShownMessage
from console.site import HttpRequest, OfSite, Site, language_of, page, see_other
from desk.conversations import service as conversations
from desk.ids import new_id

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


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
    message_id = data.get("message_id", "")[:100] or None
    _, progress = chat_inbox.take_in(site.desk, visitor, chat_inbox.body_of(sent), message_id)
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
        status=503 if problem else 200,
        cookies=[site.visitor_cookie(visitor or new_id())],
        messages=messages,
        latest=_latest(messages),
        conversation=conversation_id,
        message_id=new_id(),
        problem=problem,
    )


def _latest(messages: list[ShownMessage]) -> str | None:
    """The message at which the page begins to be read: the last that the person wrote."""
    own = [message.id for message in messages if message.author == "person"]
    return own[-1] if own else None
