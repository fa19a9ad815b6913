"""Made-up updates of Telegram: every kind that it sends, whole, changed in places, or shaped by somebody hostile."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.reading import ATTACHMENTS, SERVICE
from evaluation.fuzz.hostile import Hostile

#: So many private chats write; each again and again, so that conversations go on.
CHATS = 400
BOT = {"id": 1, "is_bot": True, "first_name": "Hải quan", "username": "customs_desk_bot"}
#: Kinds that the desk does not ask Telegram for, and would get by a mistake.
NEVER_ASKED_FOR = (
    *("channel_post", "edited_channel_post", "inline_query", "chosen_inline_result", "shipping_query"),
    *("pre_checkout_query", "poll", "poll_answer", "chat_member", "chat_join_request", "message_reaction"),
    *("message_reaction_count", "chat_boost", "business_message", "business_connection", "purchased_paid_media"),
)
_NAMES = ("Lan", "Nguyễn Văn An", "O'Brien", "محمد", "李", "<b>Lan</b>", "=1+1", "L\u202ean")
_LANGUAGES = ("vi", "en", "vi-VN", "zh-hans", "", None)


class Shape(StrEnum):
    """How an update came about. ``WHOLE``: as Telegram documents it."""

    WHOLE = "whole"
    CHANGED = "changed"
    HOSTILE = "hostile"


@dataclass(frozen=True)
class Made:
    """One update: its shape and kind, what it is, and as which text it is delivered."""

    shape: Shape
    kind: str
    update: Any

    @property
    def body(self) -> str:
        """As JSON; NaN and infinities as Python writes them, which other programs take for an error."""
        return json.dumps(self.update)


class Updates:
    """Updates by one seed, in the order in which their ids rise."""

    def __init__(self, seed: int, buttons: Callable[[], str | None] = lambda: None) -> None:
        """``buttons`` gives the id of a button that was shown, for taps that mean something."""
        self._hostile = Hostile(seed)
        self._chance = self._hostile.chance
        self._buttons = buttons
        self._id = 10_000

    def __iter__(self) -> Iterator[Made]:
        while True:
            yield self.next()

    def next(self) -> Made:
        self._id += self._chance.choice((1, 1, 1, 2))
        kind, content = self._chance.choice(self._kinds())
        update = {"update_id": self._id, kind: content()}
        drawn = self._chance.random()
        if drawn < 0.5:
            return Made(Shape.WHOLE, kind, update)
        if drawn < 0.85:
            return Made(Shape.CHANGED, kind, self._changed(update))
        return Made(Shape.HOSTILE, kind, self._misshapen(update))

    def _kinds(self) -> list[tuple[str, Callable[[], Any]]]:
        """What the desk asks Telegram for stands here more often than what it is never sent."""
        return [
            *[("message", self._message)] * 12,
            *[("callback_query", self._tap)] * 5,
            *[("edited_message", self._edited)] * 2,
            *[("my_chat_member", self._membership)],
            *[("message", self._group_message)] * 2,
            *[(self._chance.choice(NEVER_ASKED_FOR), self._of_others)] * 2,
        ]

    def _person(self) -> dict[str, Any]:
        person: dict[str, Any] = {"id": 1_000 + self._chance.randrange(CHATS), "is_bot": False}
        person["first_name"] = self._chance.choice(_NAMES)
        if self._hostile.one_in(2):
            person["last_name"] = self._chance.choice(_NAMES)
        if (language := self._chance.choice(_LANGUAGES)) is not None:
            person["language_code"] = language
        return person

    def _message(self) -> dict[str, Any]:
        person = self._person()
        message = {
            "message_id": self._chance.randrange(1, 10**6),
            "from": person,
            "chat": {"id": person["id"], "type": "private", "first_name": person["first_name"]},
            "date": 1_795_000_000 + self._id,
        }
        return {**message, **self._content()}

    def _content(self) -> dict[str, Any]:
        drawn = self._chance.randrange(10)
        if drawn < 5:
            return {"text": self._words()}
        if drawn < 7:
            return {"text": self._command()}
        if drawn == 7:
            return {
                "text": self._words(),
                "reply_to_message": {"message_id": self._chance.randrange(1, 1_000), "from": BOT},
            }
        if drawn == 8:
            return {**self._attachment(), **({"caption": self._words()} if self._hostile.one_in(2) else {})}
        return {self._chance.choice(SERVICE): {"x": 1}}

    def _words(self) -> str:
        asked = (
            "Hồ sơ nhập khẩu gồm những gì?",
            "phan kenh to khai la gi",
            "How long are records kept?",
            "Tờ khai 10012345678 của tôi bị treo",
            "tôi muốn gặp cán bộ",
            "huỷ",
            "cảm ơn",
            "hồ sơ của tôi",
            "Công ty TNHH Hoa Sen",
            "0100109106",
            "không khẩn",
            "bỏ qua",
        )
        # Longest is what Telegram lets anybody write.
        return self._chance.choice(asked) if self._chance.random() < 0.6 else self._hostile.text(4_096)

    def _command(self) -> str:
        names = (
            "start",
            "help",
            "language",
            "cases",
            "officer",
            "rate",
            "cancel",
            "privacy",
            "news",
            "nothing",
            "START",
        )
        name = self._chance.choice(names)
        at = self._chance.choice(("", "@customs_desk_bot", "@other_bot"))
        argument = self._chance.choice(("", " vi", " ABCDEF1234", f" {self._hostile.text(100)}"))
        return f"/{name}{at}{argument}"

    def _attachment(self) -> dict[str, Any]:
        name = self._chance.choice((*ATTACHMENTS, "document", "photo"))
        if name == "photo":
            sizes = [{"file_id": f"p{n}", "file_unique_id": f"u{n}", "width": 90 * n, "height": 90 * n} for n in (1, 2)]
            return {"photo": sizes}
        about: dict[str, Any] = {"file_id": f"f{self._id}", "file_unique_id": "u"}
        about["file_name"] = self._chance.choice(("to-khai.pdf", "ảnh.png", "../../x.exe", "a\u202efdp.exe", ""))
        about["file_size"] = self._chance.choice((0, 100, 10**6, 10**8))
        return {name: about}

    def _tap(self) -> dict[str, Any]:
        person = self._person()
        shown = self._buttons() if self._chance.random() < 0.7 else None
        tap = {
            "id": self._hostile.digits(18),
            "from": person,
            "chat_instance": "1",
            "data": shown or self._hostile.text(64),
        }
        if not self._hostile.one_in(10):
            chat = {"id": person["id"], "type": "private"}
            tap["message"] = {"message_id": 5, "date": 1, "chat": chat, "from": BOT, "text": "x"}
        return tap

    def _edited(self) -> dict[str, Any]:
        edited = {**self._message(), "edit_date": 1_795_000_001}
        return {**edited, "location": {"latitude": 1.0, "longitude": 2.0}} if self._hostile.one_in(4) else edited

    def _membership(self) -> dict[str, Any]:
        person = self._person()
        status = self._chance.choice(("kicked", "member", "left", "administrator"))
        return {
            "chat": {"id": person["id"], "type": self._chance.choice(("private", "private", "group"))},
            "from": person,
            "date": 1,
            "old_chat_member": {"user": BOT, "status": "member"},
            "new_chat_member": {"user": BOT, "status": status},
        }

    def _group_message(self) -> dict[str, Any]:
        message = self._message()
        message["chat"] = {
            "id": -100_000 - self._chance.randrange(50),
            "type": self._chance.choice(("group", "supergroup")),
        }
        if self._hostile.one_in(2) and isinstance(message.get("text"), str):
            message["text"] = f"@customs_desk_bot {message['text']}"
        return message

    def _of_others(self) -> dict[str, Any]:
        person = self._person()
        return {"id": self._hostile.digits(10), "from": person, "user": person, "chat": {"id": -5, "type": "channel"}}

    def _changed(self, update: dict[str, Any]) -> Any:
        """One to three places of it are gone, twice as large, of another type, or hostile."""
        changed = copy.deepcopy(update)
        for _ in range(self._chance.randrange(1, 4)):
            places = list(_places(changed))
            if not places:
                break
            holder, key = self._chance.choice(places)
            if self._hostile.one_in(3):
                del holder[key]
            else:
                holder[key] = self._hostile.value()
        return changed

    def _misshapen(self, update: dict[str, Any]) -> Any:
        """Of a shape that Telegram never sends."""
        kind = next(name for name in update if name != "update_id")
        return self._chance.choice(
            (
                lambda: {**update, kind: self._hostile.value()},
                lambda: {**update, kind: self._hostile.deep(self._chance.choice((5, 100, 900)))},
                lambda: {**update, "update_id": self._hostile.value()},
                lambda: {
                    **update,
                    kind: {**_as_object(update[kind]), "chat": {"id": self._hostile.number(), "type": "private"}},
                },
                lambda: {**update, kind: {**_as_object(update[kind]), "from": {"id": self._hostile.value()}}},
                lambda: {**update, kind: {**_as_object(update[kind]), "text": self._hostile.text(100_000)}},
                lambda: {**update, **{self._hostile.text(30): self._hostile.value() for _ in range(20)}},
                lambda: {"update_id": update["update_id"]},
                lambda: self._hostile.value(),
                lambda: {**update, "message": self._message(), "callback_query": self._tap()},
            )
        )()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Where something stands in an update, each with what holds it; its id stays, for by it an update is told."""
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, below in inner:
        if key != "update_id":
            yield value, key
        yield from _places(below)


def _as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
