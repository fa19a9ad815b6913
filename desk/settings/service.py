"""Changing a setting: read from what was typed, checked, kept with its reason, and told in the audit."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.paging import Page, page_of
from desk.people.model import Officer, Role
from desk.settings import in_force
from desk.settings.declared import BY_NAME, DECLARED, RISING, Setting
from desk.settings.model import SettingChange
from desk.settings.words import plain
from desk.units import service as units

REASON_LENGTH = 500


class SettingRefused(ValueError):
    """A change cannot be made; ``reason`` names a text, which ``values`` fill, and ``field`` what it is about."""

    def __init__(self, reason: str, field: str = "value", **values: object) -> None:
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field, values


class NoSuchSetting(LookupError):
    """No setting has this name."""


@dataclass(frozen=True)
class Standing:
    """A setting as it stands: the value in force, its default, and the change that made it so, if any."""

    setting: Setting
    value: float
    default: float
    change: SettingChange | None

    @property
    def is_default(self) -> bool:
        return self.value == self.default


def standing(desk: Desk, session: Session) -> list[Standing]:
    """Every setting as it stands now, in the order of their declaration."""
    held = in_force.values(session, desk.rules)
    changes = {change.name: change for change in in_force.newest(session) if not in_force.is_ignored(change)}
    return [Standing(s, held[s.name], s.default(desk.rules), changes.get(s.name)) for s in DECLARED]


def standing_of(desk: Desk, session: Session, name: str) -> Standing:
    """One setting as it stands; raises NoSuchSetting."""
    found = next((each for each in standing(desk, session) if each.setting.name == name), None)
    if found is None:
        raise NoSuchSetting(name)
    return found


def ignored(session: Session) -> list[SettingChange]:
    """Rows that have no effect any more: to be told, not to be stumbled over."""
    return [change for change in in_force.newest(session) if change.value is not None and in_force.is_ignored(change)]


def history(
    session: Session, name: str, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[SettingChange]:
    """The changes of a setting, the newest first; raises BadCursor."""
    query = select(SettingChange).where(SettingChange.name == name)
    return page_of(
        session,
        query,
        [SettingChange.id],
        key=lambda change: (change.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def may_change(session: Session, officer: Officer) -> bool:
    """Whether the officer administers the whole authority, for which the settings hold."""
    return officer.may(units.department(session), Role.ADMINISTRATOR)


def change(desk: Desk, session: Session, name: str, typed: str, *, reason: str, by: Officer | None) -> None:
    """Set a value as it was typed; ``by`` None is the operator at the machine.

    Raises NoSuchSetting, or SettingRefused where officer, value or reason will not do.
    """
    now_standing = _checked(desk, session, name, reason, by)
    setting = now_standing.setting
    value = read_value(setting, typed)
    _must_rise(desk, session, setting, value)
    if value == now_standing.value:
        raise SettingRefused("setting.refused.same", value=plain(setting, value))
    _keep(desk, session, now_standing, value, reason, by)


def reset(desk: Desk, session: Session, name: str, *, reason: str, by: Officer | None) -> None:
    """Go back to the default; raises as ``change`` does."""
    now_standing = _checked(desk, session, name, reason, by)
    if now_standing.is_default:
        raise SettingRefused("setting.refused.is_default")
    _must_rise(desk, session, now_standing.setting, now_standing.default)
    _keep(desk, session, now_standing, None, reason, by)


def read_value(setting: Setting, typed: str) -> float:
    """What was typed as it is kept; raises SettingRefused for what is no number or out of range."""
    lowest, highest = (plain(setting, end) for end in (setting.lowest, setting.highest))
    text = typed.strip().removesuffix("%").strip().replace(",", ".")
    try:
        number = float(text) if len(text) <= 12 else math.nan
    except ValueError:
        number = math.nan
    value = round(number / 100, 4) if setting.is_share else number
    if math.isnan(value) or not setting.allows(value):
        raise SettingRefused("setting.refused.range", lowest=lowest, highest=highest)
    return value


def _checked(desk: Desk, session: Session, name: str, reason: str, by: Officer | None) -> Standing:
    found = standing_of(desk, session, name)
    if by is not None and not may_change(session, by):
        raise SettingRefused("setting.refused.not_yours", field="")
    if not reason.strip():
        raise SettingRefused("setting.refused.reason", field="reason")
    if len(reason.strip()) > REASON_LENGTH:
        raise SettingRefused("setting.refused.long_reason", field="reason", length=REASON_LENGTH)
    return found


def _must_rise(desk: Desk, session: Session, setting: Setting, value: float) -> None:
    """Refuse a threshold that would stand above one that must not be below it."""
    if setting.name not in RISING:
        return
    held = in_force.values(session, desk.rules) | {setting.name: value}
    if any(held[low] > held[high] for low, high in itertools.pairwise(RISING)):
        others = {name: plain(BY_NAME[name], held[name]) for name in RISING}
        raise SettingRefused("setting.refused.order", **others)


def _keep(
    desk: Desk,
    session: Session,
    was: Standing,
    value: float | None,
    reason: str,
    by: Officer | None,
) -> None:
    at = desk.now()
    actor = by.actor if by is not None else "operator"
    session.add(
        SettingChange(name=was.setting.name, value=value, reason=reason.strip(), changed_at=at, changed_by=actor)
    )
    detail = {"from": was.value, "to": was.default if value is None else value, "reason": reason.strip()}
    record_act(
        session,
        actor=actor,
        act="setting.reset" if value is None else "setting.changed",
        subject=was.setting.name,
        detail=detail,
        at=at,
    )
