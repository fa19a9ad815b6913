"""Guidance that changes, and the subscribers who are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from desk.guidance import service as guidance
from desk.guidance import versions
from tests.believable.enterprises import local
from tests.desk_fixtures import Chatter, World

#: What a curator confirmed, changed and withdrew: when, and which entry.
CONFIRMED = {"dossier_import": "2026-06-15 10:00", "payment_channels": "2026-07-02 15:00"}
CHANGED = {"duty_payment_deadline": "2026-10-05 09:30", "aeo_conditions": "2026-11-13 14:10"}
WITHDRAWN = {"express_low_value": "2026-11-11 16:00"}


def of(
    world: World, plan: dict[str, list[str]], chatters: dict[str, Chatter]
) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    for number, (topic, names) in enumerate(plan.items()):
        for name in names:
            at = local("2026-06-20 09:00") + dt.timedelta(days=number)
            yield at, lambda n=name, t=topic: _subscribes(chatters[n], t)
    for entry, at in CONFIRMED.items():
        yield local(at), lambda e=entry: _in_store(world, lambda s, e=e: guidance.confirm(s, e, **_by(world)))
    for entry, at in CHANGED.items():
        yield local(at), lambda e=entry: _changes(world, e)
    for entry, at in WITHDRAWN.items():
        reason = "Văn bản làm căn cứ đang được sửa."
        yield (
            local(at),
            lambda e=entry, r=reason: _in_store(world, lambda s: guidance.withdraw(s, e, reason=r, **_by(world))),
        )


def _subscribes(chatter: Chatter, topic: str) -> None:
    chatter.commands("news")
    chatter.taps("news_on", topic)


def _changes(world: World, entry: str) -> None:
    """A curator makes an answer plainer, which is news."""
    with world.store.writing() as session:
        version = versions.in_force(session, entry, world.desk.today())
        assert version is not None
        data = version.record.model_dump(mode="json", by_alias=True, exclude_none=True)
        for language, words in (("vi", "Hỏi thêm tại bộ phận một cửa."), ("en", "Ask at the one-stop counter.")):
            data["answer"][language] = f"{data['answer'][language].rstrip()} {words}"
        changed = type(version.record).model_validate(data)
        guidance.publish(session, changed, origin="curator", **_by(world))


def _by(world: World) -> dict[str, Any]:
    return {"by": "officer:hoa", "at": world.clock.now()}


def _in_store(world: World, act: Callable[[Any], object]) -> None:
    with world.store.writing() as session:
        act(session)
