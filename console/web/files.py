"""Handing a file out to who may see the message that it came with; to anybody else there is no such file."""

from __future__ import annotations

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.enterprise import chat_messages, who
from console.web.file_views import handed_out
from console.web.guard import CASE_WORKERS, roles
from console.web.site import HttpRequest, OfSite, officer_of
from desk.attachments import service as attachments
from desk.attachments.model import Attachment
from desk.cases import queries
from desk.cases.model import Case
from desk.cases.officers import draft_files
from desk.conversations.model import Conversation, Message
from desk.people.model import Officer


@get("/files/{file_id:str}", sync_to_thread=True)
def file_of_chat(
    request: HttpRequest,
    site: OfSite,
    file_id: FromPath[str],
    conversation: FromQuery[str] = "",
    small: FromQuery[str] = "",
) -> Response[bytes]:
    """A file of one's own chat, known by a cookie or by the id of one of its conversations; ``small``: to be shown."""
    there = who.who_is(request, site, opens_a_page=False)
    with site.desk.store.reading() as session:
        chat = chat_messages.chat_of_conversation(session, conversation) if conversation else None
        chat = chat or who.chat_of(session, there)
        attachment, message = _file(session, file_id)
        if chat is None or session.get_one(Conversation, message.conversation_id).chat_id != chat.id:
            raise NotFoundException
        return handed_out(site.desk, session, attachment, small=bool(small))


@get("/case/{key:str}/files/{file_id:str}", sync_to_thread=True)
def file_of_private_case(
    site: OfSite, key: FromPath[str], file_id: FromPath[str], small: FromQuery[str] = ""
) -> Response[bytes]:
    """A file of the case behind a private link."""
    with site.desk.store.reading() as session:
        case = queries.by_key(session, key)
        if case is None:
            raise NotFoundException
        return handed_out(site.desk, session, _of_case(session, case, file_id), small=bool(small))


@get("/cases/{number:str}/files/{file_id:str}", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def file_of_case(
    request: HttpRequest,
    site: OfSite,
    number: FromPath[str],
    file_id: FromPath[str],
    small: FromQuery[str] = "",
) -> Response[bytes]:
    """A file of a case, or of the conversation behind it, for an officer who sees the case."""
    signed_in = officer_of(request)
    with site.desk.store.reading() as session:
        if signed_in is None:
            raise NotFoundException
        officer = session.get_one(Officer, signed_in.id)
        case = session.scalar(select(Case).where(Case.number == number, queries.seen_by(officer)))
        if case is None:
            raise NotFoundException
        drafted = draft_files.file_of_pending(session, case, file_id)
        if drafted is not None:
            return handed_out(site.desk, session, drafted, small=bool(small))
        attachment, message = _file(session, file_id)
        if case.id != message.case_id and case.conversation_id != message.conversation_id:
            raise NotFoundException
        return handed_out(site.desk, session, attachment, small=bool(small))


def _file(session: Session, file_id: str) -> tuple[Attachment, Message]:
    attachment = session.get(Attachment, file_id)
    if attachment is None or attachment.message_order is None:
        raise NotFoundException
    return attachment, session.get_one(Message, attachment.message_order)


def _of_case(session: Session, case: Case, file_id: str) -> Attachment:
    found = next((file for file in attachments.of_case(session, case) if file.id == file_id), None)
    if found is None:
        raise NotFoundException
    return found
