"""The pages of those who run the desk."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from console.staff.administrators import (
    calendar,
    people,
    person,
    person_account,
    settings,
    system,
    unit,
    unit_hours_act,
    units,
)

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    people.officer_list,
    people.add_officer,
    person.person_page,
    person.rename,
    person.appoint,
    person.dismiss_page,
    person.dismiss,
    person.deactivate_page,
    person.deactivate,
    person.activate,
    person_account.new_password,
    person_account.make_link_code,
    person_account.unlock,
    person_account.end_sessions,
    person_account.reset_second_factor,
    person_account.unlink_identity,
    person_account.unlink,
    units.unit_list,
    units.download,
    units.load_page,
    units.preview,
    units.load,
    unit.unit_page,
    unit.change,
    unit.move,
    unit.add,
    unit.close_page,
    unit.close,
    unit_hours_act.set_hours,
    calendar.own_calendar,
    calendar.calendar_page,
    calendar.add_day,
    calendar.remove_day,
    settings.setting_list,
    settings.setting_page,
    settings.change_setting,
    settings.reset_setting,
    system.system_page,
    system.send_message_again,
)
