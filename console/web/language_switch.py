"""The switch between Vietnamese and English that every page carries."""

from __future__ import annotations

from litestar import post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from console.enterprise import who
from console.web.site import Form, HttpRequest, OfSite, Site, local_path, see_other
from desk.conversations import service as conversations
from desk.guidance.record import Language

_LASTS = 365 * 24 * 3600


@post("/language", sync_to_thread=True)
def choose_language(request: HttpRequest, site: OfSite, data: Form) -> Redirect:
    """Keep the language that a visitor chose: for the pages in a cookie, and for the answers with their person."""
    wanted = data.get("lang", "")
    language: Language = "en" if wanted == "en" else "vi"
    path = local_path(data.get("to", ""), "/chat")
    if not path.startswith("/desk"):
        speak(site, who.who_is(request, site), language)
    return see_other(path, cookies=[cookie_of(site, language)])


def cookie_of(site: Site, language: Language) -> Cookie:
    """The language of the pages, as this browser keeps it."""
    return site.cookie("language", language, _LASTS)


def speak(site: Site, there: who.Who, language: Language) -> None:
    """The answers are in this language from now on; the conversation goes on."""
    with site.desk.store.writing() as session:
        person, chat = who.person_of(session, there), who.chat_of(session, there)
        if person is not None:
            person.language_choice = language
        last = conversations.latest(session, chat) if chat is not None else None
        if last is not None:
            last.language = language
