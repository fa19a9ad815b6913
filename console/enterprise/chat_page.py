"""The enterprise's chat as a page that works without a script; a script only saves the reloading."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.enterprise import chat_inbox, chat_messages, who
from console.enterprise.chat_inbox import Progress, Sent, TooMuch
from console.enterprise.chat_messages import ShownMessage
from console.enterprise.who import Who
from console.web.language_switch import cookie_of
from console.web.limiting import source_of
from console.web.site import HttpRequest, OfSite, Site, language_of, page, see_other
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in, refusal
from desk.accounts import service as accounts
from desk.attachments.service import FileRefused
from desk.cases.model import OPEN_STATES, Case
from desk.conversations.commands import MENU
from desk.conversations.model import Message, Person
from desk.guidance.record import LANGUAGES, Language
from desk.ids import new_id

Answer = Template | Redirect | Response[dict[str, Any]]


@get("/", sync_to_thread=False)
def front_door() -> Redirect:
    return Redirect("/chat", status_code=302)


@get("/chat", sync_to_thread=True)
def chat_page(
    request: HttpRequest,
    site: OfSite,
    before: FromQuery[str] = "",
    reply: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Template:
    """The newest messages, or those before a place; ``reply``: the officer's message that is being answered."""
    there = who.who_is(request, site)
    done = done if done in ("signed_in", "joined", "signed_out", "left_apart") else ""
    return _page(request, site, there, before=before, reply=reply, done=done)


@get("/chat/new", sync_to_thread=True)
def new_messages(request: HttpRequest, site: OfSite, after: FromQuery[str] = "") -> Template | Response[None]:
    """What came after a message, as a piece of the page; 409 where it is no message of who is there now."""
    there = who.who_is(request, site, opens_a_page=False)
    with site.desk.store.reading() as session:
        chat = who.chat_of(session, there)
        known = chat_messages.in_chat(session, chat, after) if chat is not None and after else None
        previous = known.conversation_id if known is not None else None
    if there.ended or (after and known is None):
        return Response(None, status_code=409)
    if chat is None:
        return Response(None, status_code=204)
    found = chat_messages.fetch(
        site.desk, lambda session: chat_messages.after_message(session, chat, known), previous=previous
    )
    if not found:
        return Response(None, status_code=204)
    return page(request, site, "enterprise/chat_new.html", messages=found, latest=None)


@post("/chat", request_max_body_size=UPLOAD_BYTES)
async def post_to_chat(request: HttpRequest, site: OfSite) -> Answer:
    """Take in a text with its files, the button that was pressed, or what was chosen in the menu.

    A script that asks for JSON is answered {} or {"reload": true}, and errors as {"error": sentence}.
    """
    return await sync_to_thread(_take_in, request, site, await filled_in(request))


def _take_in(request: HttpRequest, site: Site, filled: Filled) -> Answer:
    there = who.who_is(request, site)
    sent = _sent(request, site, filled)
    if there.ended:
        return _refuse(request, site, there, site.desk.texts.say("page.person_enter.ended", language_of(request)), sent)
    there = _with_chat(site, there)
    address = there.address or new_id()
    uploads = filled.uploads if sent.button is None and sent.command is None else ()
    message_id = _message_id(filled, sent)
    try:
        _, progress = chat_inbox.take_in(
            site.desk, address, chat_inbox.body_of(sent), message_id, uploads, source=source_of(request)
        )
    except TooMuch as much:
        sentence, headers = much.told(site.desk, language_of(request))
        answer = _refuse(request, site, there, sentence, sent, status=429)
        answer.headers.update(headers)
        return answer
    except FileRefused as refused:
        return _refuse(request, site, there, refusal(request, site, refused), sent)
    if progress is not Progress.FINISHED:
        return _told_of(request, site, there, progress)
    spoken = _language_chosen(site, there, sent)
    changed = spoken is not None and spoken != language_of(request)
    cookies = [] if there.is_signed_in else [site.visitor_cookie(address)]
    cookies += [cookie_of(site, spoken)] if changed and spoken is not None else []
    if _wants_json(request):
        return Response({"reload": True} if changed else {}, status_code=200, cookies=cookies)
    return see_other("/chat#latest", cookies=cookies)


def _sent(request: HttpRequest, site: Site, filled: Filled) -> Sent:
    """What the form says: one button, one choice of the menu, or a text."""
    language, data = language_of(request), filled.fields
    if data.get("button"):
        return Sent(None, data["button"], language=language)
    if data.get("command") in MENU:
        words = site.desk.texts.say(f"menu.{data['command']}", language)
        return Sent(words, None, language=language, command=data["command"])
    return Sent(data.get("text", ""), None, language=language, reply_to=data.get("reply_to", "")[:50])


def _with_chat(site: Site, there: Who) -> Who:
    """The chat of who is signed in is there before anything is put into it, so that it is nobody else's."""
    if there.person is not None:
        with site.desk.store.writing() as session:
            accounts.make_own_chat(site.desk, session, session.get_one(Person, there.person))
    return there


def _language_chosen(site: Site, there: Who, sent: Sent) -> Language | None:
    """The language that the person chose, after they pressed a button: one of them may have been that."""
    if sent.button is None:
        return None
    with site.desk.store.reading() as session:
        person = who.person_of(session, there)
        return next((one for one in LANGUAGES if person is not None and person.language_choice == one), None)


def _refuse(request: HttpRequest, site: Site, there: Who, sentence: str, sent: Sent, status: int = 409) -> Answer:
    if _wants_json(request):
        return Response({"error": sentence, "reload": there.ended}, status_code=status)
    draft, reply = sent.text or "", sent.reply_to or ""
    return _page(request, site, there, refused=sentence, status=status, draft=draft, reply=reply)


def _told_of(request: HttpRequest, site: Site, there: Who, progress: Progress) -> Answer:
    if _wants_json(request):
        sentence = site.desk.texts.say(f"page.chat.{progress.value}", language_of(request))
        return Response({"error": sentence}, status_code=503)
    return _page(request, site, there, problem=progress)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("accept", "") == "application/json"


def _page(
    request: HttpRequest,
    site: Site,
    there: Who,
    problem: Progress | None = None,
    *,
    refused: str = "",
    status: int = 200,
    draft: str = "",
    before: str = "",
    reply: str = "",
    done: str = "",
) -> Template:
    messages: list[ShownMessage] = []
    older, replying = None, None
    with site.desk.store.reading() as session:
        chat = who.chat_of(session, there)
        if chat is not None:
            older = chat_messages.page_of_chat(session, chat, before or None).after
            replying = _answered(session, chat_messages.in_chat(session, chat, reply)) if reply else None
    if chat is not None:
        messages = chat_messages.fetch(
            site.desk, lambda session: chat_messages.page_of_chat(session, chat, before or None).rows
        )
    cookies = [] if there.is_signed_in else [site.visitor_cookie(there.visitor or new_id())]
    if there.ended:
        cookies.append(site.without("person"))
    return page(
        request,
        site,
        "enterprise/chat.html",
        here="/chat",
        status=503 if problem else status,
        cookies=cookies,
        messages=messages,
        older=older,
        is_newest=not before,
        latest=_latest(messages),
        unread=[message.id for message in messages if message.is_new and message.author == "officer"],
        reply={"id": reply, "case": replying} if replying else None,
        message_id=new_id(),
        menu=MENU,
        signed_in=there.is_signed_in,
        ended=there.ended and not refused,
        problem=problem,
        refused=refused,
        done=done,
        draft=draft,
        limits=site.desk.rules.files.megabytes,
    )


def _answered(session: Session, message: Message | None) -> str | None:
    """The number of the open case to which an officer's message belongs."""
    if message is None or message.author != "officer" or message.case_id is None:
        return None
    case = session.get_one(Case, message.case_id)
    return case.number if case.state in OPEN_STATES else None


def _message_id(filled: Filled, sent: Sent) -> str | None:
    """One for each page and content: a form sent twice is one message, two buttons of one page are two."""
    page_id = filled.fields.get("message_id", "")[:50]
    said = f"{sent.text}\n{sent.button}" + (f"\n{sent.command}" if sent.command else "")
    content = hashlib.sha256(said.encode("utf-8", "replace"))
    for upload in filled.uploads:
        content.update(upload.data)
    return f"{page_id}.{content.hexdigest()[:32]}" if page_id else None


def _latest(messages: list[ShownMessage]) -> str | None:
    """The message at which the page begins to be read: what is new, else the last that the person wrote."""
    new = [message.id for message in messages if message.is_new and message.author == "officer"]
    own = [message.id for message in messages if message.author == "person"]
    return new[0] if new else own[-1] if own else None
