"""When a draft is published and what its golden questions say: the moment is set, and the questions are tried."""

from __future__ import annotations

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators.drafts import act_on, known_draft
from console.web.guard import READERS_OF_GUIDANCE, roles
from console.web.site import Form, HttpRequest, OfSite
from console.web.typed import whole_number, words
from desk.guidance.drafts import moments as schedule
from desk.guidance.drafts.standing import must_be_ready
from desk.guidance.gate import service as gates
from desk.guidance.model import GuidanceDraft
from desk.people.model import Officer


@post("/guidance/drafts/{draft:str}/plan", opt=roles(READERS_OF_GUIDANCE, of="guidance_draft"), sync_to_thread=True)
def plan(request: HttpRequest, site: OfSite, draft: FromPath[str], data: Form) -> Template | Redirect:
    """Set or move the moment from which a draft is to be in service."""
    typed = words(data, "moment")

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        moment, revision = schedule.moment_in(typed), whole_number(data.get("revision"))
        schedule.plan(session, found, officer, moment, revision=revision, at=site.desk.now())
        return "planned"

    return act_on(request, site, draft, act, typed={"plan": typed})


@post("/guidance/drafts/{draft:str}/gate", opt=roles(READERS_OF_GUIDANCE, of="guidance_draft"), sync_to_thread=True)
def try_gate(request: HttpRequest, site: OfSite, draft: FromPath[str]) -> Template | Redirect:
    """Try the golden questions with the draft in its place; what it still lacks is said where it is not whole."""

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        must_be_ready(session, found, site.desk.instruments, site.desk.today())
        return "tried"

    with site.desk.store.reading() as session:
        is_open = known_draft(session, draft).is_open
    if is_open:
        gates.run(site.desk, whole_number(draft))
    return act_on(request, site, draft, act)
