"""Settings that change while the desk runs: what holds, what held before and why, and a form for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from desk.audit.words import names_of_officers
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.settings import service as settings
from desk.settings.declared import Setting
from desk.settings.model import SettingChange
from desk.settings.service import NoSuchSetting, SettingRefused, Standing
from desk.settings.words import in_words, plain

#: Changes of a setting on one page.
LISTED = 20
DONE = ("changed", "reset")


@dataclass(frozen=True)
class ShownSetting:
    """A setting as it stands, in words."""

    name: str
    title: str
    about: str
    value: str
    default: str
    is_default: bool
    decides_answers: bool
    changed_at: dt.datetime | None
    changed_by: str


@dataclass(frozen=True)
class ShownChange:
    """One change; ``value`` is None where the setting went back to its default."""

    at: dt.datetime
    by: str
    value: str | None
    reason: str


@get("/settings", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def setting_list(request: HttpRequest, site: OfSite, done: FromQuery[str] = "") -> Template:
    """All settings with what holds now."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        may_change = settings.may_change(session, officer_in(request, session))
        names = names_of_officers(session)
        shown = [_shown(site.desk, names, standing, language) for standing in settings.standing(site.desk, session)]
        ignored = ", ".join(f"{change.name} = {change.value:g}" for change in settings.ignored(session))
    return page(
        request,
        site,
        "staff/administrators/settings.html",
        groups=[
            ("answers", [each for each in shown if each.decides_answers]),
            ("work", [each for each in shown if not each.decides_answers]),
        ],
        may_change=may_change,
        ignored=ignored,
        done=done if done in DONE else "",
    )


@get("/settings/{name:str}", opt=roles(ADMINISTRATORS, of="setting"), sync_to_thread=True)
def setting_page(
    request: HttpRequest,
    site: OfSite,
    name: FromPath[str],
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """One setting with its changes, to be changed."""
    return _page(request, site, name, done=done if done in DONE else "", after=after, before=before)


@post("/settings/{name:str}", opt=roles(ADMINISTRATORS, of="setting"), sync_to_thread=True)
def change_setting(request: HttpRequest, site: OfSite, name: FromPath[str], data: Form) -> Template | Redirect:
    """Give a setting a new value."""
    value, reason = data.get("value", "")[:40], data.get("reason", "")[:1000]
    return _act(
        request,
        site,
        name,
        "changed",
        lambda session, officer: settings.change(site.desk, session, name, value, reason=reason, by=officer),
        {"value": value, "reason": reason},
    )


@post("/settings/{name:str}/reset", opt=roles(ADMINISTRATORS, of="setting"), sync_to_thread=True)
def reset_setting(request: HttpRequest, site: OfSite, name: FromPath[str], data: Form) -> Template | Redirect:
    """Give a setting its default again."""
    reason = data.get("reset_reason", "")[:1000]
    return _act(
        request,
        site,
        name,
        "reset",
        lambda session, officer: settings.reset(site.desk, session, name, reason=reason, by=officer),
        {"reset_reason": reason},
    )


def _act(
    request: HttpRequest,
    site: Site,
    name: str,
    done: str,
    act: Callable[[Session, Officer], None],
    typed: dict[str, str],
) -> Template | Redirect:
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            if not settings.may_change(session, officer):
                raise NotFoundException
            act(session, officer)
    except NoSuchSetting:
        raise NotFoundException from None
    except SettingRefused as refused:
        sentence = site.desk.texts.say(refused.reason, language_of(request), **refused.values)
        field = f"{'reset_' if done == 'reset' else ''}{refused.field}"
        return _page(request, site, name, typed=typed, errors={field: sentence})
    return see_other(f"/desk/settings/{name}?done={done}")


def _page(
    request: HttpRequest,
    site: Site,
    name: str,
    *,
    done: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Template:
    language, desk = language_of(request), site.desk
    with desk.store.reading() as session:
        if not settings.may_change(session, officer_in(request, session)):
            raise NotFoundException
        try:
            standing = settings.standing_of(desk, session, name)
        except NoSuchSetting:
            raise NotFoundException from None
        setting = standing.setting
        listed = settings.history(session, name, limit=LISTED, after=after, before=before)
        names = names_of_officers(session)
        shown = _shown(desk, names, standing, language)
        changes = [_shown_change(desk, names, setting, change, language) for change in listed.rows]
    return page(
        request,
        site,
        "staff/administrators/setting.html",
        here=f"/desk/settings/{name}",
        status=422 if errors else 200,
        setting=shown,
        range=[in_words(desk.texts, setting, end, language) for end in (setting.lowest, setting.highest)],
        unit=desk.texts.say(f"page.settings.unit_{setting.unit}", language),
        present=plain(setting, standing.value, language),
        listed=listed,
        changes=changes,
        typed=typed or {},
        errors=errors or {},
        done=done,
    )


def _shown(desk: Desk, names: Mapping[str, str], standing: Standing, language: Language) -> ShownSetting:
    setting, change = standing.setting, standing.change
    return ShownSetting(
        name=setting.name,
        title=desk.texts.say(f"setting.{setting.name}.name", language),
        about=desk.texts.say(f"setting.{setting.name}.about", language),
        value=in_words(desk.texts, setting, standing.value, language),
        default=in_words(desk.texts, setting, standing.default, language),
        is_default=standing.is_default,
        decides_answers=setting.decides_answers,
        changed_at=change.changed_at if change is not None else None,
        changed_by=_who(desk, names, change.changed_by, language) if change is not None else "",
    )


def _shown_change(
    desk: Desk, names: Mapping[str, str], setting: Setting, change: SettingChange, language: Language
) -> ShownChange:
    value = None if change.value is None else in_words(desk.texts, setting, change.value, language)
    return ShownChange(change.changed_at, _who(desk, names, change.changed_by, language), value, change.reason)


def _who(desk: Desk, names: Mapping[str, str], actor: str, language: Language) -> str:
    if not actor.startswith("officer:"):
        return desk.texts.say("page.settings.operator", language)
    username = actor.removeprefix("officer:")
    return names.get(username, username)
