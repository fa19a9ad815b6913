"""The pages of those who answer for people's data."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from console.staff.privacy import holds, overview, persons

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    overview.privacy_overview,
    holds.hold_list,
    holds.place_hold,
    holds.prolong_hold,
    holds.lift_hold,
    persons.request_list,
    persons.person_data,
    persons.export_person,
    persons.ask_to_delete,
    persons.approve_request,
    persons.refuse_request,
)
