"""Acts of curators: one transaction, and then the page to which it leads, or the words that say why not."""

from __future__ import annotations

from collections.abc import Callable

from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.web.site import HttpRequest, Site, officer_in, see_other
from desk.guidance.drafts.opening import HasDraft
from desk.guidance.permissions import GuidanceRefused
from desk.people.model import Officer

#: What an officer does; returns the address at which to go on.
Act = Callable[[Session, Officer], str]


def act_and_go_on(
    request: HttpRequest, site: Site, act: Act, refused_page: Callable[[GuidanceRefused], Template]
) -> Template | Redirect:
    """Act, and go where it leads: to the draft that is open already, where there is one; else what was refused."""
    try:
        with site.desk.store.writing() as session:
            way = act(session, officer_in(request, session))
    except HasDraft as told:
        return see_other(f"/desk/guidance/drafts/{told.draft_id}?done=has_draft")
    except GuidanceRefused as refused:
        return refused_page(refused)
    return see_other(way)
