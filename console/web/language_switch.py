"""The switch between Vietnamese and English that every page carries."""

from __future__ import annotations

from litestar import post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from console.enterprise.chat_messages import chat_of_visitor
from console.web.site import Form, HttpRequest, OfSite, local_path, see_other
from desk.conversations import service as conversations
from desk.guidance.record import Language

_LASTS = 365 * 24 * 3600


@post("/language", sync_to_thread=True)
def choose_language(request: HttpRequest, site: OfSite, data: Form) -> Redirect:
    """Keep the language that a visitor chose: for the pages in a cookie, and for the answers with their person."""
    wanted = data.get("lang", "")
    language: Language = "en" if wanted == "en" else "vi"
    visitor = site.visitor_of(request)
    path = local_path(data.get("to", ""), "/chat")
    if visitor is not None and path.startswith("/chat"):
        with site.desk.store.writing() as session:
            chat = chat_of_visitor(session, visitor)
            if chat is not None:
                chat.person.language_choice = language
                last = conversations.latest(session, chat)
                if last is not None:
                    last.language = language
    cookie = Cookie("language", value=language, max_age=_LASTS, httponly=True, secure=site.secure, samesite="lax")
    return see_other(path, cookies=[cookie])
