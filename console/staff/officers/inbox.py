"""The officers' list of cases: one's own, those that wait or are to be signed, and the rest, overdue ones marked."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from console.web.case_views import line_of
from console.web.guard import CASE_WORKERS, roles
from console.web.site import HttpRequest, OfSite, language_of, officer_in, page
from desk.cases import listing
from desk.cases.model import OPEN_STATES, CaseState
from desk.cases.officers import second_signature
from desk.guidance.record import Language
from desk.people.model import Officer, Role
from desk.units import service as units
from desk.units.model import Unit

#: At most so many cases stand on one page.
LISTED = 100
#: The states of each view; only what the officer holds is in the first, and what ended last is first in the last.
VIEWS = {
    "mine": (CaseState.CLAIMED, CaseState.NEEDS_INFORMATION, CaseState.ANSWERED),
    "waiting": (CaseState.WAITING,),
    "claimed": (CaseState.CLAIMED,),
    "needs_information": (CaseState.NEEDS_INFORMATION,),
    "answered": (CaseState.ANSWERED,),
    "resolved": (CaseState.RESOLVED, CaseState.CLOSED),
}
#: The view of those who sign: drafts that wait for their signature.
TO_SIGN = "to_sign"


@get("/cases", opt=roles(CASE_WORKERS), sync_to_thread=True)
def case_list(
    request: HttpRequest,
    site: OfSite,
    view: FromQuery[str] = "",
    q: FromQuery[str] = "",
    unit: FromQuery[str] = "",
    gone: FromQuery[str] = "",
) -> Template:
    """The cases of a view that the officer may see; with a search those of all views that have its words."""
    language, now = language_of(request), site.desk.now()
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        choice = _units_of(session, officer)
        within = next((each for each in choice if each.code == unit), None)
        counts = _counts(session, officer, within)
        to_sign = second_signature.to_sign(session, officer) if officer.has_any(Role.HEAD) else None
        if to_sign is not None:
            counts[TO_SIGN] = len(to_sign)
        chosen = view if view in counts else ("mine" if counts["mine"] else "waiting")
        if q.strip():
            found = listing.search(session, officer, q, limit=LISTED, within=within)
        elif chosen == TO_SIGN and to_sign is not None:
            found = listing.Found(to_sign[:LISTED], len(to_sign))
        else:
            found = _of_view(session, officer, chosen, within)
        lines = [line_of(case, now, language) for case in found.cases]
    return page(
        request,
        site,
        "staff/officers/inbox.html",
        view="" if q.strip() else chosen,
        counts=counts,
        cases=lines,
        found=found.count,
        q=q,
        gone=gone if gone.replace("-", "").isdecimal() else "",
        units=_options(choice, language),
        unit=within.code if within else "",
        open_states=OPEN_STATES,
    )


def _counts(session: Session, officer: Officer, within: Unit | None) -> dict[str, int]:
    counted = listing.counted(session, officer, within=within)
    return {
        view: sum(count for (state, mine), count in counted.items() if state in states and (mine or view != "mine"))
        for view, states in VIEWS.items()
    }


def _of_view(session: Session, officer: Officer, view: str, within: Unit | None) -> listing.Found:
    return listing.listed(
        session,
        officer,
        VIEWS[view],
        limit=LISTED,
        only_mine=view == "mine",
        within=within,
        newest_first=view == "resolved",
    )


def _units_of(session: Session, officer: Officer) -> list[Unit]:
    """The units whose cases the officer sees, each once, in the order of the tree."""
    own = sorted({held.unit.path: held.unit for held in officer.appointments if held.role in CASE_WORKERS}.items())
    found = {each.id: each for _, unit in own for each in units.below(session, unit)}
    return list(found.values())


def _options(choice: list[Unit], language: Language) -> list[tuple[str, str]]:
    """The code and the name of each unit to choose from; nothing where there is no choice."""
    return [(unit.code, unit.name(language)) for unit in choice] if len(choice) > 1 else []
