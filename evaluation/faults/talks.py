"""What people say to the desk: talks of ten messages, made from our own questions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desk.texts import Texts

#: Messages of a person in a talk.
LENGTH = 10
#: How many of a hundred talks only ask, come to a case by the form, or by sending the question as it is.
KINDS = {"asks": 86, "fills in the form": 8, "sends the question": 6}
#: Nothing of it is in the guidance, so that an officer is offered.
_UNKNOWN = (
    "Xe tải chở hàng của công ty phải tránh đường nào trong lễ hội hoa xuân?",
    "Máy photocopy của văn phòng hỏng thì gọi ai sửa?",
    "Công ty muốn thuê chỗ đỗ xe tải qua đêm thì hỏi ai?",
)


class Way(StrEnum):
    SAY = "say"
    PRESS = "press"
    COMMAND = "command"


@dataclass(frozen=True)
class Step:
    """One message: words, the newest button with one of these titles, or a command.

    Where there is no such button the person asks ``instead``; ``at_once`` does not wait for the answer before going on.
    """

    way: Way
    words: str = ""
    titles: frozenset[str] = frozenset()
    instead: str = ""
    at_once: bool = False


@dataclass(frozen=True)
class Talk:
    kind: str
    steps: tuple[Step, ...]


class Talks:
    """Makes talks; the same seed makes the same ones."""

    def __init__(self, rng: random.Random, questions: Sequence[str], texts: Texts) -> None:
        self._rng = rng
        self._questions = questions
        self._texts = texts

    def next(self) -> Talk:
        kind = self._rng.choices(list(KINDS), list(KINDS.values()))[0]
        steps = {"asks": self._asks, "fills in the form": self._form, "sends the question": self._sends}[kind]()
        assert len(steps) == LENGTH
        return Talk(kind, tuple(steps))

    def _asks(self) -> list[Step]:
        asked = [self._question(at_once=self._rng.random() < 0.12) for _ in range(LENGTH - 3)]
        return [self._say("xin chào"), *asked, self._say("tạm biệt"), self._press("rating.stars_5", "rating.stars_4")]

    def _form(self) -> list[Step]:
        company = f"Công ty TNHH Thử Nghiệm {self._rng.randrange(10_000)}"
        return [
            self._say("xin chào"),
            self._question(),
            self._say(self._rng.choice(_UNKNOWN)),
            self._press("button.ask_officer"),
            self._press("button.add_details"),
            self._say(company),
            self._press("button.form_skip"),
            self._say("0912345678"),
            self._press("urgency.not_urgent"),
            self._say(f"Chúng tôi cần cán bộ trả lời giúp việc số {self._rng.randrange(10_000)}."),
        ]

    def _sends(self) -> list[Step]:
        return [
            *(self._question() for _ in range(4)),
            self._say(self._rng.choice(_UNKNOWN)),
            self._press("button.ask_officer"),
            self._press("button.send_as_is"),
            Step(Way.COMMAND, "cases"),
            self._say("cảm ơn"),
            self._press("rating.stars_5", "rating.stars_4"),
        ]

    def _question(self, *, at_once: bool = False) -> Step:
        return Step(Way.SAY, self._rng.choice(self._questions), at_once=at_once)

    def _say(self, words: str) -> Step:
        return Step(Way.SAY, words)

    def _press(self, *names: str) -> Step:
        titles = frozenset(self._texts.say(name, language) for name in names for language in ("vi", "en"))
        return Step(Way.PRESS, titles=titles, instead=self._rng.choice(self._questions))
