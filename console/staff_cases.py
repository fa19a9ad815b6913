"""The officers' list of cases: one's own, those that wait or are to be signed, and the rest, overdue ones marked."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from console.case_views import CaseLine, line_of
from console.guard import CASE_WORKERS, roles
from console.site import HttpRequest, OfSite, officer_of, page
from desk.answering.folding import folded
from desk.cases import queries, second_signature
from desk.cases.model import Case, CaseState
from desk.people.model import Officer, Role

#: At most so many cases stand on one page.
LISTED = 100
VIEWS = {
    "mine": (CaseState.CLAIMED, CaseState.NEEDS_INFORMATION, CaseState.ANSWERED),
    "waiting": (CaseState.WAITING,),
    "claimed": (CaseState.CLAIMED, CaseState.NEEDS_INFORMATION),
    "answered": (CaseState.ANSWERED,),
    "resolved": (CaseState.RESOLVED, CaseState.CLOSED),
}
#: The view of those who sign: drafts that wait for their signature.
TO_SIGN = "to_sign"


@get("/cases", opt=roles(CASE_WORKERS), sync_to_thread=True)
def case_list(request: HttpRequest, site: OfSite, view: FromQuery[str] = "", q: FromQuery[str] = "") -> Template:
    """The cases of a view; with a search the cases of all views that have its words."""
    officer = officer_of(request)
    mine = officer.id if officer else 0
    with site.desk.store.reading() as session:
        everything = queries.in_state(session, *CaseState)
        views = {name: [c for c in everything if _belongs(c, name, mine)] for name in VIEWS}
        if officer is not None and officer.has_any(Role.HEAD):
            views[TO_SIGN] = second_signature.to_sign(session, session.get_one(Officer, mine))
        chosen = view if view in views else ("mine" if views["mine"] else "waiting")
        found = _search(everything, q) if q.strip() else views[chosen]
        if chosen == "resolved" and not q.strip():
            found = list(reversed(found))
        lines = _lines(session, found, site)
    counts = {name: len(listed) for name, listed in views.items()}
    return page(
        request,
        site,
        "staff/cases.html",
        view="" if q.strip() else chosen,
        counts=counts,
        cases=lines,
        found=len(found),
        q=q,
    )


def _belongs(case: Case, view: str, officer_id: int) -> bool:
    if case.state not in VIEWS[view]:
        return False
    return view != "mine" or (case.holder is not None and case.holder.id == officer_id)


def _search(everything: list[Case], wanted: str) -> list[Case]:
    """Cases with all the words in number, question, details, enterprise or tax code; case and marks do not count."""
    words = folded(wanted).split()
    return [case for case in everything if all(word in _searchable(case) for word in words)]


def _searchable(case: Case) -> str:
    parts = (case.number, case.question, case.details, case.enterprise_name, case.tax_code, case.contact)
    return folded(" ".join(part for part in parts if part))


def _lines(session: Session, found: list[Case], site: OfSite) -> list[CaseLine]:
    return [line_of(case, site.desk.now()) for case in found[:LISTED]]
