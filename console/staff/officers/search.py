"""The search of officers and curators: guidance and law near to what they type, or the receipt whose code it is."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import get
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from console.web.guard import READERS_OF_LAW, roles
from console.web.site import HttpRequest, OfSite, language_of, page, see_other
from desk.answering.outcome import Outcome
from desk.answering.question import Candidate, Question
from desk.conversations.language import choose
from desk.guidance.record import Language
from desk.receipts import codes
from desk.receipts import service as receipts
from desk.receipts.service import ReceiptRefused

#: Characters of a text that are searched for; a question is no longer.
LENGTH = 500


@dataclass(frozen=True)
class FoundEntry:
    """An entry of the guidance; ``address`` is its id and the version in force."""

    address: str
    title: str
    answer: str


@get("/search", opt=roles(READERS_OF_LAW), sync_to_thread=True)
def search(request: HttpRequest, site: OfSite, q: FromQuery[str] = "") -> Template | Redirect:
    """Guidance and law, best first; an empty search only shows the form, the code of an answer leads to its receipt."""
    refused = ""
    if codes.is_meant(q):
        try:
            with site.desk.store.reading() as session:
                return see_other(f"/desk/receipts/{receipts.for_staff(site.desk, session, q).grouped}")
        except ReceiptRefused as wrong:
            refused = wrong.reason
    desk, language, wanted = site.desk, language_of(request), q.strip()[:LENGTH]
    guidance, law, failed = [], [], False
    if wanted and not refused:
        asked_in = choose(choice=None, text=wanted, conversation=None, channel_hint=language)
        found = desk.answering.look_up(Question(wanted, asked_in, desk.today()))
        guidance = [_entry(candidate, language) for candidate in found.candidates]
        law = desk.related_law.passages(desk.related_law.in_order(found.law, desk.today()), language, desk.today())
        failed = found.outcome is Outcome.ERROR_SEARCH
    return page(
        request,
        site,
        "staff/officers/search.html",
        status=503 if failed else 404 if refused else 200,
        q=wanted,
        refused=refused,
        guidance=guidance,
        law=law,
        failed=failed,
        length=LENGTH,
    )


def _entry(candidate: Candidate, language: Language) -> FoundEntry:
    version, record = candidate.version, candidate.version.record
    return FoundEntry(f"{version.entry_id}@{version.number}", record.title[language], record.answer[language])
