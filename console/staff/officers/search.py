"""The search of officers and curators: guidance in force and places in the law near to what they type."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from console.web.guard import READERS_OF_LAW, roles
from console.web.site import HttpRequest, OfSite, language_of, page
from desk.answering.outcome import Outcome
from desk.answering.question import Candidate, Question
from desk.conversations.language import choose
from desk.guidance.record import Language

#: Characters of a text that are searched for; a question is no longer.
LENGTH = 500


@dataclass(frozen=True)
class FoundEntry:
    """An entry of the guidance; ``address`` is its id and the version in force."""

    address: str
    title: str
    answer: str


@get("/search", opt=roles(READERS_OF_LAW), sync_to_thread=True)
def search(request: HttpRequest, site: OfSite, q: FromQuery[str] = "") -> Template:
    """Guidance and law, best first; an empty search only shows the form."""
    desk, language, wanted = site.desk, language_of(request), q.strip()[:LENGTH]
    guidance, law, failed = [], [], False
    if wanted:
        asked_in = choose(choice=None, text=wanted, conversation=None, channel_hint=language)
        found = desk.answering.look_up(Question(wanted, asked_in, desk.today()))
        guidance = [_entry(candidate, language) for candidate in found.candidates]
        law = desk.related_law.passages(desk.related_law.in_order(found.law, desk.today()), language, desk.today())
        failed = found.outcome is Outcome.ERROR_SEARCH
    return page(
        request,
        site,
        "staff/officers/search.html",
        status=503 if failed else 200,
        q=wanted,
        guidance=guidance,
        law=law,
        failed=failed,
        length=LENGTH,
    )


def _entry(candidate: Candidate, language: Language) -> FoundEntry:
    version, record = candidate.version, candidate.version.record
    return FoundEntry(f"{version.entry_id}@{version.number}", record.title[language], record.answer[language])
